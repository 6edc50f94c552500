"""How many people news may move within a while before somebody has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Blast:
    """`contacts`, or `share` of all of them if that is fewer, though never fewer than `least`, may have routine or backfill changes
    decided within `window`; `hot` is the same for hand-overs, which are counted by themselves.
    """

    contacts: int = 500
    share: float = 0.05
    least: int = 100
    hot: int = 200
    window: timedelta = timedelta(hours=1)
