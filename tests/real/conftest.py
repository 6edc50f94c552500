"""Real data lie beside the repository and are never part of it; without them these tests are skipped and say so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
DATASETS = HERE.parents[1].parent / "shared" / "datasets"
sys.path.append(str(HERE))  # the modules of this folder import each other by name
FIGURES = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the real data came to, below the results."""
    lines = terminalreporter.config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.section("real data")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def say(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Adds one line to the figures."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


@pytest.fixture(scope="session")
def datasets() -> Path:
    if not DATASETS.is_dir():
        pytest.skip("the real data sets are not here: shared/datasets beside the repository")
    return DATASETS


@pytest.fixture(autouse=True, scope="session")
def _no_overrides() -> Iterator[None]:
    """The rehearsal says where everything is; this shell's own settings do not count."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PROJECT", "DATABASE", "SANDBOX"):
            patch.delenv(f"LEADCYCLE_{name}", raising=False)
        yield
