"""Plans on both databases: kept, carried out once, taken back; ledgers and projections agree all the while."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.config import Loaded, load
from connector.errors import ConfigError, Outdated
from connector.model.systems.fact import Gone
from connector.model.systems.ref import Ref
from connector.report.verify import verify
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.rollout import Active, active
from connector.sync.rollout.apply import (
    Started,
    allowance,
    carry_out,
    check_allowed,
    reckon,
    start,
)
from connector.sync.rollout.plan import Request, plan
from connector.sync.rollout.undo import last_applied, plan_undo, started

ROOT = Path(__file__).parents[2]
PEOPLE = 6
BAND = "leadcycle_heat"
FITS = {"jobtitle": "Head of Purchasing", "country": "Deutschland", "zip": "30159"}


@pytest.fixture
def lower(tmp_path: Path) -> Loaded:
    """The example, with whoever has shown anything an MQL."""
    return rewritten(tmp_path, "activity: {at_least: 35}", "activity: {at_least: 5}")


@pytest.fixture
def eager(tmp_path: Path) -> Loaded:
    """The example, with whoever has shown anything handed over to sales."""
    before = "to: MQL, when: {activity: {at_least: 35}"
    return rewritten(tmp_path, before, "to: SQL, when: {activity: {at_least: 5}")


@pytest.fixture
def wider(tmp_path: Path) -> Loaded:
    """The example, with one more line of the mapping."""
    line = "      leadcycle_grade: {from: score.grade}\n"
    more = f"{line}      {BAND}: {{from: score.band}}\n"
    return rewritten(tmp_path, line, more, "mappings/hubspot.yaml")


def rewritten(
    tmp_path: Path, before: str, after: str, file: str = "rules/lifecycle.yaml"
) -> Loaded:
    for part in ("mappings", "rules", "values"):
        shutil.copytree(ROOT / part, tmp_path / "edited" / part)
    shutil.rmtree(tmp_path / "edited" / "rules" / "cases")
    shutil.copy(ROOT / "leadcycle.yaml", tmp_path / "edited")
    path = tmp_path / "edited" / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    found = load(tmp_path / "edited")
    assert found.ok, found.errors
    return found


@pytest.fixture
def settled(house: Any) -> Any:
    """People who have shown a little interest, decided and written."""
    for number in range(1, PEOPLE + 1):
        house.page(house.contact(number, email=f"p{number}@firma{number}.example", **FITS))
        act = house.act(f"a{number}", number, asset="Whitepaper Dichtungen")
        house.page(activities=[act], stream="forms")
    house.decide()
    house.send("hubspot")
    house.later(minutes=5)
    house.decide()
    house.send("hubspot")
    return house


def request(house: Any, loaded: Loaded) -> Request:
    assert loaded.book is not None
    assert loaded.mappings is not None
    return Request(active(house.store), Active(loaded.book, loaded.mappings), house.now)


def apply(house: Any, loaded: Loaded, made: Plan) -> Any:
    asked = request(house, loaded)
    start(house.store, made, Started(asked.before, asked.after, loaded.text), 100, house.now)
    return carry_out(house.store, made, active(house.store), lambda: house.now)


def take_back(house: Any, made: Plan) -> None:
    back = plan_undo(house.store, made, house.now)
    start(house.store, back, started(house.store, made), 100, house.now)
    carry_out(house.store, back, active(house.store), lambda: house.now)


def stages(house: Any) -> list[str]:
    return sorted(
        house.store.dossier(who, house.now).standings["main"].stage
        for who in house.store.contacts()
    )


def proved(house: Any) -> None:
    assert [p.broken for p in verify(house.store, house.now).proofs if p.broken] == []


def test_planned_applied_and_taken_back(settled, lower):
    house = settled
    assert stages(house) == ["Lead"] * PEOPLE
    made = plan(house.store, request(house, lower))
    assert (made.people, made.affected) == (PEOPLE, PEOPLE)
    assert stages(house) == ["Lead"] * PEOPLE
    assert house.store.plans.find(made.hash[:10])._replace(at=None) == made
    applied = apply(house, lower, made)
    assert (applied.exact, applied.again) == (PEOPLE, [])
    assert stages(house) == ["MQL"] * PEOPLE
    proved(house)
    house.later(minutes=1)
    house.send("hubspot")
    assert last_applied(house.store) == house.store.plans.numbered(made.id)
    assert house.store.plans.remains(made).moved_on == 0
    back = plan_undo(house.store, made, house.now)
    assert back.affected == PEOPLE
    rules = started(house.store, made)
    start(house.store, back, rules, PEOPLE, house.now)
    carry_out(house.store, back, active(house.store), lambda: house.now)
    assert stages(house) == ["Lead"] * PEOPLE
    house.decide()
    assert all(change.fields.get("lifecyclestage") == "lead" for change in house.send("hubspot"))
    proved(house)


def test_hand_overs_in_turn_are_carried_out_as_planned(settled, eager):
    """More of them than a pool has members: whose turn it is was counted through the plan as recording counts it."""
    house = settled
    house.users(*house.REPS)
    made = plan(house.store, request(house, eager))
    assert made.figures["handed_over"] == PEOPLE
    assert len(made.figures["moves"]["owner"]) == len(house.REPS)
    applied = apply(house, eager, made)
    assert (applied.exact, applied.again) == (PEOPLE, [])
    proved(house)


def test_what_waits_on_the_shelf_is_not_planned_as_written(settled, eager, example):
    """A lead that somebody deleted is not created again by any rules, before a person says so."""
    house = settled
    house.users(*house.REPS)
    house.decide()
    apply(house, eager, plan(house.store, request(house, eager)))
    house.loaded = eager
    house.later(minutes=1)
    sent = [change for change in house.send("salesforce") if change.ref.kind == "Lead"]
    assert len(sent) == PEOPLE
    house.later(minutes=1)
    leads = [one for who in house.store.contacts() for one in house.dossier(who).contact.refs]
    house.crm(gone=[Gone(next(one for one in leads if one.kind == "Lead"), house.now)])
    house.decide()
    house.send("hubspot")
    again = plan(house.store, request(house, example))
    assert (again.figures["anyway"], again.figures["records"]) == (0, [])


def test_a_plan_holds_names_of_rules_and_numbers_only(settled, lower):
    made = plan(settled.store, request(settled, lower))
    assert "firma1" not in str(made.figures)
    assert "Head of Purchasing" not in str(made.figures)


def test_it_is_begun_once(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    asked = request(house, lower)
    rules = Started(asked.before, asked.after, lower.text)
    first = start(house.store, made, rules, 100, house.now)
    assert house.store.plans.left() == PEOPLE
    assert house.store.next_due() is None or house.store.next_due() > house.now
    with pytest.raises(
        ConfigError, match=f"{PEOPLE} people still wait for it, finish it: leadcycle"
    ):
        plan(house.store, request(house, lower))
    assert house.decide() == 0  # who waits for the plan is not the evaluator's
    again = start(house.store, made, rules, 100, house.now)
    assert first.activation == again.activation
    assert house.store.plans.left() == PEOPLE
    carry_out(house.store, made, active(house.store), lambda: house.now)
    assert house.store.plans.left() == 0
    assert house.store.plans.done(made) == (PEOPLE, [])


def test_somebody_with_news_meanwhile_is_decided_at_once_and_not_by_the_plan(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    asked = request(house, lower)
    start(house.store, made, Started(asked.before, asked.after, lower.text), 100, house.now)
    house.page(activities=[house.act("late", 3, asset="Whitepaper Dichtungen")], stream="forms")
    assert house.store.plans.left() == PEOPLE - 1
    house.loaded = lower
    assert house.decide() >= 1
    carry_out(house.store, made, active(house.store), lambda: house.now)
    assert stages(house) == ["MQL"] * PEOPLE
    assert house.store.plans.done(made) == (PEOPLE - 1, [])
    proved(house)


def test_whom_something_has_reached_since_is_planned_again_singly(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    house.later(minutes=1)
    house.page(activities=[house.act("more", 2, asset="Whitepaper Dichtungen")], stream="forms")
    house.page(house.contact(99, email="neu@firma99.example", **FITS))
    found = reckon(house.store, made, request(house, lower))
    assert len(found.touched) == 2
    assert len(found.moved) == 1  # who has only arrived shows nothing yet
    assert found.affected == PEOPLE
    check_allowed(found, 0, PEOPLE)
    with pytest.raises(
        ConfigError, match=f"it would move {PEOPLE} people, 1 of them touched since"
    ):
        check_allowed(found, 5, None)


def test_other_rules_refuse_a_plan_and_a_process_of_the_old_ones(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    asked = request(house, lower)
    with closing(Store.open(house.store._engine.url.render_as_string(False))) as other:
        active(other)
        rules = Started(asked.before, asked.after, lower.text)
        start(other, made, rules, 100, house.now)
    with pytest.raises(Outdated, match="other rules came into force meanwhile"):
        house.page(house.contact(50, email="x@firma50.example"))
    active(house.store)
    late = made._replace(id=made.id + 1000)
    with pytest.raises(Outdated, match="since this plan was made"):
        start(house.store, late, rules, 100, house.now)


def test_projections_are_what_the_ledgers_say_half_way_too(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    asked = request(house, lower)
    start(house.store, made, Started(asked.before, asked.after, lower.text), 100, house.now)
    proved(house)


@pytest.mark.parametrize(
    ("people", "contacts", "share", "most"),
    [(100_000, 500, 0.05, 500), (4_000, 500, 0.05, 200), (19, 500, 0.05, 0), (0, 500, 0.05, 0)],
)
def test_the_limit_is_the_smaller_of_both(people, contacts, share, most):
    assert allowance(people, contacts, share) == most


def test_nothing_to_take_back(settled):
    with pytest.raises(ConfigError, match="no plan has been applied"):
        last_applied(settled.store)


def test_a_plan_says_what_is_read_again_because_of_it(settled, wider):
    """Kept forms are those of the mapping that read them: what a new reading brings is in no figure."""
    assert plan(settled.store, request(settled, wider)).figures["read_again"] == ["hubspot"]


def test_a_change_of_rules_reads_nothing_again(settled, lower):
    assert plan(settled.store, request(settled, lower)).figures["read_again"] == []


def test_only_the_last_one_is_taken_back(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    apply(house, lower, made)
    back = plan_undo(house.store, made, house.now + timedelta(minutes=1))
    start(house.store, back, started(house.store, made), 100, house.now)
    carry_out(house.store, back, active(house.store), lambda: house.now)
    with pytest.raises(
        ConfigError, match="is not what was applied last, to go further back: change the files"
    ):
        started(house.store, made)
    again = plan_undo(house.store, back, house.now + timedelta(minutes=2))
    assert again.affected == PEOPLE  # an undo is taken back like anything else


def stage_at(house: Any, who: int, at: Any) -> str:
    return str(house.store.told.then(who, at).standings["main"].stage)


def test_what_was_taken_back_is_known_at_every_moment(settled, lower):
    house = settled
    at_rest, who = house.now, house.store.contacts()[0]
    stood = house.store.dossier(who, at_rest).standings
    house.later(minutes=1)
    made, applied_at = plan(house.store, request(house, lower)), house.now
    apply(house, lower, made)
    house.later(minutes=1)
    take_back(house, made)
    assert [stage_at(house, who, house.now + timedelta(minutes=m)) for m in (-2, -1, 0, 1)] == [
        "Lead",
        "MQL",
        "Lead",
        "Lead",
    ]
    then = house.store.told.then(who, house.now).standings
    assert then == house.store.dossier(who, house.now).standings == stood
    told = house.store.told.history(who)
    assert [one.undone for one in told if one.decision.standing.stage == "MQL"] == [house.now]
    assert all(one.undone is None for one in told if one.decision.at <= at_rest)
    assert all(one.undone is None for one in house.store.told.history(who, applied_at))


def reached(house: Any, since: Any, until: Any) -> Counter[str]:
    """What a cost report counts."""
    return Counter(
        stage for one in house.store.told.journeys(since, until, "EUR") for stage in one.reached
    )


def test_the_funnel_counts_what_was_taken_back_as_not_done(settled, lower):
    house, order = settled, ("Prospect", "Lead", "MQL")
    begun = house.now - timedelta(days=1)
    before = house.store.told.funnel(begun, house.now + timedelta(seconds=1), order=order)
    made = plan(house.store, request(house, lower))
    apply(house, lower, made)
    house.later(minutes=1)
    take_back(house, made)
    moment = timedelta(milliseconds=1)
    assert house.store.told.funnel(begun, house.now + moment, order=order) == before
    until_then = house.store.told.funnel(begun, house.now, order=order)
    assert until_then.standing == {"MQL": PEOPLE}
    assert until_then.steps["Lead", "MQL"] == until_then.reached["MQL"] == PEOPLE
    assert reached(house, begun, house.now) == {"MQL": PEOPLE, "Lead": PEOPLE, "Prospect": PEOPLE}
    assert reached(house, begun, house.now + moment) == {"Lead": PEOPLE, "Prospect": PEOPLE}


def test_whoever_moved_on_before_it_was_taken_back_counts(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    apply(house, lower, made)
    house.loaded = lower
    house.later(minutes=1)
    house.page(activities=[house.act("more", 2, asset="Sample order")], stream="forms")
    house.decide()
    assert stages(house) == ["MQL"] * (PEOPLE - 1) + ["SQL"]
    assert house.store.plans.remains(made).moved_on == 1
    take_back(house, made)
    flow = house.store.told.funnel(
        house.now - timedelta(days=1),
        house.now + timedelta(seconds=1),
        order=("Lead", "MQL", "SQL"),
    )
    assert flow.steps["Lead", "MQL"] == flow.steps["MQL", "SQL"] == 1
    assert flow.standing == {"Lead": PEOPLE - 1, "SQL": 1}
    handed = house.store.told.handovers(
        house.now - timedelta(days=1), house.now + timedelta(days=1)
    )
    assert len(handed) == 1


def test_nobody_waits_for_an_answer_to_a_hand_over_that_was_taken_back(settled, eager):
    house = settled
    since, soon = house.now - timedelta(days=1), timedelta(seconds=1)
    made = plan(house.store, request(house, eager))
    apply(house, eager, made)
    handed = house.store.told.handovers(since, house.now + soon)
    assert len(handed) == house.store.plans.remains(made).assigned == PEOPLE
    assert len(house.store.told.courses(since, house.now + soon)) == PEOPLE
    house.later(minutes=1)
    take_back(house, made)
    assert house.store.told.handovers(since, house.now + soon) == []
    assert house.store.told.courses(since, house.now + soon) == []
    proved(house)


def test_what_somebody_edited_since_is_listed_and_stays(settled, wider):
    """Of a property that only the plan's mapping writes: it gets its value from before, unless somebody edited it."""
    house = settled
    made = plan(house.store, request(house, wider))
    apply(house, wider, made)
    house.loaded = wider
    house.later(minutes=1)
    assert len(house.send("hubspot")) == PEOPLE
    assert house.store.plans.remains(made).edited == 0
    house.later(minutes=1)
    edited = {"email": "p3@firma3.example", BAND: "by hand", **FITS}
    house.page(house.contact(3, **edited))
    left = house.store.plans.remains(made)
    assert left.edited_first == [(Ref("hubspot", "contacts", "3"), BAND)]
    assert left.edited == 1
    take_back(house, made)
    house.decide()
    sent = {change.ref.id: change.fields for change in house.send("hubspot")}
    assert sorted(sent) == [str(number) for number in range(1, PEOPLE + 1) if number != 3]
    assert all(not fields[BAND] for fields in sent.values())
    assert house.store.plans.remains(made).edited_first == left.edited_first
    proved(house)


