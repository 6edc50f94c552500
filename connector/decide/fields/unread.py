"""Values that somebody typed and the mapping cannot read: they stand where they are until a newer one beats them."""

from __future__ import annotations

from collections.abc import Collection

from connector.decide.fields.normal.text import spelled
from connector.decide.fields.plan import KindPlan
from connector.decide.fields.wins import winner
from connector.model.mapping.field import Field
from connector.model.mapping.property import Write
from connector.model.person.contact import Contact, Observed, Value
from connector.model.systems.ref import Ref


def stands_unread(
    field: Field | None, kind: KindPlan, contact: Contact, write: Write, ref: Ref, seen: Observed
) -> bool:
    """Whether a value that the mapping's table lacks, or that is not of the field's type, would win here if it could be read.

    It says nothing to other systems, but it is somebody's: what they say is not put over it before their turn comes. A union
    joins what it can read.
    """
    if field is None or field.wins == "union":
        return False
    if kind.field_of.get(write.property) != write.source:
        return False
    if not is_unread(seen, kind.unknown.get(write.property, frozenset())):
        return False
    won = contact.fields.get(field.name)
    if won is None:
        return True
    here = Value(seen.form, ref, seen.at)
    return winner(field, [won, here]) == here


def is_unread(seen: Observed, unknown: Collection[str]) -> bool:
    """Whether somebody's value is no value of ours: not blank, and not among the spellings that stand for "unknown"."""
    if seen.ours or seen.value is not None:
        return False
    try:
        text = spelled(seen.form).strip().casefold()
    except ValueError:
        return True
    return bool(text) and text not in unknown
