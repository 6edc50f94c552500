"""Which value wins when systems disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.decide.fields.normal.union import united
from connector.decide.fields.plan import shown_by
from connector.model.contact import Observed, Value
from connector.model.mapping import Field, Mappings, WinsRule
from connector.model.ref import Ref


def resolve(field: Field, shown: Sequence[Value]) -> tuple[Value | None, tuple[Value, ...]]:
    """The winning value, and those that differ from it. The order of `shown` does not matter.

    `newest` and `first` go by the time; ties by the field's order of platforms, then by ref. `order` takes the first listed
    platform that shows a value; a platform it does not list never wins. `any_true` is true as soon as one says so.
    `most_restrictive` is the same for yes_no; of other types it takes the value listed last in the field's order. `union`
    joins all. A None counts only where a blank erases, and then wins and loses like a value.
    """
    counted = [v for v in shown if v.value is not None or field.blank == "erase"]
    if field.wins != "union" and len(counted) == 1 and field.wins != "order":
        return counted[0], ()
    counted.sort(key=lambda value: _newest_first(field, value))
    winner = _RULES[field.wins](field, counted) if counted else None
    if field.wins == "union":
        return winner, ()
    return winner, tuple(v for v in counted if winner is None or v.value != winner.value)


def fields_of(
    mappings: Mappings, observed: Mapping[Ref, Mapping[str, Observed]]
) -> Mapping[str, Value]:
    """Every field's winning value over all refs of one contact (or account). A field nobody shows is absent.

    A property that was emptied counts as a blank; one whose form cannot be read shows nothing.
    """
    shown_by_kind = shown_by(mappings)
    if len(observed) == 1:
        ((ref, properties),) = observed.items()
        return _of_one(ref, properties, shown_by_kind.get(ref[:2], ()))
    gathered: dict[str, tuple[Field, list[Value]]] = {}
    for ref, properties in observed.items():
        for key, field in shown_by_kind.get(ref[:2], ()):
            seen = properties.get(key)
            if seen is not None and _shows(field, seen):
                entry = gathered.setdefault(field.name, (field, []))
                entry[1].append(Value(seen.value, ref, seen.at))
    return _winners(gathered)


def _of_one(
    ref: Ref, properties: Mapping[str, Observed], plan: Sequence[tuple[str, Field]]
) -> Mapping[str, Value]:
    """A single record has no rival, unless two of its properties show one field."""
    found: dict[str, Value] = {}
    doubled: dict[str, tuple[Field, list[Value]]] = {}
    for key, field in plan:
        seen = properties.get(key)
        if seen is None or not _shows(field, seen):
            continue
        name = field.name
        if field.wins == "order" and ref.platform not in field.order:
            continue
        value = Value(seen[1], ref, seen[2])
        if name in found:
            doubled.setdefault(name, (field, [found[name]]))[1].append(value)
        else:
            found[name] = value
    found.update(_winners(doubled))
    return found


def _winners(gathered: Mapping[str, tuple[Field, list[Value]]]) -> dict[str, Value]:
    won = {name: resolve(field, values)[0] for name, (field, values) in gathered.items()}
    return {name: value for name, value in won.items() if value is not None}


def _shows(field: Field, seen: Observed) -> bool:
    return seen.value is not None or (field.blank == "erase" and seen.form in (None, ""))


def _newest_first(field: Field, value: Value) -> tuple[Any, ...]:
    return (-value.at.timestamp(), _place(field, value), value.source, str(value.value))


def _first_first(field: Field, value: Value) -> tuple[Any, ...]:
    return (value.at.timestamp(), _place(field, value), value.source, str(value.value))


def _place(field: Field, value: Value) -> int:
    order = field.order
    return order.index(value.source.platform) if value.source.platform in order else len(order)


def _newest(_: Field, counted: Sequence[Value]) -> Value | None:
    return counted[0]


def _first(field: Field, counted: Sequence[Value]) -> Value | None:
    return min(counted, key=lambda value: _first_first(field, value))


def _order(field: Field, counted: Sequence[Value]) -> Value | None:
    listed = [value for value in counted if value.source.platform in field.order]
    return min(listed, key=lambda value: _place(field, value), default=None)


def _any_true(_: Field, counted: Sequence[Value]) -> Value | None:
    return next((value for value in counted if value.value is True), counted[0])


def _most_restrictive(field: Field, counted: Sequence[Value]) -> Value | None:
    if field.type == "yes_no":
        return _any_true(field, counted)
    levels = {level: place for place, level in enumerate(field.order)}
    return max(counted, key=lambda value: levels.get(str(value.value), -1))


def _union(_: Field, counted: Sequence[Value]) -> Value | None:
    parts = united(part for value in counted for part in _parts(value.value))
    return Value(parts, counted[0].source, counted[0].at)


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
