"""Our values as JSON text and back: what was stored is equal to what is loaded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson

from connector.model.money import Money
from connector.model.systems.ref import Ref

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_TAGS: Mapping[str, Callable[[str], Any]] = {
    "$decimal": Decimal,
    "$date": date.fromisoformat,
    "$at": datetime.fromisoformat,
    "$money": lambda text: Money(Decimal(text.partition(" ")[0]), text.partition(" ")[2]),
}
SPECIAL = (
    Decimal,
    date,
    tuple,
    frozenset,
    Money,
)  # hub values that JSON would change; datetime is a date


def _tagged(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$at": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, Money):
        return {"$money": str(value)}
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, tuple):  # named ones; orjson knows plain tuples
        return list(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def dumps(value: Any) -> str:
    """JSON text of vendor forms and hub values; special hub values are tagged. Raises TypeError for what is no value at all."""
    try:
        return orjson.dumps(value, _tagged, _OPTIONS).decode()
    except TypeError:
        return orjson.dumps(_tamed(value), _tagged, _OPTIONS).decode()


def _tamed(value: Any) -> Any:
    """What JSON of 64 bits cannot hold, as near as it can: one odd value must not stop the page it came in."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if type(value) is int:
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, Mapping):
        return {_tamed(str(name)): _tamed(one) for name, one in value.items()}
    return [_tamed(one) for one in value] if type(value) in (list, tuple) else value


def hub(value: Any) -> Any:
    """A hub value out of JSON: tags become values again, lists become tuples."""
    if type(value) is dict and len(value) == 1:
        name, inner = next(iter(value.items()))
        made = _TAGS.get(name)
        return value if made is None else made(inner)
    if type(value) is not list:
        return value
    return tuple([hub(part) if type(part) is dict else part for part in value])


def plain(value: Any) -> Any:
    """A hub value as JSON would show it, for comparison with what is stored."""
    return orjson.loads(dumps(value)) if isinstance(value, SPECIAL) else value


# Decisions, standings and outcomes: dataclasses of ours, written by member.


def _member(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Ref):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return _tagged(value)


def record(value: Any) -> str:
    """JSON text of one of our dataclasses; keys in the order of the members, so equal values have equal bytes."""
    return orjson.dumps(value, _member, orjson.OPT_PASSTHROUGH_DATETIME).decode()


def restored(kind: Any, text: str | bytes) -> Any:
    """The dataclass `kind` out of its JSON; members it did not have yet take their defaults."""
    return _reader(kind)(orjson.loads(text))


def _named(hints: Mapping[str, Any], kind: Any) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in hints.items()}

    def read(found: Any) -> Any:
        return kind(**{name: readers[name](v) for name, v in found.items() if name in readers})

    return read


def _positional(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers, by_name = [_reader(hint) for hint in hints.values()], _named(hints, kind)

    def read(found: Any) -> Any:
        if type(found) is dict:  # recorded while it was no tuple yet
            return by_name(found)
        return kind(*(read(v) for read, v in zip(readers, found, strict=False)))

    return read


def _container(kind: Any) -> Callable[[Any], Any]:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = _reader(next(arg for arg in args if arg is not NoneType))
        return lambda found: None if found is None else inner(found)
    if origin is tuple and args[-1] is Ellipsis:
        item = _reader(args[0])
        return lambda found: tuple(item(v) for v in found)
    if origin is tuple:
        items = [_reader(arg) for arg in args]
        return lambda found: tuple(read(v) for read, v in zip(items, found, strict=True))
    if origin is Literal:
        return lambda found: found
    value = _reader(args[1])
    return lambda found: {name: value(v) for name, v in found.items()}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind is datetime:
        return datetime.fromisoformat
    if kind is Ref:
        return Ref.parse
    if kind is Decimal:
        return hub
    if dataclasses.is_dataclass(kind):
        return _named(get_type_hints(kind), kind)
    if get_origin(kind) is not None:
        return _container(kind)
    if isinstance(kind, type) and issubclass(kind, tuple):
        return _positional(kind)
    return lambda found: found
