"""Golden refusals: a command, and what it says in the end. golden/refusals.txt; {names} stand for places that differ each time."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prompt import Done, lead

GOLDEN = Path(__file__).parent / "golden" / "refusals.txt"


def _cases() -> Iterator[tuple[str, list[str]]]:
    for block in GOLDEN.read_text("utf-8").strip("\n").split("\n\n"):
        command, *said = block.split("\n")
        yield command, [line.removeprefix("= ") for line in said]


@pytest.fixture
def places(demo: Done, store: str, tmp_path: Path, project: Path) -> Mapping[str, str]:
    """What a command may name: projects that lack something, stores that are none."""
    garbage = tmp_path / "garbage.db"
    garbage.write_text("this is a shopping list\n" * 99, "utf-8")
    for name in ("caseless", "unnamed"):
        assert lead("init", tmp_path / name).code == 0
    for file in (tmp_path / "caseless" / "rules" / "cases").iterdir():
        file.unlink()
    unnamed = tmp_path / "unnamed" / "leadcycle.yaml"
    text = unnamed.read_text("utf-8")
    unnamed.write_text(re.sub(r"(?m)^store:.*$", "store: {url: {env: NO_STORE}}", text), "utf-8")
    return {
        "person": str(demo.json["examples"][0]),
        "store": store,
        "project": str(project),
        "garbage": str(garbage),
        "missing": str(tmp_path / "missing.db"),
        **{name: str(tmp_path / name) for name in ("caseless", "unnamed")},
    }


@pytest.mark.parametrize(("command", "lines"), list(_cases()), ids=lambda one: str(one)[:40])
def test_a_command_says_why_not(
    command: str, lines: list[str], places: Mapping[str, str], tmp_path: Path
) -> None:
    done = lead(*(word.format(**places) for word in shlex.split(command)))
    assert done.code in (2, 4), done.out
    said = [line for line in done.err.strip("\n").split("\n") if line]
    told = said[-1:] if said[0].startswith("Usage:") else said
    for name, place in sorted(places.items(), key=lambda one: -len(one[1])):
        told = [line.replace(place, f"{{{name}}}") for line in told]
    assert told == lines
