"""Edits that lost: which field, by which rule, on which record. Values only where somebody asks for them: they are personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.decide.fields.resolve import contested
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.store import Losses, Lost, Store


@dataclass(frozen=True, slots=True)
class Conflicts:
    """A period's lost edits; `found.rows` are the latest of `total`."""

    since: datetime
    until: datetime
    found: Losses
    values: bool

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.found.counts.values())

    @property
    def unseen(self) -> int:
        """Those that nobody at the winning record had been shown before it was edited."""
        return sum(count for _, count in self.found.counts.values())

    def as_json(self) -> dict[str, Any]:
        """The counts by field and rule, and the rows."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "total": self.total,
            "unseen": self.unseen,
            "counts": [
                {"field": field, "rule": rule, "edits": count, "unseen": unseen}
                for (field, rule), (count, unseen) in self.found.counts.items()
            ],
            "edits": self.as_rows(),
        }

    def as_rows(self) -> list[dict[str, Any]]:
        """One edit a row, the latest first."""
        return [told(one, values=self.values) for one in self.found.rows]


COLUMNS = ("at", "contact", "record", "property", "field", "rule", "winner", "edited_at", "seen")
VALUES = ("lost", "put")


def conflicts(
    store: Store,
    since: datetime,
    until: datetime,
    *,
    field: str | None = None,
    limit: int = 100,
    known: bool = False,
    values: bool = False,
) -> Conflicts:
    """The lost edits of one period: `since` included, `until` not; `known` ones are counted, and listed if asked for."""
    return Conflicts(
        since, until, store.told.losses(since, until, field, limit, known=known), values
    )


def told(one: Lost, *, values: bool) -> dict[str, Any]:
    """One lost edit. `winner` is the record whose value won; empty where the value was our own decision."""
    row: dict[str, Any] = {
        "at": one.at.isoformat(),
        "contact": one.contact,
        "record": str(one.ref),
        "property": one.property,
        "field": one.field,
        "rule": one.rule,
        "winner": "" if one.winner is None else str(one.winner),
        "edited_at": "" if one.edited_at is None else one.edited_at.isoformat(),
        "seen": one.known,
    }
    if values:
        row |= {"lost": _plain(one.value), "put": _plain(one.put)}
    return row


def disputed(contact: Contact, mappings: Mappings | None) -> dict[str, dict[str, str]]:
    """What the records show of each field that waits for a person's choice."""
    if mappings is None or not contact.contested:
        return {}
    return {
        name: {str(ref): _plain(seen.value) for ref, seen in sorted(shown.items())}
        for name, shown in sorted(contested(mappings, contact.observed).items())
        if name in contact.contested
    }


def _plain(value: Any) -> str:
    """A value as text; an emptied property is empty."""
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
