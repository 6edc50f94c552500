"""Conditions: `{field: {operator: value}}`, all of them must hold; `any`, `all` and `not` join them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connector.config.documents.written.amounts import Duration, Scalar, Text
from connector.config.documents.written.document import Part, told
from connector.config.documents.written.values import InFile, Scalars, Words

Number = Annotated[float, Field(allow_inf_nan=False)]
NONE = timedelta()
JOINS = ("any", "all", "not")  # words a field cannot be called


class TestsDocument(Part):
    """What one field is tested for; several operators must all hold."""

    __test__ = False  # not a class of tests, whatever its name says to pytest

    equals: Scalar = Field(default=None, description="Is this value; text compares without case.")
    not_equals: Scalar = Field(default=None, description="Is known, and another value.")
    in_: Scalars = Field(default=(), alias="in", description="Is one of these.")
    not_in: Scalars = Field(default=(), description="Is known, and none of these.")
    in_file: InFile = Field(default=None, description="Is in this list of a CSV file.")
    not_in_file: InFile = Field(
        default=None, description="Is known, and not in this list of a CSV file."
    )
    at_least: Scalar = Field(
        default=None, description="Is this or more (a stage: this or a later one)."
    )
    above: Scalar = Field(default=None, description="Is more than this.")
    at_most: Scalar = Field(default=None, description="Is this or less.")
    below: Scalar = Field(default=None, description="Is less than this.")
    between: tuple[Number, Number] = Field(
        default=(0, 0), description="From the first to the second, both included."
    )
    contains: Text = Field(default="", description="Has this text in it.")
    contains_all: Words = Field(default=(), description="Has every one of these in it.")
    contains_any: Words = Field(default=(), description="Has one of these texts in it.")
    starts_with: Words = Field(default=(), description="Begins with one of these.")
    ends_with: Words = Field(default=(), description="Ends with one of these.")
    has_word: Words = Field(
        default=(), description="Has one of these as a whole word: Intern is none of International."
    )
    has_phrase: Words = Field(
        default=(), description="Has the words of one of these next to each other, in this order."
    )
    has_word_beginning: Words = Field(
        default=(), description="Has a word that begins with one of these."
    )
    has_form_of: Words = Field(
        default=(),
        description="Has one of these titles in any form: Leiter Einkauf finds Einkaufsleiterin.",
    )
    domain_in: Words = Field(
        default=(), description="Is one of these internet domains, or below one of them."
    )
    before: Text = Field(default="", description="Is earlier than this day or moment.")
    after: Text = Field(default="", description="Is later than this day or moment.")
    within_last: Duration = Field(
        default=NONE, description="Is past, by no more than this: 30d; days count whole."
    )
    older_than: Duration = Field(default=NONE, description="Is past, by more than this: 1y.")
    within_next: Duration = Field(
        default=NONE, description="Is to come, in no more than this: 30d; days count whole."
    )
    matches_path: Words = Field(
        default=(), description="A path like /prices/**; * is one step, ** any number."
    )
    present: bool = Field(
        default=True, description="true: the value is known; false: it is unknown."
    )

    def given(self) -> Iterator[tuple[str, Any]]:
        """The operators that were written, with their values, in the order of this class."""
        written = self.model_fields_set
        for name, shown in _operators():
            if name in written:
                yield shown, getattr(self, name)

    @model_validator(mode="after")
    def _some(self) -> TestsDocument:
        if not self.model_fields_set:
            raise told("no operator", "write for example {in: [A, B]} or {at_least: 35}")
        return self


@cache
def _operators() -> tuple[tuple[str, str], ...]:
    """Each operator as the model and as people call it."""
    return tuple((name, field.alias or name) for name, field in TestsDocument.model_fields.items())


class ConditionDocument(BaseModel):
    """Every part must hold; an empty one always holds. Any other key is a field with its tests."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    __pydantic_extra__: dict[str, TestsDocument]

    any: tuple[ConditionDocument, ...] = Field(
        default=(), min_length=1, description="At least one holds."
    )
    all: tuple[ConditionDocument, ...] = Field(
        default=(), min_length=1, description="Every one holds."
    )
    not_: ConditionDocument | None = Field(
        default=None, alias="not", description="This does not hold."
    )

    def tests(self) -> Iterator[tuple[str, TestsDocument]]:
        """The fields tested here, without those inside `any`, `all` and `not`."""
        yield from (self.__pydantic_extra__ or {}).items()


ALWAYS = ConditionDocument()
