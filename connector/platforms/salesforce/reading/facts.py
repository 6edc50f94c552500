"""Rows of one answer as facts: sightings, moves, deletions, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.model.problem import Problem
from connector.model.systems.fact import COMPANY, Gone, Move, Outcome, Page, Sighting, Tie
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.parts import Row
from connector.platforms.salesforce.reading.cursor import moment
from connector.platforms.salesforce.reading.kinds import PAGE, Reading
from connector.platforms.salesforce.session import NAME

_ROLE = "OpportunityContactRole"
_SHOWN = frozenset({"Task", "Event", _ROLE})
"""Kinds that are only evidence: their rows are no sightings of their own."""


@dataclass(slots=True)
class Facts:
    """What the rows of one page say; becomes a Page when a cursor is known."""

    sightings: list[Sighting] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outcomes_of: list[Ref] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    untied: list[Ref] = field(default_factory=list)
    rows: int = 0
    user: str = ""  # our own, by the login

    @property
    def full(self) -> bool:
        """Whether this is enough for one page."""
        return len(self.sightings) + len(self.ties) >= PAGE

    def page(self, cursor: str) -> Page:
        return Page(
            sightings=tuple(self.sightings),
            outcomes=tuple(self.outcomes),
            moved=tuple(self.moved),
            gone=tuple(self.gone),
            problems=tuple(self.problems),
            cursor=cursor,
            outcomes_of=tuple(self.outcomes_of),
            ties=tuple(self.ties),
            untied=tuple(self.untied),
            us=ref("User", self.user) if self.user else None,
        )


def ref(kind: str, key: str) -> Ref:
    return Ref(NAME, kind, key)


def person(key: str | None) -> Ref | None:
    """The Lead or Contact behind an id, by its key prefix (api-contracts B.8)."""
    kind = {"00Q": "Lead", "003": "Contact"}.get((key or "")[:3])
    return ref(kind, key) if kind and key else None


def unreadable(kind: str, row: Row) -> Problem | None:
    """Why a row cannot be used, if so."""
    key = row.get("Id")
    where = str(ref(kind, key)) if isinstance(key, str) and key else f"{NAME}/{kind}"
    try:
        moment(row["SystemModstamp"])
        if isinstance(key, str) and key:
            return None
        said = "a row without an Id"
    except (KeyError, TypeError, ValueError):
        said = "a row without a readable SystemModstamp"
    return Problem(where, said, "show it to the Salesforce administrator", code="UNREADABLE_ROW")


def see(reading: Reading, rows: Iterable[Row], found: Facts, seen_at: datetime) -> None:
    """Add what good rows of this kind show about records; outcomes are `outcomes.py`'s."""
    work = _BY_KIND.get(reading.kind, _plain)
    if reading.kind in _SHOWN:
        for row in rows:
            if reading.kind == _ROLE:
                _role(row, found)
        return
    for row in rows:
        if row.get("IsDeleted"):
            _vanished(reading.kind, row, found)
        else:
            work(reading, row, found, seen_at)


def _plain(
    reading: Reading,
    row: Row,
    found: Facts,
    seen_at: datetime,
    links: tuple[tuple[str, Ref], ...] = (),
) -> None:
    if not reading.shown and not links:
        return  # a record that only shows outcomes
    fields: dict[str, Any] = {prop: row.get(column) for prop, column in reading.shown}
    found.sightings.append(
        Sighting(
            Ref(NAME, reading.kind, row["Id"]),
            fields,
            moment(row["SystemModstamp"]),
            seen_at,
            links,
            _editor(row),
        )
    )


def _editor(row: Row) -> Ref | None:
    """Who changed the record last; an automation within our own write counts as us (api-contracts B.6)."""
    key = row.get("LastModifiedById")
    return ref("User", key) if key else None


def _lead(reading: Reading, row: Row, found: Facts, seen_at: datetime) -> None:
    if not row.get("IsConverted"):
        _plain(reading, row, found, seen_at)
        return
    deal, contact = row.get("ConvertedOpportunityId"), row.get("ConvertedContactId")
    _plain(
        reading, row, found, seen_at, (("opportunity", ref("Opportunity", deal)),) if deal else ()
    )
    if contact:
        at = moment(row["SystemModstamp"])
        found.moved.append(Move(ref("Lead", row["Id"]), ref("Contact", contact), "converted", at))


def _user(reading: Reading, row: Row, found: Facts, seen_at: datetime) -> None:
    chief = row.get("ManagerId")
    _plain(reading, row, found, seen_at, (("manager", ref("User", chief)),) if chief else ())


def _deal(reading: Reading, row: Row, found: Facts, seen_at: datetime) -> None:
    """The opportunity belongs to the company it names, whoever takes part in it (AccountId, api-contracts B.8)."""
    _plain(reading, row, found, seen_at)
    company, own = row.get("AccountId"), ref("Opportunity", row["Id"])
    if company:
        found.ties.append(Tie(ref("Account", company), own, COMPANY, own))
    elif "AccountId" in row:
        found.untied.append(own)


def _role(row: Row, found: Facts) -> None:
    """The opportunity hangs on the person for as long as the contact role is there."""
    contact, deal, own = row.get("ContactId"), row.get("OpportunityId"), ref(_ROLE, row["Id"])
    if row.get("IsDeleted"):
        found.untied.append(own)
    elif contact and deal:
        found.ties.append(
            Tie(ref("Contact", contact), ref("Opportunity", deal), "opportunity", own)
        )


def _vanished(kind: str, row: Row, found: Facts) -> None:
    """Merged losers are deleted with the survivor's id; they show no fields any more (api-contracts B.6)."""
    old, at, master = ref(kind, row["Id"]), moment(row["SystemModstamp"]), row.get("MasterRecordId")
    if master:
        found.moved.append(Move(old, ref(kind, master), "merged", at))
    else:
        found.gone.append(Gone(old, at))


_BY_KIND = {"Lead": _lead, "User": _user, "Opportunity": _deal}


def split(kind: str, rows: Sequence[Row], found: Facts) -> list[Row]:
    """The readable rows; the others become problems."""
    good = []
    for row in rows:
        problem = unreadable(kind, row)
        if problem is None:
            good.append(row)
        else:
            found.problems.append(problem)
    return good
