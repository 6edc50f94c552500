"""What must come out of the log, read from the files and nothing else: no line here knows the product.

A case ends with its first final state. Sales accept a case with the first `W_Afhandelen leads` COMPLETE or
`W_Completeren aanvraag` START before that; an item that is completed after a decline only closes the item, so it accepts
nothing. A case that ends badly is lost if it had been accepted, and rejected otherwise.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

SUBMITTED, PREACCEPTED, SENT = "A_SUBMITTED", "A_PREACCEPTED", "O_SENT"
WON = frozenset({"A_APPROVED", "A_REGISTERED", "A_ACTIVATED"})
BAD_END = frozenset({"A_DECLINED", "A_CANCELLED"})
ACCEPTING = frozenset({("W_Afhandelen leads", "COMPLETE"), ("W_Completeren aanvraag", "START")})


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; `who` is the person's number, "" for the system, `at` aware UTC to the millisecond."""

    case: str
    activity: str
    transition: str
    who: str
    at: datetime

    @property
    def accepts(self) -> bool:
        return (self.activity, self.transition) in ACCEPTING

    @property
    def touches(self) -> bool:
        """A named person begins a work item."""
        return self.activity.startswith("W_") and self.transition == "START" and self.who != ""


@dataclass(frozen=True, slots=True)
class Expected:
    """Where one case ends, and the moments of what sales made of it."""

    case: str
    amount: Decimal
    end: str  # won, lost, rejected or open
    stage: str
    ended: Event | None
    preaccepted: Event | None
    accepted: Event | None
    opened: Event | None  # the event with which there is an opportunity
    touched: Event | None


def read_log(folder: Path) -> list[Event]:
    """All events in the order of the log: by their time, those of one moment as they stand in the file."""
    with gzip.open(folder / "events.2011q4.csv.gz", "rt", encoding="utf-8") as text:
        events = [
            Event(
                row["case_id"],
                row["activity"],
                row["transition"],
                row["resource"],
                datetime.fromisoformat(row["timestamp"]).astimezone(UTC),
            )
            for row in csv.DictReader(text)
        ]
    return sorted(events, key=lambda event: event.at)


def read_amounts(folder: Path) -> dict[str, Decimal]:
    """The amount each case asks for, in euros."""
    with gzip.open(folder / "cases.2011q4.csv.gz", "rt", encoding="utf-8") as text:
        return {row["case_id"]: Decimal(row["amount_requested"]) for row in csv.DictReader(text)}


def expected(events: Sequence[Event], amounts: Mapping[str, Decimal]) -> dict[str, Expected]:
    """By case; `events` in the order of the log."""
    by_case: dict[str, list[Event]] = {}
    for event in events:
        by_case.setdefault(event.case, []).append(event)
    return {case: _expected(case, amounts[case], of) for case, of in by_case.items()}


def _expected(case: str, amount: Decimal, events: Sequence[Event]) -> Expected:
    ended = _first(e for e in events if e.activity in WON | BAD_END)
    living = events if ended is None else events[: events.index(ended)]
    accepted = _first(e for e in living if e.accepts)
    preaccepted = _first(e for e in living if e.activity == PREACCEPTED)
    end = _end(ended, accepted)
    return Expected(
        case=case,
        amount=amount,
        end=end,
        stage=_stage(end, accepted, preaccepted),
        ended=ended,
        preaccepted=preaccepted,
        accepted=accepted,
        opened=_first(e for e in living if e.activity == SENT)
        or (ended if end in ("won", "lost") else None),
        touched=_first(e for e in events if e.touches),
    )


def _end(ended: Event | None, accepted: Event | None) -> str:
    if ended is None:
        return "open"
    if ended.activity in WON:
        return "won"
    return "rejected" if accepted is None else "lost"


def _stage(end: str, accepted: Event | None, preaccepted: Event | None) -> str:
    if end != "open":
        return {"won": "Customer", "lost": "Lost", "rejected": "Rejected"}[end]
    if accepted is not None:
        return "SAL"
    return "Lead" if preaccepted is None else "SQL"


def _first(events: Iterator[Event]) -> Event | None:
    return next(events, None)
