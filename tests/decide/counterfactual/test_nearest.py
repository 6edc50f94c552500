"""What would have to change: every proposal leads there, none holds a needless part, and nothing nearer was missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.decide.counterfactual import Change, Nearest, Proposal, Situation, nearest
from connector.decide.decision import decide
from connector.decide.scoring.strength import all_from_log
from connector.model.condition import ALWAYS, Condition
from connector.model.person.contact import Consent, Contact, Value
from connector.model.person.decision import Decision
from connector.model.person.standing import Handover, Standing
from connector.model.rules import LeadEvent, Rulebook, Signal, Transition
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

STAGES = ("Prospect", "Lead", "MQL", "SQL", "SAL", "Customer")


def situation(
    house: Any, book: Rulebook, person: Contact, *acts: Any, **standing: Any
) -> Situation:
    log: dict[str, list[Any]] = {}
    for kind, at, asset, detail in acts:
        log.setdefault(kind, []).append((at, asset, detail))
    stage = standing.pop("stage", "Lead")
    before = Standing(stage=stage, peak=stage, since=house.now - timedelta(days=9), **standing)
    return Situation(book, person, log, before, house.roster(), house.now)


def plain(found: Nearest) -> list[tuple[tuple[str, str, int, str], ...]]:
    return [
        tuple((c.kind, c.name, c.count, c.plain if c.kind == "field" else "") for c in one.changes)
        for one in found.proposals
    ]


def test_what_is_missing_in_activity(house: Any, book: Rulebook) -> None:
    found = nearest(situation(house, book, house.person(), house.webinar(house.now)), "MQL")
    assert [one.stage for one in found.proposals[:2]] == ["MQL", "SQL"]
    assert plain(found)[:3] == [
        (("activity", "webinar", 1, ""),),
        (("activity", "sample_order", 1, ""),),
        (("activity", "price_page", 2, ""),),
    ]
    assert found.depth >= 2
    shut = {one.rule: [(o.test.field, o.got) for o in one.obstacles] for one in found.shut}
    assert shut["interested"] == [("activity", 25)]
    assert shut["asks-to-talk"] == [("lead_event", None)]


def test_no_more_than_counts_in_a_day(house: Any, book: Rulebook) -> None:
    """Two price pages a day count: a third one today is no proposal, and two are none where two were seen today."""
    seen = [("page_viewed", house.now - timedelta(hours=n), "/prices/a", None) for n in (1, 2)]
    found = nearest(situation(house, book, house.person(), house.webinar(house.now), *seen), "MQL")
    assert found.there is False
    counts = [c.count for one in found.proposals for c in one.changes if c.name == "price_page"]
    assert counts == []


def test_what_is_unknown_about_the_person(house: Any, book: Rulebook) -> None:
    unknown = house.person(job_title=None, employees=None, country=None)
    acts = [house.webinar(house.now - timedelta(days=1)) for _ in range(2)]
    found = nearest(situation(house, book, unknown, *acts), "MQL")
    first = found.proposals[0]
    assert [(c.kind, c.name, c.plain) for c in first.changes] == [
        ("field", "employees", "more than 5,000 people")
    ]
    names = {c.name for one in found.proposals for c in one.changes if c.kind == "field"}
    assert names <= {"employees", "job_title", "country"}


def test_by_itself_when_a_rest_ends(house: Any, book: Rulebook) -> None:
    until = house.now + timedelta(days=3)
    acts = [house.webinar(house.now) for _ in range(2)]
    found = nearest(situation(house, book, house.person(), *acts, rest_until=until), "MQL")
    alone, *more = found.proposals
    assert (alone.changes, alone.at, alone.waits) == ((), until, "rest")
    assert {one.waits for one in found.shut} == {"rest", ""}
    assert more[0].at == house.now  # a sample order breaks the rest
    assert [c.name for c in more[0].changes] == ["sample_order"]


def test_a_rest_is_named_beside_what_else_is_in_the_way(house: Any, book: Rulebook) -> None:
    until = house.now + timedelta(days=3)
    found = nearest(situation(house, book, house.person(), rest_until=until), "MQL")
    shut = {one.rule: (one.waits, bool(one.obstacles)) for one in found.shut}
    assert shut["interested"] == ("rest", True)
    assert shut["asks-to-talk"] == ("", True)


def test_what_skips_their_stage_is_named_for_the_stage_it_leads_to(
    house: Any, book: Rulebook
) -> None:
    won = Transition(
        "won", ("SQL",), "Customer", house.when({"opportunity": {"equals": "won"}}), "l:9"
    )
    cycle = replace(book.lifecycle, skip=True)
    ways = tuple(one for one in cycle.transitions if one.name != "won")
    skips = replace(book, lifecycle=replace(cycle, transitions=(*ways, won)), digest="skips")
    asked = situation(house, skips, house.person(), stage="Lead")
    assert "won" in {one.rule for one in nearest(asked, "Customer").shut}
    assert "won" not in {one.rule for one in nearest(asked, "MQL").shut}
    strict = replace(skips, lifecycle=replace(skips.lifecycle, skip=False), digest="does not skip")
    asked = situation(house, strict, house.person(), stage="Lead")
    assert "won" not in {one.rule for one in nearest(asked, "Customer").shut}


def test_by_itself_when_it_has_held_for_long_enough(house: Any, book: Rulebook) -> None:
    acts = [house.webinar(house.now), house.webinar(house.now)]
    found = nearest(situation(house, book, house.person(), *acts, stage="MQL"), "SQL")
    alone = found.proposals[0]
    assert (alone.changes, alone.waits) == ((), "hold")
    assert alone.at == house.now + timedelta(minutes=15)


def test_what_a_hand_over_waits_for(house: Any, book: Rulebook) -> None:
    found = nearest(
        situation(house, book, house.person(email=None), house.sample(house.now)), "SQL"
    )
    assert found.waits == ("needs email",)
    assert plain(found)[0] == (("field", "email", 1, "known"),)
    assert found.proposals[0].changes[0].any_value


def test_consent_counts_and_is_never_passed_by(house: Any, book: Rulebook) -> None:
    asks = replace(book.lifecycle, consent=house.when({"consent.call": {"equals": "granted"}}))
    strict = replace(book, lifecycle=asks)
    person = replace(house.person(), consents={"call": Consent("refused")})
    found = nearest(situation(house, strict, person, house.sample(house.now)), "SQL")
    assert plain(found)[0] == (("consent", "call", 1, ""),)
    assert all(any(c.kind == "consent" for c in one.changes) for one in found.proposals)


def test_the_answer_of_sales(house: Any, book: Rulebook) -> None:
    handover = Handover(house.now - timedelta(hours=1), "j@x.example", 1)
    found = nearest(
        situation(
            house,
            book,
            house.person(),
            house.sample(house.now - timedelta(hours=1)),
            stage="SQL",
            handover=handover,
            handovers=1,
            owner="j@x.example",
        ),
        "SAL",
    )
    assert plain(found) == [(("answer", "accepted", 1, ""),), (("answer", "won", 1, ""),)]


def test_nobody_answers_for_a_lead_that_nobody_has(house: Any, book: Rulebook) -> None:
    """It must be handed over first: again, if it was rejected and rests."""
    rejected = {"reopened_at": house.now - timedelta(days=1), "handovers": 1, "cycle": 2}
    resting = {**rejected, "rest_until": house.now + timedelta(days=30)}
    for standing in ({}, rejected, resting):
        found = nearest(situation(house, book, house.person(), stage="MQL", **standing), "SAL")
        assert plain(found)[0] == (
            ("activity", "sample_order", 1, ""),
            ("answer", "accepted", 1, ""),
        )
        for one in found.proposals:
            assert {"activity", "answer"} <= {change.kind for change in one.changes}


def test_a_rep_who_has_the_record_may_answer_at_once(house: Any, book: Rulebook) -> None:
    rep = str(next(iter(house.roster().owners.values())).refs[0])
    person = house.person(owner=(rep, house.now))
    found = nearest(situation(house, book, person, stage="SQL"), "SAL")
    assert plain(found)[0] == (("answer", "accepted", 1, ""),)


@pytest.mark.parametrize("budget", [1, 12, 150, 2000])
def test_the_search_is_bounded_by_decisions(budget: int, house: Any, book: Rulebook) -> None:
    """Also where a rest makes each try follow the time; what was found until then is shown, the nearest first."""
    resting = {"rest_until": house.now + timedelta(days=60), "reopened_at": house.now}
    acts = [house.webinar(house.now), house.webinar(house.now)]
    for stage in ("SQL", "SAL", "Customer"):
        asked = situation(house, book, house.person(job_title=None), *acts, stage="MQL", **resting)
        found = nearest(asked, stage, budget=budget)
        assert 0 < found.decided <= budget + 250  # a try that has begun is ended
        assert len(found.proposals) <= 6


def test_an_exclusion_cannot_be_wished_away(house: Any, book: Rulebook) -> None:
    rival = house.person(email="k@rival.example")
    found = nearest(situation(house, book, rival, house.sample(house.now)), "SQL")
    assert found.proposals == ()
    assert found.waits == ("excluded: competitor",)


def test_there_already(house: Any, book: Rulebook) -> None:
    assert nearest(situation(house, book, house.person(), stage="SQL"), "MQL").there
    assert nearest(situation(house, book, house.person(), stage="MQL"), "MQL").there


def test_a_stage_nobody_knows(house: Any, book: Rulebook) -> None:
    with pytest.raises(ValueError, match="no stage is called Sandwich"):
        nearest(situation(house, book, house.person()), "Sandwich")


def test_equal_questions_have_equal_answers(house: Any, book: Rulebook) -> None:
    asked = situation(house, book, house.person(job_title=None), house.webinar(house.now))
    assert nearest(asked, "SQL") == nearest(asked, "SQL")


# The law, against an oracle that knows nothing of the search: it tries everything.

POINTS = st.sampled_from([2.0, 5.0, 10.0, 25.0])
TITLES = ("Head of Purchasing", "Konstruktion", "another")


@st.composite
def signals(draw: st.DrawFn) -> tuple[Signal, ...]:
    count = draw(st.integers(1, 3))
    return tuple(
        Signal(
            f"s{number}",
            f"kind{number}",
            ALWAYS,
            draw(POINTS),
            draw(st.sampled_from([None, timedelta(days=30)])),
            cap=draw(st.sampled_from([None, 20.0, 30.0])),
            digest=f"d{number}",
            where="s:1",
        )
        for number in range(count)
    )


def _stage(when: Any, draw: st.DrawFn) -> Condition:
    asked: dict[str, Any] = {"activity": {"at_least": draw(st.sampled_from([10, 20, 35]))}}
    if draw(st.booleans()):
        asked["grade"] = {"in": draw(st.sampled_from([["A"], ["A", "B"], ["A", "B", "C"]]))}
    if draw(st.booleans()):
        asked["phone"] = {"present": True}
    return when(asked)


@st.composite
def cases(draw: st.DrawFn, house: Any, book: Rulebook) -> Situation:
    found = draw(signals())
    hold = draw(st.sampled_from([None, timedelta(minutes=15)]))
    ways = (
        Transition("up", ("Prospect", "Lead"), "MQL", _stage(house.when, draw), "l:1"),
        Transition("over", ("MQL",), "SQL", _stage(house.when, draw), "l:2", hold_for=hold),
    )
    if draw(st.booleans()):
        asks = house.when({"lead_event": {"in": ["asks"]}})
        ways += (
            Transition("asks", ("Prospect", "Lead", "MQL"), "SQL", asks, "l:3", breaks_rest=True),
        )
    events = (LeadEvent("asks", "s0", timedelta(days=14), "s:9"),)
    scoring = replace(
        book.scoring, activities=replace(book.scoring.activities, signals=found), lead_events=events
    )
    lifecycle = replace(
        book.lifecycle,
        transitions=ways,
        consent=house.when({"consent.call": {"equals": "granted"}}),
    )
    rules = replace(book, scoring=scoring, lifecycle=lifecycle, digest=repr(ways) + repr(found))
    away: Mapping[str, Any] = dict.fromkeys(
        draw(st.sets(st.sampled_from(["job_title", "employees", "email"])))
    )
    state = draw(st.sampled_from(["granted", "pending", "refused"]))
    person = replace(house.person(**away), consents={"call": Consent(state)})
    acts = [
        (f"kind{number}", house.now - timedelta(days=draw(st.integers(0, 40))), "", {})
        for number in draw(st.lists(st.integers(0, len(found) - 1), max_size=3))
    ]
    rest = draw(st.sampled_from([None, house.now + timedelta(days=5)]))
    stage = draw(st.sampled_from(["Prospect", "Lead"]))
    return situation(house, rules, person, *acts, stage=stage, rest_until=rest)


def _worlds(asked: Situation) -> list[tuple[str, Any]]:
    """Everything that could be different, from the prose: one more of a signal, an unknown field, consent, an answer of sales."""
    book = asked.book
    found: list[tuple[str, Any]] = [("act", s) for s in book.scoring.activities.signals]
    unknown = [
        n for n in ("job_title", "employees", "email", "phone") if asked.contact.value(n) is None
    ]
    values = {
        "job_title": TITLES,
        "employees": (800, 9000, 3),
        "email": ("a@b.example",),
        "phone": ("+49 511 1",),
    }
    found += [("field", (name, value)) for name in unknown for value in values[name]]
    if asked.contact.consents["call"].state != "granted":
        found.append(("consent", "call"))
    return found


def _reaches(asked: Situation, changes: tuple[tuple[str, Any], ...], stage: str) -> bool:
    """Decided at this very moment under these changes."""
    log = {kind: list(acts) for kind, acts in asked.log.items()}
    fields, consents = dict(asked.contact.fields), dict(asked.contact.consents)
    for kind, what in changes:
        if kind == "act":
            log.setdefault(what.kind, []).append((asked.now, "", {}))
        elif kind == "field":
            fields[what[0]] = Value(what[1], Ref("x", "y", "1"), asked.now)
        else:
            consents[what] = Consent("granted")
    person = replace(asked.contact, fields=fields, consents=consents)
    return _at(asked, person, log, asked.now, asked.standing, stage) is not None


def _at(
    asked: Situation, person: Contact, log: Any, at: datetime, standing: Standing, stage: str
) -> Decision | None:
    strengths = all_from_log(asked.book.signals, log, at, asked.book.timezone)
    found = decide(asked.book, person, strengths, standing, asked.roster, at)
    return found if STAGES.index(found.standing.stage) >= STAGES.index(stage) else None


def _sets(asked: Situation, size: int) -> Iterator[tuple[tuple[str, Any], ...]]:
    yield from filter(_once, combinations_with_replacement(_worlds(asked), size))


def _really(asked: Situation, one: Proposal, stage: str) -> bool:
    """The proposal, carried out by hand: what changes changes now, then every hour until its moment is decided."""
    log = {kind: list(acts) for kind, acts in asked.log.items()}
    fields, consents, outcomes = (
        dict(asked.contact.fields),
        dict(asked.contact.consents),
        list(asked.contact.outcomes),
    )
    signals = {signal.name: signal for signal in asked.book.scoring.activities.signals}
    for change in one.changes:
        if change.kind == "activity":
            log.setdefault(signals[change.name].kind, []).extend(
                [(asked.now, "", {})] * change.count
            )
        elif change.kind == "field":
            fields[change.name] = Value(change.value, Ref("x", "y", "1"), asked.now)
        elif change.kind == "consent":
            consents[change.name] = Consent("granted")
        else:
            outcomes.append(Outcome(Ref("x", "y", "1"), change.name, asked.now, change.name))
    learned = {outcome.key: outcome.at for outcome in outcomes}
    person = replace(
        asked.contact, fields=fields, consents=consents, outcomes=tuple(outcomes), recorded=learned
    )
    standing, at = asked.standing, asked.now
    while at < one.at:
        strengths = all_from_log(asked.book.signals, log, at, asked.book.timezone)
        standing = decide(asked.book, person, strengths, standing, asked.roster, at).standing
        at = min(one.at, at + timedelta(minutes=15))
    return _at(asked, person, log, one.at, standing, stage) is not None


@settings(max_examples=33, deadline=None)
@given(data=st.data(), stage=st.sampled_from(["MQL", "SQL"]))
def test_proposals_lead_there_and_nothing_nearer_was_missed(
    data: st.DataObject, stage: str, house: Any, book: Rulebook
) -> None:
    asked = data.draw(cases(house, book))
    found = nearest(asked, stage, budget=1500)
    for one in found.proposals:
        assert _really(asked, one, stage), one
    at_once = [one.count for one in found.proposals if one.at == asked.now]
    fewest = min(at_once, default=99)
    for size in range(min(found.depth, 2, fewest - 1) + 1):
        for some in _sets(asked, size):
            assert not _reaches(asked, some, stage), (size, some)


@st.composite
def worked(draw: st.DrawFn, house: Any, book: Rulebook) -> Situation:
    """Somebody below, at or behind the hand-over, maybe rejected before and resting."""
    asked = draw(cases(house, book))
    answers = (
        ("accepted", ("SQL",), "SAL", {"acceptance": {"equals": "accepted"}}),
        ("won", ("SQL", "SAL"), "Customer", {"opportunity": {"equals": "won"}}),
    )
    ways = tuple(
        Transition(name, before, after, house.when(when), "l:9")
        for name, before, after, when in answers
    )
    cycle = replace(asked.book.lifecycle, transitions=(*asked.book.lifecycle.transitions, *ways))
    rules = replace(asked.book, lifecycle=cycle, digest=asked.book.digest + "worked")
    if draw(st.booleans()):
        back = {"reopened_at": house.now - timedelta(days=2), "handovers": 1, "cycle": 2}
        standing = asked.standing.at(stage="MQL", peak="SQL", **back)
    elif draw(st.booleans()):
        handover = Handover(house.now - timedelta(hours=1), "j@x.example", 1)
        has = {"handover": handover, "handovers": 1, "owner": "j@x.example"}
        standing = asked.standing.at(stage="SQL", peak="SQL", **has)
    else:
        standing = asked.standing
    return replace(asked, book=rules, standing=standing)


def _answered(asked: Situation, changes: tuple[tuple[str, Any], ...], stage: str) -> bool:
    """Lived through: first everything but sales' answers, then these, if somebody has the lead to answer for."""
    log = {kind: list(acts) for kind, acts in asked.log.items()}
    fields, consents, now = dict(asked.contact.fields), dict(asked.contact.consents), asked.now
    for kind, what in changes:
        if kind == "act":
            log.setdefault(what.kind, []).append((now, "", {}))
        elif kind == "field":
            fields[what[0]] = Value(what[1], Ref("x", "y", "1"), now)
        elif kind == "consent":
            consents[what] = Consent("granted")
    person = replace(asked.contact, fields=fields, consents=consents)
    strengths = all_from_log(asked.book.signals, log, now, asked.book.timezone)
    first = decide(asked.book, person, strengths, asked.standing, asked.roster, now)
    said = [what for kind, what in changes if kind == "answer"]
    if not said:
        return STAGES.index(first.standing.stage) >= STAGES.index(stage)
    if first.standing.handover is None:
        return False
    outcomes = tuple(Outcome(Ref("x", "y", "1"), one, now, one) for one in said)
    learned = dict.fromkeys(said, now)
    heard = replace(person, outcomes=outcomes, recorded=learned)
    before = asked.standing if asked.standing.handover else first.standing
    found = decide(asked.book, heard, strengths, before, asked.roster, now)
    return STAGES.index(found.standing.stage) >= STAGES.index(stage)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), stage=st.sampled_from(["SQL", "SAL", "Customer"]))
