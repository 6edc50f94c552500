"""Records that several contacts may share: an opportunity, named by a lead's conversion or by contact roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connector.model.systems.fact import COMPANY, Tie
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.due import ACCOUNT, LINKED
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work
from connector.store.sql.transaction import Row
from connector.store.tables import ledgers

STANDS = (
    "t.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM tie u WHERE u.ref = t.ref AND u.other = t.other"
    " AND u.source = t.source AND u.id > t.id)"
)
"""Whether the row `t` of `tie` still holds."""
OWN = ""  # the source of a tie that the person's record itself names


class Place(NamedTuple):
    """What is tied to what, and by which word."""

    ref: int
    other: int
    source: str


def tie(
    work: Work, readings: Sequence[Reading], ties: Sequence[Tie] = (), untied: Sequence[Ref] = ()
) -> None:
    """Note which records a person's record names, in either direction; both of one person: the same contact.

    Ties that another record speaks for end with it, and where it names somebody else.
    """
    found: dict[Place, str] = {}
    for reading in readings:
        for role, other in reading.links:
            _sort(work, work.refs[reading.ref], role, work.refs[other], OWN, found)
    for one in ties:
        _sort(work, work.refs[one.ref], one.role, work.refs[one.other], str(one.by), found)
    ended = {str(ref) for ref in untied}
    if not found and not ended:
        return
    work.save()
    standing = _standing(work, found, ended)
    rows = [
        _row(work, place, role, 1)
        for place, role in standing.items()
        if place.source in ended or (place.source != OWN and place not in found)
    ]
    rows += [_row(work, place, role, 0) for place, role in found.items() if place not in standing]
    work.tx.insert(ledgers.tie, rows)
    _touch(work, {row[1] for row in rows})


def _sort(
    work: Work, one: Entry, role: str, other: Entry, source: str, found: dict[Place, str]
) -> None:
    if role == COMPANY and source:
        if _is_company(work, one):
            found.setdefault(Place(one.id, other.id, source), role)
        return
    people = [entry for entry in (one, other) if _is_person(work, entry)]
    if len(people) == 1:
        person, thing = (one, other) if people[0] is one else (other, one)
        if _is_company(work, thing):
            return
        found.setdefault(Place(person.id, thing.id, source), role)
    elif len(people) == 2 and one.contact is not None and other.contact is None:
        work.link(other, "contact", one.contact)
    elif len(people) == 2 and one.contact is None and other.contact is not None:
        work.link(one, "contact", other.contact)


def _standing(work: Work, found: dict[Place, str], ended: set[str]) -> dict[Place, str]:
    """Ties in force of these records, and those that the same sources speak for."""
    sources = ({place.source for place in found} | ended) - {OWN}
    rows = work.tx.rows(
        f"SELECT t.ref, t.other, t.source, t.role FROM tie t WHERE t.ref IN [?] AND t.source = '' AND {STANDS}"  # noqa: S608  (ours)
        f" UNION SELECT t.ref, t.other, t.source, t.role FROM tie t WHERE t.source IN [?] AND {STANDS}"
        " ORDER BY 1, 2, 3",
        sorted({place.ref for place in found if place.source == OWN}),
        sorted(sources),
    )
    return {Place(*row[:3]): row[3] for row in rows}


def _row(work: Work, place: Place, role: str, withdrawn: int) -> Row:
    entry = work.tx.entry()
    return (entry, place.ref, role, place.other, work.now, place.source, withdrawn)


def _touch(work: Work, refs: set[int]) -> None:
    rows = work.tx.rows(
        "SELECT DISTINCT contact FROM ref WHERE id IN [?] AND contact IS NOT NULL ORDER BY 1",
        sorted(refs),
    )
    for (contact,) in rows:
        work.touch(contact, LINKED)
    touch_companies(work, refs)


def touch_companies(work: Work, refs: Iterable[int]) -> None:
    """Everybody at the companies of these records, if a rule asks about a company's deals at all."""
    if not work.keeping.asks_deals:
        return
    for (contact,) in work.tx.rows(
        "SELECT DISTINCT c.id FROM ref r JOIN contact c ON c.account = r.account"
        " WHERE r.id IN [?] AND r.contact IS NULL AND c.survivor IS NULL ORDER BY 1",
        sorted(refs),
    ):
        work.touch(contact, ACCOUNT)


def _is_person(work: Work, entry: Entry) -> bool:
    return entry.contact is not None or work.keeping.is_person(*work.homes.place(entry.home))


def _is_company(work: Work, entry: Entry) -> bool:
    record = work.keeping.record(*work.homes.place(entry.home))
    named = entry.contact is None and entry.account is not None
    return named or (record is not None and record.is_ == "account")
