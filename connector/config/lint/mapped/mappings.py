"""mappings/fields.yaml and the platforms' files: names, doubles, tables, promise 4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.config.compiled.mapped.sources import OWNER_TYPES, SOURCE_TYPES
from connector.config.contents import Files
from connector.config.documents.mapped.fields import FieldDocument
from connector.config.documents.mapped.platform import (
    PlatformDocument,
    RecordDocument,
    WriteDocument,
)
from connector.config.documents.written.condition import JOINS
from connector.config.lint.conditions.vocabulary import FACTS, NOUNS, Vocabulary, unsaid
from connector.config.lint.mapped.types import check_read, check_type, check_write
from connector.config.lint.mapped.wins import check_owned, check_wins
from connector.config.lint.names import declared
from connector.config.near import suggest
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.decide.fields.sources import clock_of
from connector.model.problem import Problem

Fields = Mapping[str, FieldDocument]
RESERVED = frozenset({*JOINS, *FACTS}) - {"owner"}
TABLES = {
    "stage": "stage",
    "score.grade": "grade",
    "score.band": "band",
    "stream": "stream",
    "stream.held_out": "stream",
    "classification": "classification",
    "origin": "origin",
    "channel": "channel",
    "interest.topic": "interest",
    "interest.phase": "interest_phase",
}  # all of them must be in the table


def check_mappings(files: Files, words: Vocabulary) -> Iterator[Problem]:
    connections = tuple(files.project.document.connections) if files.project else None
    yield from _fields(files, connections)
    yield from _platforms(files, connections)
    fields = files.fields.document.fields if files.fields else None
    if fields is None:
        return
    for file in files.platforms:
        for kind, record in file.document.records.items():
            yield from _record(file, kind, record, fields, words)


def _fields(files: Files, connections: tuple[str, ...] | None) -> Iterator[Problem]:
    if files.fields is None:
        return
    source, fields, free = files.fields.source, files.fields.document.fields, unsaid(files)
    for name, field in fields.items():
        if name in RESERVED - free:
            yield Problem(
                source.key("fields", name),
                f'a field cannot be called "{name}"',
                "conditions use the word already",
            )
        yield from check_type(name, field, source)
        yield from check_wins(name, field, source, connections)
    section = files.fields.document.identity
    keys = section.person if section else ()
    if not keys and not any(field.identifies == "person" for field in fields.values()):
        yield Problem(
            source.key("fields"),
            "no field identifies a person",
            "add identifies: person, for example to the e-mail",
        )
    if files.whole("mappings/"):
        read = {
            name
            for file in files.platforms
            for record in file.document.records.values()
            for name in record.read
        }
        for name in fields:
            if name not in read:
                yield Problem(
                    source.key("fields", name),
                    f'no platform shows the field "{name}"',
                    'add it under "read" of a mapping',
                    "warning",
                )


def _platforms(files: Files, connections: tuple[str, ...] | None) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for file in files.platforms:
        name, where = file.document.platform, file.source.at("platform")
        yield from declared("connection", name, connections, where)
        if name in seen:
            yield Problem(where, f'"{name}" is mapped twice', f"the first mapping is {seen[name]}")
        seen[name] = file.path
        yield from _streams(files, file)
    records = [record for file in files.platforms for record in file.document.records.values()]
    if files.whole("mappings/") and not any(record.is_ == "contact" for record in records):
        yield Problem(
            "mappings:1:1",
            "no record is a contact",
            "write is: contact in the mapping of a platform",
        )


def _streams(files: Files, file: File[PlatformDocument]) -> Iterator[Problem]:
    known = (
        None
        if "rules/nurture.yaml" in files.broken
        else tuple(s.name for s in files.nurture.document.streams)
        if files.nurture
        else ()
    )
    lists: dict[str, str] = {}
    for stream, name in file.document.streams.items():
        yield from declared("stream", stream, known, file.source.key("streams", stream))
        if name in lists:
            yield Problem(
                file.source.at("streams", stream),
                f'"{name}" is the list of {lists[name]} already',
                "one list belongs to one stream",
            )
        lists[name] = stream


def _record(
    file: File[PlatformDocument],
    kind: str,
    record: RecordDocument,
    fields: Fields,
    words: Vocabulary,
) -> Iterator[Problem]:
    source, path = file.source, ("records", kind)
    yield from _same_as(file, kind, record)
    yield from _creation(record, source, path)
    yield from _reads(record, source, path, fields)
    for name, write in record.write.items():
        inner: Path = (*path, "write", name)
        yield from _write(name, write, file, inner, fields, words)
        numbers = SOURCE_TYPES.get(write.from_) == "number"
        yield from check_write(name, write, record, fields, numbers, source, inner)


def _same_as(file: File[PlatformDocument], kind: str, record: RecordDocument) -> Iterator[Problem]:
    if record.same_as is None:
        return
    where = file.source.at("records", kind, "same_as")
    others = {name: other for name, other in file.document.records.items() if name != kind}
    yield from declared("kind", record.same_as, others, where)
    model = others.get(record.same_as)
    if model is not None and (model.same_as is not None or model.is_ != record.is_):
        yield Problem(
            where,
            f"{kind} cannot be the same as {record.same_as}",
            "name a kind that stands for itself and is the same to us",
        )


def _creation(record: RecordDocument, source: Source, path: Path) -> Iterator[Problem]:
    if record.is_ != "contact":
        for key in ("create", "task"):
            if getattr(record, key) is not None:
                yield Problem(
                    source.key(*path, key),
                    f'"{key}" belongs to records that are contacts',
                    "remove it",
                )
    elif record.create is not None and record.external_id is None:
        yield Problem(
            source.key(*path, "create"),
            "records are created without our key",
            "add external_id: the property that holds it",
        )


def _reads(record: RecordDocument, source: Source, path: Path, fields: Fields) -> Iterator[Problem]:
    known: Any = OWNER_TYPES if record.is_ == "owner" else fields
    properties: dict[str, str] = {}
    for name, read in record.read.items():
        yield from declared("field", name, tuple(known), source.key(*path, "read", name))
        where = source.at(*path, "read", name)
        if read.property in properties:
            yield Problem(
                where,
                f'"{read.property}" is read into {properties[read.property]} already',
                "one property shows one field",
            )
        properties[read.property] = name
        yield from check_read(fields.get(name), read, source, (*path, "read", name))


def _write(
    name: str,
    write: WriteDocument,
    file: File[PlatformDocument],
    path: Path,
    fields: Fields,
    words: Vocabulary,
) -> Iterator[Problem]:
    source, origin = file.source, write.from_
    clock = clock_of(origin)
    if clock and origin not in fields:
        yield from declared("clock", clock, words.words.get("breached"), source.at(*path, "from"))
        return
    if origin not in SOURCE_TYPES and origin not in fields:
        yield Problem(
            source.at(*path, "from"),
            f'unknown field "{origin}"',
            suggest(origin, (*fields, *SOURCE_TYPES)),
        )
        return
    if origin in fields and origin != "owner":
        yield from check_owned(name, fields[origin], file, path, origin)
    if write.track is not None:
        where = source.at(*path, "track")
        yield from declared("track", write.track, words.words.get("track"), where)
        if origin not in SOURCE_TYPES or origin in ("owner", "key"):
            yield Problem(
                source.key(*path, "track"),
                f"{origin} is the same in every track",
                "remove the line",
            )
    if origin in TABLES and write.values is not None:
        yield from _table(write.values, TABLES[origin], source, (*path, "values"), words)
    if write.too_long == "cut" and write.max_length is None:
        yield Problem(source.at(*path, "too_long"), '"too_long" without a length', "add max_length")


def _table(
    table: Mapping[str, Any], noun: str, source: Source, path: Path, words: Vocabulary
) -> Iterator[Problem]:
    known = words.words.get(noun)
    if known is None:
        return
    for word in table:
        yield from declared(NOUNS.get(noun, noun), word, known, source.key(*path, word))
    left = [word for word in known if word not in table]
    if left:
        yield Problem(
            source.key(*path),
            f"no value is set for {NOUNS.get(noun, noun)} {', '.join(left)}",
            "add it to the table",
        )
