"""People who have left and still own leads: one row on the shelf for each, and who must be decided again because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from connector.model.roster import Owner, Roster
from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.deciding.roster import in_force, load_roster
from connector.store.deciding.unanswered import waiting_owner
from connector.store.keeping import Keeping
from connector.store.shelf import Trouble
from connector.store.sql.codec import dumps
from connector.store.sql.transaction import Transaction

LEFT = "OWNER_LEFT"


def shelve_leavers(tx: Transaction, keeping: Keeping, now: int) -> None:
    """Say of everybody who has left how many open leads are theirs still; whose are none, or who is back, is cured."""
    roster = load_roster(tx, keeping.mappings, keeping.book)
    found = {one.record: one for one in _troubles(tx, keeping, roster)}
    there = tx.rows(
        "SELECT id, record, message, hint FROM shelf WHERE code = ? AND state <> 'cured'", LEFT
    )
    shelf.put(tx, list(found.values()), now, again=False)
    for number, record, message, hint in there:
        said = found.get(record)
        if said is None:
            shelf.set_state(tx, number, shelf.CURED, now)
        elif (said.message, said.hint) != (message, hint):
            tx.run(
                "UPDATE shelf SET message = ?, hint = ?, seen_at = ? WHERE id = ?",
                said.message,
                said.hint,
                now,
                number,
            )


def unanswered_of(tx: Transaction, owners: Iterable[str]) -> list[int]:
    """Contacts whose hand-over these owners have not answered. Reads all standings: asked only when somebody leaves."""
    wanted = set(owners)
    found: set[int] = set()
    for owner in sorted(wanted):
        like = f'%"owner":{dumps(owner)}%'
        for rows in tx.slices("SELECT contact, body FROM standing WHERE body LIKE ?", like):
            found.update(contact for contact, body in rows if waiting_owner(body) == owner)
    return sorted(found)


def _troubles(tx: Transaction, keeping: Keeping, roster: Roster) -> Iterable[Trouble]:
    working = _working(keeping)
    held: dict[str, int] = {}
    rows = tx.rows("SELECT owner, track, stage, leads FROM owned ORDER BY 1, 2, 3")
    for key, track, stage, leads in rows:
        if in_force(keeping.book, track) and (working is None or stage in working):
            name = roster.aliases.get(key, key)
            held[name] = held.get(name, 0) + leads
    for key in sorted(held.keys() | roster.open.keys()):
        owner = roster.owners.get(key)
        leads = max(held.get(key, 0), roster.open.get(key, 0))
        if owner is not None and not owner.active and leads:
            yield _trouble(owner, leads, roster.open.get(key, 0), roster.substitutes)


def _working(keeping: Keeping) -> frozenset[str] | None:
    """Stages of an open lead: those the rules call working, else all behind the line but the last. None: no rules, so all."""
    if keeping.book is None:
        return None
    cycle = keeping.book.lifecycle
    line = cycle.rank(cycle.hand_over)
    return frozenset(cycle.working or cycle.stages[line:-1] or cycle.stages[line:])


def _trouble(owner: Owner, leads: int, waiting: int, substitutes: Mapping[str, str]) -> Trouble:
    record = next((ref for ref in owner.refs if ref in owner.gone), owner.refs[0])
    text = f"{owner.name} has left and still owns {_count(leads)}, {waiting} of them unanswered"
    return Trouble(
        origin="decide",
        platform=record.platform,
        record=str(record),
        code=LEFT,
        message=text,
        hint=_cure(owner, record, substitutes.get(owner.key, "")),
    )


def _count(leads: int) -> str:
    return f"{leads} open lead" + ("" if leads == 1 else "s")


def _cure(owner: Owner, record: Ref, substitute: str) -> str:
    if substitute:
        return (
            f"the unanswered ones go to the substitute; give the others away in {record.platform}"
        )
    line = f'"{owner.key}: {{substitute: …}}" to mappings/owners.yaml'
    return f"give them to somebody else in {record.platform}; for what is unanswered, add {line}"


def pausing(tx: Transaction, keeping: Keeping, refs: Iterable[Ref]) -> list[int]:
    """Contacts with a running clock of whoever these records are, where an owner's absence makes clocks stand still.

    Reads all standings: asked only when somebody goes away or comes back.
    """
    rules = () if keeping.book is None else keeping.book.follow_up.pauses
    if not any(rule.owner_away for rule in rules):
        return []
    roster = load_roster(tx, keeping.mappings, keeping.book)
    keys = {key for ref in refs if (key := roster.by_ref.get(ref))}
    wanted = keys | {alias for alias, key in roster.aliases.items() if key in keys}
    found: set[int] = set()
    for owner in sorted(wanted):
        like = f'%"owner":{dumps(owner)}%'
        for rows in tx.slices("SELECT contact, body FROM standing WHERE body LIKE ?", like):
            found.update(contact for contact, body in rows if _clocked(body, owner))
    return sorted(found)


def _clocked(standing: str, owner: str) -> bool:
    body = orjson.loads(standing)
    handover = body["handover"]
    runs = () if handover is None else handover.get("runs", ())
    return body["owner"] == owner and any(run["stopped_at"] is None for run in runs)


def waiting_for(tx: Transaction, keeping: Keeping, refs: Iterable[Ref]) -> list[int]:
    """Contacts that wait for an answer of whoever these records are, if that one has left and somebody answers instead."""
    roster = load_roster(tx, keeping.mappings, keeping.book)
    left = {key for ref in refs if (key := roster.by_ref.get(ref)) and roster.left(key)}
    left = {key for key in left if key in roster.substitutes and roster.open.get(key)}
    return unanswered_of(tx, left | {a for a, key in roster.aliases.items() if key in left})
