"""Every sentence that connector/config can say of a project stands in a golden file, or, if it is about files, in a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from connector.config.documents.written.patterns import CURES
from connector.config.yaml import faults

HERE = Path(__file__).parent
CONFIG = HERE.parents[1] / "connector" / "config"
PLACE_OF_MESSAGE = {"Problem": 1, "told": 0}
ANYTHING = ".*?"
NEVER_SAID = {
    "holidays are known until the end of .*? only": "only when the library's years run out",
    "this is not YAML": "what the parser may say beyond its known complaints",
    r"this is not YAML \(.*?\)": "the same",
}
FROM_ELSEWHERE = {  # messages that are values: made where another sentence of this list, or of a test below, stands
    "*CURES[MONTH]", "NOTHING_SAID", "str(error.args[0])", "message", "one",
}  # fmt: skip


class Sentence(NamedTuple):
    where: str
    pattern: str


def _patterns(node: ast.expr, names: dict[str, list[ast.expr]]) -> list[str]:
    """What an expression may come to, as regular expressions; none if that cannot be read from it."""
    match node:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.JoinedStr(values=parts):
            found = [""]
            for part in parts:
                found = [f"{one}{piece}" for one in found for piece in _piece(part, names)]
            return found
        case ast.IfExp(body=body, orelse=other):
            return [*_patterns(body, names), *_patterns(other, names)]
        case ast.Name(id=name) if name in names:
            return [each for value in names[name] for each in _patterns(value, {})]
    return []


def _piece(part: ast.expr, names: dict[str, list[ast.expr]]) -> list[str]:
    if isinstance(part, ast.Constant):
        return [re.escape(str(part.value))]
    assert isinstance(part, ast.FormattedValue)
    if isinstance(part.value, ast.IfExp):
        return _patterns(part.value, names) or [ANYTHING]
    return [ANYTHING]


def _names(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """Local names with everything they are set to."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(value)
    return found


def _said() -> Iterator[tuple[str, ast.expr, list[str]]]:
    for file in sorted(CONFIG.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                        place = PLACE_OF_MESSAGE.get(call.func.id)
                        if place is not None and len(call.args) > place:
                            where = f"{file.relative_to(CONFIG)}:{call.lineno}"
                            message = call.args[place]
                            yield where, message, _patterns(message, _names(function))


def _sentences() -> list[Sentence]:
    found = {Sentence(where, each) for where, _, patterns in _said() for each in patterns}
    return sorted(found)


@cache
def _golden() -> tuple[str, ...]:
    """The messages of all golden lines."""
    text = "".join(file.read_text("utf-8") for file in sorted((HERE / "golden").glob("*.txt")))
    return tuple(line.partition(": ")[2] for line in text.splitlines() if line.startswith("= "))


@cache
def _tests() -> str:
    own = Path(__file__)
    folders = (HERE, HERE.parent / "cli")
    return "\n".join(
        file.read_text("utf-8")
        for folder in folders
        for file in sorted(folder.rglob("*.py"))
        if file != own
    )


def _held(pattern: str) -> bool:
    at_once = re.compile(pattern)
    elsewhere = pattern.removeprefix(f"{ANYTHING}\\ ")
    return any(at_once.match(line) for line in _golden()) or bool(re.search(elsewhere, _tests()))


@pytest.mark.parametrize("sentence", _sentences(), ids=lambda sentence: sentence.where)
def test_a_sentence_is_held_by_a_test(sentence: Sentence) -> None:
    assert _held(sentence.pattern) or sentence.pattern.replace("\\ ", " ") in NEVER_SAID


def test_nothing_is_said_that_cannot_be_read_here() -> None:
    unread = {(where, ast.unparse(node)) for where, node, patterns in _said() if not patterns}
    assert {text for _, text in unread} <= FROM_ELSEWHERE, unread
    assert len(_sentences()) > 250


def test_cures_and_faults_are_held_too() -> None:
    faulty = [message for _, _, message, _, _ in faults.SENTENCES]
    for message in (*(message for message, _ in CURES.values()), *faulty):
        assert _held(re.escape(message)), message


def test_a_sentence_that_nobody_holds_is_found() -> None:
    assert not _held("a sentence " + "that stands nowhere")
    (joined,) = ast.parse("f\"{a} is {b if c else 'none'} of {d!r}\"").body
    assert isinstance(joined, ast.Expr)
    assert _patterns(joined.value, {}) == [".*?\\ is\\ none\\ of\\ .*?"]
