"""rules/cases: people and expectations in words that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.config.contents import Files
from connector.config.documents import CaseDocument
from connector.config.lint.names import declared, twice
from connector.config.lint.signals import details
from connector.config.lint.vocabulary import Vocabulary
from connector.config.yaml import Path, Source
from connector.decide.fields.normal import normalise
from connector.decide.fields.normal.currency import is_code
from connector.model.problem import Problem

TEXTS = frozenset({"text", "email", "phone", "choice"})


def check_cases(files: Files, words: Vocabulary) -> Iterator[Problem]:
    kinds = tuple(details(files)) if files.whole("mappings/") else None
    routes = [rule.name for rule in files.routing.document.rules] if files.routing else None
    for file in files.cases:
        cases = file.document.cases
        yield from twice(
            "case", file.source, ((case.name, ("cases", i, "name")) for i, case in enumerate(cases))
        )
        for index, case in enumerate(cases):
            path: Path = ("cases", index)
            yield from _values(files, case.person, file.source, (*path, "person"))
            yield from _values(files, case.account, file.source, (*path, "account"))
            for number, deed in enumerate(case.activities):
                yield from declared(
                    "kind of activity",
                    deed.kind,
                    kinds,
                    file.source.at(*path, "activities", number, "kind"),
                )
            yield from _expected(case, file.source, path, words)
            if case.expect.route is not None:
                yield from declared(
                    "rule", case.expect.route, routes, file.source.at(*path, "expect", "route")
                )


def _values(
    files: Files, values: Mapping[str, Any], source: Source, path: Path
) -> Iterator[Problem]:
    if files.fields is None:
        return
    fields, region = files.fields.document.fields, files.fields.document.default_region
    for name, value in values.items():
        if name not in fields:
            yield from declared("field", name, tuple(fields), source.key(*path, name))
            continue
        type_, where = fields[name].type, source.at(*path, name)
        if type_ in TEXTS and isinstance(value, bool | int | float):
            written = source.written.get((*path, name), str(value))
            yield Problem(where, "a text belongs here", f'write it in quotes: "{written}"')
            continue
        field = fields[name]
        if field.currency is not None and not is_code(field.currency):
            continue  # told where it stands
        try:
            normalise(type_, value, region, of=field.of or "text", currency=field.currency or "")
        except ValueError as error:
            yield Problem(where, f"{name} {error}")


def _expected(
    case: CaseDocument, source: Source, path: Path, words: Vocabulary
) -> Iterator[Problem]:
    if case.stage is not None:
        yield from declared(
            "stage", case.stage, words.words.get("stage"), source.at(*path, "stage")
        )
    for word in ("stage", "grade", "band", "stream"):
        value = getattr(case.expect, word)
        if value:
            yield from declared(
                word, value, words.words.get(word), source.at(*path, "expect", word)
            )
    if not case.expect.model_fields_set:
        yield Problem(
            source.at(*path, "expect"), "nothing is expected", "name a stage, grade, band, owner …"
        )
