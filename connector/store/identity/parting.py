"""Two people who were taken for one: each gets back what was his own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import orjson

from connector.store.deciding.unanswered import count_unanswered
from connector.store.intake.work import Work
from connector.store.sql.codec import dumps
from connector.store.sql.transaction import Transaction
from connector.store.tables import projections

Standings = dict[str, str]  # by track


def restored_contact(work: Work, contact: int, refs: Sequence[int]) -> int | None:
    """The contact that one of these records was before it was joined with `contact`, alive again; None if there was none."""
    tx = work.tx
    found = tx.one(
        "SELECT c.id FROM link l JOIN contact c ON c.id = l.target"
        " WHERE l.ref IN [?] AND l.role = 'contact' AND l.key IS NOT NULL AND c.survivor = ? ORDER BY l.id LIMIT 1",
        list(refs),
        contact,
    )
    if found is None:
        return None
    back = int(found[0])
    family = [one for one in everyone_into(tx, back) if one != back]
    tx.run("UPDATE contact SET survivor = NULL WHERE id = ?", back)
    tx.run(
        "UPDATE contact SET survivor = ? WHERE survivor = ? AND id IN [?]", back, contact, family
    )
    return back


def everyone_into(tx: Transaction, contact: int) -> list[int]:
    """This contact and those that were joined into it, directly or through another."""
    direct: dict[int, list[int]] = {}
    for loser, survivor in tx.rows("SELECT loser, survivor FROM joined WHERE role = 'contact'"):
        direct.setdefault(survivor, []).append(loser)
    found, waiting = {contact}, [contact]
    while waiting:
        for one in direct.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return sorted(found)


def give_back(tx: Transaction, contact: int, back: int, event: int) -> str:
    """Standings as far as decisions tell: `back` its last one, `contact` its own where a join had given it that of `back`.

    Returns them as the ledger keeps them, so that a rebuild need not find them out again.
    """
    theirs = set(everyone_into(tx, back))
    own = [one for one in everyone_into(tx, contact) if one not in theirs]
    given = _last(tx, theirs, None)
    joined = tx.one(
        "SELECT max(id) FROM joined WHERE role = 'contact' AND loser IN [?]", sorted(theirs)
    )
    before = _last(tx, own, joined[0] if joined else None)
    standing = _standings(tx, contact)
    rows: list[tuple[int, str, str | None]] = [
        (contact, track, before.get(track))
        for track, body in standing.items()
        if track in given and _same_handover(body, given[track])
    ]
    rows += [(back, track, body) for track, body in given.items()]
    put_standings(tx, rows, event)
    return dumps({"standings": rows})


def put_standings(tx: Transaction, rows: Iterable[tuple[int, str, str | None]], event: int) -> None:
    """Standings as given; None takes one away. Owners' counts follow."""
    wanted = list(rows)
    old = {contact: _standings(tx, contact) for contact, _, _ in wanted}
    pairs = [(old[contact].get(track), body) for contact, track, body in wanted]
    count_unanswered(tx, pairs, event)
    for contact, track, body in wanted:
        if body is None:
            tx.run("DELETE FROM standing WHERE contact = ? AND track = ?", contact, track)
        else:
            tx.put(projections.standing, [(contact, track, body)])


def _last(tx: Transaction, contacts: Collection[int], before: int | None) -> Standings:
    """The standing by the last decision about any of these, in each track; `before` a row of the ledgers, if given."""
    found: Standings = {}
    for number, track, body in tx.rows(
        "SELECT id, track, body FROM decision WHERE contact IN [?] ORDER BY id", sorted(contacts)
    ):
        if before is None or number < before:
            found[track] = dumps(orjson.loads(body)["standing"])
    return found


def _standings(tx: Transaction, contact: int) -> Standings:
    return dict(tx.rows("SELECT track, body FROM standing WHERE contact = ?", contact))


def _same_handover(one: str, other: str) -> bool:
    mine, theirs = orjson.loads(one)["handover"], orjson.loads(other)["handover"]
    if mine is None or theirs is None:
        return False
    return bool(mine["at"] == theirs["at"] and mine["owner"] == theirs["owner"])
