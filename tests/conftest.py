"""How widely property tests look: `steady` gives the same answer every time, `wide` (make fuzz) looks for more, by chance."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

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
