"""What a property can be written from, beside our fields."""

from __future__ import annotations

from collections.abc import Mapping

from connector.model.mapping import FieldType

SOURCE_TYPES: Mapping[str, FieldType] = {
    "stage": "text",
    "owner": "owner",
    "stream": "text",
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
OWNER_TYPES: Mapping[str, FieldType] = {  # what a record that `is: owner` may show
    "email": "email",
    "name": "text",
    "active": "yes_no",
    "manager": "text",
}
