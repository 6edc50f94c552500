"""A project's files as trees that can be changed and written again."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

Trees = dict[str, Any]
Path = tuple[Any, ...]


def trees(texts: Mapping[str, str]) -> Trees:
    """Of the YAML files; everything else stays text."""
    return {
        name: YAML(typ="safe").load(text) if name.endswith(".yaml") else text
        for name, text in texts.items()
    }


def texts(given: Trees) -> dict[str, str]:
    """The files again."""
    return {name: tree if isinstance(tree, str) else _dumped(tree) for name, tree in given.items()}


def _dumped(tree: Any) -> str:
    writer, out = YAML(typ="safe"), io.StringIO()
    writer.default_flow_style, writer.sort_base_mapping_type_on_output = False, False
    writer.width = 10_000
    writer.dump(tree, out)
    return out.getvalue()


def rules(given: Trees) -> Trees:
    """What decides, without the mappings."""
    return {n: t for n, t in given.items() if n.startswith("rules/") and not isinstance(t, str)}


def inner(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Keys and values of a mapping or a list."""
    if isinstance(tree, dict):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Every value that holds no others: its path, what holds it, its key there."""
    for key, value in inner(tree):
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), tree, key


def lists(tree: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """Every list."""
    for key, value in inner(tree):
        if isinstance(value, list):
            yield (*path, key), value
        yield from lists(value, (*path, key))


def named(given: Trees) -> list[tuple[Path, list[Any]]]:
    """Lists of rules that have names."""
    return [
        (path, found)
        for path, found in lists(rules(given))
        if found and all(isinstance(one, dict) and "name" in one for one in found)
    ]


def conditions(tree: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every `when`."""
    for key, value in inner(tree):
        if key == "when" and isinstance(value, dict):
            yield (*path, key), value
        yield from conditions(value, (*path, key))


def replaced(tree: Any, before: str, after: str) -> Any:
    """The same with another word wherever it stands alone, as a value or as a key."""
    if isinstance(tree, dict):
        return {after if k == before else k: replaced(v, before, after) for k, v in tree.items()}
    if isinstance(tree, list):
        return [replaced(one, before, after) for one in tree]
    return after if tree == before else tree


def reword(given: Trees, before: str, after: str) -> None:
    """Everywhere."""
    for name in [*given]:
        if not isinstance(given[name], str):
            given[name] = replaced(given[name], before, after)
