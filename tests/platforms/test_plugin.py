"""Platforms are found by name, connections keep their secrets, reads are patient."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from connector.errors import ConfigError, Stopped, TryLater, Unclear
from connector.platforms import plugin
from connector.platforms.connection import Connection, Secret
from connector.platforms.retry import patiently


def test_both_vendors_are_found() -> None:
    assert {"hubspot", "salesforce"} <= set(plugin.known())
    assert plugin.load("hubspot").name == "hubspot"


def test_an_unknown_platform_is_a_matter_of_configuration() -> None:
    with pytest.raises(
        ConfigError, match="no platform 'pardot' is installed, installed are: hubspot"
    ):
        plugin.load("pardot")


def test_loading_a_platform_does_not_load_its_client() -> None:
    code = "import sys; from connector.platforms.plugin import load; load('hubspot'); print('hubspot' in sys.modules, 'urllib3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_connection_shows_no_secret_and_says_which_is_missing() -> None:
    connection = Connection(
        "crm", "salesforce", {"domain": "x"}, {"key": Secret("geheim"), "empty": Secret("")}
    )
    assert "geheim" not in f"{connection!r} {connection.secrets}"
    assert connection.secret("key") == "geheim"
    assert (connection.has("key"), connection.has("empty"), connection.has("other")) == (
        True,
        False,
        False,
    )
    with pytest.raises(Stopped, match="crm: the credential 'other' is not set"):
        connection.secret("other")


def failing(*errors: Exception) -> tuple[list[int], object]:
    tries: list[int] = []

    def call() -> str:
        tries.append(1)
        if len(tries) <= len(errors):
            raise errors[len(tries) - 1]
        return "done"

    return tries, call


def test_a_read_that_need_not_wait_is_repeated_at_once() -> None:
    tries, call = failing(TryLater("broken", timedelta()), TryLater("broken", timedelta()))
    assert patiently(call, None) == "done"  # type: ignore[arg-type]  # any callable
    assert len(tries) == 3


def test_patience_ends_after_three_tries() -> None:
    tries, call = failing(*[TryLater("broken", timedelta())] * 9)
    with pytest.raises(TryLater):
        patiently(call, None)  # type: ignore[arg-type]
    assert len(tries) == 3


def test_without_sleep_a_wait_is_the_callers() -> None:
    tries, call = failing(TryLater("limit", timedelta(seconds=1)))
    with pytest.raises(TryLater):
        patiently(call, None)  # type: ignore[arg-type]
    assert len(tries) == 1


def test_short_waits_are_slept_and_long_ones_are_not() -> None:
    slept: list[float] = []
    _, call = failing(TryLater("limit", timedelta(seconds=1)), TryLater("odd"))
    assert patiently(call, slept.append) == "done"  # type: ignore[arg-type]
    assert slept == [1.0, 0.5]
    tries, call = failing(TryLater("limit", timedelta(seconds=10)))
    with pytest.raises(TryLater):
        patiently(call, slept.append)  # type: ignore[arg-type]
    assert (len(tries), slept) == (1, [1.0, 0.5])


def test_other_errors_pass_untouched() -> None:
    tries, call = failing(Unclear("a write"))
    with pytest.raises(Unclear):
        patiently(call, None)  # type: ignore[arg-type]
    assert len(tries) == 1
