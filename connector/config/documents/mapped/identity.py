"""The `identity:` part of mappings/fields.yaml: what identifies a person or a company."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from connector.config.documents.written.amounts import Name, OneOrMore, Text
from connector.config.documents.written.document import Part, told
from connector.config.near import did_you_mean
from connector.model.identity import PartForm

MANY = 12
FORMS: tuple[PartForm, ...] = get_args(PartForm)
_LONG = frozenset({"of", "as", "first"})


def part(value: Any) -> Any:
    """`last_name`, `{last_name: sounds_german}` or the long form, as the long form."""
    if isinstance(value, str):
        return {"of": value}
    if isinstance(value, dict) and len(value) == 1 and not _LONG & value.keys():
        ((name, form),) = value.items()
        if form not in FORMS:
            hint = did_you_mean(str(form), FORMS) or "write one of: " + ", ".join(FORMS)
            raise told(f'"{str(form)[:40]}" is no form of a part', hint)
        return {"of": name, "as": form}
    return value


def key(value: Any) -> Any:
    """A field's name stands for the key that is its value."""
    return {"name": value, "all": (value,)} if isinstance(value, str) else _tuples(value)


def _tuples(value: Any) -> Any:
    """Lists as tuples, all the way down: behind a validator of ours nothing is JSON any more."""
    if isinstance(value, dict):
        return {name: _tuples(each) for name, each in value.items()}
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


class PartDocument(Part):
    """A part of a key: a field, or several joined, in one of the forms in which it is compared."""

    of: OneOrMore = Field(description="The field, or fields that are joined by a blank.")
    as_: PartForm = Field(default="same", alias="as", description="The form that is compared.")
    first: Annotated[int, Field(ge=1, le=40)] | None = Field(
        default=None, description="Only so many characters of it."
    )


PartEntry = Annotated[
    PartDocument,
    BeforeValidator(part, json_schema_input_type=Text | PartDocument | dict[str, PartForm]),
]
Parts = Annotated[tuple[PartEntry, ...], Field(min_length=1, max_length=MANY)]


class AlikeDocument(Part):
    """A second look at whom a key brings up."""

    of: OneOrMore = Field(description="Fields that are compared.")
    at_least: Annotated[float, Field(ge=0.5, le=1)] = Field(
        description="How alike two values must be: 1 is equal, 0.85 forgives a typing error."
    )
    any_: Annotated[int, Field(ge=1)] | None = Field(
        default=None, alias="any", description="How many of the fields must be; by default all."
    )


def looks(value: Any) -> Any:
    """One look stands for a list of one."""
    return (value,) if isinstance(value, dict) else value


Looks = Annotated[
    tuple[AlikeDocument, ...],
    Field(max_length=MANY),
    BeforeValidator(looks, json_schema_input_type=AlikeDocument | list[AlikeDocument]),
]


class KeyDocument(Part):
    """What identifies if it is equal."""

    name: Name = Field(description="Shown where the key joined a record.")
    all_: Parts | None = Field(
        default=None, alias="all", description="Parts that must all be equal."
    )
    any_: Annotated[int, Field(ge=1)] | None = Field(
        default=None, alias="any", description="How many of the parts `of` must be equal."
    )
    of: Parts | None = Field(default=None, description="The parts for `any`.")
    alike: Looks = Field(default=(), description="How alike those must be whom the parts bring up.")
    unless_differs: OneOrMore = Field(
        default=(), description="Fields that must not differ where both sides are known."
    )
    ask: bool = Field(default=False, description="Too weak to join anybody: a person is asked.")

    @model_validator(mode="after")
    def _one_way(self) -> KeyDocument:
        if (self.all_ is None) == (self.of is None):
            raise told("a key needs its parts", 'write "all: [...]", or "any: 3" with "of: [...]"')
        if (self.any_ is None) != (self.of is None):
            raise told('"any" and "of" belong together', 'write "any: 3" and "of: [...]"')
        if self.of is not None and self.any_ is not None and self.any_ > len(self.of):
            raise told(f"{self.any_} of {len(self.of)} parts can never be equal", "lower any")
        return self

    @property
    def parts(self) -> tuple[PartDocument, ...]:
        return self.all_ or self.of or ()

    @property
    def needed(self) -> int:
        return self.any_ or len(self.parts)

    @property
    def field(self) -> str:
        """The field whose very value it is; "" for a key of its own."""
        if len(self.parts) != 1 or self.alike or self.unless_differs:
            return ""
        (only,) = self.parts
        plain = only.as_ == "same" and only.first is None and len(only.of) == 1
        return only.of[0] if plain else ""


class CompanyKeyDocument(KeyDocument):
    """What identifies a company, and by which of its fields a person's record shows the same."""

    on_person: dict[Name, Name] | None = Field(
        default=None, description="The company's field: the person's field that names the same."
    )


Keys = Annotated[
    tuple[
        Annotated[KeyDocument, BeforeValidator(key, json_schema_input_type=Text | KeyDocument)],
        ...,
    ],
    Field(max_length=MANY),
]
CompanyKeys = Annotated[
    tuple[
        Annotated[
            CompanyKeyDocument,
            BeforeValidator(key, json_schema_input_type=Text | CompanyKeyDocument),
        ],
        ...,
    ],
    Field(max_length=MANY),
]


class IdentityDocument(Part):
    """Who is who."""

    person: Keys = Field(default=(), description="What identifies a person, the strongest first.")
    account: CompanyKeys = Field(
        default=(), description="What identifies a company, the strongest first."
    )
    names: tuple[Name, ...] | Literal["none"] | None = Field(
        default=None,
        description="What people are called: a value under clearly different names is shared. By default first_name and last_name.",
    )
    role_addresses: tuple[Text, ...] = Field(
        default=(), description="Further local parts that are a role's: werkstatt for werkstatt@…"
    )
    disposable_domains: tuple[Text, ...] = Field(
        default=(), description="Further domains that name no company."
    )
