"""What is different in the text: every rule that is new, gone or says something else, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any, NamedTuple

_UNTOLD = frozenset({"where", "digest"})
_LONG = 40


class Edit(NamedTuple):
    """One rule: its `file:line` in the new text (in the old one, if it is gone), its name, and what became of it."""

    where: str
    rule: str
    said: str


def edits(before: Any, after: Any) -> list[Edit]:
    """Differences between two values made of dataclasses, by named rule; the order is that of the values."""
    return list(_edits(before, after, "", ""))


def _edits(before: Any, after: Any, where: str, rule: str, path: str = "") -> Iterator[Edit]:
    if before == after:
        return
    if is_dataclass(after) and type(before) is type(after):
        yield from _members(before, after, where, rule, path)
    elif _named(before) and _named(after) and (before or after):
        yield from _lists(before, after, where, rule, path)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*after, *(each for each in before if each not in after)]:
            inner = f"{path} {name}".strip()
            yield from _edits(before.get(name), after.get(name), where, rule, inner)
    else:
        yield Edit(where, rule or path, _said(before, after, path if rule else ""))


def _members(before: Any, after: Any, where: str, rule: str, path: str) -> Iterator[Edit]:
    name, place = _name(after), getattr(after, "where", "")
    if name:
        rule, where, path = name, place or where, ""
    found = [
        edit
        for member in fields(after)
        if member.name not in _UNTOLD
        for edit in _edits(
            getattr(before, member.name),
            getattr(after, member.name),
            where or place,
            rule,
            f"{path} {member.name}".strip().replace("_", " "),
        )
    ]
    yield from found


def _lists(before: Any, after: Any, where: str, rule: str, path: str) -> Iterator[Edit]:
    olds = {_name(one): one for one in before}
    news = {_name(one): one for one in after}
    for name, one in news.items():
        place = getattr(one, "where", where)
        if name not in olds:
            yield Edit(place, name, "new")
        else:
            yield from _edits(olds[name], one, where, rule, path)
    for name, one in olds.items():
        if name not in news:
            yield Edit(getattr(one, "where", where), name, "gone")
    if [name for name in olds if name in news] != [name for name in news if name in olds]:
        yield Edit(where, rule or path, "in another order")


def _named(value: Any) -> bool:
    return isinstance(value, tuple) and all(is_dataclass(one) and _name(one) for one in value)


def _name(value: Any) -> str:
    """What somebody calls it: a rule by its name, a line of a mapping by its property."""
    for member in ("name", "property"):
        found = getattr(value, member, "")
        if isinstance(found, str) and found:
            return found
    return ""


def _said(before: Any, after: Any, path: str) -> str:
    one, other = _shown(before), _shown(after)
    short = one is not None and other is not None
    what = f"{one} -> {other}" if short else "changed"
    return f"{path} {what}".strip()


def _shown(value: Any) -> str | None:
    """A value as somebody would write it; None for what is too long to be read in a line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, timedelta):
        return _span(value)
    if isinstance(value, str) and len(value) <= _LONG:
        return value or "nothing"
    return None


def _span(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
