"""Every test of every condition: a known name, an operator that fits it, a value that it can have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from connector.config.compiled.condition import UNTYPED, Kind, typed
from connector.config.contents import Files
from connector.config.documents import ConditionDocument, TestsDocument
from connector.config.documents.written.values import ListDocument
from connector.config.lint.conditions.places import conditions
from connector.config.lint.conditions.vocabulary import (
    OPERATORS,
    RELATIVE,
    WORDED,
    Vocabulary,
    noun_of,
)
from connector.config.near import suggest
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.decide.fields.normal.domain import domain
from connector.decide.words.word import words as words_of
from connector.model.problem import Problem

FIRST_YEAR, LAST_YEAR = 1900, 2199
TIMELESS = frozenset({"create", "classification", "targeted", "origin", "channel"})


def check_conditions(files: Files, words: Vocabulary) -> Iterator[Problem]:
    """Conditions of all rules and of the mappings' `create`; criteria, whose tests stand without a field."""
    if files.fields is None:
        return  # without fields every name would be unknown
    for place in conditions(files):
        yield from _condition(place.document, place.source, place.path, place.kind, words)
    if files.scoring is not None:
        yield from _criteria(files.scoring, words)


def _criteria(file: File[Any], words: Vocabulary) -> Iterator[Problem]:
    for place, model in file.document.models():
        for index, criterion in enumerate(model.criteria):
            path: Path = (*place, "criteria", index)
            if criterion.field not in words.names["criterion"]:
                yield _unknown(criterion.field, file.source.at(*path, "field"), "criterion", words)
                continue
            for number, choice in enumerate(criterion.first_match):
                inner = (*path, "first_match", number, "when")
                yield from check_tests(choice.when, criterion.field, file.source, inner, words)


def _condition(
    document: ConditionDocument, source: Source, path: Path, kind: str, words: Vocabulary
) -> Iterator[Problem]:
    for field, tests in document.tests():
        if field not in words.names[kind]:
            yield _unknown(field, source.key(*path, field), kind, words)
        else:
            yield from _timeless(tests, source, (*path, field), kind)
            yield from check_tests(tests, field, source, (*path, field), words)
    for join, inner in (("all", document.all), ("any", document.any)):
        for index, part in enumerate(inner):
            yield from _condition(part, source, (*path, join, index), kind, words)
    if document.not_ is not None:
        yield from _condition(document.not_, source, (*path, "not"), kind, words)


def _timeless(tests: TestsDocument, source: Source, path: Path, kind: str) -> Iterator[Problem]:
    """Where nobody looks again when only time has passed, nothing may depend on it."""
    for operator, _ in tests.given():
        if operator in RELATIVE and (kind in TIMELESS or "consent" in path[:-1]):
            hint = "write before or after with a day, or ask it where stages, bands or streams are decided"
            yield Problem(source.key(*path, operator), f'"{operator}" is not asked here', hint)


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _unknown(field: str, where: str, kind: str, words: Vocabulary) -> Problem:
    if field in words.types:
        return Problem(
            where,
            f'"{field}" is not known yet where {_article(kind)} {kind} is decided',
            "use another field",
        )
    return Problem(where, f'unknown field "{field}"', suggest(field, words.names[kind]))


def check_tests(
    tests: TestsDocument, field: str, source: Source, path: Path, words: Vocabulary
) -> Iterator[Problem]:
    """Operators and values against what is known about the field."""
    type_ = words.types.get(field, "any")
    for operator, value in tests.given():
        if operator not in OPERATORS[type_]:
            hint = "use one of: " + ", ".join(OPERATORS[type_])
            yield Problem(
                source.key(*path, operator), f'"{operator}" says nothing about {field}', hint
            )
            continue
        if isinstance(value, ListDocument):
            yield from _listed(field, operator, value, type_, words)
            continue
        for step, item in _items(value):
            inner = (*path, operator, *step)
            written = source.written.get(source.known(inner), "")
            said = _value(field, operator, item, type_, words, source.at(*inner), written)
            if said is not None:
                yield said
    yield from _impossible(tests, source, path)


def _items(value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, tuple):
        yield from (((index,), item) for index, item in enumerate(value))
    else:
        yield (), value


