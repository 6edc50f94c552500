"""A pool's turns: who is eligible, whose turn it is, and why it is nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from connector.decide.routing.search import Search
from connector.model.roster import Roster
from connector.model.rules import Pool


class Seat(NamedTuple):
    """Somebody who may get the lead; the weight is that of the member whose place it is, `turns` what they count for now."""

    key: str
    weight: int
    turns: float


class Turn(NamedTuple):
    """Who gets the lead, and how many turns they have taken with it."""

    key: str
    taken: float


def from_pool(search: Search, pool: Pool, where: str) -> Turn | None:
    """Whose turn it is; None if nobody of the pool can get anything now.

    Former owners only if there is nobody else: whoever does not speak the language, or is not at work, comes before them. Where
    the lead was taken from the latest, they are passed over altogether: further rules may know somebody.
    """
    where = pool.where or where
    seats = _seats(search, pool, where)
    had = [seat for seat in seats if seat.key in search.former]
    left = _preferred(search, pool, [seat for seat in seats if seat not in had], where)
    if left or search.again:
        for seat in had:
            search.skip(seat.key, "had this lead before", where)
    else:
        left = _preferred(search, pool, had, where)
    if not left:
        return None
    level = _level(search.roster, pool, left)
    left = [_settled(pool, seat, level) for seat in left]
    chosen = min(left, key=lambda seat: _rank(search.roster, pool, seat))
    for seat in left:
        if seat.key != chosen.key:
            search.skip(seat.key, _later(search.roster, pool, seat, chosen), where)
    return Turn(chosen.key, max(chosen.turns, round(level * chosen.weight, 6)) + 1)


def _level(roster: Roster, pool: Pool, seats: Sequence[Seat]) -> float:
    """The level at which the last turn was given. Whoever was away, or is new, is lifted to it with their next turn, so that coming
    back (or standing in) does not bring a flood. It may be a part of a turn: weights differ.

    It is the members' level; while others stand in for all of them, theirs, too.
    """
    weights = dict(pool.weights)
    members = [_seat(roster, pool, member, weights.get(member, 1)) for member in pool.members]
    alone = not any(seat.key in pool.members for seat in seats)
    counted = [seat for seat in (*members, *(seats if alone else ())) if seat.weight > 0]
    return max((seat.turns - 1) / seat.weight for seat in counted)


def _settled(pool: Pool, seat: Seat, level: float) -> Seat:
    """Whoever is far above the level has stood in for somebody with a larger weight, or for everybody: that is held against nobody."""
    above = seat.turns / seat.weight > level + 1 + 1 / seat.weight
    if seat.key in pool.members or not above:
        return seat
    return seat._replace(turns=max(0.0, round(level * seat.weight, 6)))


def _seat(roster: Roster, pool: Pool, key: str, weight: int) -> Seat:
    return Seat(key, weight, roster.turns.get((pool.name, key), 0))


def _rank(roster: Roster, pool: Pool, seat: Seat) -> tuple[float, float]:
    """The least comes next: turns for the weight, or unanswered leads for the weight and then turns."""
    turns = seat.turns / seat.weight
    if pool.method == "least_open":
        return roster.open.get(seat.key, 0) / seat.weight, turns
    return turns, 0.0


def _later(roster: Roster, pool: Pool, seat: Seat, chosen: Seat) -> str:
    """Why somebody eligible has to wait: by the first part of the rank that tells them apart."""
    mine, least = _rank(roster, pool, seat), _rank(roster, pool, chosen)
    if mine == least:
        return f"{chosen.key} stands before, and has had as much"
    if pool.method == "least_open" and mine[0] != least[0]:
        leads, fewer = (roster.open.get(one.key, 0) for one in (seat, chosen))
        return (
            f"has {_counted(leads, 'open lead', seat)}, {chosen.key} {_counted(fewer, '', chosen)}"
        )
    if any(one != _seat(roster, pool, one.key, one.weight) for one in (seat, chosen)):
        return f"it is the turn of {chosen.key} by the level of the others"
    had, less = _counted(seat.turns, "turn", seat), _counted(chosen.turns, "", chosen)
    return f"has had {had}, {chosen.key} {less}"


def _counted(number: float, noun: str, seat: Seat) -> str:
    shown = f"{number:.2f}".rstrip("0").rstrip(".")
    words = f"{shown} {noun}{'' if number == 1 else 's'}" if noun else shown
    return words if seat.weight == 1 else f"{words} (weight {seat.weight})"


def _seats(search: Search, pool: Pool, where: str) -> list[Seat]:
    """Everybody eligible, once: who stands in for several takes the place of the largest weight. Only who cannot answer is stood in
    for, not who is busy."""
    seats: dict[str, Seat] = {}
    weights = dict(pool.weights)
    for member in pool.members:
        weight = weights.get(member, 1)
        who = _who(search, pool, member, weight, where)
        if who and (who not in seats or seats[who].weight < weight):
            seats[who] = _seat(search.roster, pool, who, weight)
    return list(seats.values())


def _who(search: Search, pool: Pool, member: str, weight: int, where: str) -> str:
    """Who answers in this member's place, mostly the member; "" if nobody can."""
    cannot = search.unavailable(member)
    why = "takes no turns" if weight <= 0 else "" if cannot else _full(search, pool, member)
    if why:
        search.skip(member, why, where)
        return ""
    if not cannot:
        return member
    instead = search.stand_in(member, cannot, where, pool.members)
    full = _full(search, pool, instead) if instead else ""
    if full:
        search.skip(instead, full, where)
    return "" if full else instead


def _full(search: Search, pool: Pool, key: str) -> str:
    count = search.roster.open.get(key, 0)
    if pool.max_open is not None and count >= pool.max_open:
        return f"has {count} open leads, the most is {pool.max_open}"
    return ""


def _preferred(search: Search, pool: Pool, seats: Sequence[Seat], where: str) -> list[Seat]:
    """Who speaks the language, and of those who is at work, or will be first."""
    left = list(seats)
    if pool.language:
        speak = [seat for seat in left if search.speaks(seat.key)]
        left = _narrowed(search, left, speak, pool.language == "only", _foreign(search), where)
    if pool.hours:
        return _working(search, left, pool.hours == "only", where)
    return left


def _foreign(search: Search) -> str:
    return f"does not speak {search.get('language')}"


def _narrowed(
    search: Search, seats: list[Seat], good: list[Seat], only: bool, why: str, where: str
) -> list[Seat]:
    """The good ones; if there is none, all of them, or nobody."""
    if not good and not only:
        return seats
    for seat in seats:
        if seat not in good:
            search.skip(seat.key, why, where)
    return good


def _working(search: Search, seats: list[Seat], only: bool, where: str) -> list[Seat]:
    begins = {seat.key: search.at_work(seat.key) for seat in seats}
    first = search.now if only else min(begins.values(), default=search.now)
    for seat in seats:
        if begins[seat.key] > first:
            search.skip(
                seat.key, f"is not at work before {begins[seat.key]:%Y-%m-%d %H:%M} UTC", where
            )
    return [seat for seat in seats if begins[seat.key] <= first]
