"""How widely property tests look: `steady` gives the same answer every time, `wide` (make fuzz) looks for more, by chance."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from connector.errors import Refused, Stopped, TryLater, Unclear
from connector.model.problem import Problem
from connector.store.shelf import Trouble

TIMES = 10
SETTINGS = (
    "_hypothesis_internal_use_settings"  # where hypothesis keeps what @settings said of a test
)

settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,  # no test depends on how fast the machine is
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "wide",
    derandomize=False,
    deadline=None,
    max_examples=100 * TIMES,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "steady")
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that says how many examples it wants gets ten times as many in a wide run, too."""
    if PROFILE != "wide":
        return
    for item in items:
        test = getattr(item, "obj", None)
        own = getattr(test, SETTINGS, None)
        if own is not None and own.max_examples != settings.default.max_examples:
            setattr(test, SETTINGS, settings(own, max_examples=own.max_examples * TIMES))


SPOKEN: dict[type, Callable[[Any], str]] = {
    **dict.fromkeys((Problem, Refused, Stopped, TryLater, Unclear), str),
    Trouble: lambda one: f"{one.record}: {one.message}, {one.hint}",
}


@cache
def _golden() -> dict[str, tuple[str, ...]]:
    """By test, the sentences that the product says in it (tests/sentences/golden/said.txt)."""
    file = Path(__file__).parent / "sentences" / "golden" / "said.txt"
    blocks = file.read_text("utf-8").strip("\n").split("\n\n")
    lines = [block.split("\n") for block in blocks]
    return {test: tuple(one.removeprefix("= ") for one in said) for test, *said in lines}


@pytest.fixture(autouse=True)
def _spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Golden sentences: what this test is known to make the product say must be said by the product's own code, word for word.

    `…` stands for what differs from day to day: a number of people, a line of the example.
    """
    wanted = _golden().get(request.node.nodeid)
    if wanted is None:
        yield
        return
    said: set[str] = set()
    for kind, text in SPOKEN.items():
        monkeypatch.setattr(kind, "__init__", _listening(kind.__init__, text, said))
    yield
    patterns = [re.escape(one).replace("…", ".*") for one in wanted]
    missing = [one for one in patterns if not any(re.fullmatch(one, other) for other in said)]
    assert missing == [], sorted(said)


def _listening(made: Any, text: Callable[[Any], str], said: set[str]) -> Any:
    def listens(self: Any, *words: Any, **more: Any) -> None:
        made(self, *words, **more)
        if f"{os.sep}connector{os.sep}" in sys._getframe(1).f_code.co_filename:
            said.add(text(self))

    return listens
