"""What `check` says beside problems: nothing is wrong, but somebody may want to know."""

from __future__ import annotations

from collections.abc import Iterator

from connector.model.problem import Problem
from connector.model.rules import Rulebook, Signal


def notes(book: Rulebook) -> Iterator[Problem]:
    """Signals of which no sum can be kept."""
    signals = book.scoring.activities.signals
    logged = [signal for signal in signals if not signal.kept]
    if logged:
        told = ", ".join(f"{signal.name} ({', '.join(_why(signal))})" for signal in logged)
        yield Problem(
            f"{logged[0].where}:1",
            f"{_count(len(logged))} read from each contact's log: {told}",
            "the others are kept as sums",
            "note",
        )


def _count(number: int) -> str:
    return "1 signal is" if number == 1 else f"{number} signals are"


def _why(signal: Signal) -> Iterator[str]:
    if signal.window is not None:
        yield "window"
    if signal.at_most is not None:
        yield "at_most"
    if signal.only:
        yield "only"
    if signal.unless is not None:
        yield "unless_followed_by"
    if signal.bursts:
        yield "burst"
