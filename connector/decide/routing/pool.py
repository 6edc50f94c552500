"""A pool's turns: who is eligible, whose turn it is, and why it is nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from connector.decide.routing.search import Search
from connector.model.roster import Roster
from connector.model.rules import Pool


class Seat(NamedTuple):
    """Somebody who may get the lead; the weight is that of the member whose place it is."""

    key: str
    weight: int


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
    chosen = min(left, key=lambda seat: _rank(search.roster, pool, seat))
    for seat in left:
        if seat.key != chosen.key:
            search.skip(seat.key, _later(search.roster, pool, seat, chosen), where)
    return Turn(chosen.key, _count(search.roster, pool, chosen, seats))


def _count(roster: Roster, pool: Pool, chosen: Seat, seats: Sequence[Seat]) -> float:
    """The owner's count after this turn. Whoever was away, or is new, is lifted to the level at which the last turn was
    given, so that coming back (or standing in) does not bring a flood. The level may be a part of a turn: weights differ.

    It is the level of everybody who takes turns now: somebody who stood in with a larger weight before lifts the others.
    """
    weights = dict(pool.weights)
    members = [Seat(member, weights.get(member, 1)) for member in pool.members]
    level = max(
        (_turns(roster, pool, seat) - 1) / seat.weight
        for seat in (*members, *seats)
        if seat.weight > 0
    )
    return max(_turns(roster, pool, chosen), round(level * chosen.weight, 6)) + 1


def _turns(roster: Roster, pool: Pool, seat: Seat) -> float:
    return roster.turns.get((pool.name, seat.key), 0)


def _rank(roster: Roster, pool: Pool, seat: Seat) -> tuple[float, float]:
    """The least comes next: turns for the weight, or unanswered leads for the weight and then turns."""
    weight = max(1, seat.weight)
    turns = _turns(roster, pool, seat) / weight
    if pool.method == "least_open":
        return roster.open.get(seat.key, 0) / weight, turns
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
    had, less = (_turns(roster, pool, one) for one in (seat, chosen))
    return f"has had {_counted(had, 'turn', seat)}, {chosen.key} {_counted(less, '', chosen)}"


def _counted(number: float, noun: str, seat: Seat) -> str:
    shown = f"{number:.2f}".rstrip("0").rstrip(".")
    words = f"{shown} {noun}{'' if number == 1 else 's'}" if noun else shown
    return words if seat.weight == 1 else f"{words} (weight {seat.weight})"


def _seats(search: Search, pool: Pool, where: str) -> list[Seat]:
    """Everybody eligible. Only who cannot answer is stood in for, not who is busy."""
    seats, weights = [], dict(pool.weights)
    for member in pool.members:
        cannot = search.unavailable(member)
        why = cannot or _takes_none(search, pool, member, weights.get(member, 1))
        weight = weights.get(member, 1)
        if not why:
            seats.append(Seat(member, weight))
        elif cannot:
            instead = search.stand_in(member, why, where, pool.members)
            full = _full(search, pool, instead) if instead else ""
            if full:
                search.skip(instead, full, where)
            elif instead:
                seats.append(Seat(instead, weight))
        else:
            search.skip(member, why, where)
    return seats


def _takes_none(search: Search, pool: Pool, key: str, weight: int) -> str:
    return "takes no turns" if weight <= 0 else _full(search, pool, key)


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
