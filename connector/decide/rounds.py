"""Ping-pong: we write a value, something makes another of it, we write it again.

A single edit is one round, whoever made it; who wins it is the mapping's business. Only what goes back and forth is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

APART = timedelta(hours=26)
"""Rounds further apart do not belong together; a job that runs every night does."""


class Turn(NamedTuple):
    """One property of one record got this form. `at` is the system's time in ms, or that of our write; `by` a ref as text."""

    ours: bool
    form: Any
    at: int
    by: str | None = None


class Round(NamedTuple):
    """What we wrote, and what stood there when we wanted to write again."""

    written: Turn
    found: Turn


def rounds(turns: Iterable[Turn]) -> Sequence[Round]:
    """The rounds of one exchange up to now, oldest first; `turns` in the order in which they were learned.

    Rounds belong together while either side repeats itself: the same value written again, or the same value put back. Where both
    differ each time there are new facts, not a loop.
    """
    played: list[Round] = []
    for one in reversed(_played(turns)):
        if played and not _goes_on(one, played[-1]):
            break
        played.append(one)
    return played[::-1]


def _played(turns: Iterable[Turn]) -> list[Round]:
    played: list[Round] = []
    written: Turn | None = None
    for turn in turns:
        if turn.ours:
            written = turn
        elif written is not None:
            played.append(Round(written, turn))
            written = None
        elif played:
            played[-1] = played[-1]._replace(found=turn)
    return played


def _goes_on(before: Round, after: Round) -> bool:
    near = after.found.at - before.found.at <= APART / timedelta(milliseconds=1)
    same = before.written.form == after.written.form or before.found.form == after.found.form
    return near and same
