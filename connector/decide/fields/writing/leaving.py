"""What is still written to records of somebody who has left the scope: objections, and what the mapping says of leaving."""

from __future__ import annotations

from typing import Any

from connector.decide.fields.forms import LEFT_OUT
from connector.decide.fields.scope import given_up, handed_back, lists_left, nothing, objects
from connector.decide.fields.sources import LEAVES
from connector.decide.fields.writing.comparison import Comparison
from connector.decide.fields.writing.disputes import field_of
from connector.decide.fields.writing.ownership import NOBODY
from connector.model.mapping.property import Write


def leave(record: Comparison) -> None:
    """Put objections, what is given up, and the lists that are left. Tasks stay as they are."""
    for write in record.kind.writes:
        if objects(field_of(record.wanted.mappings, write)):
            record.compare(write)
        else:
            _give_up(record, write)
    stream = record.wanted.decision.standing.stream
    for name in lists_left(record.plan, record.observed, stream):
        record.fields.enlist(name, False, LEAVES)


def _give_up(record: Comparison, write: Write) -> None:
    value = _left_behind(record, write)
    if value is NOBODY:
        return
    made = record.wanted.form(record.plan, write, value, record.ref, record.fields)
    if made.form is not LEFT_OUT and not record.shows(write, made.form):
        record.fields.put(write, made, value)


def _left_behind(record: Comparison, write: Write) -> Any:
    """The owner it goes back to, or nothing; NOBODY: the property stays as it is."""
    plan, seen = record.plan, record.observed.get(write.property)
    if write.source == "owner":
        wanted = record.wanted
        before = handed_back(plan, wanted.contact, record.ref, seen, wanted.roster)
        return NOBODY if before is None else str(before)
    return nothing(write, plan.mapping.form) if given_up(plan, write, seen) else NOBODY
