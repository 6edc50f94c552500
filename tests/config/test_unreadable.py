"""A file that cannot be read is told, alone: what only follows from its silence is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy, copytree

import pytest

from connector.config import load

REPOSITORY = Path(__file__).parents[2]
BREAKS = {"byte": b"\xff", "yaml": b"\n  a: [\n"}
FILES = sorted(
    file.relative_to(REPOSITORY).as_posix()
    for folder in ("mappings", "rules", "values")
    for file in (REPOSITORY / folder).rglob("*.*")
    if file.suffix in (".yaml", ".csv") and ".schema" not in file.parts
)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("example")
    for folder in ("mappings", "rules", "values"):
        copytree(REPOSITORY / folder, root / folder)
    copy(REPOSITORY / "leadcycle.yaml", root)
    return root


def _breaks() -> Iterator[tuple[str, str]]:
    for path in ("leadcycle.yaml", *FILES):
        yield path, "byte"
        if not path.endswith(".csv"):
            yield path, "yaml"


@pytest.mark.parametrize(("path", "how"), list(_breaks()))
def test_nothing_but_the_file_itself_is_blamed(path: str, how: str, copied: Path) -> None:
    file = copied / path
    whole = file.read_bytes()
    file.write_bytes(whole + BREAKS[how])
    try:
        said = load(copied).problems
    finally:
        file.write_bytes(whole)
    assert [problem.where.split(":")[0] for problem in said] == [path], said
    if how == "byte":
        assert said[0].message == "a byte that is not UTF-8"


def test_a_misnamed_file_is_not_also_missing(copied: Path) -> None:
    right = copied / "rules" / "scoring.yaml"
    wrong = right.rename(right.with_suffix(".yml"))
    try:
        said = [str(problem) for problem in load(copied).problems]
    finally:
        wrong.rename(right)
    assert said == ["rules/scoring.yml:1:1: files end in .yaml here, rename it"]
