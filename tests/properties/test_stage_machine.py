"""Any stages, any ways: the product walks as the slow machine does, and nothing leads past consent, exclusion, guard or data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stages import Machine

from connector.decide.decision import decide
from connector.decide.scoring.strength import from_log
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not
from connector.model.condition import Test as Asked
from connector.model.person.contact import Contact, Value
from connector.model.person.decision import Decision
from connector.model.person.standing import Standing
from connector.model.roster import Roster
from connector.model.rules import (
    Activities,
    Ask,
    Assign,
    Calendar,
    Exclusion,
    FollowUp,
    Guard,
    LeadEvent,
    Lifecycle,
    Nurture,
    Profile,
    Routes,
    Rulebook,
    Scoring,
    Signal,
    Transition,
)
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAD = Ref("salesforce", "Lead", "00Q1")
WITHIN, KEEP = 30.0, 50.0  # hours
SIGNAL = Signal("ask", "asked", points=1.0, digest="d")

OUTCOMES = ("accepted", "rejected", "rejected", "rejected", "opened", "won", "lost")
FIELDS = ("email", "phone", "size")


def atom(random: Random) -> Any:
    return random.choice(
        [
            ("flag", random.randrange(4)),
            ("activity", random.randint(1, 4)),
            ("event",),
            ("acceptance", random.choice(["accepted", "rejected"])),
            ("opportunity", random.choice(["opened", "won", "lost"])),
            ("always",),
        ]
    )


def asked(random: Random) -> Any:
    """A condition: mostly one test, sometimes two of them, or the opposite of one."""
    kind = random.choice(["one", "one", "one", "not", "all", "any"])
    if kind == "one":
        return atom(random)
    return ("not", atom(random)) if kind == "not" else (kind, [atom(random), atom(random)])


def wild(random: Random) -> dict[str, Any]:
    """A house's rules: two to ten stages in an order of their own, some beside it, any ways between."""
    stages = [f"S{n}" for n in range(random.randint(2, 10))]
    aside = [f"A{n}" for n in range(random.randint(0, 2))]
    ways = [way(random, stages, stages + aside, n) for n in range(random.randint(1, 7))]
    return {
        "stages": stages,
        "aside": aside,
        "start": random.choice(stages),
        "hand_over": random.choice(stages[1:]),
        "skip": random.random() < 0.5,
        "ways": sorted(ways, key=lambda way: way["back"]),
        "guards": [(f"g{n}", asked(random)) for n in range(random.randint(0, 2))],
        "needs": random.sample(FIELDS[:2], random.randint(0, 2)),
        "within": WITHIN,
        "keep": KEEP,
    }


def way(random: Random, stages: list[str], every: list[str], number: int) -> dict[str, Any]:
    back = random.random() < 0.5
    to = random.choice(every if back else stages)
    others = [stage for stage in every if stage != to]
    return {
        "name": f"w{number}",
        "from": random.sample(others, random.randint(1, min(3, len(others)))),
        "to": to,
        "back": back,
        "when": asked(random),
        "hold": random.choice([0, 0, 5]),
        "rest": random.choice([0, 0, 40]) if back else 0,
        "breaks_rest": not back and random.random() < 0.5,
        "needs": [] if back else random.choice([[], ["phone"], ["size"]]),
        "despite": random.random() < 0.25,
    }


def plain(random: Random) -> dict[str, Any]:
    """Up by what people did, back by sales' answer, and a few ways of any kind beside: most histories have several cycles."""
    house = wild(random)
    first, line = house["stages"][0], house["hand_over"]
    same = {"hold": 0, "rest": 0, "breaks_rest": False, "needs": [], "despite": False}
    deeds = random.choice([("activity", 1), ("activity", 2), ("event",), ("always",)])
    up = {"name": "up", "from": [first], "to": line, "back": False, "when": deeds}
    down = {"name": "down", "from": [line], "to": first, "back": True}
    down |= {"when": ("acceptance", "rejected"), "rest": random.choice([0, 20])}
    beside = house["ways"][: random.randint(0, 2)]
    guard = random.choice([("flag", 0), ("opportunity", "won")])
    return {
        **house,
        "start": first,
        "ways": sorted([same | up, *beside, same | down], key=lambda way: way["back"]),
        "guards": [("g0", guard)] if random.random() < 0.6 else [],
        "needs": random.choice([[], [], ["phone"]]),
    }


