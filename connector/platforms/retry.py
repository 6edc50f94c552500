"""A read without an answer is asked again at once or after a moment; anything longer is the daemon's business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from connector.errors import TryLater

T = TypeVar("T")
TRIES = 3
LONGEST = timedelta(seconds=2)
"""Longer waits leave the process: the worker of this platform has other work."""
_FIRST = timedelta(milliseconds=250)


def patiently(call: Callable[[], T], sleep: Callable[[float], None] | None) -> T:
    """Repeats a *read* up to three times on TryLater, honouring its `after`; raises the last TryLater.

    Without `sleep` only a TryLater that need not wait (a broken connection, a cut-off body) is repeated. Never for writes:
    a write without an answer is Unclear, not TryLater.
    """

    def worth(error: BaseException) -> bool:
        if not isinstance(error, TryLater):
            return False
        wait = _FIRST if error.after is None else error.after
        return wait <= (timedelta() if sleep is None else LONGEST)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        after = error.after if isinstance(error, TryLater) else None
        return (
            _FIRST * 2 ** (state.attempt_number - 1) if after is None else after
        ).total_seconds()

    return Retrying(
        stop=stop_after_attempt(TRIES),
        retry=retry_if_exception(worth),
        wait=wait,
        sleep=sleep or _at_once,
        reraise=True,
    )(call)


def _at_once(_: float) -> None:
    """Nothing to wait for."""
