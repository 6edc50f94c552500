"""mappings/fields.yaml: our fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from connector.config.documents.document import Document, Part, told
from connector.config.documents.patterns import REGION
from connector.config.documents.written import Name
from connector.config.near import did_you_mean
from connector.model.mapping import FieldType

RULES = ("newest", "first", "any_true", "most_restrictive", "union")


def wins(value: Any) -> tuple[str, ...]:
    """A rule's word as a tuple of one, or platforms in order."""
    if isinstance(value, str):
        if value in RULES:
            return (value,)
        hint = did_you_mean(value, RULES) or "write one of: " + ", ".join(RULES)
        raise told(
            f'"{value[:40]}" is not a rule', hint + "; platforms stand in a list: [salesforce]"
        )
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return ("order", *value)
    raise told(
        "who wins belongs here", "write one of: " + ", ".join(RULES) + ", or a list of platforms"
    )


Wins = Annotated[
    tuple[str, ...],
    BeforeValidator(wins),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(RULES)},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
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
        description="Who wins when systems disagree: a rule, or platforms in order.",
    )
    blank: Literal["unknown", "erase", "never"] = Field(
        default="unknown", description="What an empty property means."
    )


class FieldsDocument(Document):
    """mappings/fields.yaml"""

    default_region: Annotated[str, Field(pattern=REGION)] = Field(
        default="DE", description="Country of phone numbers without one."
    )
    fields: Annotated[dict[Name, FieldDocument], Field(min_length=1)] = Field(
        description="Our fields, by name."
    )


TYPES: tuple[str, ...] = get_args(FieldType)
