"""What a field's type asks for: what a list holds, the currency of an amount; tables and rounding where they fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connector.config.documents.mapped.fields import FieldDocument
from connector.config.documents.mapped.platform import ReadDocument, RecordDocument, WriteDocument
from connector.config.near import suggest
from connector.config.yaml import Path, Source
from connector.decide.fields.normal.currency import codes
from connector.model.problem import Problem

NAME_IT = "add currency: EUR to the field, or name the property here: currency: CurrencyIsoCode"


def check_type(name: str, field: FieldDocument, source: Source) -> Iterator[Problem]:
    """The keys of one field that belong to some types only."""
    path: Path = ("fields", name)
    if field.type == "list" and field.of is None:
        yield Problem(
            source.at(*path, "type"), f"nobody knows what {name} is a list of", "add of: text"
        )
    if field.of is not None and field.type != "list":
        hint = f"write {{type: list, of: {field.of}}}, or remove the line"
        yield Problem(source.key(*path, "of"), f'"of" is for lists, {name} is {field.type}', hint)
    if field.currency is not None and field.type != "money":
        yield Problem(
            source.key(*path, "currency"),
            f'"currency" is for money, {name} is {field.type}',
            "write type: money, or remove the line",
        )
    elif field.currency is not None and field.currency not in codes():
        yield Problem(
            source.at(*path, "currency"),
            f'unknown currency "{field.currency}"',
            suggest(field.currency, sorted(codes())) or "write a code of ISO 4217: EUR",
        )
    if field.type == "money" and field.identifies is not None:
        where = source.key(*path, "identifies")
        yield Problem(where, "an amount of money identifies nobody", "remove the line")
    if field.type == "money" and field.wins == ("union",):
        where = source.at(*path, "wins")
        yield Problem(where, f"{name} is one amount, not many", "write another rule")


def check_read(
    field: FieldDocument | None, read: ReadDocument, source: Source, path: Path
) -> Iterator[Problem]:
    """A line under `read`."""
    yield from _table(read, source, path)
    if field is None:
        return
    if read.currency is not None and field.type != "money":
        yield _no_money(source, path)
    if field.type == "money" and read.currency is None and field.currency is None:
        yield Problem(source.at(*path), "these are amounts without a currency", NAME_IT)


def check_write(
    name: str,
    write: WriteDocument,
    record: RecordDocument,
    fields: Mapping[str, FieldDocument],
    numbers: bool,
    source: Source,
    path: Path,
) -> Iterator[Problem]:
    """A line under `write`; `numbers`: what it writes are numbers, though no field."""
    yield from _table(write, source, path)
    field = fields.get(write.from_)
    type_ = field.type if field else "number" if numbers else ""
    if write.decimals is not None and type_ not in ("number", "money"):
        where = source.key(*path, "decimals")
        yield Problem(where, '"decimals" is for numbers and money', "remove the line")
    if write.currency is not None and type_ != "money":
        yield _no_money(source, path)
    elif field is not None and type_ == "money":
        yield from _currency(name, write, record, field, source, path)


def _currency(
    name: str,
    write: WriteDocument,
    record: RecordDocument,
    field: FieldDocument,
    source: Source,
    path: Path,
) -> Iterator[Problem]:
    shown = next((read.currency for read in record.read.values() if read.property == name), None)
    if write.currency is None and shown is not None:
        yield Problem(
            source.at(*path),
            f"{name} is read with its currency, but written without",
            f"add currency: {shown}",
        )
    elif write.currency is None and field.currency is None:
        yield Problem(source.at(*path), "these are amounts without a currency", NAME_IT)
    if write.currency is not None and write.currency in record.write:
        yield Problem(
            source.at(*path, "currency"),
            f'"{write.currency}" has a line of its own',
            "remove that line: the currency is written with the amount",
        )


def _table(line: ReadDocument | WriteDocument, source: Source, path: Path) -> Iterator[Problem]:
    if line.values is None and "unknown" in line.model_fields_set:
        yield Problem(source.key(*path, "unknown"), '"unknown" without a table', "add values")


def _no_money(source: Source, path: Path) -> Problem:
    where = source.key(*path, "currency")
    return Problem(where, '"currency" is for fields of type money', "remove the line")
