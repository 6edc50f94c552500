"""Deals of companies: when one is opened, won, lost or deleted, its company's people are decided again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.model.systems.fact import COMPANY
from connector.store.intake.done.ties import STANDS, touch_companies
from connector.store.intake.work import Work

States = Mapping[int, tuple[tuple[int, str], ...]]
"""By a deal's ref: what has become of it, and when."""


def touch_colleagues(work: Work, deals: Iterable[int]) -> None:
    """Everybody at the companies that these deals are with."""
    rows = work.tx.rows(
        f"SELECT t.ref FROM tie t WHERE t.other IN [?] AND t.role = ? AND {STANDS} ORDER BY 1",  # noqa: S608  (ours)
        sorted(deals),
        COMPANY,
    )
    if rows:
        touch_companies(work, [ref for (ref,) in rows])


def turned(before: States, after: States) -> list[int]:
    """The deals that stand otherwise now: another amount or step of one that stays open is no news to a colleague."""
    return sorted(ref for ref in before.keys() | after.keys() if before.get(ref) != after.get(ref))
