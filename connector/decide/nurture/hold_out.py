"""Who is held out of streams so that their effect can be measured: drawn once, by the contact's key."""

from __future__ import annotations

from hashlib import sha256

from connector.model.person.standing import Standing
from connector.model.rules import HoldOut

HELD, TREATED, MIXED = "held", "treated", "mixed"
Drawn = tuple[tuple[str, str], ...]


def held(rule: HoldOut, key: str) -> bool:
    """Whether this key falls into the share. A larger share of the same name holds everybody whom a smaller one holds."""
    found = int.from_bytes(sha256(f"{rule.name}\0{key}".encode()).digest()[:8], "big")
    return found < rule.share * 2**64


def drawn(rule: HoldOut | None, standing: Standing, key: str, stream: str) -> Drawn:
    """The standing's draws, with one for this rule if `stream` is the first of its streams to be entered.

    Whoever was in one of them before belongs to neither side: it has had its effect already.
    """
    known = dict(standing.drawn)
    if rule is None or not rule.covers(stream) or rule.name in known:
        return standing.drawn
    before = {stay.stream for stay in standing.stays} | {standing.stream}
    if any(name and rule.covers(name) for name in before):
        side = MIXED
    else:
        side = HELD if held(rule, key) else TREATED
    return (*standing.drawn, (rule.name, side))


def out(rule: HoldOut | None, draws: Drawn, stream: str) -> bool:
    """Whether somebody is held out of this stream."""
    return rule is not None and rule.covers(stream) and dict(draws).get(rule.name) == HELD


def joint(one: Standing, other: Standing, rule: HoldOut | None) -> Drawn:
    """The draws of one person who was two contacts: of both sides is of neither, unless the other was never in such a stream."""
    mine, theirs = dict(one.drawn), dict(other.drawn)
    sides = {}
    for name in {**mine, **theirs}:
        covering = rule if rule is not None and rule.name == name else None
        both = {
            mine.get(name) or _untold(one, covering),
            theirs.get(name) or _untold(other, covering),
        }
        both -= {""}
        sides[name] = both.pop() if len(both) == 1 else MIXED
    return tuple(sides.items())


def _untold(standing: Standing, rule: HoldOut | None) -> str:
    """What the draw of somebody is who has none: no side, but where they were in one of the streams all the same."""
    been = {stay.stream for stay in standing.stays} | {standing.stream} - {""}
    return MIXED if any(rule is None or rule.covers(name) for name in been) else ""
