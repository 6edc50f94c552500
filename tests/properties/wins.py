"""Who wins, written down once more: a tiny model of two records, what we know of them and what we want, led through every
schedule there could be. Shares nothing with the product; slow by nature, so equal stories are told once.

Between two edits anything may happen, in any order and any number of times: we look at a side, we decide, we write a side.
A write only happens if the side still shows what it was decided over. Where a rule goes by time, the time of an edit is that
of the look that showed it, or any earlier one since the edit.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

BLANK = ""
HUBSPOT, SALESFORCE = 0, 1
Value = str
Rival = tuple[int, int, "Value | None"]  # when, which side, what it says


class Known(NamedTuple):
    """What we know of one side. `value` None: it says nothing; `at` 0: it was there when we first looked."""

    form: Value
    value: Value | None
    at: int
    ours: bool


class Wanted(NamedTuple):
    value: Value
    over: Value


class State(NamedTuple):
    world: tuple[Value, Value]
    known: tuple[Known | None, Known | None]
    wanted: tuple[Wanted | None, Wanted | None]


class Rule(NamedTuple):
    """`first_side`: the side that an order names first."""

    wins: str
    blank: str
    first_side: int = HUBSPOT


Story = tuple[tuple[int, Value], ...]  # edits: side, value


def finals(rule: Rule, start: tuple[Value, Value], story: Story) -> frozenset[tuple[Value, Value]]:
    """Every pair of values in which the two sides may come to rest."""
    names: dict[Value, Value] = {BLANK: BLANK}
    for value in (*start, *(value for _, value in story)):
        names.setdefault(value, f"v{len(names)}")
    back = {short: value for value, short in names.items()}
    told = tuple((side, names[value]) for side, value in story)
    found = _finals(rule, (names[start[0]], names[start[1]]), told)
    return frozenset((back[one], back[other]) for one, other in found)


@cache
def _finals(rule: Rule, start: tuple[Value, Value], story: Story) -> frozenset[tuple[Value, Value]]:
    last = (0, 0)
    states = _anything({_seen_first(rule, start)}, rule, 0, last)
    states = {state for state in states if _rests(state, rule, 0, last)}
    for moment, (side, value) in enumerate(story, start=1):
        states = {state._replace(world=_put(state.world, side, value)) for state in states}
        last = (moment, last[1]) if side == HUBSPOT else (last[0], moment)
        states = _anything(states, rule, moment, last)
    now = len(story)
    return frozenset(state.world for state in states if _rests(state, rule, now, last))


def _seen_first(rule: Rule, start: tuple[Value, Value]) -> State:
    known = tuple(Known(value, value or None, 0, ours=False) for value in start)
    return State(start, (known[0], known[1]), (None, None))


def _anything(states: set[State], rule: Rule, now: int, last: tuple[int, int]) -> set[State]:
    found, waiting = set(states), list(states)
    while waiting:
        for state in _steps(waiting.pop(), rule, now, last):
            if state not in found:
                found.add(state)
                waiting.append(state)
    return found


def _steps(state: State, rule: Rule, now: int, last: tuple[int, int]) -> Iterator[State]:
    for side in (HUBSPOT, SALESFORCE):
        yield from (_look(state, rule, side, at) for at in {last[side], now})
        yield _write(state, side, now)
    yield from _decide(state, rule)


def _rests(state: State, rule: Rule, now: int, last: tuple[int, int]) -> bool:
    if any(state.wanted):
        return False
    looked = (_look(state, rule, side, now) for side in (HUBSPOT, SALESFORCE))
    return all(one == state for one in (*looked, *_decide(state, rule)))


def _look(state: State, rule: Rule, side: int, at: int) -> State:
    form, known = state.world[side], state.known[side]
    if known is None or known.form == form:
        return state
    value: Value | None = form or None
    if not form and rule.blank == "never":
        value = known.value
    return state._replace(known=_put(state.known, side, Known(form, value, at, ours=False)))


def _write(state: State, side: int, now: int) -> State:
    wanted, known = state.wanted[side], state.known[side]
    if wanted is None or known is None:
        return state
    state = state._replace(wanted=_put(state.wanted, side, None))
    if known.form != wanted.over or state.world[side] != wanted.over:
        return state
    mine = Known(wanted.value, wanted.value or None, now, ours=True)
    return state._replace(
        world=_put(state.world, side, wanted.value), known=_put(state.known, side, mine)
    )


def _decide(state: State, rule: Rule) -> Iterator[State]:
    """One decision for each way a tie may go."""
    for value, source in _winners(state, rule):
        wants = [_wants(state, rule, side, value, source) for side in (HUBSPOT, SALESFORCE)]
        yield state._replace(wanted=(wants[0], wants[1]))


def _wants(state: State, rule: Rule, side: int, value: Value | None, source: int) -> Wanted | None:
    known = state.known[side]
    if known is None or side == source or known.form == (value or BLANK):
        return None
    if rule.wins == "only_if_blank" and known.form:
        return None
    return Wanted(value or BLANK, known.form)


def _winners(state: State, rule: Rule) -> list[tuple[Value | None, int]]:
    said: list[Rival] = []
    echoed: list[Rival] = []
    for side, known in enumerate(state.known):
        if known is None:
            continue
        if known.form:
            (echoed if known.ours else said).append((known.at, side, known.value))
        elif rule.blank == "erase" and known.at:
            (echoed if known.ours else said).append((known.at, side, None))
    for some, wins in ((said, rule.wins), (echoed, "newest")):
        if some:
            return [(value, side) for _, side, value in _best(some, wins, rule.first_side)]
    return []


def _best(some: list[Rival], wins: str, first_side: int) -> list[Rival]:
    if wins == "order":
        return [min(some, key=lambda one: one[1] != first_side)]
    if wins == "only_if_blank":
        return some
    edge = (min if wins == "first" else max)(at for at, _, _ in some)
    return [one for one in some if one[0] == edge]


def _put(pair: tuple[object, object], side: int, value: object) -> tuple:  # type: ignore[type-arg]
    return (value, pair[1]) if side == HUBSPOT else (pair[0], value)