def test_the_nearest_is_the_nearest(
    data: st.DataObject, stage: str, house: Any, book: Rulebook
) -> None:
    """The fewest changes that lead there at once, counted by somebody who tries every set of up to two of them."""
    asked = data.draw(worked(house, book))
    found = nearest(asked, stage)
    at_once = [one.count for one in found.proposals if one.at == asked.now]
    worlds = [*_worlds(asked), ("answer", "accepted"), ("answer", "won")]
    sizes = range(min(2, found.depth) + 1)
    sets = [(size, some) for size in sizes for some in combinations_with_replacement(worlds, size)]
    fewest = next((size for size, some in sets if _once(some) and _answered(asked, some, stage)), 3)
    assert found.there is (STAGES.index(asked.standing.stage) >= STAGES.index(stage))
    if not found.there and found.depth >= 2:
        assert min(min(at_once, default=3), 3) == fewest


def _once(some: tuple[tuple[str, Any], ...]) -> bool:
    once = [what[0] if kind == "field" else what for kind, what in some if kind != "act"]
    return len(once) == len(set(once))


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_no_part_of_a_proposal_is_needless(data: st.DataObject, house: Any, book: Rulebook) -> None:
    asked = data.draw(cases(house, book))
    for one in nearest(asked, "SQL", budget=1500).proposals:
        for left_out in one.changes:
            fewer = _without(one.changes, left_out)
            assert not _really(asked, replace(one, changes=fewer), "SQL"), (one, fewer)


def _without(changes: tuple[Change, ...], one: Change) -> tuple[Change, ...]:
    left = [change for change in changes if change is not one]
    return (*left, replace(one, count=one.count - 1)) if one.count > 1 else tuple(left)
