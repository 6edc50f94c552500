"""Consent: purposes that are declared, fields and lines that fit them, a double opt-in that can be seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from connector.config.contents import Files
from connector.config.documents.mapped.fields import FieldDocument
from connector.config.documents.mapped.platform import PlatformDocument, ReadDocument, WriteDocument
from connector.config.lint.names import declared
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

PROOFS = ("at", "confirmed", "evidence")


def check_consent(files: Files) -> Iterator[Problem]:
    if files.fields is None:
        return
    purposes, source = files.fields.document.consent, files.fields.source
    fields = files.fields.document.fields
    for name, field in fields.items():
        yield from _field(name, field, source, purposes)
    for purpose in purposes:
        if not any(purpose in (each.purpose, *each.refuses) for each in fields.values()):
            yield Problem(
                source.key("consent", purpose),
                f'nothing tells of the purpose "{purpose}"',
                "give a field of type consent this purpose, or a yes_no field under refuses",
                "warning",
            )
    double = {name for name, each in fields.items() if _double(each, files)}
    for file in files.platforms:
        for kind, record in file.document.records.items():
            for name, read in record.read.items():
                if name in fields:
                    yield from _read(file, (kind, "read", name), fields[name], read, name in double)
            for name, write in record.write.items():
                path = ("records", kind, "write", name)
                yield from _write(file, path, fields.get(write.from_), write, purposes)
    yield from _streams(files, purposes)


def _double(field: FieldDocument, files: Files) -> bool:
    found = files.fields and files.fields.document.consent.get(field.purpose or "")
    return bool(found and found.double_opt_in)


def _field(
    name: str, field: FieldDocument, source: Source, purposes: Collection[str]
) -> Iterator[Problem]:
    path: Path = ("fields", name)
    if field.type == "consent" and field.purpose is None:
        yield Problem(
            source.key(*path), f'"{name}" does not say what it agrees to', "add purpose: email"
        )
    if field.type != "consent" and field.purpose is not None:
        where = source.at(*path, "purpose")
        yield Problem(
            where, "only a field of type consent has a purpose", "see refuses, for yes_no"
        )
    if field.type == "consent" and "wins" in field.model_fields_set:
        where = source.at(*path, "wins")
        yield Problem(where, "of consents the most restrictive always wins", "remove the line")
    if field.purpose is not None:
        yield from declared("purpose", field.purpose, purposes, source.at(*path, "purpose"))
    if field.refuses and field.type != "yes_no":
        where = source.at(*path, "refuses")
        yield Problem(where, "only a yes in a yes_no field objects", "make it type: yes_no")
    for place, purpose in enumerate(field.refuses):
        yield from declared("purpose", purpose, purposes, source.at(*path, "refuses", place))


def _read(
    file: File[PlatformDocument],
    path: tuple[str, ...],
    field: FieldDocument,
    read: ReadDocument,
    double: bool,
) -> Iterator[Problem]:
    place: Path = ("records", *path)
    if field.type != "consent":
        for name in PROOFS:
            if getattr(read, name):
                where = file.source.at(*place, name)
                yield Problem(where, f"only a consent has {name}", "remove it")
        return
    if double and read.confirmed is None and "granted" in (read.values or {"": "granted"}).values():
        yield Problem(
            file.source.key(*place),
            "nothing shows whether this consent was confirmed",
            "add confirmed: with the property that shows it, or let values say pending",
        )


def _write(
    file: File[PlatformDocument],
    path: tuple[str, ...],
    field: FieldDocument | None,
    write: WriteDocument,
    purposes: Collection[str],
) -> Iterator[Problem]:
    if write.grants and (field is None or not (field.type == "consent" or field.refuses)):
        where = file.source.at(*path, "grants")
        yield Problem(where, "only a consent can be granted", "remove it")
    if write.purpose is not None:
        yield from declared("purpose", write.purpose, purposes, file.source.at(*path, "purpose"))


def _streams(files: Files, purposes: Collection[str]) -> Iterator[Problem]:
    if files.nurture is None:
        return
    document, source = files.nurture.document, files.nurture.source
    if document.purpose is not None:
        yield from declared("purpose", document.purpose, purposes, source.at("purpose"))
    for place, stream in enumerate(document.streams):
        if stream.purpose is not None:
            where = source.at("streams", place, "purpose")
            yield from declared("purpose", stream.purpose, purposes, where)
