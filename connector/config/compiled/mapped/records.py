"""The kinds of records of one platform, those that are `same_as` another included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from connector.config.compiled.condition import Types, condition
from connector.config.compiled.mapped.sources import OWNER_TYPES, source_type
from connector.config.documents.mapped.platform import PlatformDocument, RecordDocument
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.decide.fields.inherit import reads, writes
from connector.decide.fields.sources import ANSWER
from connector.model.mapping.field import Field, FieldType, Form
from connector.model.mapping.mappings import PlatformMapping
from connector.model.mapping.property import Read, TaskWrite, Write
from connector.model.mapping.record import Record

Line = TypeVar("Line", Read, Write)


def records(
    file: File[PlatformDocument], fields: Mapping[str, Field], types: Types
) -> dict[str, Record]:
    """Every kind with all it reads and writes: inherited lines stand in it, so that nobody need look them up."""
    plain = {
        kind: _record(kind, document, file.source, fields, types)
        for kind, document in file.document.records.items()
    }
    models = PlatformMapping(
        file.document.platform, Form(text=True, datetime="", clear=None), plain
    )
    return {kind: _shared(_whole(record, models)) for kind, record in plain.items()}


def _record(
    kind: str, document: RecordDocument, source: Source, fields: Mapping[str, Field], types: Types
) -> Record:
    path: Path = ("records", kind)
    create, task = document.create, document.task
    return Record(
        kind=kind,
        is_=document.is_,
        read=tuple(_reads(kind, document, source, fields)),
        write=tuple(_writes(kind, document, source, fields)),
        external_id=document.external_id or "",
        create=condition(create.when, source, (*path, "create", "when"), types) if create else None,
        same_as=document.same_as or "",
        task=TaskWrite("Task", task.key, task.subject, source.line(*path, "task"))
        if task
        else None,
        account=document.account or "",
        where=source.line(*path),
    )


def _reads(
    kind: str, document: RecordDocument, source: Source, fields: Mapping[str, Field]
) -> Iterator[Read]:
    for name, line in document.read.items():
        type_ = OWNER_TYPES[name] if document.is_ == "owner" else fields[name].type
        where = source.line("records", kind, "read", name)
        currency = line.currency or ""
        yield Read(
            name,
            line.property,
            type_,
            line.values,
            line.unknown,
            where,
            currency,
            line.at or "",
            line.confirmed or "",
            line.evidence,
        )


def _writes(
    kind: str, document: RecordDocument, source: Source, fields: Mapping[str, Field]
) -> Iterator[Write]:
    for name, line in document.write.items():
        yield Write(
            property=name,
            source=line.from_,
            type=_type(line.from_, fields),
            values=line.values,
            if_missing=line.if_missing,
            max_length=line.max_length,
            too_long=line.too_long,
            backward=line.backward,
            on_create_only=line.on_create_only,
            where=source.line("records", kind, "write", name),
            unknown=line.unknown,
            of=_of(line.from_, fields),
            decimals=line.decimals,
            currency=line.currency or "",
            grants=line.grants,
            purpose=line.purpose or "",
            track=line.track or "",
            unit=fields[line.from_].currency if line.from_ in fields else "",
        )


def _type(source: str, fields: Mapping[str, Field]) -> FieldType:
    """A union of single values is written as a list of them."""
    decided = source_type(source)
    if decided is not None:
        return decided
    field = fields[source]
    return "list" if field.wins == "union" else field.type


def _of(source: str, fields: Mapping[str, Field]) -> FieldType:
    field = fields.get(source)
    if field is None or field.type == "list":
        return field.of if field else "text"
    return field.type if field.wins == "union" else "text"


def _whole(record: Record, models: PlatformMapping) -> Record:
    """The record with the lines of its model under the names they have here; an own line of the same field or property replaces."""
    model = models.records.get(record.same_as)
    if model is None:
        return record
    return replace(
        record,
        read=_with(reads(models, replace(record, read=())), record.read),
        write=_with(writes(models, replace(record, write=())), record.write),
        external_id=record.external_id or model.external_id,
    )


def _with(inherited: tuple[Line, ...], own: tuple[Line, ...]) -> tuple[Line, ...]:
    taken = {name for line in own for name in _names(line)}
    return tuple(line for line in inherited if taken.isdisjoint(_names(line))) + own


def _names(line: Read | Write) -> tuple[str, str]:
    return line.property, line.field if isinstance(line, Read) else line.source


def _shared(record: Record) -> Record:
    """Marks the properties that both sides may edit: those we read, and the answer of sales."""
    shown = {line.property for line in record.read}
    return replace(
        record,
        write=tuple(
            replace(line, shared=line.property in shown or line.source == ANSWER)
            for line in record.write
        ),
    )
