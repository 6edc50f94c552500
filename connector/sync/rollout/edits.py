"""What is different in the text: every rule that is new, gone or says something else, with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from connector.model.condition import Test

_UNTOLD = frozenset({"where", "digest"})
_SILENT = frozenset({"when", "parts", "part"})
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
    if isinstance(before, Test) and isinstance(after, Test) and _asks(before) == _asks(after):
        yield Edit(where, rule or path, _said(before.value, after.value, _asks(after)))
    elif is_dataclass(after) and type(before) is type(after):
        yield from _members(before, after, where, rule, path)
    elif _named(before) and _named(after) and (before or after):
        yield from _lists(before, after, where, rule, path)
    elif _table(before) and _table(after):
        yield from _rows(before, after, rule or path.removesuffix(" patches"))
    elif _alike(before, after):
        for one, other in zip(before, after, strict=True):
            yield from _edits(one, other, where, rule, path)
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
            path if member.name in _SILENT else f"{path} {member.name}".strip().replace("_", " "),
        )
    ]
    yield from found


def _lists(before: Any, after: Any, where: str, rule: str, path: str) -> Iterator[Edit]:
    olds, news = _counted(before), _counted(after)
    for name, one in news.items():
        place = getattr(one, "where", where)
        if name not in olds:
            yield Edit(place, name[0], "new")
        else:
            yield from _edits(olds[name], one, where, rule, path)
    for name, one in olds.items():
        if name not in news:
            yield Edit(getattr(one, "where", where), name[0], "gone")
    if [name for name in olds if name in news] != [name for name in news if name in olds]:
        yield Edit(where, rule or path, "in another order")


def _counted(several: Iterable[Any]) -> Mapping[tuple[str, int], Any]:
    """By name, and which of that name: the cells of a matrix are called alike."""
    seen = Counter[str]()
    found = {}
    for one in several:
        name = _name(one)
        found[name, seen[name]] = one
        seen[name] += 1
    return found


def _table(value: Any) -> bool:
    """Rows of a value file, as those of the territories: they know their line, and have no name."""
    return isinstance(value, tuple) and all("where" in getattr(one, "_fields", ()) for one in value)


def _rows(before: Any, after: Any, rule: str) -> Iterator[Edit]:
    """Rows that are new or gone, each with its line; that a row stands on another line says nothing."""
    olds = {one._replace(where=""): one for one in before}
    news = {one._replace(where=""): one for one in after}
    for mark, mine, others in (("+", news, olds), ("-", olds, news)):
        for row, one in mine.items():
            if row not in others:
                told = " ".join(dict.fromkeys(str(cell) for cell in row if cell))
                yield Edit(one.where, rule, f"{mark} {told}")
    if set(olds) == set(news) and list(olds) != list(news):
        yield Edit("", rule, "in another order")


def _named(value: Any) -> bool:
    return isinstance(value, tuple) and all(is_dataclass(one) and _name(one) for one in value)


def _name(value: Any) -> str:
    """What somebody calls it: a rule by its name, a line of a mapping by its property."""
    for member in ("name", "property"):
        found = getattr(value, member, "")
        if isinstance(found, str) and found:
            return found
    return ""


def _alike(before: Any, after: Any) -> bool:
    """Conditions of the same build: what differs is within them."""
    return (
        isinstance(before, tuple)
        and isinstance(after, tuple)
        and len(before) == len(after)
        and all(
            is_dataclass(one) and type(one) is type(other)
            for one, other in zip(before, after, strict=True)
        )
    )


def _asks(test: Test) -> str:
    return f"{test.field} {test.operator}".replace("_", " ")


def _said(before: Any, after: Any, path: str) -> str:
    if isinstance(before, tuple | frozenset) and isinstance(after, tuple | frozenset):
        return f"{path} {_members_of(before, after)}".strip()
    one, other = _shown(before), _shown(after)
    short = one is not None and other is not None
    what = f"{one} -> {other}" if short else "changed"
    return f"{path} {what}".strip()


def _members_of(before: Collection[Any], after: Collection[Any]) -> str:
    """What a list has more and less."""
    try:
        told = [f"+ {one}" for one in after if one not in before]
        told += [f"- {one}" for one in before if one not in after]
    except TypeError:
        return "changed"
    said = ", ".join(told)
    return (
        said if said and len(said) <= 3 * _LONG and not any(map(is_dataclass, after)) else "changed"
    )


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
