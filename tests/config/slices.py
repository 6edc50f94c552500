"""Small valid files cut out of the example's: what is left when random parts go that a document can do without."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from connector.config.files import document_of, is_table
from connector.config.yaml import read

Place = tuple[str | int, ...]
KEPT = 0.01  # share of the parts that stay although nothing needs them


def slices(texts: Mapping[str, str], chance: random.Random, each: int) -> list[tuple[str, str]]:
    """`each` small files for every YAML file of a project, all valid by themselves, and every CSV file with few rows."""
    found = []
    for path, text in sorted(texts.items()):
        if is_table(path):
            found.append((path, "".join(text.splitlines(keepends=True)[:4])))
            continue
        document, (source, _) = document_of(path), read(path, text)
        assert document is not None
        assert source is not None
        data = [_shrunk(source.data, document, chance) for _ in range(each)]
        found += [(path, "".join(_block(one, ""))) for one in data]
    return found


def _shrunk(data: Any, document: type[BaseModel], chance: random.Random) -> Any:
    """The data without what the document does not need, as far as chance tries; big parts first."""
    data = deepcopy(data)
    for place in sorted(_places(data), key=lambda place: (len(place), chance.random())):
        around = _at(data, place[:-1])
        step = place[-1]
        if chance.random() < KEPT or not _there(around, step):
            continue
        before = deepcopy(around)
        del around[step]
        if not around or not _fits(data, document):
            around.clear()
            (around.extend if isinstance(around, list) else around.update)(before)
    return data


def _fits(data: Any, document: type[BaseModel]) -> bool:
    try:
        document.model_validate_json(orjson.dumps(data))
    except ValidationError:
        return False
    return True


def _places(data: Any, place: Place = ()) -> Iterator[Place]:
    """Every member; of lists the last first, so that the others keep their numbers."""
    steps: Any = ()
    if isinstance(data, dict):
        steps = list(data)
    elif isinstance(data, list):
        steps = range(len(data) - 1, -1, -1)
    for step in steps:
        yield (*place, step)
        yield from _places(data[step], (*place, step))


def _at(data: Any, place: Place) -> Any:
    for step in place:
        if not _there(data, step):
            return None
        data = data[step]
    return data


def _there(around: Any, step: str | int) -> bool:
    if isinstance(around, dict):
        return step in around
    return isinstance(around, list) and isinstance(step, int) and step < len(around)


def _block(data: Any, indent: str) -> Iterator[str]:
    """As people write it: keys in lines, rules in braces."""
    for key, value in data.items():
        if isinstance(value, dict) and value and len(indent) < 4:
            yield f"{indent}{_flow(key)}:\n"
            yield from _block(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            yield f"{indent}{_flow(key)}:\n"
            yield from (f"{indent}  - {_flow(one)}\n" for one in value)
        else:
            yield f"{indent}{_flow(key)}: {_flow(value)}\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_flow(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    plain = isinstance(value, str) and value.replace("_", "").replace("-", "").isalpha()
    if plain and value not in ("true", "false", "null"):
        return str(value)
    return orjson.dumps(value).decode()