def history(random: Random) -> list[tuple[int, Any]]:
    """Hours since the last event, and what happens."""
    return [(random.randint(1, 30), happens(random)) for _ in range(random.randint(5, 16))]


def happens(random: Random) -> Any:
    return random.choice(
        [
            ("event",),
            ("event",),
            ("outcome", random.choice(OUTCOMES)),
            ("outcome", random.choice(OUTCOMES)),
            ("flag", random.randrange(4)),
            ("field", random.choice(FIELDS)),
            ("nothing",),
            random.choice([("consent",), ("excluded",), ("nothing",)]),
        ]
    )


def drawn(seed: int) -> tuple[dict[str, Any], list[tuple[int, Any]]]:
    """A house and a history in it: a seed gives more variety here than a draw of each part would."""
    random = Random(seed)
    return (plain if random.random() < 0.6 else wild)(random), history(random)


def condition(text: Any) -> Condition:
    kind, *rest = text
    if kind == "always":
        return ALWAYS
    if kind == "not":
        return Not(condition(rest[0]))
    if kind in ("all", "any"):
        parts = tuple(condition(one) for one in rest[0])
        return All(parts) if kind == "all" else AnyOf(parts)
    if kind == "flag":
        return Asked(f"flag{rest[0]}", "equals", True)
    if kind == "activity":
        return Asked("activity", "at_least", rest[0])
    if kind == "event":
        return Asked("lead_event", "in", ("asks",))
    return Asked(kind, "equals", rest[0])


def rulebook(house: dict[str, Any]) -> Rulebook:
    cycle = Lifecycle(
        stages=tuple(house["stages"]),
        start=house["start"],
        hand_over=house["hand_over"],
        transitions=tuple(
            Transition(
                way["name"],
                tuple(way["from"]),
                way["to"],
                condition(way["when"]),
                f"l:{number}",
                back=way["back"],
                hold_for=way["hold"] * HOUR or None,
                rest=way["rest"] * HOUR or None,
                breaks_rest=way["breaks_rest"],
                needs=tuple(way["needs"]),
                despite_guard=way["despite"],
            )
            for number, way in enumerate(house["ways"])
        ),
        required=tuple(house["needs"]),
        consent=Asked("consents", "equals", True),
        aside=tuple(house["aside"]),
        skip=house["skip"],
        asks=(Ask("ask", ("email", "phone", "size"), "l:90", keep=KEEP * HOUR),),
        guards=tuple(Guard(name, condition(when), "l:91") for name, when in house["guards"]),
    )
    scoring = Scoring(
        Profile((), (("A", 0),)),
        Activities((SIGNAL,)),
        (),
        (LeadEvent("asks", "ask", WITHIN * HOUR, "s:1"),),
        (Exclusion("out", Asked("excluded_by", "equals", True), "out", "s:2"),),
    )
    return Rulebook(
        "d",
        "UTC",
        "en",
        scoring,
        cycle,
        Routes((), (), Assign("queue", "Everybody"), "r:1"),
        FollowUp(Calendar("UTC", {})),
        Nurture(),
    )


def world() -> dict[str, Any]:
    return {
        "flags": [False] * 4,
        "events": [],
        "outcomes": [],
        "fields": set(),
        "consent": True,
        "excluded": False,
    }


def move(state: dict[str, Any], what: Any, now: float) -> None:
    kind, *rest = what
    if kind == "flag":
        state["flags"][rest[0]] = not state["flags"][rest[0]]
    elif kind == "event":
        state["events"].append(now)
    elif kind == "outcome":
        state["outcomes"].append((rest[0], now, now))
    elif kind == "field":
        state["fields"] ^= {rest[0]}
    elif kind in ("consent", "excluded"):
        state[kind] = not state[kind]


def person(state: dict[str, Any]) -> Contact:
    values: dict[str, Any] = {f"flag{n}": flag for n, flag in enumerate(state["flags"])}
    values |= dict.fromkeys(state["fields"], "known")
    values |= {"consents": state["consent"], "excluded_by": state["excluded"]}
    told = tuple(
        Outcome(LEAD, kind, NOW + at * HOUR, f"{number}", evidence=_deal(kind, number))
        for number, (kind, at, _) in enumerate(state["outcomes"])
    )
    fields = {name: Value(value, LEAD, NOW) for name, value in values.items()}
    return Contact(1, "k", (LEAD,), fields, None, told, {one.key: one.at for one in told})


