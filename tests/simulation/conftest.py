"""The house stands beside these tests; journeys use it, too."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

sys.path.insert(0, str(Path(__file__).resolve().parent))

from house import House

from connector.cli.example import PARTS, example_root


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def example_copy(tmp_path: Path) -> Path:
    """The example project's own files, to be changed."""
    root = tmp_path / "project"
    for part in PARTS:
        here = example_root() / part
        if here.is_dir():
            shutil.copytree(here, root / part)
        else:
            root.mkdir(exist_ok=True)
            shutil.copy(here, root / part)
    return root


@pytest.fixture
def two_way(tmp_path: Path, example_copy: Path) -> Iterator[House]:
    """The job title may be edited in both systems, and is written to both."""
    mapping = example_copy / "mappings" / "hubspot.yaml"
    text = mapping.read_text("utf-8")
    line = "      leadcycle_grade: {from: score.grade}\n"
    assert line in text
    mapping.write_text(text.replace(line, f"      jobtitle: {{from: job_title}}\n{line}"), "utf-8")
    built = House(tmp_path / "house", root=example_copy)
    yield built
    built.close()


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """Thousands of postponements are logged; none of them is news here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()
