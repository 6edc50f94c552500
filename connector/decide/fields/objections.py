"""Objections on records that are merged away or deleted: whoever said no there has said it, until they say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.decide.fields.plan import shown_by
from connector.decide.fields.wins import RESTRICTIVE
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Observed
from connector.model.systems.ref import Ref

Seen = Mapping[str, Observed]


def objections(
    mappings: Mappings, away: Mapping[Ref, Seen], living: Mapping[Ref, Seen]
) -> Mapping[Ref, Seen]:
    """What still counts of records that are away: a refusal that no living record has been edited to contradict since."""
    found: dict[Ref, dict[str, Observed]] = {}
    for ref, shown in away.items():
        for name, field_name, field, _ in shown_by(mappings).get(ref[:2], ()):
            seen = shown.get(name)
            if seen is None or field.wins not in RESTRICTIVE or not _refuses(field, seen.value):
                continue
            if not _taken_back(mappings, field_name, seen, living):
                found.setdefault(ref, {})[name] = seen
    return found


def _refuses(field: Field, value: Any) -> bool:
    if field.type == "yes_no":
        return value is True
    return bool(field.levels) and str(value).casefold() == field.levels[-1].casefold()


def _taken_back(
    mappings: Mappings, field_name: str, objection: Observed, living: Mapping[Ref, Seen]
) -> bool:
    """Somebody has typed a value into the same field of a living record since; our own writes and a blank say nothing."""
    said = (
        shown.get(name)
        for ref, shown in living.items()
        for name, other, _, _ in shown_by(mappings).get(ref[:2], ())
        if other == field_name
    )
    return any(
        seen is not None and seen.value is not None and not seen.ours and seen.at > objection.at
        for seen in said
    )
