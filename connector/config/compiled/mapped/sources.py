"""What a property can be written from, beside our fields."""

from __future__ import annotations

from collections.abc import Mapping

from connector.decide.fields.sources import clock_of
from connector.model.mapping.field import FieldType

SOURCE_TYPES: Mapping[str, FieldType] = {
    "stage": "text",
    "owner": "owner",
    "stream": "text",
    "stream.held_out": "text",
    "key": "text",
    "score.grade": "text",
    "score.band": "text",
    "score.profile": "number",
    "score.activity": "number",
    "score.explanation": "text",
    "score.as_of": "datetime",
    "classification": "text",
    "targeted": "yes_no",
    "origin": "text",
    "channel": "text",
    "interest.explanation": "text",
    "interest.topic": "text",
    "interest.phase": "text",
    "interest.as_of": "datetime",
    "follow_up.answer_due": "datetime",
    "follow_up.overdue": "yes_no",
    "lifecycle.asks": "text",
    "lifecycle.track": "text",
    "lifecycle.cycle": "number",
    "handover.at": "datetime",
    "handover.number": "number",
    "handover.answer": "text",
}


def source_type(name: str) -> FieldType | None:
    """The type of what we decide; None for a field. Every clock of the rules has its own `follow_up.NAME_due`."""
    return "datetime" if clock_of(name) else SOURCE_TYPES.get(name)


OWNER_TYPES: Mapping[str, FieldType] = {  # what a record that `is: owner` may show
    "email": "email",
    "name": "text",
    "active": "yes_no",
    "manager": "text",
    "away_until": "date",
}
