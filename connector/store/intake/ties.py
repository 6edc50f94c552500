"""Records that several contacts may share: an opportunity, named by a lead's conversion or by contact roles."""

from __future__ import annotations

from collections.abc import Sequence

from connector.model.reading import Reading
from connector.store import ledgers
from connector.store.due import LINKED
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work


def tie(work: Work, readings: Sequence[Reading]) -> None:
    """Note which records a person's record names, in either direction; both of one person: the same contact."""
    found: dict[tuple[int, int], tuple[str, Entry]] = {}
    for reading in readings:
        for role, other in reading.links:
            _sort(work, work.refs[reading.ref], role, work.refs[other], found)
    if not found:
        return
    work.save()
    stored = set(
        work.tx.rows(
            "SELECT ref, other FROM tie WHERE ref IN [?]", sorted({number for number, _ in found})
        )
    )
    rows = []
    for (number, thing), (role, person) in found.items():
        if (number, thing) not in stored:
            rows.append((work.tx.entry(), number, role, thing, work.now))
            work.touch(person.contact, LINKED)
    work.tx.insert(ledgers.tie, rows)


def _sort(
    work: Work, one: Entry, role: str, other: Entry, found: dict[tuple[int, int], tuple[str, Entry]]
) -> None:
    people = [entry for entry in (one, other) if _is_person(work, entry)]
    if len(people) == 1:
        person, thing = (one, other) if people[0] is one else (other, one)
        if _is_company(work, thing):
            return
        found.setdefault((person.id, thing.id), (role, person))
    elif len(people) == 2 and one.contact is not None and other.contact is None:
        work.link(other, "contact", one.contact)
    elif len(people) == 2 and one.contact is None and other.contact is not None:
        work.link(one, "contact", other.contact)


def _is_person(work: Work, entry: Entry) -> bool:
    return entry.contact is not None or work.keeping.is_person(*work.homes.place(entry.home))


def _is_company(work: Work, entry: Entry) -> bool:
    record = work.keeping.record(*work.homes.place(entry.home))
    named = entry.contact is None and entry.account is not None
    return named or (record is not None and record.is_ == "account")
