"""What a field's rule says of one write: whether it may be made, and which edit loses by it."""

from __future__ import annotations

from typing import Any

from connector.decide.fields.forms import equal_forms
from connector.decide.fields.plan import shown_by
from connector.decide.fields.sources import ANSWER, decided_by
from connector.decide.fields.wins import RESTRICTIVE, rule_in_words
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Contact, Observed, Value
from connector.model.problem import Problem
from connector.model.systems.change import Over
from connector.model.systems.ref import Ref

OURS_ALONE = "ours alone"
"""Why an edit loses in a property that people do not fill in."""
_OTHERWISE = {"owner": "handed over", ANSWER: "handed over again"}


def field_of(mappings: Mappings, write: Write) -> Field | None:
    """The field a property is written from; None: it shows what we decided, as the owner does."""
    ours = decided_by(write.source) is not None or write.source == "owner"
    return None if ours else mappings.fields.get(write.source)


def clears(field: Field | None, contact: Contact, write: Write) -> bool:
    """Whether an unknown value is written over what people may have typed.

    An answer is emptied, and so is a field that somebody emptied where a blank erases.
    """
    if field is None or field.blank != "erase":
        return write.source == ANSWER
    return field.name in contact.fields


def only_fills(field: Field | None, write: Write, form: Form, shown: Any) -> bool:
    """Whether the field only ever fills blanks, and this property is none."""
    if field is None or field.wins != "only_if_blank":
        return False
    blank = (None, "") if write.if_missing is None else (None, "", write.if_missing)
    return not any(equal_forms(write, form, one, shown) for one in blank)


def returns(mappings: Mappings, field: Field | None, contact: Contact, ref: Ref) -> bool:
    """Whether the value came from this very system: it is never written back there. Nor is one that nobody shows any more.

    A union belongs to nobody: it is compared everywhere. Nor does an objection: whoever said no on one record has said it for
    all of them.
    """
    won = None if field is None else contact.fields.get(field.name)
    if field is None or won is None or field.wins == "union":
        return False
    if field.blank == "never" and not _shown(mappings, field, contact, won):
        return True
    return field.wins not in RESTRICTIVE and won.source.platform == ref.platform


def _shown(mappings: Mappings, field: Field, contact: Contact, won: Value) -> bool:
    """Whether the record still shows the value it gave; where a blank never counts, we alone may remember it."""
    observed = contact.observed.get(won.source, {})
    shows = shown_by(mappings).get(won.source[:2], ())
    seen = [observed.get(one.property) for one in shows if one.name == field.name]
    return any(one is not None and one.form is not None for one in seen)


def overwritten(
    field: Field | None, contact: Contact, write: Write, ref: Ref, seen: Observed
) -> Over:
    """What is said of an edit that a change is going to overwrite."""
    if write.source in _OTHERWISE:
        return Over(write.source, _OTHERWISE[write.source])
    won = None if field is None else contact.fields.get(field.name)
    if field is None or won is None:
        return Over(write.source, OURS_ALONE)
    return Over(field.name, rule_in_words(field, won, ref, seen), str(won.source))


def dispute(contact: Contact) -> Problem:
    """A person must choose; the row names the fields, never the values."""
    names = ", ".join(sorted(contact.contested))
    return Problem(
        f"contact {contact.id}",
        f"two systems were edited differently ({names}); neither is overwritten",
        "leadcycle explain shows both; leadcycle shelf choose ROW --from PLATFORM says whose value holds",
        code="CONFLICT",
    )
