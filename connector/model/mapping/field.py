"""Our fields, and the form in which a platform writes values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ItemType = Literal[
    "text",
    "email",
    "phone",
    "country",
    "language",
    "number",
    "date",
    "datetime",
    "choice",
    "yes_no",
    "owner",
]
"""What a list may hold."""
FieldType = Literal[ItemType, "money", "list", "consent"]
WinsRule = Literal[
    "newest",
    "first",
    "order",
    "any_true",
    "most_restrictive",
    "highest_stage",
    "union",
    "only_if_blank",
    "manual",
]


@dataclass(frozen=True, slots=True)
class Form:
    """How a platform writes values: everything as text (HubSpot) or as typed JSON (Salesforce).

    `datetime` is a strftime pattern for aware UTC times (milliseconds as literal zeros); `clear` is what empties a property.
    `queues` names the properties (`Kind.Property`) that take a queue as an owner.
    """

    text: bool
    datetime: str
    clear: Any
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of ours. `order` lists platforms for `wins: order`, and breaks ties of the other rules.

    `levels` are the values that `most_restrictive` and `highest_stage` go by, the lowest first.
    """

    name: str
    type: FieldType
    wins: WinsRule
    order: tuple[str, ...] = ()
    identifies: Literal["", "person", "account"] = ""
    blank: Literal["unknown", "erase", "never"] = "unknown"
    where: str = ""
    levels: tuple[str, ...] = ()
    of: FieldType = "text"  # what a list holds
    currency: str = ""  # ISO 4217, of an amount of money that names none
    purpose: str = ""  # what a field of type consent is about
    refuses: tuple[str, ...] = ()  # purposes to which a yes in this yes_no field objects
