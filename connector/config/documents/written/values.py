"""Lists and tables that rules take from a CSV file under `values/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    model_serializer,
)
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from connector.config.documents.written.amounts import Name, Scalar, Text, one_or_more
from connector.config.documents.written.document import Part, told
from connector.config.documents.written.patterns import VALUES
from connector.config.tables import Table

EMPTY = Table("", (), ())


class TableDocument(Part):
    """A whole table; its contents belong to the document as soon as it is filled, so that they are in every digest of it."""

    file: Annotated[str, Field(pattern=VALUES, max_length=200)] = Field(
        description="A CSV file of the project: values/competitors.csv."
    )
    _table: Table = PrivateAttr(default=EMPTY)

    @property
    def table(self) -> Table:
        return self._table

    def filled(self, table: Table) -> Self:
        """The same with the contents of its file."""
        copy = self.model_copy()
        copy.__pydantic_private__ = {"_table": table}
        return copy

    def contents(self) -> Any:
        """What counts of the table, as plain values."""
        return [self._table.columns, [row.cells for row in self._table.rows]]

    @model_serializer(mode="wrap")
    def _whole(self, plain: SerializerFunctionWrapHandler) -> Any:
        return {**plain(self), "contents": self.contents()}


class ListDocument(TableDocument):
    """One column of a table."""

    column: Name | None = Field(default=None, description="Its column; the first if not named.")

    @property
    def values(self) -> tuple[str, ...]:
        """What stands in the column, each once, in the order of the file; a list that cannot be read stands for itself."""
        if not self._table.columns:
            return (self.file,)
        return tuple(dict.fromkeys(value for _, value in self._table.values(self.column or "")))

    def contents(self) -> Any:
        return self.values


def file_named(value: Any) -> Any:
    """A text alone is the file."""
    if isinstance(value, str):
        return {"file": value}
    if not isinstance(value, Mapping):
        raise told(
            "a file of the project belongs here",
            "write values/competitors.csv, or {file: values/competitors.csv, column: domain}",
        )
    return value


def _form(value: Any) -> str:
    return "file" if isinstance(value, Mapping | ListDocument) else "list"


def _written(value: Any) -> Any:
    return value if isinstance(value, Mapping) else one_or_more(value)


InFile = Annotated[
    ListDocument | None, BeforeValidator(file_named, json_schema_input_type=Text | ListDocument)
]
Words = Annotated[
    Annotated[Annotated[tuple[Text, ...], Field(min_length=1)], Tag("list")]
    | Annotated[ListDocument, Tag("file")],
    Discriminator(_form),
    BeforeValidator(
        _written,
        json_schema_input_type=Text | Annotated[list[Text], Field(min_length=1)] | ListDocument,
    ),
]
Scalars = Annotated[
    Annotated[Annotated[tuple[Scalar, ...], Field(min_length=1)], Tag("list")]
    | Annotated[ListDocument, Tag("file")],
    Discriminator(_form),
]
