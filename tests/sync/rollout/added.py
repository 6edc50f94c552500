"""One more rule: a transition, a way back, a stream, a signal, an exclusion, a clock, a guard, a need or a way to an owner."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from trees import Trees

NAME = "drawn"
ASKS: tuple[Mapping[str, Any], ...] = (
    {"activity": {"at_least": 1}},
    {"activity": {"at_least": 8}, "grade": {"in": ["A", "B", "C", "D"]}},
    {"grade": {"in": ["A", "B"]}},
    {"country": {"in": ["DE"]}},
    {"job_title": {"present": True}},
    {"band": {"in": ["warm", "hot"]}},
)
SPANS = ("1m", "15m", "2h", "1d", "7d", "60d")
KINDS = ("page_viewed", "email_opened", "form_submitted")
Add = Callable[[Trees, dict[str, Any], int, random.Random], None]


def added(given: Trees, dice: random.Random) -> str:
    """At the beginning of its list, or at its end."""
    what, when = dice.choice(list(RULES)), deepcopy(dict(dice.choice(ASKS)))
    RULES[what](given, when, dice.choice((0, 99)), dice)
    return f"one more {what}: {when}"


def _transition(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    cycle = given["rules/lifecycle.yaml"]
    low, high = sorted(dice.sample(range(len(cycle["stages"])), 2))
    made = {"name": NAME, "from": cycle["stages"][low], "to": cycle["stages"][high], "when": when}
    if dice.random() < 0.3:
        made["hold_for"] = dice.choice(SPANS)
    cycle["transitions"].insert(spot, made)


def _back(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    cycle = given["rules/lifecycle.yaml"]
    low, high = sorted(dice.sample(range(len(cycle["stages"])), 2))
    made = {"name": NAME, "from": cycle["stages"][high], "to": cycle["stages"][low], "when": when}
    if dice.random() < 0.5:
        made["rest"] = dice.choice(SPANS)
    cycle["back"].insert(spot, made)


def _stream(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    made = {"name": NAME, "when": when, "while_working": dice.random() < 0.5}
    given["rules/nurture.yaml"]["streams"].insert(spot, made)
    given["mappings/hubspot.yaml"]["streams"][NAME] = "Long term 2"


def _signal(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    del when
    made = {"name": NAME, "kind": dice.choice(KINDS), "points": dice.choice((-5, 3, 20)), "cap": 30}
    given["rules/scoring.yaml"]["activity"]["signals"].insert(spot, made)


def _exclude(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    del dice
    made = {"name": NAME, "when": when, "reason": NAME}
    given["rules/scoring.yaml"]["exclude"].insert(spot, made)


def _clock(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    del when
    made = {"name": NAME, "within": {"*": dice.choice(SPANS)}, "remind": ["50%"]}
    given["rules/follow_up.yaml"]["clocks"].insert(spot, made)


def _guard(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    del dice
    cycle = given["rules/lifecycle.yaml"]
    cycle.setdefault("guard", []).insert(spot, {"name": NAME, "when": when})


def _need(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    del when
    names = ("first_name", "job_title", "country")
    given["rules/lifecycle.yaml"]["hand_over_needs"].insert(spot, dice.choice(names))


def _route(given: Trees, when: dict[str, Any], spot: int, dice: random.Random) -> None:
    routing = given["rules/routing.yaml"]
    made = {"name": NAME, "when": when, "assign": {"pool": dice.choice(list(routing["pools"]))}}
    routing["rules"].insert(spot, made)


RULES: Mapping[str, Add] = {
    "transition": _transition,
    "way back": _back,
    "stream": _stream,
    "signal": _signal,
    "exclusion": _exclude,
    "clock": _clock,
    "guard": _guard,
    "need": _need,
    "way to an owner": _route,
}
