"""Two thousand damaged examples: every one ends in values or problems, in time."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from connector.config import compile_text

SNIPPETS = [
    "\t", "\n", ": ", "- ", "{", "}", "[", "]", '"', "'", "#", "&a ", "*a", "!x ", "null", "true", "01067", "-1", "1e9",
    "{}", "[]", "any: [{}]", "not: {}", "all: []", "{in: []}", "{between: [9, 1]}", "...\n", "---\n", "0d", "100%", "ä", "\x00",
    "<<: *a", "name: x\n", "when: {stage: {at_least: 3}}", "version: 1\n", "|\n", ">-\n", "stage", "owner", "same_as: Contact",
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


@pytest.mark.parametrize("seed", range(20))
def test_no_damage_is_raised(seed: int, example: Mapping[str, str]) -> None:
    chance = random.Random(seed)
    paths = sorted(example)
    for number in range(100):
        path = chance.choice(paths)
        text = _damaged(example[path], chance)
        loaded = compile_text({**example, path: text})
        if loaded.ok:
            assert loaded.book is not None, (seed, number)
            assert loaded.mappings is not None
        else:
            assert loaded.book is None
            assert loaded.mappings is None
        for problem in loaded.problems:
            _, line, column = problem.where.rsplit(":", 2)
            assert int(line) >= 1, (seed, number, str(problem))
            assert int(column) >= 1
            assert problem.message
            assert "\n" not in str(problem), (seed, number, str(problem))


def test_files_swapped_for_one_another_are_told(example: Mapping[str, str]) -> None:
    paths = sorted(example)
    for path in paths:
        for other in paths:
            if other != path:
                loaded = compile_text({**example, path: example[other]})
                assert not loaded.ok, (path, other)