def more(house: Any, *people: int, asset: str = "Whitepaper Dichtungen") -> None:
    """These show interest once more, and are decided live by whatever is in force."""
    acts = [house.act(f"more{who}-{house.now}", who, asset=asset) for who in people]
    house.page(activities=acts, stream="forms")
    house.decide()


def test_whom_something_reached_between_plan_and_apply_is_taken_back_too(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    house.later(minutes=1)
    house.page(activities=[house.act("more", 2, asset="Whitepaper Dichtungen")], stream="forms")
    asked = request(house, lower)
    start(house.store, made, Started(asked.before, asked.after, lower.text), 100, house.now)
    house.loaded = lower
    house.decide()
    carry_out(house.store, made, active(house.store), lambda: house.now)
    assert stages(house) == ["MQL"] * PEOPLE
    assert house.store.plans.done(made)[0] == PEOPLE - 1
    house.later(minutes=1)
    assert house.store.plans.remains(made).moved_on == 0
    assert plan_undo(house.store, made, house.now).affected == PEOPLE
    take_back(house, made)
    assert stages(house) == ["Lead"] * PEOPLE
    assert reached(house, house.now - timedelta(days=1), house.now + timedelta(seconds=1)) == {
        "Lead": PEOPLE,
        "Prospect": PEOPLE,
    }
    proved(house)


def test_whom_the_new_rules_decided_live_is_taken_back_too(settled, lower):
    """Somebody the plan had moved already, and somebody who came after it."""
    house = settled
    made = plan(house.store, request(house, lower))
    apply(house, lower, made)
    house.loaded = lower
    house.later(minutes=1)
    more(house, 2)
    house.page(house.contact(99, email="neu@firma99.example", **FITS))
    more(house, 99)
    assert stages(house) == ["MQL"] * (PEOPLE + 1)
    assert house.store.plans.remains(made).moved_on == 0
    house.later(minutes=1)
    take_back(house, made)
    assert stages(house) == ["Lead"] * (PEOPLE + 1)
    then = house.store.told.then(house.store.contacts()[1], house.now).standings
    assert then["main"].stage == "Lead"
    proved(house)


def test_who_was_handed_over_live_keeps_it_and_is_listed(settled, lower):
    house = settled
    made = plan(house.store, request(house, lower))
    house.later(minutes=1)
    asked = request(house, lower)
    start(house.store, made, Started(asked.before, asked.after, lower.text), 100, house.now)
    house.loaded = lower
    more(house, 4, asset="Sample order")
    carry_out(house.store, made, active(house.store), lambda: house.now)
    assert stages(house) == ["MQL"] * (PEOPLE - 1) + ["SQL"]
    house.later(minutes=1)
    left = house.store.plans.remains(made)
    assert (left.moved_on, left.assigned) == (1, 1)
    assert [one for one, _ in left.assigned_first] == list(left.moved_on_first)
    take_back(house, made)
    assert stages(house) == ["Lead"] * (PEOPLE - 1) + ["SQL"]
    proved(house)
