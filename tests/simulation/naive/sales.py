"""What sales made of a lead, as far as it still counts: a way back spends what was known by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from naive.person import Person, Said

_DEALS = {"opened": 0, "lost": 1, "won": 2}  # at one moment the closing counts
_WORTH = {"lost": 0, "opened": 1, "won": 2}


class Facts(NamedTuple):
    acceptance: str
    rejection: tuple[str, ...]
    chance: str  # opened, won, lost or ""
    chance_stage: str
    customer: bool
    open_deal: bool


def mine(person: Person) -> list[Said]:
    return [one for one in person.said if one.track == person.track]


def live(person: Person, reopened: datetime | None) -> list[Said]:
    return [one for one in mine(person) if reopened is None or one.learned > reopened]


def deals(said: Iterable[Said]) -> list[Said]:
    """Each opportunity as it stands."""
    found: dict[str, list[Said]] = {}
    for one in said:
        if one.kind in _DEALS:
            found.setdefault(one.deal, []).append(one)
    return [max(deal, key=lambda one: (one.at, _DEALS[one.kind])) for deal in found.values()]


def last(said: Sequence[Said]) -> Said | None:
    """Of those at one moment the one that was told last."""
    return max(enumerate(said), key=lambda one: (one[1].at, one[0]))[1] if said else None


def facts(person: Person, reopened: datetime | str | None = "before") -> Facts:
    since = person.before.reopened_at if isinstance(reopened, str) else reopened
    said = live(person, since)
    answer = last([one for one in said if one.kind in ("accepted", "rejected")])
    chance = max(deals(said), key=lambda one: (_WORTH[one.kind], one.at), default=None)
    all_deals = {one.kind for one in deals(mine(person))}
    return Facts(
        answer.kind if answer else "",
        (answer.reason,) if answer and answer.kind == "rejected" else (),
        chance.kind if chance else "",
        chance.stage if chance else "",
        "won" in all_deals,
        "opened" in all_deals,
    )
