"""Which value wins when systems disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connector.decide.fields.normal.union import united
from connector.decide.fields.plan import shown_by
from connector.model.contact import Observed, Value
from connector.model.mapping import Field, Mappings, WinsRule
from connector.model.ref import Ref


def resolve(field: Field, shown: Sequence[Value]) -> tuple[Value | None, tuple[Value, ...]]:
    """The winning value, and those that differ from it, newest first. The order of `shown` does not matter.

    `newest` and `first` go by the time; ties by the field's order of platforms, then by ref. `order` takes the first listed
    platform that shows a value; a platform it does not list never wins. `any_true` is true as soon as one says so.
    `most_restrictive` is the same for yes_no; of other types it takes the value listed last in the field's order. `union`
    joins all. A None counts only where a blank erases, and then wins and loses like a value.
    """
    counted = [v for v in shown if v.value is not None or field.blank == "erase"]
    winner = _winner(field, counted)
    if field.wins == "union":
        return winner, ()
    losers = [v for v in counted if winner is None or v.value != winner.value]
    losers.sort(key=lambda value: _preference(field, value))
    return winner, tuple(losers)


def fields_of(
    mappings: Mappings, observed: Mapping[Ref, Mapping[str, Observed]]
) -> Mapping[str, Value]:
    """Every field's winning value over all refs of one contact (or account). A field nobody shows is absent.

    A property that was emptied counts as a blank where a blank erases (then the value may be None); one whose form cannot be
    read shows nothing. Under an order of platforms what we wrote ourselves only repeats what another system said: it counts
    where nobody says anything, so that an edit passes as long as nobody has edited the other side.
    """
    plans = shown_by(mappings)
    found: dict[str, Value] = {}
    echoes: dict[str, Value] = {}
    rivals: dict[str, tuple[Field, list[Value]]] = {}
    for ref, properties in observed.items():
        for key, name, field, listed in plans.get(ref[:2], ()):
            seen = properties.get(key)
            if seen is None or not listed:
                continue
            if seen[1] is None and (field.blank != "erase" or seen[0] not in (None, "")):
                continue
            value = Value(seen[1], ref, seen[2])
            if seen[3] and field.wins == "order":
                echoes.setdefault(name, value)
            elif name not in found:
                found[name] = value
            elif name in rivals:
                rivals[name][1].append(value)
            else:
                rivals[name] = (field, [found[name], value])
    for name, (field, values) in rivals.items():
        won = _winner(field, values)
        if won is not None:
            found[name] = won
    return {**echoes, **found} if echoes else found


def origin(
    mappings: Mappings, observed: Mapping[Ref, Mapping[str, Observed]], name: str, value: Any
) -> Ref | None:
    """The record that showed this value of the field first, ties as in `resolve`: what was written since only repeats it."""
    plans = shown_by(mappings)
    shown = [
        Value(value, ref, seen.at)
        for ref, properties in observed.items()
        for shows in plans.get(ref[:2], ())
        if shows.name == name and (seen := properties.get(shows.property)) and seen.value == value
    ]
    return _first(mappings.fields[name], shown).source if shown else None


def _winner(field: Field, counted: Sequence[Value]) -> Value | None:
    return _RULES[field.wins](field, counted) if counted else None


def _preference(field: Field, value: Value) -> tuple[Any, ...]:
    """Sorts newest first; the rest only breaks ties, so that no order of arrival does."""
    return (-value.at.timestamp(), *_tie(field, value))


def _tie(field: Field, value: Value) -> tuple[Any, ...]:
    return (_place(field, value), value.source, str(value.value))


def _place(field: Field, value: Value) -> int:
    order, platform = field.order, value.source.platform
    return order.index(platform) if platform in order else len(order)


def _newest(field: Field, counted: Sequence[Value]) -> Value:
    return _untied(field, counted, max(value.at for value in counted))


def _first(field: Field, counted: Sequence[Value]) -> Value:
    return _untied(field, counted, min(value.at for value in counted))


def _untied(field: Field, counted: Sequence[Value], at: datetime) -> Value:
    tied = [value for value in counted if value.at == at]
    return tied[0] if len(tied) == 1 else min(tied, key=lambda value: _tie(field, value))


def _order(field: Field, counted: Sequence[Value]) -> Value | None:
    for platform in field.order:
        its = [value for value in counted if value.source.platform == platform]
        if its:
            return _newest(field, its)
    return None


def _any_true(field: Field, counted: Sequence[Value]) -> Value:
    return _newest(field, [value for value in counted if value.value is True] or counted)


def _most_restrictive(field: Field, counted: Sequence[Value]) -> Value:
    if field.type == "yes_no":
        return _any_true(field, counted)
    levels = {level: place for place, level in enumerate(field.order)}
    most = max(levels.get(str(value.value), -1) for value in counted)
    return _newest(field, [v for v in counted if levels.get(str(v.value), -1) == most])


def _union(field: Field, counted: Sequence[Value]) -> Value:
    newest = _newest(field, counted)
    parts = united(part for value in counted for part in _parts(value.value))
    return Value(parts, newest.source, newest.at)


def _parts(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


_RULES: Mapping[WinsRule, Callable[[Field, Sequence[Value]], Value | None]] = {
    "newest": _newest,
    "first": _first,
    "order": _order,
    "any_true": _any_true,
    "most_restrictive": _most_restrictive,
    "union": _union,
}
