"""Every sentence that a user can be told outside connector/config is held by a golden that the product itself says in a test.

Goldens are tests/cli/golden/refusals.txt (commands and what they say) and golden/said.txt here (tests in which the product says it:
tests/conftest.py listens). A test that compares its text with what was said holds a sentence, too; one that hands it to the
constructor of the very error does not. connector/config has its own guard (tests/config/test_every_sentence.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
CONNECTOR, TESTS = ROOT / "connector", ROOT / "tests"
ELSEWHERE = ("config", "sandbox")  # has a guard of its own; is a stranger
MESSAGE: dict[str, int | str] = {
    "Problem": 1,
    "TryLater": 0,
    "Unclear": 0,
    "Refused": 2,
    "Stopped": 1,
    "UsageError": 0,
    "BadParameter": 0,
    "Trouble": "message",
}
NOT_ERRORS = {
    "report/routing.py": "Refused",
    "store/loops/loops.py": "Stopped",
}  # values of their own
ANYTHING = ".*?"
LITTLE = (
    8  # letters: a sentence with fewer of its own is made of what a vendor or another sentence says
)
PASSED_ON = {  # messages that are values: said, and held, where they come from
    "()", "error", "message", "problem.message", "problem['message']", "receipt.message", "self.text", "str(error)", "text", "why",
    "_plainly(self, error)", "_without_addresses(text[0] if text else '')", "plain(error)", "str(error).removeprefix(f'{ref} ')",
}  # fmt: skip


class Sentence(NamedTuple):
    where: str
    pattern: str

    @property
    def plain(self) -> str:
        """For people: `nobody is known as …`."""
        return re.sub(r"\\(.)", r"\1", self.pattern.replace(ANYTHING, "…"))


def _name(call: ast.Call) -> str:
    func = call.func
    return func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")


def _message(call: ast.Call) -> ast.expr | None:
    place = MESSAGE.get(_name(call))
    if isinstance(place, int) and len(call.args) > place:
        return call.args[place]
    by_name = [one.value for one in call.keywords if one.arg == "message"]
    return by_name[0] if place is not None and by_name else None


def _patterns(node: ast.expr, names: dict[str, list[ast.expr]]) -> list[str]:
    """What an expression may come to, as regular expressions; none if that cannot be read from it."""
    match node:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.JoinedStr(values=parts):
            return ["".join(map(_piece, parts))]
        case ast.IfExp(body=body, orelse=other):
            return [*_patterns(body, names), *_patterns(other, names)]
        case ast.Name(id=name) if name in names:
            return [each for value in names[name] for each in _patterns(value, {})]
        case ast.BinOp(left=left, op=ast.Add()):
            return [f"{one}{ANYTHING}" for one in _patterns(left, names)]
    return []


def _piece(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANYTHING


def _names(function: ast.AST) -> dict[str, list[ast.expr]]:
    """Local names with everything they are set to."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(value)
    return found


def _said(files: Iterator[Path]) -> Iterator[tuple[str, ast.expr, list[str]]]:
    for file in files:
        place = str(file.relative_to(CONNECTOR))
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    message = _message(call) if isinstance(call, ast.Call) else None
                    if message is None or _name(call) == NOT_ERRORS.get(place):
                        continue
                    yield f"{place}:{call.lineno}", message, _patterns(message, _names(function))


def _files() -> Iterator[Path]:
    every = (file.relative_to(CONNECTOR) for file in sorted(CONNECTOR.rglob("*.py")))
    return (CONNECTOR / file for file in every if file.parts[0] not in ELSEWHERE)


@cache
def _sentences() -> tuple[Sentence, ...]:
    found = {Sentence(where, one) for where, _, patterns in _said(_files()) for one in patterns}
    return tuple(sorted(one for one in found if _letters(one.pattern) >= LITTLE))


def _letters(pattern: str) -> int:
    return len(re.sub(r"\W", "", pattern.replace(ANYTHING, "")))


@cache
def _golden() -> str:
    files = sorted(TESTS.rglob("golden/*.txt"))
    return "\n".join(file.read_text("utf-8") for file in files)


@cache
def _read() -> tuple[str, ...]:
    """Texts that tests hold against what was said: all but documentation, and what they hand to the errors themselves."""
    found: set[str] = set()
    for file in sorted(TESTS.rglob("test_*.py")):
        if file != Path(__file__):
            tree = ast.parse(file.read_text("utf-8"))
            mute = {id(one) for one in _mute(tree)}
            found |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in mute
            }
    return tuple(sorted(one for one in found if len(one.split()) > 1))


def _mute(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in MESSAGE:
            yield from (inner for argument in node.args for inner in ast.walk(argument))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _held(one: Sentence) -> bool:
    """Whole in a golden; or whole, or an unmistakable part of it, in a test."""
    whole = re.compile(_own(one.pattern), re.MULTILINE)
    if whole.search(_golden()):
        return True
    parts = [re.sub(r"\\(.)", r"\1", part) for part in one.pattern.split(ANYTHING)]
    for text in _read():
        plain = re.sub(r"\\(.)", r"\1", text)
        if whole.search(plain) or (len(plain) >= 15 and any(plain in part for part in parts)):
            return True
    return False


def _own(pattern: str) -> str:
    """Without what only names the place or the platform before the sentence."""
    return re.sub(rf"^(?:{re.escape(ANYTHING)}(?::?\\ )?)+", "", pattern)


@pytest.mark.parametrize("sentence", _sentences(), ids=lambda one: one.where)
def test_a_sentence_is_held_by_a_test(sentence: Sentence) -> None:
    assert _held(sentence), f"no golden says: {sentence.plain}"


def test_nothing_is_said_that_cannot_be_read_here() -> None:
    unread = {
        (where, ast.unparse(node)) for where, node, patterns in _said(_files()) if not patterns
    }
    assert {text for _, text in unread} <= PASSED_ON, unread
    assert len(_sentences()) > 100


def test_a_new_sentence_without_a_golden_is_found() -> None:
    assert not _held(Sentence("x:1", re.escape("the moon is " + "made of nothing that we know")))
    (call,) = ast.parse("Problem('x', f\"{who} is {'no' if a else 'one'} goat of {b!r}\")").body
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    message = _message(call.value)
    assert message is not None
    assert _patterns(message, {}) == [r".*?\ is\ .*?\ goat\ of\ .*?"]


def test_a_text_that_makes_the_error_holds_nothing() -> None:
    tree = ast.parse("Stopped('x', 'a sentence of its own')\nassert said == 'another sentence'")
    mute = {id(one) for one in _mute(tree)}
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in mute]
    assert texts == ["another sentence"]
