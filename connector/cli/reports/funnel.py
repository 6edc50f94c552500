"""How the funnel looks to people."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console

from connector.cli.output import duration, figures, table
from connector.report.funnel import Funnel


def show_funnel(out: Console, funnel: Funnel) -> None:
    """Stages with conversion, then what sales made of the hand-overs."""
    rows = [
        (row.stage, f"{row.reached:,}", percent(row.share), f"{row.standing:,}")
        for row in funnel.stages
    ]
    table(
        out,
        ("stage", "came so far", "of the stage before", "stand there now"),
        rows,
        right=(1, 2, 3),
    )
    out.print()
    figures(
        out,
        [
            ("handed over", f"{funnel.handed_over:,}"),
            ("accepted", f"{funnel.accepted:,}"),
            ("rejected", f"{funnel.rejected:,}{_reasons(funnel)}"),
            ("not answered", _unanswered(funnel)),
            ("contacted by phone, mail or meeting", f"{funnel.contacted:,}"),
            ("won", f"{funnel.won:,}, together {funnel.amount_won:,.0f}"),
            ("lost, still open", f"{funnel.lost:,}, {funnel.open_deals:,}"),
            ("green-banana rate", f"{percent(funnel.green_bananas)} of the answers: too early"),
            (
                "time to answer, day and night",
                f"half within {_span(funnel.median_answer)}, nine of ten within {_span(funnel.slowest_tenth)}",
            ),
            ("answered in time", percent(funnel.answered_in_time)),
        ],
    )


def percent(share: float | None) -> str:
    """`45 %`; a dash where there is nothing to divide by."""
    return "–" if share is None else f"{share:.0%}".replace("%", " %")


def _unanswered(funnel: Funnel) -> str:
    moved = f", {funnel.moved_on:,} given to somebody else" if funnel.moved_on else ""
    return f"{funnel.unanswered:,}, {funnel.overdue:,} of them overdue{moved}"


def _reasons(funnel: Funnel) -> str:
    found = ", ".join(f"{reason} {count}" for reason, count in funnel.rejected_by_reason.items())
    return f"  ({found})" if found else ""


def _span(span: timedelta | None) -> str:
    return "–" if span is None else duration(span)
