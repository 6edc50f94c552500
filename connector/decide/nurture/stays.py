"""How long somebody was in each stream, and when a stream is exhausted for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connector.model.person.stay import Stay
from connector.model.rules import Stream

Stays = tuple[Stay, ...]
MERGED = "merged"


def stay_of(stays: Iterable[Stay], stream: str) -> Stay | None:
    return next((stay for stay in stays if stay.stream == stream), None)


def in_it(stays: Iterable[Stay]) -> Stay | None:
    """The stay that goes on."""
    return next((stay for stay in stays if stay.left is None), None)


def used_up(rule: Stream, stay: Stay | None, now: datetime, mails: float) -> str:
    """Why the stream is exhausted for somebody at this moment, or ""; `mails`: how many they have received in all."""
    if stay is None or not rule.limited:
        return ""
    if stay.left is None:
        received = stay.mails + max(0.0, mails - stay.base)
        return _limit(rule, timedelta(seconds=stay.spent) + (now - stay.since), received)
    again = again_at(rule, stay)
    return _over(rule, stay) if again is None or now < again else ""


def _over(rule: Stream, stay: Stay) -> str:
    """Why a stay that has ended used the stream up, or "": also one that was left for another reason, or that new rules find too long."""
    if stay.exhausted:
        return stay.why
    return _limit(rule, timedelta(seconds=stay.spent), stay.mails)


def _limit(rule: Stream, spent: timedelta, mails: float) -> str:
    if rule.lasts is not None and spent >= rule.lasts:
        return "exhausted: its time is over"
    if rule.mails is not None and mails >= rule.mails:
        return f"exhausted: {rule.mails} mails"
    return ""


def again_at(rule: Stream, stay: Stay) -> datetime | None:
    """When an exhausted stream may be entered again; None for never."""
    left = stay.left
    return None if rule.again_after is None or left is None else left + rule.again_after


def entered(stays: Stays, rule: Stream, stage: str, now: datetime, mails: float) -> Stays:
    """A new stay; what was used of the stream counts on, unless it had been exhausted."""
    before = stay_of(stays, rule.name)
    if before is None:
        return (*stays, Stay(rule.name, now, stage, now, base=mails))
    fresh = bool(_over(rule, before))
    again = replace(
        before,
        since=now,
        left=None,
        why="",
        exhausted=False,
        spent=0.0 if fresh else before.spent,
        mails=0.0 if fresh else before.mails,
        base=mails,
    )
    return tuple(again if stay is before else stay for stay in stays)


def left(stays: Stays, why: str, now: datetime, mails: float, *, exhausted: bool) -> Stays:
    """The stay that goes on ends."""
    return tuple(
        replace(
            stay,
            left=now,
            why=why,
            exhausted=exhausted,
            spent=stay.spent + (now - stay.since).total_seconds(),
            mails=stay.mails + max(0.0, mails - stay.base),
        )
        if stay.left is None
        else stay
        for stay in stays
    )


def moments(rules: Iterable[Stream], stays: Iterable[Stay]) -> Iterator[datetime]:
    """When time alone may exhaust a stream, or opens one again."""
    by_name = {rule.name: rule for rule in rules}
    for stay in stays:
        rule = by_name.get(stay.stream)
        if rule is None:
            continue
        if stay.left is None and rule.lasts is not None:
            yield stay.since + rule.lasts - timedelta(seconds=stay.spent)
        elif (again := again_at(rule, stay)) is not None and _over(rule, stay):
            yield again


def joint(one: Stays, other: Stays, rules: Iterable[Stream], now: datetime, mails: float) -> Stays:
    """The stays of one person who was two contacts; `mails` is how many the other had received.

    What the other was in ends `now`. Of one stream the longer time counts, and the mails of both; it is used up if either had used it up.
    """
    by_name = {rule.name: rule for rule in rules}
    found = {
        stay.stream: replace(stay, base=stay.base + mails) if stay.left is None else stay
        for stay in one
    }
    for stay in left(other, MERGED, now, mails, exhausted=False):
        rule, mine = by_name.get(stay.stream), found.get(stay.stream)
        given = _opened(rule, stay, now)
        found[stay.stream] = given if mine is None else _both(_opened(rule, mine, now), given, now)
    return tuple(found.values())


def _opened(rule: Stream | None, stay: Stay, now: datetime) -> Stay:
    """A stream that was used up and may be entered again has not been used."""
    if rule is None or stay.left is None or not _over(rule, stay) or used_up(rule, stay, now, 0):
        return stay
    return replace(stay, exhausted=False, spent=0.0, mails=0.0)


def _both(mine: Stay, theirs: Stay, now: datetime) -> Stay:
    """Two stays in one stream, the second of them over."""
    runs = (now - mine.since).total_seconds() if mine.left is None else 0.0
    kept = mine if mine.left is None else max(mine, theirs, key=_end)
    early = min(mine, theirs, key=lambda stay: stay.first)
    return replace(
        kept,
        first=early.first,
        stage=early.stage,
        spent=max(mine.spent, theirs.spent - runs),
        mails=mine.mails + theirs.mails,
    )


def _end(stay: Stay) -> tuple[bool, datetime]:
    """Sorts last what says more about a stream that nobody is in: used up, then left last."""
    return stay.exhausted, stay.left or stay.since
