"""All documents of one project, as far as they could be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar, cast

from connector.config import documents as d
from connector.config.documents.written.values import TableDocument
from connector.config.files import PROJECT, REQUIRED, document_of, is_table, stranger
from connector.config.tables import Table, read_table
from connector.config.tables.filling import filled, missing
from connector.config.validate import File, validated
from connector.config.yaml import at
from connector.errors import Bug
from connector.model.problem import Problem

D = TypeVar("D", bound=d.Document)


@dataclass(frozen=True, slots=True)
class Files:
    """Documents by what they are; None: not there, or not readable. `broken` names the files that could not be used.

    `tables` are the CSV files by path; every document that names one carries its contents already.
    """

    project: File[d.ProjectDocument] | None = None
    fields: File[d.FieldsDocument] | None = None
    outcomes: File[d.OutcomesDocument] | None = None
    assets: File[d.AssetsDocument] | None = None
    owners: File[d.OwnersDocument] | None = None
    scoring: File[d.ScoringDocument] | None = None
    lifecycle: File[d.LifecycleDocument] | None = None
    routing: File[d.RoutingDocument] | None = None
    follow_up: File[d.FollowUpDocument] | None = None
    nurture: File[d.NurtureDocument] | None = None
    classification: File[d.ClassificationDocument] | None = None
    costs: File[d.CostsDocument] | None = None
    platforms: tuple[File[d.PlatformDocument], ...] = ()
    cases: tuple[File[d.CasesDocument], ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    broken: frozenset[str] = field(default=frozenset())

    def named_tables(self) -> Iterator[TableDocument]:
        """Every CSV file that a document names, as often as it is named."""
        for each in fields(self):
            found = getattr(self, each.name)
            for file in found if isinstance(found, tuple) else (found,):
                if isinstance(file, File):
                    yield from (place for _, place in file.tables)

    def whole(self, *names: str) -> bool:
        """Whether nothing of this name (`mappings/`, `rules/nurture.yaml`) was unreadable."""
        return not any(path.startswith(name) for path in self.broken for name in names)


def needed(file: File[D] | None) -> File[D]:
    """A document without which nothing is compiled; raises Bug if somebody compiles all the same."""
    if file is None:
        raise Bug("compiled although a document is missing")
    return file


def sorted_files(
    texts: Mapping[str, str], unreadable: Collection[str] = ()
) -> tuple[Files, list[Problem]]:
    """Every text as its document, and what is wrong in any of them or missing beside them.

    `unreadable` are files that are there and gave no text: told elsewhere, neither missing nor empty.
    """
    found: dict[str, Any] = {}
    platforms: list[File[d.PlatformDocument]] = []
    cases: list[File[d.CasesDocument]] = []
    broken = set(unreadable)
    tables, problems = _tables(texts)
    unread = frozenset(path for path in (*texts, *unreadable) if is_table(path)) - tables.keys()
    broken |= unread
    for path, text in sorted(texts.items()):
        if is_table(path):
            continue
        document = document_of(path)
        if document is None:
            problems.append(stranger(path))
            continue
        file, said = validated(path, text, document)
        problems += said
        if file is not None and file.tables:
            problems += missing(file.tables, file.source, tables, unread)
            file = replace(file, document=filled(file.document, tables))
        if file is None:
            broken.add(path)
        elif isinstance(file.document, d.PlatformDocument):
            platforms.append(cast("File[d.PlatformDocument]", file))
        elif isinstance(file.document, d.CasesDocument):
            cases.append(cast("File[d.CasesDocument]", file))
        else:
            found[_name(path)] = file
    problems += [
        Problem(at(path), "the file is missing", _cure(path))
        for path in REQUIRED
        if path not in texts and path not in broken
    ]
    broken |= {path for path in REQUIRED if path not in texts}
    return Files(
        **found,
        platforms=tuple(platforms),
        cases=tuple(cases),
        tables=tables,
        broken=frozenset(broken),
    ), problems


def _tables(texts: Mapping[str, str]) -> tuple[dict[str, Table], list[Problem]]:
    """The CSV files that could be read, and what is wrong in the others."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for path in filter(is_table, sorted(texts)):
        table, said = read_table(path, texts[path])
        problems += said
        if table is not None:
            tables[path] = table
    return tables, problems


def _name(path: str) -> str:
    return "project" if path == PROJECT else path.rpartition("/")[2].removesuffix(".yaml")


def _cure(path: str) -> str:
    return "leadcycle init writes an example" if path == PROJECT else 'begin it with "version: 1"'
