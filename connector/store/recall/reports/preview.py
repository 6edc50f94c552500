"""What would be written to one system, counted and by example, before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from connector.model.person.contact import Contact
from connector.model.roster import Roster
from connector.model.systems.ref import Ref
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.deciding.roster import load_roster
from connector.store.keeping import Keeping
from connector.store.recall.reports.strangers import strangers
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

BLANK = (None, "", False)


class Touched(NamedTuple):
    """How many records get a value in one property: where it was blank, and over another value."""

    filled: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One person, as somebody at the command line knows them. `fields` names the properties, never their values."""

    contact: int
    who: str
    company: str
    record: str
    create: bool
    owner: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`strangers` are people's records there now that do not carry our key; `matched` counts those among them that belong to
    somebody known elsewhere, by what showed it; `doubtful` are matches that wait for a person.
    """

    platform: str
    strangers: int
    creates: Mapping[str, int]  # by kind
    updates: int
    tasks: int
    properties: Mapping[str, Touched]  # of updates, by Kind.Property
    matched: Mapping[str, int]
    doubtful: int
    owners: Mapping[str, int]  # by key; whose the new and updated records would be
    samples: tuple[Sample, ...]


class _Change(NamedTuple):
    contact: int
    ref: Ref
    body: Mapping[str, Any]


def preview(
    tx: Transaction, keeping: Keeping, platform: str, now: datetime, samples: int | None
) -> Preview:
    """Everything that waits for this platform; `samples` None: everybody."""
    roster = load_roster(tx, keeping.mappings, keeping.book)
    properties = _owner_properties(keeping, platform)
    creates: Counter[str] = Counter()
    touched: dict[str, Touched] = {}
    owners: Counter[str] = Counter()
    tasks = updates = 0
    shown: list[_Change] = []
    for change in _waiting(tx, platform):
        if not keeping.is_person(platform, change.ref.kind):
            tasks += 1
            continue
        owner = _owner(change, properties, roster)
        owners.update([owner] if owner else ())
        if change.body["create"]:
            creates[change.ref.kind] += 1
        else:
            updates += 1
            _touch(touched, change)
        if samples is None or len(shown) < samples:
            shown.append(change)
    return Preview(
        platform=platform,
        strangers=strangers(tx, keeping, platform),
        creates=dict(sorted(creates.items())),
        updates=updates,
        tasks=tasks,
        properties=dict(sorted(touched.items())),
        matched=_matched(tx, keeping, platform),
        doubtful=_doubtful(tx, platform),
        owners=dict(owners.most_common()),
        samples=tuple(_samples(tx, keeping, shown, properties, roster, now)),
    )


def _waiting(tx: Transaction, platform: str) -> Iterator[_Change]:
    """New records first: they are what nobody can take back by a look."""
    for creates in (True, False):
        for rows in tx.slices(
            "SELECT b.contact, b.kind, b.record, w.body FROM outbox b JOIN wanted w ON w.id = b.wanted"
            " WHERE b.platform = ? ORDER BY b.id",
            platform,
        ):
            for contact, kind, record, text in rows:
                body = orjson.loads(text)
                if bool(body["create"]) is creates:
                    yield _Change(contact, Ref(platform, kind, record), body)


def _touch(touched: dict[str, Touched], change: _Change) -> None:
    for name in change.body["fields"]:
        place = f"{change.ref.kind}.{name}"
        filled, changed = touched.get(place, Touched())
        blank = change.body["base"].get(name) in BLANK
        touched[place] = Touched(filled + blank, changed + (not blank))


def _owner_properties(keeping: Keeping, platform: str) -> Mapping[str, str]:
    """Kind -> the property that holds the owner."""
    mapping = keeping.platform(platform)
    return {
        record.kind: write.property
        for record in (mapping.records.values() if mapping else ())
        for write in record.write
        if write.source == "owner"
    }


def _owner(change: _Change, properties: Mapping[str, str], roster: Roster) -> str:
    value = change.body["values"].get(properties.get(change.ref.kind, ""))
    if not value:
        return ""
    owner = roster.of(Ref.parse(str(value)))
    return str(value) if owner is None else owner.key


def _samples(
    tx: Transaction,
    keeping: Keeping,
    changes: Iterable[_Change],
    properties: Mapping[str, str],
    roster: Roster,
    now: datetime,
) -> Iterator[Sample]:
    wanted = list(changes)
    numbers = sorted({change.contact for change in wanted})
    people = {one.contact.id: one.contact for one in dossiers(tx, keeping, marks(tx, numbers), now)}
    for change in wanted:
        contact = people.get(change.contact)
        yield Sample(
            contact=change.contact,
            who="" if contact is None else _name(contact),
            company="" if contact is None else str(contact.value("company") or ""),
            record=str(change.ref),
            create=bool(change.body["create"]),
            owner=_owner(change, properties, roster),
            fields=tuple(sorted(change.body["fields"])),
        )


def _name(contact: Contact) -> str:
    parts = (contact.value("first_name"), contact.value("last_name"))
    return " ".join(str(part) for part in parts if part) or str(contact.value("email") or "")


def _matched(tx: Transaction, keeping: Keeping, platform: str) -> dict[str, int]:
    """People with a record here and one elsewhere, by what joined the two."""
    homes, why = Homes(tx), dict[int, str]()
    for rows in tx.slices("SELECT ref, why FROM link WHERE role = 'contact' ORDER BY id"):
        why.update(rows)
    here: set[int] = set()
    elsewhere: set[int] = set()
    joined: dict[int, str] = {}
    for rows in tx.slices(
        "SELECT id, home, contact FROM ref WHERE contact IS NOT NULL AND gone_at IS NULL AND target IS NULL"
    ):
        for number, home, contact in rows:
            place = homes.place(home)
            if not keeping.is_person(*place):
                continue
            (here if place[0] == platform else elsewhere).add(contact)
            if why.get(number, "own") not in ("own", "made", "redirect"):
                joined[contact] = why[number]
    both = here & elsewhere
    return dict(Counter(joined.get(contact, "a person") for contact in both).most_common())


def _doubtful(tx: Transaction, platform: str) -> int:
    return tx.number(
        "SELECT count(*) FROM shelf WHERE origin = 'match' AND platform = ? AND state IN ('open', 'retry')",
        platform,
    )
