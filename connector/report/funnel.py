"""The funnel: how many came into each stage, what sales made of the hand-overs, and how long the answers took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.model.rules import Rulebook
from connector.store import Flow, Handed, Store


@dataclass(frozen=True, slots=True)
class StageRow:
    """`reached`: contacts that came so far in the period, skipped stages included; `entered`: those that stood in it.

    `share`: how many of those that reached the stage before reached this one too.
    """

    stage: str
    reached: int
    entered: int
    standing: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """A period's funnel. Times to answer run from the hand-over to acceptance or rejection, on the wall clock.

    `unanswered` counts those that moved on, too: nobody answered before they were given to somebody else; `overdue` does not.
    """

    since: datetime
    until: datetime
    stages: tuple[StageRow, ...]
    handed_over: int
    accepted: int
    rejected: int
    unanswered: int
    overdue: int
    moved_on: int
    contacted: int
    won: int
    lost: int
    open_deals: int
    amount_won: Decimal
    rejected_by_reason: Mapping[str, int]
    answered_in_time: float | None
    median_answer: timedelta | None
    slowest_tenth: timedelta | None  # nine of ten answers came faster

    @property
    def green_bananas(self) -> float | None:
        """Share of the answered hand-overs that sales sent back as too early."""
        answered = self.accepted + self.rejected
        return self.rejected_by_reason.get("Too early", 0) / answered if answered else None

    def outcomes(self) -> dict[str, int]:
        """What sales made of the hand-overs."""
        return {
            "handed_over": self.handed_over,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "unanswered": self.unanswered,
            "contacted": self.contacted,
            "won": self.won,
            "lost": self.lost,
        }

    def as_json(self) -> dict[str, Any]:
        """Everything, times in seconds."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "stages": self.as_rows(),
            **self.outcomes(),
            "overdue": self.overdue,
            "moved_on": self.moved_on,
            "open_deals": self.open_deals,
            "amount_won": float(self.amount_won),
            "rejected_by_reason": dict(self.rejected_by_reason),
            "green_banana_rate": self.green_bananas,
            "answered_in_time": self.answered_in_time,
            "median_answer_s": _seconds(self.median_answer),
            "slowest_tenth_answer_s": _seconds(self.slowest_tenth),
        }

    def as_rows(self) -> list[dict[str, Any]]:
        """The stages."""
        return [
            {
                "stage": row.stage,
                "reached": row.reached,
                "entered": row.entered,
                "standing": row.standing,
                "share": row.share,
            }
            for row in self.stages
        ]


def funnel(store: Store, book: Rulebook, since: datetime, until: datetime) -> Funnel:
    """The funnel of one period: `since` included, `until` not; what is known now of the hand-overs made in it."""
    flow = store.told.funnel(since, until, order=book.lifecycle.stages)
    handed = store.told.handovers(since, until)
    answered = [one for one in handed if one.answered_at is not None]
    waits = sorted(one.answered_at - one.at for one in answered if one.answered_at is not None)
    timed = [one for one in answered if one.answer_due is not None]
    return Funnel(
        since=since,
        until=until,
        stages=_stages(book, flow),
        handed_over=len(handed),
        accepted=_answers(handed, "accepted"),
        rejected=_answers(handed, "rejected"),
        unanswered=_answers(handed, ""),
        overdue=sum(
            not (one.answer or one.moved_on)
            and one.answer_due is not None
            and one.answer_due < until
            for one in handed
        ),
        moved_on=sum(one.moved_on for one in handed),
        contacted=sum(one.contacted_at is not None for one in handed),
        won=_results(handed, "won"),
        lost=_results(handed, "lost"),
        open_deals=_results(handed, "opened"),
        amount_won=sum(
            (one.amount or Decimal() for one in handed if one.result == "won"), Decimal()
        ),
        rejected_by_reason=dict(
            Counter(
                one.reason or "no reason" for one in handed if one.answer == "rejected"
            ).most_common()
        ),
        answered_in_time=_share(sum(_in_time(one) for one in timed), len(timed)),
        median_answer=_at(waits, 0.5),
        slowest_tenth=_at(waits, 0.9),
    )


def _stages(book: Rulebook, flow: Flow) -> tuple[StageRow, ...]:
    rows: list[StageRow] = []
    for stage in book.lifecycle.stages:
        reached = flow.reached.get(stage, 0)
        share = _share(reached, rows[-1].reached) if rows else None
        rows.append(
            StageRow(stage, reached, flow.entered.get(stage, 0), flow.standing.get(stage, 0), share)
        )
    return tuple(rows)


def _answers(handed: Sequence[Handed], answer: str) -> int:
    return sum(one.answer == answer for one in handed)


def _results(handed: Sequence[Handed], result: str) -> int:
    return sum(one.result == result for one in handed)


def _in_time(one: Handed) -> bool:
    return (
        one.answered_at is not None
        and one.answer_due is not None
        and one.answered_at <= one.answer_due
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _at(sorted_waits: Sequence[timedelta], share: float) -> timedelta | None:
    return (
        sorted_waits[min(len(sorted_waits) - 1, int(len(sorted_waits) * share))]
        if sorted_waits
        else None
    )


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
