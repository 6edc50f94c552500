"""A project's text to everything the house works with. Bad text is never raised: every fault is a problem with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from connector.config import documents as d
from connector.config.compiled.book import rulebook
from connector.config.compiled.digest import digest
from connector.config.compiled.mapped.mappings import mappings
from connector.config.compiled.rules.costs import costs
from connector.config.contents import Files, sorted_files
from connector.config.documents.project import ProjectDocument
from connector.config.examples import Case, cases_of
from connector.config.files import MAPPINGS, RULES, gather, unread
from connector.config.forms import FORMS, PLAIN
from connector.config.lint import lint
from connector.config.lint.conditions.vocabulary import dated_facts, types_of
from connector.config.lint.routing.coverage import check_coverage
from connector.config.project import Project, project_of
from connector.config.schema import schema_of
from connector.config.settings import Settings
from connector.model.costs import Costs
from connector.model.mapping.field import Form
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a project's text says. `book` and `mappings` are None as soon as one problem is an error.

    `problems` come by file and line, errors and warnings. `text` is what was read, by path: the same text compiles to the
    same digests anywhere.
    """

    text: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    project: Project | None = None
    book: Rulebook | None = None
    mappings: Mappings | None = None
    cases: tuple[Case, ...] = ()
    costs: Costs | None = field(default=None)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; warnings do not count."""
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def digest(self) -> str:
        """Of rules and mappings together; "" if there are errors."""
        return (
            digest([self.book.digest, self.mappings.digest]) if self.book and self.mappings else ""
        )


def load(
    root: Path, forms: Mapping[str, Form] | None = None, settings: Settings | None = None
) -> Loaded:
    """The project in a folder, under `settings` (None: this process's LEADCYCLE_DATABASE and LEADCYCLE_SANDBOX).

    `forms` are those of platforms from other packages, by type.
    """
    settings = Settings() if settings is None else settings
    found, problems = gather(root)
    return _compiled(found, forms or {}, list(problems), root, settings)


def compile_text(text: Mapping[str, str], forms: Mapping[str, Form] | None = None) -> Loaded:
    """The same from stored text (the active rulebook); paths are relative to the project's folder."""
    return _compiled(dict(text), forms or {}, [], None, Settings())


def texts(root: Path) -> Mapping[str, str]:
    """All text of the project in a folder, by path, as it is stored."""
    return gather(root)[0]


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (2020-12) for editors, by file name."""
    kinds = {
        "project": ProjectDocument,
        "mapping": d.PlatformDocument,
        "cases": d.CasesDocument,
        **MAPPINGS,
        **RULES,
    }
    return {f"{name}.json": schema_of(kind) for name, kind in sorted(kinds.items())}


def _compiled(
    text: Mapping[str, str],
    forms: Mapping[str, Form],
    problems: list[Problem],
    root: Path | None,
    settings: Settings,
) -> Loaded:
    files, said = sorted_files(text, unread(problems))
    known = {**FORMS, **forms}
    overrides = settings.problems()
    problems += [*overrides, *said, *lint(files, known)]
    ordered = _ordered(problems)
    usable = files.project if not overrides else None
    project = project_of(usable.document, root, settings) if usable else None
    found = Loaded(text, ordered, project, cases=cases_of(files))
    if not found.ok:
        return found
    return _whole(found, files, known)


def _whole(found: Loaded, files: Files, forms: Mapping[str, Form]) -> Loaded:
    types = {**dated_facts(files), **types_of(files)}
    connections = files.project.document.connections if files.project else {}
    named = {name: forms.get(connection.type, PLAIN) for name, connection in connections.items()}
    book = rulebook(files, types)
    return Loaded(
        found.text,
        _ordered([*found.problems, *check_coverage(book)]),
        found.project,
        book,
        mappings(files, named, tuple(connections), types),
        found.cases,
        costs(files),
    )


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and column, each once."""

    def place(problem: Problem) -> tuple[str, int, int, str]:
        path, line, column = problem.where.rsplit(":", 2)
        return path, int(line), int(column), problem.message

    return tuple(sorted(dict.fromkeys(map(_readable, problems)), key=place))


def _readable(problem: Problem) -> Problem:
    """In one line, whatever stands in the text that it repeats."""
    if problem.message.isprintable() and problem.hint.isprintable():
        return problem
    return replace(problem, message=_line(problem.message), hint=_line(problem.hint))


def _line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
