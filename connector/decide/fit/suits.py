"""Which types of ours a property of theirs can hold, and which of ours a property can be read as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from connector.model.systems.shape import Property, PropertyType

Suits = Literal["good", "loose", "bad"]
"""`loose`: possible, but if the property was of another type before, somebody must look first."""
_WORDS = frozenset({"text", "email", "phone", "country", "language", "choice"})
_PLAIN: frozenset[PropertyType] = frozenset({"text", "choice", "choices", "other"})
_TAKES: Mapping[str, frozenset[PropertyType]] = {
    "number": frozenset({"number", "text", "choice", "other"}),
    "money": frozenset({"number", "text", "other"}),
    "date": frozenset({"date", "datetime", "text", "other"}),
    "datetime": frozenset({"datetime", "text", "other"}),
    "owner": frozenset({"reference", "text", "choice", "other"}),
    "list": frozenset({"text", "choices", "choice", "other"}),
}
_SHOWS: Mapping[str, frozenset[PropertyType]] = {
    "number": frozenset({"number", "text", "choice", "other"}),
    "money": frozenset({"number", "text", "other"}),
    "date": frozenset({"date", "datetime", "text", "other"}),
    "datetime": frozenset({"date", "datetime", "text", "other"}),
    "owner": frozenset({"reference", "text", "choice", "other"}),
    "yes_no": frozenset({"yes_no", "text", "choice", "other"}),
}
_PROPER = frozenset({"email", "country", "language"})  # words with a form of their own
_NAMES: Mapping[str, str] = {
    "text": "text",
    "email": "an e-mail address",
    "choice": "a picklist",
    "choices": "a picklist of several values",
    "number": "a number",
    "date": "a date",
    "datetime": "a date with time",
    "yes_no": "a checkbox",
    "reference": "a reference to another record",
}


def takes(type_: str, prop: Property, *, text: bool) -> Suits:
    """Whether the property can be given values of this type of ours. `text`: the system writes everything as text."""
    theirs = prop.type
    if type_ == "yes_no":
        good = theirs in ("yes_no", "other") or (text and theirs in _PLAIN)
        return "good" if good else "bad"
    if type_ in _TAKES:
        return "good" if theirs in _TAKES[type_] else "bad"
    if type_ not in _WORDS or theirs in _PLAIN or theirs == "email":
        return "good"
    return "loose" if theirs == "reference" else "bad"


def shows(type_: str, prop: Property) -> Suits:
    """Whether values of the property can be read as this type of ours."""
    theirs = prop.type
    if type_ in _SHOWS:
        return "good" if theirs in _SHOWS[type_] else "bad"
    if type_ not in _WORDS or theirs in _PLAIN or theirs in ("email", "reference"):
        return "good"
    return "bad" if type_ in _PROPER else "loose"


def retyped(suits: Suits, prop: Property) -> bool:
    """Whether the type is what keeps a mapping line from going on."""
    return suits == "bad" or (suits == "loose" and bool(prop.was))


def named(type_: str) -> str:
    """A property's type in a sentence."""
    return _NAMES.get(type_, "something else")