def _deal(kind: str, number: int) -> Ref | None:
    """Every opportunity is another one, so that the best of them counts."""
    return (
        Ref("salesforce", "Opportunity", str(number)) if kind in ("opened", "won", "lost") else None
    )


def decided(book: Rulebook, state: dict[str, Any], standing: Standing, now: float) -> Decision:
    at = NOW + now * HOUR
    log = [(NOW + one * HOUR, "", None) for one in state["events"]]
    strength = from_log(SIGNAL, log, at, "UTC")
    found = {"ask": strength} if strength.last_at is not None else {}
    return decide(book, person(state), found, standing, Roster(), at)


def shown(standing: Standing) -> tuple[Any, ...]:
    rest = standing.rest_until
    return (
        standing.stage,
        standing.peak,
        standing.cycle,
        standing.handovers,
        standing.handover is not None,
        None if rest is None else (rest - NOW) / HOUR,
        standing.asks,
        standing.guarded,
    )


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_walk_is_the_slow_machines(seed: int) -> None:
    house, moves = drawn(seed)
    book, state, machine = rulebook(house), world(), Machine(house)
    standing, now = Standing(), 0.0
    for hours, what in [(0, ("nothing",)), *moves]:
        now += hours
        move(state, what, now)
        taken = machine.decide(state, now)
        decision = decided(book, state, standing, now)
        assert [step.rule for step in decision.steps] == taken
        expected = (
            *(machine.stage, machine.peak, machine.cycle, machine.handovers, machine.handed),
            *(machine.rest, machine.asks, machine.guarded),
        )
        assert shown(decision.standing) == expected
        standing = decision.standing


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_nothing_leads_past_consent_exclusion_guard_or_data(seed: int) -> None:
    """Also right after a way back, in a rest, by a lead event: whoever is handed over had everything at that moment."""
    house, moves = drawn(seed)
    book, state = rulebook(house), world()
    ways = {way["name"]: way for way in house["ways"]}
    standing, now = Standing(), 0.0
    for hours, what in moves:
        now += hours
        move(state, what, now)
        decision = decided(book, state, standing, now)
        if decision.routing is not None:
            assert state["consent"]
            assert not state["excluded"]
            needed = {*house["needs"], *ways[_crossing(house, decision)]["needs"]}
            assert needed <= state["fields"]
        assert len(decision.steps) <= len(ways), "each way once at most: the walk ends"
        again = decided(book, state, decision.standing, now)
        if not any(way["back"] for way in house["ways"]):
            assert again.standing == decision.standing, "a second look finds nothing to do"
        standing = decision.standing


def _crossing(house: dict[str, Any], decision: Decision) -> str:
    """The last step over the line."""
    order = house["stages"]
    line = order.index(house["hand_over"])
    rank = {stage: place for place, stage in enumerate(order)}
    over = [
        step.rule
        for step in decision.steps
        if rank.get(step.before, -1) < line <= rank.get(step.after, -1)
    ]
    return over[-1]


def test_a_renamed_stage_is_no_way_back() -> None:
    """Whoever stands on a stage that is no more goes on under its new name, with owner, hand-over and rest."""
    house = {
        "stages": ["S0", "S1", "S2"],
        "aside": [],
        "start": "S0",
        "hand_over": "S1",
        "skip": False,
        "ways": [],
        "guards": [],
        "needs": [],
        "within": WITHIN,
        "keep": KEEP,
    }
    book = rulebook(house)
    cycle = replace(book.lifecycle, renamed=(("Old", "S2"),), renamed_where="l:3")
    book = replace(book, lifecycle=cycle)
    before = Standing(stage="Old", peak="Old", since=NOW, owner="somebody")
    after = decided(book, world(), before, 3.0)
    assert (after.standing.stage, after.standing.peak) == ("S2", "S2")
    assert (after.standing.since, after.standing.owner) == (NOW, "somebody")
    assert [(step.rule, step.where) for step in after.steps] == [("renamed", "l:3")]
