"""The rules by which one value wins over others, and how a report calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connector.decide.fields.normal.union import united
from connector.model.mapping.field import Field, WinsRule
from connector.model.person.contact import Observed, Value
from connector.model.systems.ref import Ref

RESTRICTIVE = ("any_true", "most_restrictive")
"""Rules for consent: what we have passed on counts, too, until somebody edits the field later."""


def winner(field: Field, counted: Sequence[Value]) -> Value | None:
    """The value that wins by the field's rule; None if there is none, or none of a listed platform.

    `newest` and `first` go by the time; ties by the field's order of platforms, then by ref. `order` takes the first listed
    platform that shows a value; a platform it does not list never wins. `any_true` is true as soon as one says so.
    `most_restrictive` is the same for yes_no; of other types it takes the value furthest along the levels, like
    `highest_stage`. `union` joins all. `only_if_blank` and `manual` decide what is written; what counts meanwhile goes by the order.
    """
    return _RULES[field.wins](field, counted) if counted else None


def newest(field: Field, counted: Sequence[Value]) -> Value:
    """The latest of these; ties as in `winner`."""
    return _untied(field, counted, max(value.at for value in counted))


def preference(field: Field, value: Value) -> tuple[Any, ...]:
    """Sorts newest first; the rest only breaks ties, so that no order of arrival does."""
    return (-value.at.timestamp(), *_tie(field, value))


def rule_in_words(field: Field, won: Value, ref: Ref, lost: Observed) -> str:
    """Why what `ref` shows loses against `won`, in a few words that rows of a report can be grouped by; no values."""
    if lost.form in (None, "") and field.blank != "erase":
        return f"blank: {field.blank}"
    before = f"{won.source.platform} before {ref.platform}"
    if field.wins in ("order", "only_if_blank"):
        return before
    if field.wins in ("newest", "first") and won.at == lost.at:
        return f"{field.wins}, at the same time {before}"
    return field.wins


def _tie(field: Field, value: Value) -> tuple[Any, ...]:
    return (_place(field, value), value.source, str(value.value))


def _place(field: Field, value: Value) -> int:
    order, platform = field.order, value.source.platform
    return order.index(platform) if platform in order else len(order)


def _first(field: Field, counted: Sequence[Value]) -> Value:
    return _untied(field, counted, min(value.at for value in counted))


def _untied(field: Field, counted: Sequence[Value], at: datetime) -> Value:
    tied = [value for value in counted if value.at == at]
    return tied[0] if len(tied) == 1 else min(tied, key=lambda value: _tie(field, value))


def _order(field: Field, counted: Sequence[Value]) -> Value | None:
    listed = [value for value in counted if value.source.platform in field.order]
    return _by_order(field, listed) if listed else None


def _by_order(field: Field, counted: Sequence[Value]) -> Value:
    first = min(_place(field, value) for value in counted)
    return newest(field, [value for value in counted if _place(field, value) == first])


def _any_true(field: Field, counted: Sequence[Value]) -> Value:
    return newest(field, [value for value in counted if value.value is True] or counted)


def _most_restrictive(field: Field, counted: Sequence[Value]) -> Value:
    return _any_true(field, counted) if field.type == "yes_no" else _highest(field, counted)


def _highest(field: Field, counted: Sequence[Value]) -> Value:
    """A value that is no level stands below all of them."""
    levels = {level.casefold(): place for place, level in enumerate(field.levels)}
    ranks = [levels.get(str(value.value).casefold(), -1) for value in counted]
    top = max(ranks)
    return newest(field, [value for value, rank in zip(counted, ranks, strict=True) if rank == top])


def _union(field: Field, counted: Sequence[Value]) -> Value:
    latest = newest(field, counted)
    parts = united(part for value in counted for part in _parts(value.value))
    return Value(parts, latest.source, latest.at)


def _parts(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


_RULES: Mapping[WinsRule, Callable[[Field, Sequence[Value]], Value | None]] = {
    "newest": newest,
    "first": _first,
    "order": _order,
    "any_true": _any_true,
    "most_restrictive": _most_restrictive,
    "highest_stage": _highest,
    "union": _union,
    "only_if_blank": _by_order,
    "manual": _by_order,
}
