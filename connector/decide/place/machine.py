"""What a single activity betrays as a machine's doing is nobody's touch. A burst is not looked for here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.decide.scoring.strength import matches
from connector.model.rules import Rulebook, Signal


def telling(book: Rulebook | None) -> tuple[Signal, ...]:
    """The rules that know a machine by one activity."""
    machines = () if book is None else book.scoring.activities.machines
    return tuple(machine for machine in machines if machine.burst is None)


def by_machine(
    machines: Iterable[Signal], kind: str, asset: str, detail: Mapping[str, Any] | None
) -> bool:
    """Whether one of these rules says so."""
    return any(matches(machine, kind, asset, detail) for machine in machines)
