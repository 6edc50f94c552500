"""Fields that a hand-over lacks, and nothing else: the contact asks for them, and is handed over when they come."""

from __future__ import annotations

from datetime import datetime

from connector.decide.stages.ways import Ways
from connector.model.person.standing import Standing
from connector.model.rules.lifecycle import KEEP


def asking(
    ways: Ways, standing: Standing, fields: tuple[str, ...], events: tuple[str, ...], now: datetime
) -> Standing:
    """The standing while these `fields` are asked for (none: no more). Lead `events` that count now are kept for a while, so
    that they are not lost when the answer takes its time."""
    if not fields:
        nothing = not standing.asks and not standing.kept
        return standing if nothing else standing.at(asks=(), asks_since=None, kept=())
    since, rule = standing.asks_since or now, ways.ask(fields)
    until = since + (rule.keep if rule else KEEP)
    kept = tuple((name, until) for name in events) if until > now else ()
    if (standing.asks, standing.asks_since, standing.kept) == (fields, since, kept):
        return standing
    return standing.at(asks=fields, asks_since=since, kept=kept)
