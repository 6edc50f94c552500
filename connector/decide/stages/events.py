"""Lead events that still count, and whether somebody did anything since the last way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from connector.decide.ready import Ready
from connector.decide.scoring.strength import matches
from connector.model.person.contact import Contact
from connector.model.person.decision import Strength
from connector.model.person.standing import Standing
from connector.model.rules import Signal

Strengths = Mapping[str, Strength]


def active_events(
    ready: Ready, contact: Contact, strengths: Strengths, standing: Standing, now: datetime
) -> tuple[str, ...]:
    """Lead events that are fresh at `now` (at `at + within` no more), or kept while something is asked for, in this track."""
    ends = _ends(ready, contact, strengths, standing)
    return tuple(dict.fromkeys(name for name, until in ends if until > now))


def event_ends(
    ready: Ready, contact: Contact, strengths: Strengths, standing: Standing, now: datetime
) -> Iterator[datetime]:
    """When those that count now will count no more."""
    return (until for _, until in _ends(ready, contact, strengths, standing) if until > now)


def anything_new(ready: Ready, contact: Contact, strengths: Strengths, standing: Standing) -> bool:
    """Whether anything that gives points was done, or learned of, since the last way back of this track."""
    return any(
        signal.points > 0 and _latest(signal, contact, strengths, standing) is not None
        for signal in ready.signals.values()
    )


def heard_in(ready: Ready, strengths: Strengths, track: str) -> Strengths:
    """The strengths that count in this track."""
    if not ready.tracked:
        return strengths
    signals = ready.signals
    deaf = [name for name in ready.tracked if not heard(signals[name], track)]
    if not any(name in strengths for name in deaf):
        return strengths
    return {name: one for name, one in strengths.items() if name not in deaf}


def heard(signal: Signal, track: str) -> bool:
    """Whether a signal counts in this track."""
    return not signal.tracks or track in signal.tracks


def _ends(
    ready: Ready, contact: Contact, strengths: Strengths, standing: Standing
) -> Iterator[tuple[str, datetime]]:
    for event in ready.book.scoring.lead_events:
        signal = ready.signals.get(event.signal)
        last = None if signal is None else _latest(signal, contact, strengths, standing)
        if last is not None:
            yield event.name, last + event.within
    if standing.kept:
        known = {event.name for event in ready.book.scoring.lead_events}
        yield from (one for one in standing.kept if one[0] in known)


def _latest(
    signal: Signal, contact: Contact, strengths: Strengths, standing: Standing
) -> datetime | None:
    """When it was done last, as far as the last way back did not know it (what was learned later is news, whenever it was)."""
    if not heard(signal, standing.track):
        return None
    strength, since = strengths.get(signal.name), standing.reopened_at
    last = None if strength is None else strength.last_at
    if since is None or (last is not None and last > since):
        return last
    late = (
        one.at
        for one in contact.late
        if one.row > standing.spent and matches(signal, one.kind, one.asset, one.detail)
    )
    return max(late, default=None) if standing.spent else None
