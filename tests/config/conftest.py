from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from connector.config import compile_text, texts

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
REPOSITORY = HERE.parents[1]


@pytest.fixture(autouse=True)
def _no_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROJECT", "DATABASE", "SANDBOX"):
        monkeypatch.delenv(f"LEADCYCLE_{name}", raising=False)


@pytest.fixture(scope="session")
def house() -> Mapping[str, str]:
    """A project that stands still, so that places in messages do."""
    return texts(HERE / "house")


@pytest.fixture(scope="session")
def example() -> Mapping[str, str]:
    """The shipped example."""
    return texts(REPOSITORY)


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def said(house: Mapping[str, str]) -> Callable[..., list[str]]:
    """The lines that one edit of the house causes; warnings begin with ~."""

    def lines(path: str, old: str, new: str) -> list[str]:
        text = house.get(path, "")
        assert text.count(old) >= 1, f"{old!r} is not in {path}"
        loaded = compile_text({**house, path: text.replace(old, new, 1)})
        return [f"{'~ ' if p.level == 'warning' else ''}{p}" for p in loaded.problems]

    return lines
