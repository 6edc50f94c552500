"""Reads one text: every fault is a problem with its place, nothing is raised, nothing is executed."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from connector.config.yaml.faults import problem_of
from connector.config.yaml.source import Mark, Path, Source, at
from connector.model.problem import Problem

LIMIT = 1024 * 1024  # bytes of one file
EXPANSIONS = 100  # uses of aliases in one file
DEPTH = 40
PREFIX = "tag:yaml.org,2002:"
TEXT = frozenset({"str", "timestamp", "value"})  # a date is text until a document asks for a date
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
REAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})?(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?")

Read = tuple[Source | None, tuple[Problem, ...]]


@lru_cache(maxsize=64)
def read(path: str, text: str) -> Read:
    """The file as plain values, or None if it cannot be read at all; duplicate keys and odd numbers leave the rest usable."""
    if len(text) > LIMIT or len(text.encode("utf-8", "surrogatepass")) > LIMIT:
        return None, (
            Problem(
                at(path),
                "the file is larger than 1 MiB",
                "split it, or move lists to CSV files under values",
            ),
        )
    try:
        node = _composed(text.removeprefix("\ufeff"))
    except YAMLError as error:
        return None, (problem_of(path, text, error),)
    except RecursionError:
        return None, (Problem(at(path), f"nested more than {DEPTH} deep"),)
    if node is None:
        return None, (Problem(at(path), "the file is empty", 'begin with "version: 1"'),)
    return _Walk(path).source(node)


def _composed(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False
    node: Node | None = yaml.compose(text)
    return node


class _Stop(Exception):
    """The file is refused as a whole."""


class _Walk:
    """Turns nodes into values, noting places."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.written: dict[Path, str] = {}
        self.seen: set[int] = set()
        self.expansions = 0

    def source(self, node: Node) -> Read:
        try:
            data = self.value(node, ())
        except _Stop:
            return None, tuple(self.problems)
        found = Source(self.path, data, self.keys, self.values, self.written)
        return found, tuple(self.problems)

    def problem(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(at(self.path, *_mark(node)), message, hint))

    def stop(self, node: Node, message: str, hint: str = "") -> None:
        self.problem(node, message, hint)
        raise _Stop

    def value(self, node: Node, path: Path) -> Any:
        if len(path) > DEPTH:
            self.stop(node, f"nested more than {DEPTH} deep")
        if id(node) in self.seen:
            self.expansions += 1
            if self.expansions > EXPANSIONS:
                self.stop(node, f"more than {EXPANSIONS} uses of aliases", "write the values out")
        self.seen.add(id(node))
        self.values[path] = _mark(node)
        if isinstance(node, MappingNode) and node.tag == PREFIX + "map":
            return self.mapping(node, path)
        if isinstance(node, SequenceNode) and node.tag == PREFIX + "seq":
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, ScalarNode) and str(node.tag).startswith(PREFIX):
            return self.scalar(node, path)
        self.problem(
            node,
            f"a tag ({_short(str(node.tag))})",
            'tags are not used here: text that begins with "!" needs quotes',
        )
        return None

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = self.name(key)
            if name is None:
                continue
            if name in found:
                first = self.keys[(*path, name)].line
                self.problem(
                    key, f'"{_short(name)}" stands here twice', f"the first one is in line {first}"
                )
                continue
            self.keys[(*path, name)] = _mark(key)
            found[name] = self.value(value, (*path, name))
        return found

    def name(self, key: Node) -> str | None:
        """A key as it is written: `NO`, `01067` and `on` stay what they are."""
        if not isinstance(key, ScalarNode):
            self.problem(key, "a list or mapping as a key", "a key is one word or a text in quotes")
            return None
        if key.tag == PREFIX + "merge":
            self.problem(key, '"<<" is not used here', "write the keys out")
            return None
        return self.text(key)

    def text(self, node: ScalarNode) -> str:
        value = str(node.value)
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            self.problem(node, "an escape that is not a character", "remove it")
            return ""
        return value

    def scalar(self, node: ScalarNode, path: Path) -> Any:
        kind = str(node.tag).removeprefix(PREFIX)
        if node.style is None and kind != "str":
            self.written[path] = str(node.value)
        if kind in TEXT:
            return self.text(node)
        if kind == "null":
            return None
        if kind == "bool" and str(node.value).lower() in ("true", "false"):
            return str(node.value).lower() == "true"
        if kind in ("int", "float"):
            return self.number(node)
        self.problem(node, f"a tag ({_short(kind)})", "tags are not used here")
        return None

    def number(self, node: ScalarNode) -> int | float | str:
        """A decimal number. Anything whose digits would change by being read as one stays text and is a problem."""
        raw = str(node.value)
        if WHOLE.fullmatch(raw):
            return int(raw)
        if REAL.fullmatch(raw) and any(letter.isdigit() for letter in raw):
            found = float(raw)
            if math.isfinite(found):
                return found
        shown = _short(raw)
        self.problem(node, f"{shown} is not a plain number", f'write it in quotes: "{shown}"')
        return raw


def _mark(node: Node) -> Mark:
    mark = node.start_mark
    return Mark(mark.line + 1, mark.column + 1)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
