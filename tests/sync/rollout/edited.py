"""Edits that somebody might make of a project, of every kind, drawn at random until the project compiles again."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from added import added
from mapped import mapped
from trees import Trees, conditions, leaves, lists, named, reword, rules, texts

from connector.config import Loaded, compile_text

Edit = Callable[[Trees, random.Random], str]
POINTS = frozenset({"points", "score", "weight", "cap", "share"})
BOUNDS = frozenset(
    {"at_least", "above", "below", "A", "B", "C", "hot", "warm", "least", "max_open"}
)
LISTS = frozenset({"in", "not_in", "stages", "clocks", "members", "contains_any"})
SPAN = re.compile(r"^[0-9]+(m|h|d|w)$")
SPANS = ("1m", "15m", "2h", "1d", "7d", "14d", "60d", "365d")
FIXED = frozenset({"main", "answer"})
TRIES = 40


def edit(
    base: Trees, kind: str, dice: random.Random, differs: Loaded | None = None
) -> tuple[Trees, str] | None:
    """One edit of that kind that compiles and means something else than `differs`; None if none is found."""
    for _ in range(TRIES):
        tried = deepcopy(base)
        try:
            said = KINDS[kind](tried, dice)
        except (LookupError, TypeError, AttributeError):  # nothing of the kind is there
            continue
        found = compile_text(texts(tried))
        if found.ok and (differs is None or found.digest != differs.digest):
            return tried, said
    return None


def _number(names: frozenset[str]) -> Edit:
    def change(given: Trees, dice: random.Random) -> str:
        found = [
            (path, holder, key)
            for path, holder, key in leaves(rules(given))
            if key in names and type(holder[key]) in (int, float)
        ]
        path, holder, key = dice.choice(found)
        before = holder[key]
        after = before * dice.choice((-1, 0, 0.2, 0.5, 0.8, 1.25, 2, 4)) + dice.choice((0, 0, 1))
        holder[key] = round(after) if isinstance(before, int) else round(after, 2)
        return f"{path}: {before} -> {holder[key]}"

    return change


def _span(given: Trees, dice: random.Random) -> str:
    found = [
        (path, holder, key)
        for path, holder, key in leaves(rules(given))
        if isinstance(holder[key], str) and SPAN.match(holder[key])
    ]
    path, holder, key = dice.choice(found)
    before, holder[key] = holder[key], dice.choice(SPANS)
    return f"{path}: {before} -> {holder[key]}"


def _gone(given: Trees, dice: random.Random) -> str:
    path, found = dice.choice(named(given))
    one = found.pop(dice.randrange(len(found)))
    return f"{path}: {one['name']} gone"


def _order(given: Trees, dice: random.Random) -> str:
    path, found = dice.choice([(p, f) for p, f in named(given) if len(f) > 1])
    place = dice.randrange(len(found) - 1)
    found[place], found[place + 1] = found[place + 1], found[place]
    return f"{path}: {place} and the next change places"


def _renamed(given: Trees, dice: random.Random) -> str:
    path, found = dice.choice(named(given))
    before = dice.choice(found)["name"]
    if before in FIXED:
        raise LookupError(before)
    reword(given, before, f"{before}-2")
    return f"{path}: {before} has another name"


def _stage(given: Trees, dice: random.Random) -> str:
    """A stage is called otherwise; the lifecycle says what it was called."""
    before = dice.choice(given["rules/lifecycle.yaml"]["stages"])
    after, known = f"{before}+", given["rules/lifecycle.yaml"].pop("renamed", {})
    reword(given, before, after)
    still = {k: after if v == before else v for k, v in known.items()}
    given["rules/lifecycle.yaml"]["renamed"] = {**still, before: after}
    return f"stage {before} is now called {after}"


def _condition(given: Trees, dice: random.Random) -> str:
    """A list in a condition has a member less, or another one's more; or one test is left out."""
    tests = [(path, holder) for path, holder in conditions(rules(given)) if len(holder) > 1]
    if tests and dice.random() < 0.4:
        path, holder = dice.choice(tests)
        name = dice.choice(list(holder))
        del holder[name]
        return f"{path}: asks no more for {name}"
    found = [(p, f) for p, f in lists(rules(given)) if p[-1] in LISTS and f]
    path, members = dice.choice(found)
    others = [
        one for _, many in found for one in many if isinstance(one, str) and one not in members
    ]
    if others and dice.random() < 0.5:
        members.append(dice.choice(others))
        return f"{path}: + {members[-1]}"
    return f"{path}: - {members.pop(dice.randrange(len(members)))}"


def _label(given: Trees, dice: random.Random) -> str:
    found = [
        (path, holder, key)
        for path, holder, key in leaves(rules(given))
        if isinstance(holder[key], str) and ("label" in path or "reason" in path[-2:])
    ]
    path, holder, key = dice.choice(found)
    holder[key] = f"{holder[key]} (new)"
    return f"{path}: {holder[key]}"


def _routing(given: Trees, dice: random.Random) -> str:
    pools = given["rules/routing.yaml"]["pools"]
    name = dice.choice(list(pools))
    pool: dict[str, Any] = pools[name]
    everybody = sorted({one for each in pools.values() for one in each["members"]})
    what = dice.choice(("less", "more", "weight", "method", "most", "fallback"))
    if what == "less":
        pool["members"].pop(dice.randrange(len(pool["members"])))
    elif what == "more":
        pool["members"].append(dice.choice(everybody))
    elif what == "weight":
        pool.setdefault("weights", {})[dice.choice(pool["members"])] = dice.choice((2, 3))
    elif what == "method":
        pool["method"] = "round_robin" if pool.get("method") == "least_open" else "least_open"
    elif what == "most":
        pool["max_open"] = dice.choice((1, 2, 30))
    else:
        given["rules/routing.yaml"]["fallback"] = {"person": dice.choice(everybody)}
    return f"pool {name}: {what}"


KINDS: Mapping[str, Edit] = {
    "points and caps": _number(POINTS),
    "thresholds": _number(BOUNDS),
    "spans of time": _span,
    "a rule gone": _gone,
    "rules in another order": _order,
    "a rule renamed": _renamed,
    "a stage renamed": _stage,
    "conditions": _condition,
    "a new rule": added,
    "what is written": mapped,
    "labels": _label,
    "routing": _routing,
}
