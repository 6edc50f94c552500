"""Values of one row, property by property; what cannot be used is a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.decide.fields.normal.table import Held
from connector.decide.fields.reading.step import Step
from connector.model.problem import Problem
from connector.model.systems.ref import Ref

_UNREAD: Any = object()
_REMEMBERED = 1000  # texts of one property


def fill(
    steps: list[Step],
    forms: Mapping[str, Any],
    values: dict[str, Any],
    ref: Ref,
) -> list[Problem]:
    """Reads each shown property by itself into `values`; a text that is known is not read again."""
    problems: list[Problem] = []
    for step in steps:
        key, normal, _, _, never_blank, memory = step
        if key not in forms:  # a light sighting shows some properties only
            continue
        form = forms[key]
        try:
            if form is None:
                if not never_blank:
                    values[key] = None
            elif type(form) is str:  # 1, 1.0 and True are the same key, but not the same value
                found = memory.get(form, _UNREAD)
                if found is _UNREAD:
                    found = normal(form)
                    if len(memory) < _REMEMBERED:
                        memory[form] = found
                values[key] = found
            else:
                values[key] = normal(form)
        except ValueError as error:
            problems.append(_unusable(ref, step, error, values))
    return problems


def fill_beside(
    steps: Iterable[tuple[Step, str | None]],
    forms: Mapping[str, Any],
    values: dict[str, Any],
    ref: Ref,
) -> list[Problem]:
    """Numbers are read by the country of their person, amounts with their currency; hardly any of them repeats."""
    problems: list[Problem] = []
    for step, beside in steps:
        key = step.property
        if key not in forms:
            continue
        form = forms[key]
        try:
            if form is not None:
                values[key] = step.normal(form, beside)
            elif not step.never_blank:
                values[key] = None
        except ValueError as error:
            problems.append(_unusable(ref, step, error, values))
    return problems


def _unusable(ref: Ref, step: Step, error: ValueError, values: dict[str, Any]) -> Problem:
    """What is on hold shows no value; what cannot be read is None."""
    if isinstance(error, Held):
        return _held(ref, step, error)
    values[step.property] = None
    return _unreadable(ref, step, error)


def _held(ref: Ref, step: Step, held: Held) -> Problem:
    hint = f"add it to the table at {step.where}" if step.where else "add it to the table"
    return Problem(str(ref), f"{step.property} {held}", hint, code="UNKNOWN_VALUE")


def _unreadable(ref: Ref, step: Step, error: ValueError) -> Problem:
    code = f"{step.kind.upper()}_UNREADABLE"
    return Problem(str(ref), f"{step.property} {error}", "correct it there", "warning", code)