def _listed(
    field: str, operator: str, value: ListDocument, type_: str, words: Vocabulary
) -> Iterator[Problem]:
    """What a CSV file lists is judged where it stands there."""
    for line, item in value.table.values(value.column or ""):
        said = _value(field, operator, item, type_, words, value.table.at(line))
        if said is not None:
            yield said


def _value(
    field: str,
    operator: str,
    value: Any,
    type_: str,
    words: Vocabulary,
    where: str,
    written: str = "",
) -> Problem | None:
    if operator in RELATIVE:
        return _span(field, operator, value, type_, where)
    if operator in (*WORDED, "domain_in"):
        return _spelt(operator, value, where)
    if operator == "present" or type_ == "any":
        return None
    known = words.words.get(field)
    if type_ == "number":
        return _number(value, where)
    if type_ == "money":
        return _amount(field, value, words.kinds.get(field, UNTYPED), where)
    if type_ == "yes_no":
        return (
            None
            if isinstance(value, bool)
            else Problem(
                where, "true or false belongs here", "write it in small letters, without quotes"
            )
        )
    if not isinstance(value, str):
        return Problem(where, "a text belongs here", f'write it in quotes: "{written or value}"')
    if type_ in ("date", "datetime"):
        return _moment(value, type_, where)
    if type_ == "list":
        return _part(field, value, words.kinds.get(field, UNTYPED), where)
    if known is not None and value not in known:
        return Problem(where, f'unknown {noun_of(field)} "{value}"', suggest(value, known))
    return None


def _span(field: str, operator: str, value: timedelta, type_: str, where: str) -> Problem | None:
    if type_ != "date" or value % timedelta(days=1) == timedelta():
        return None
    return Problem(where, f"{field} has days, no hours", f"write {operator} in whole days: 1d")


def _spelt(operator: str, value: str, where: str) -> Problem | None:
    """Texts that whole words and domains are made of."""
    if operator == "domain_in":
        try:
            domain(value)
        except ValueError:
            return Problem(where, f'"{value}" is no internet domain', "write it as x.example")
        return None
    found = words_of(value)
    if not found:
        return Problem(where, f'no word in "{value}"', "write letters or digits")
    if operator == "has_word" and len(found) > 1:
        return Problem(where, f'"{value}" is several words', "write has_phrase for words in a row")
    return None


def _number(value: Any, where: str) -> Problem | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None
    return Problem(where, "a number belongs here", "write it without quotes, unit or comma")


def _amount(field: str, value: Any, kind: Kind, where: str) -> Problem | None:
    """A number counts in the field's own currency; a text may name another."""
    if not isinstance(value, bool):
        try:
            typed(value, kind)
        except ValueError:
            if not kind.currency and isinstance(value, int | float):
                hint = f'write "{value:g} EUR", or add currency: EUR to the field'
                return Problem(where, f"{field} has no currency of its own", hint)
        else:
            return None
    return Problem(where, "an amount belongs here", 'write 1000, or "1000 USD"')


def _part(field: str, value: str, kind: Kind, where: str) -> Problem | None:
    try:
        typed(value, kind)
    except ValueError as error:
        return Problem(where, f"a part of {field} {error}")
    return None


def _moment(value: str, type_: str, where: str) -> Problem | None:
    try:
        found = typed(value, Kind(type_))
    except (ValueError, OverflowError):
        example = "2026-11-21" if type_ == "date" else "2026-11-21T09:14:00+01:00"
        return Problem(where, f"a {type_} belongs here", f'write it as "{example}"')
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return Problem(where, "a year that nobody means", f"write one up to {LAST_YEAR}")
    return None


def _impossible(tests: TestsDocument, source: Source, path: Path) -> Iterator[Problem]:
    """Numbers that no number can satisfy."""
    given = dict(tests.given())
    between = given.get("between", ())
    lows = [*between[:1], *(given[name] for name in ("at_least", "above") if name in given)]
    highs = [*between[1:], *(given[name] for name in ("at_most", "below") if name in given)]
    numbers = all(isinstance(number, int | float) for number in (*lows, *highs))
    if lows and highs and numbers and max(lows) > min(highs):
        yield Problem(
            source.at(*path), "this can never hold", "the lower end is above the upper one"
        )
