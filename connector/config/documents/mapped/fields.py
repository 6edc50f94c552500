"""mappings/fields.yaml: our fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from connector.config.documents.mapped.consent import PurposeDocument
from connector.config.documents.mapped.identity import IdentityDocument
from connector.config.documents.written.amounts import Name, Text
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.patterns import CURRENCY, REGION
from connector.config.near import did_you_mean
from connector.model.mapping.field import FieldType, ItemType

RULES = (
    "newest",
    "first",
    "any_true",
    "most_restrictive",
    "highest_stage",
    "union",
    "only_if_blank",
    "manual",
)
_ORDERED = "write {rule: newest, order: [salesforce, hubspot]}"


def wins(value: Any) -> tuple[str, ...]:
    """The rule, and behind it the platforms in their order if any are named."""
    if isinstance(value, str):
        return (_rule(value),)
    if isinstance(value, list) and _texts(value):
        return ("order", *value)
    if isinstance(value, dict):
        return _both(value)
    raise told(
        "who wins belongs here", "write one of: " + ", ".join(RULES) + ", or a list of platforms"
    )


def _rule(value: str) -> str:
    if value in RULES:
        return value
    hint = did_you_mean(value, RULES) or "write one of: " + ", ".join(RULES)
    raise told(f'"{value[:40]}" is not a rule', hint + "; platforms stand in a list: [salesforce]")


def _both(value: dict[str, Any]) -> tuple[str, ...]:
    """`{rule: newest, order: [salesforce, hubspot]}`: the order breaks ties, and says what counts meanwhile."""
    rule, order = value.get("rule"), value.get("order")
    if value.keys() != {"rule", "order"} or not isinstance(rule, str):
        raise told("a rule and an order belong here", _ORDERED)
    if not isinstance(order, list) or not _texts(order):
        raise told("the order is a list of platforms", _ORDERED)
    return (_rule(rule), *order)


def _texts(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(item, str) for item in value)


_PLATFORMS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
Wins = Annotated[
    tuple[str, ...],
    BeforeValidator(wins),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(RULES)},
                _PLATFORMS,
                {
                    "type": "object",
                    "properties": {"rule": {"enum": list(RULES)}, "order": _PLATFORMS},
                    "required": ["rule", "order"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class FieldDocument(Part):
    """One field of ours."""

    type: FieldType = Field(description="What its values are.")
    identifies: Literal["person", "account"] | None = Field(
        default=None, description="Whom an equal value identifies."
    )
    wins: Wins = Field(
        default=("newest",),
        description="Who wins when systems disagree: a rule, platforms in order, or both.",
    )
    levels: Annotated[tuple[Text, ...], Field(min_length=2)] | None = Field(
        default=None,
        description="Values, the lowest first, for most_restrictive and highest_stage.",
    )
    blank: Literal["unknown", "erase", "never"] = Field(
        default="unknown", description="What an empty property means."
    )
    of: ItemType | None = Field(default=None, description="What a list holds.")
    currency: Annotated[str, Field(pattern=CURRENCY)] | None = Field(
        default=None, description="Of amounts that name none, e.g. EUR."
    )
    purpose: Name | None = Field(default=None, description="What a consent is about.")
    refuses: tuple[Name, ...] = Field(
        default=(), description="Purposes to which a yes in this field objects."
    )


class FieldsDocument(Document):
    """mappings/fields.yaml"""

    consent: dict[Name, PurposeDocument] = Field(
        default_factory=dict, description="What people may be contacted for, by purpose."
    )
    default_region: Annotated[str, Field(pattern=REGION)] = Field(
        default="DE", description="Country of phone numbers without one."
    )
    fields: Annotated[dict[Name, FieldDocument], Field(min_length=1)] = Field(
        description="Our fields, by name."
    )
    identity: IdentityDocument | None = Field(
        default=None, description="What identifies people and companies, beyond single fields."
    )


TYPES: tuple[str, ...] = get_args(FieldType)
