"""Which channel an activity belongs to, and which one brought a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from connector.decide.conditions.condition import Get, Holds, compiled
from connector.decide.once import once
from connector.model.person.touch import Touch
from connector.model.rules import Rulebook

Asks = Callable[[str, str, Mapping[str, Any] | None], "Claim | None"]


class Claim(NamedTuple):
    """The channel's name, and the `file:line` of what claims."""

    channel: str
    where: str


class _Match(NamedTuple):
    claim: Claim
    holds: Holds


@once(size=16)
def claims(book: Rulebook) -> Asks:
    """Asks for (kind, asset, detail) of an activity; the first channel of the file that claims it, None if nobody does."""
    by_kind: dict[str, list[_Match]] = {}
    for channel in book.channels:
        for rule in channel.touches:
            found = _Match(Claim(channel.name, rule.where or channel.where), compiled(rule.when))
            by_kind.setdefault(rule.kind, []).append(found)

    def ask(kind: str, asset: str, detail: Mapping[str, Any] | None) -> Claim | None:
        rules = by_kind.get(kind)
        if not rules:
            return None
        get = _activity(asset, detail)
        return next((claim for claim, holds in rules if holds(get)), None)

    return ask


@once(size=16)
def _matches(book: Rulebook) -> tuple[_Match, ...]:
    return tuple(
        _Match(Claim(channel.name, channel.where), compiled(channel.match))
        for channel in book.channels
        if channel.match is not None
    )


def brought_by(book: Rulebook, touch: Touch | None, get: Get) -> Claim | None:
    """The channel that brought a person: the one that claims the first touch, else the first whose `match` holds."""
    claimed = None
    if touch is not None and touch.kind:
        claimed = claims(book)(touch.kind, touch.asset, touch.detail)
    return claimed or next((claim for claim, holds in _matches(book) if holds(get)), None)


def _activity(asset: str, detail: Mapping[str, Any] | None) -> Get:
    def get(name: str) -> Any:
        if name == "asset":
            return asset or None
        return None if detail is None else detail.get(name)

    return get
