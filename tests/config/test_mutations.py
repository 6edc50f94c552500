"""Damaged projects: every one ends in values or problems, in time.

20,000 of them here, ten times as many in `make fuzz` (FUZZ=10), where each also has an alarm. Most are small files cut out of the
example, beside the files they lean on; the others are the whole example with one file damaged.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import pytest
from slices import slices

from connector.config import Loaded, compile_text
from connector.config.files import document_of
from connector.config.validate import validated
from connector.config.yaml import LIMIT

ROUNDS = int(os.environ.get("FUZZ", "1"))
SMALL, WHOLE = 19_700 * ROUNDS, 300 * ROUNDS
SHARES = 20  # of the work, so that it can go on side by side
PATIENCE = 30.0  # seconds for one project, in fuzz
LEANT_ON = (
    "leadcycle.yaml",
    "mappings/fields.yaml",
    "mappings/hubspot.yaml",
    "values/competitors.csv",
)
SNIPPETS = [
    "\t", "\n", ": ", "- ", "{", "}", "[", "]", '"', "'", "#", "&a ", "*a", "!x ", "null", "true", "01067", "-1", "1e9",
    "{}", "[]", "any: [{}]", "not: {}", "all: []", "{in: []}", "{between: [9, 1]}", "...\n", "---\n", "0d", "100%", "ä", "\x00",
    "<<: *a", "name: x\n", "when: {stage: {at_least: 3}}", "version: 1\n", "|\n", ">-\n", "stage", "owner", "same_as: Contact",
    "{in_file: values/competitors.csv}", "{file: values/x.csv, column: a}", "{has_word: [a b]}", "{has_form_of: [Leiter]}",
    "{within_last: 30d}", "{older_than: 1y}", "{before: 2026-11-01}", "{after: 9999-12-31}", "{domain_in: [x.example]}", ";", ",",
    '"a\n', "999999w", "2026-13-40", "1e400", "0x1F", "=", "%", "@", "`", "\ufeff", "\u2028", "\U0001f600", "Tag:", "*",
]  # fmt: skip


def _damaged(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        lines = text.splitlines(keepends=True)
        place = chance.randrange(len(text) + 1)
        match chance.randrange(8):
            case 0:
                text = text[:place] + chance.choice(SNIPPETS) + text[place:]
            case 1:
                text = text[:place] + text[place + chance.randint(1, 12) :]
            case 2:
                text = "".join(lines[:-1]) if lines else text
            case 3 if lines:
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                text = "".join(lines)
            case 4 if len(lines) > 1:
                del lines[chance.randrange(len(lines))]
                text = "".join(lines)
            case 5 if len(lines) > 1:
                one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                text = "".join(lines)
            case 6:
                words = text.split(" ")
                words[chance.randrange(len(words))] = chance.choice(SNIPPETS)
                text = " ".join(words)
            case _:
                end = min(len(text), place + 1)
                text = text[:place] + chance.choice("0aZ:{[-#'\" ") + text[end:]
    return text


@contextmanager
def _in_time() -> Iterator[None]:
    """In fuzz a project that takes for ever is found; elsewhere nothing depends on a clock."""
    if ROUNDS == 1:
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _loaded(text: Mapping[str, str]) -> Loaded:
    with _in_time():
        return compile_text(text)


def _sound(loaded: Loaded, which: object) -> None:
    """All or nothing, and every problem has a place and a sentence in one line."""
    assert loaded.ok is (loaded.book is not None) is (loaded.mappings is not None), which
    for problem in loaded.problems:
        _, line, column = problem.where.rsplit(":", 2)
        assert int(line) >= 1, (which, str(problem))
        assert int(column) >= 1, (which, str(problem))
        assert problem.message, which
        assert "\n" not in str(problem), (which, str(problem))


@pytest.fixture(scope="session")
def small(example: Mapping[str, str]) -> list[tuple[str, str]]:
    return slices(example, random.Random(7), each=6 * ROUNDS)


@pytest.mark.parametrize("share", range(SHARES))
def test_no_damage_of_a_small_file_is_raised(
    share: int, small: list[tuple[str, str]], house: Mapping[str, str]
) -> None:
    chance = random.Random(share)
    around = {path: house[path] for path in LEANT_ON}
    for number in range(SMALL // SHARES):
        path, text = chance.choice(small)
        damaged = _damaged(text, chance)
        assert len(damaged) < LIMIT
        _sound(_loaded({**around, path: damaged}), (share, number, path, damaged))


@pytest.mark.parametrize("share", range(SHARES))
def test_no_damage_of_the_whole_is_raised(share: int, example: Mapping[str, str]) -> None:
    chance = random.Random(1_000 + share)
    paths = sorted(example)
    for number in range(WHOLE // SHARES):
        path = chance.choice(paths)
        text = _damaged(example[path], chance)
        _sound(_loaded({**example, path: text}), (share, number, path))


def test_files_swapped_for_one_another_are_told(house: Mapping[str, str]) -> None:
    documents = {path: document for path in sorted(house) if (document := document_of(path))}
    for path, document in documents.items():
        for other in documents.keys() - {path}:
            file, _ = validated(path, house[other], document)
            if file is not None:  # two mappings of platforms
                assert not compile_text({**house, path: house[other]}).ok, (path, other)


def test_what_is_cut_out_stands_by_itself(small: list[tuple[str, str]]) -> None:
    """Else most damage would end at the first missing key."""
    for path, text in small:
        document = document_of(path)
        file, problems = validated(path, text, document) if document else (text, ())
        assert file is not None, (path, text, problems)
