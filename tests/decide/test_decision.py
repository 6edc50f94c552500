"""The decision as a whole: deterministic, quiet, and complete enough to replay."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.decision import decide, vocabulary
from connector.decide.facts import RULED, WALKED
from connector.model.person.contact import Contact
from connector.model.person.decision import Strength
from connector.model.person.standing import Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook, Track

SPANS = st.timedeltas(timedelta(0), timedelta(days=200))
KINDS = st.sampled_from(["form_submitted", "webinar_attended", "page_viewed", "email_opened"])
ASSETS = st.sampled_from(["Sample order", "/prices/orings", "/careers/x", "Seals"])
LOGS = st.lists(st.tuples(KINDS, SPANS, ASSETS), max_size=12)
OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from(["accepted", "rejected", "contacted", "opened", "won", "lost"]),
        SPANS,
        st.sampled_from(["Too early", "Wrong person", ""]),
    ),
    max_size=4,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from([None, "a@rival.example", "x@key.example"]),
        "job_title": st.sampled_from([None, "Student", "Koch"]),
        "employees": st.sampled_from([None, 5, 100_000]),
        "country": st.sampled_from([None, "AT", "US"]),
        "opted_out": st.booleans(),
    },
)


def lives(house: Any, log: Any, outcomes: Any, fields: Any) -> tuple[Rulebook, Any, Contact]:
    book = house.rulebook()
    acts = [(kind, house.now - span, asset, {"minutes": 30}) for kind, span, asset in log]
    told = {
        str(n): house.outcome(kind, house.now - span, why)
        for n, (kind, span, why) in enumerate(outcomes)
    }
    distinct = {outcome.key: outcome for outcome in told.values()}
    return book, acts, house.person(distinct.values(), **fields)


def shuffled(mapping: Any, random: Random) -> Any:
    items = list(mapping.items())
    random.shuffle(items)
    return dict(items)


@given(LOGS, OUTCOMES, FIELDS, st.randoms())
def test_equal_facts_give_the_same_bytes(
    house: Any, log: Any, outcomes: Any, fields: Any, random: Random
) -> None:
    book, acts, contact = lives(house, log, outcomes, fields)
    sums, roster = house.strengths(book, acts, house.now), house.roster()
    first = decide(book, contact, sums, Standing(), roster, house.now)
    again = decide(
        house.rulebook(),
        replace(
            contact,
            fields=shuffled(contact.fields, random),
            recorded=shuffled(contact.recorded, random),
        ),
        shuffled(sums, random),
        Standing(),
        replace(
            roster, owners=shuffled(roster.owners, random), by_ref=shuffled(roster.by_ref, random)
        ),
        house.now,
    )
    assert repr(again) == repr(first)
    assert again == first


@given(LOGS, OUTCOMES, FIELDS)
def test_a_decision_replays_from_what_it_recorded(
    house: Any, log: Any, outcomes: Any, fields: Any
) -> None:
    book, acts, contact = lives(house, log, outcomes, fields)
    first = decide(
        book, contact, house.strengths(book, acts, house.now), Standing(), house.roster(), house.now
    )
    kept = pickle.loads(pickle.dumps(first))
    assert decide(book, contact, kept.strengths, kept.before, house.roster(), kept.at) == first


@given(LOGS, OUTCOMES, FIELDS)
def test_deciding_again_at_once_settles(house: Any, log: Any, outcomes: Any, fields: Any) -> None:
    """Each way back spends what led to it, so that a few decisions later nothing moves any more."""
    book, acts, contact = lives(house, log, outcomes, fields)
    sums, standing = house.strengths(book, acts, house.now), Standing()
    changed = True
    for _ in range(4):
        decision = decide(book, contact, sums, standing, house.roster(), house.now)
        standing, changed = decision.standing, decision.changed
    assert not changed
    assert decision.steps == ()


@given(LOGS, OUTCOMES, FIELDS)
def test_what_always_holds(house: Any, log: Any, outcomes: Any, fields: Any) -> None:
    book, acts, contact = lives(house, log, outcomes, fields)
    rank, line = book.lifecycle.rank, book.lifecycle.rank("SQL")
    standing = Standing()
    for day in range(0, 100, 9):
        now = house.now + house.days(day)
        decision = decide(
            book, contact, house.strengths(book, acts, now), standing, house.roster(), now
        )
        before, standing = standing, decision.standing
        assert rank(standing.peak) >= max(rank(standing.stage), rank(before.peak))
        assert (standing.owner != "") == (rank(standing.stage) >= line)
        assert (decision.routing is not None) == (standing.handovers == before.handovers + 1)
        assert standing.handover is None or standing.handover.owner == standing.owner
        assert not (standing.excluded or contact.value("opted_out")) or standing.stream == ""
        assert not (standing.excluded and rank(standing.stage) >= line)
        assert (standing.since == now) == any(
            s.before != s.after for s in decision.steps
        ) or day == 0
        assert len({step.rule for step in decision.steps}) == len(decision.steps)


def test_fading_alone_changes_nothing_that_is_kept(house: Any, book: Rulebook) -> None:
    acts = [house.webinar(house.now)]
    first = decide(
        book,
        house.person(),
        house.strengths(book, acts, house.now),
        Standing(),
        house.roster(),
        house.now,
    )
    later = house.now + house.days(2)
    again = decide(
        book,
        house.person(),
        house.strengths(book, acts, later),
        first.standing,
        house.roster(),
        later,
    )
    assert first.changed
    assert not again.changed
    assert again.score.activity < first.score.activity
    assert again.standing.shown == first.standing.shown


def test_what_is_shown_moves_with_stage_grade_or_band(house: Any, book: Rulebook) -> None:
    acts = [house.webinar(house.now)]
    person = house.person()
    standing = decide(
        book, person, house.strengths(book, acts, house.now), Standing(), house.roster(), house.now
    ).standing
    cold = house.now + house.days(12)
    shown = decide(
        book, person, house.strengths(book, acts, cold), standing, house.roster(), cold
    ).standing.shown
    assert (standing.shown.band, shown.band, shown.as_of) == ("warm", "cold", cold)
    student = house.person(job_title="Student")
    soon = house.now + timedelta(hours=1)
    graded = decide(
        book, student, house.strengths(book, acts, soon), standing, house.roster(), soon
    )
    assert (graded.standing.shown.grade, graded.standing.shown.as_of) == ("C", soon)
    resting = standing.at(stage="MQL", holding=(("cooled", cold - house.days(7)),))
    cooled = decide(book, person, {}, resting, house.roster(), cold).standing.shown
    assert (cooled.as_of, cooled.explanation[:4]) == (cold, "Lead")
    assert (cooled.grade, cooled.band) == (shown.grade, shown.band)


def test_it_records_what_it_used(house: Any, book: Rulebook) -> None:
    sums = {"webinar": Strength(0.5), "another": Strength(9.0), "sample_order": Strength(0.25)}
    decision = decide(
        book, house.person(), sums, Standing(track="pumps"), Roster(version=12), house.now
    )
    assert list(decision.strengths.items()) == [
        ("sample_order", Strength(0.25)),
        ("webinar", Strength(0.5)),
    ]
    assert (decision.rulebook, decision.roster, decision.track) == (book.digest, 12, "pumps")
    assert decision.standing.excluded == ""


def test_the_track_may_be_asked_for(house: Any) -> None:
    only = house.when({"track": {"equals": "pumps"}})
    book = house.rulebook()
    cycle = replace(
        book.lifecycle,
        transitions=(replace(book.lifecycle.transitions[0], when=only),),
        tracks=(Track("pumps", "l:20"),),
    )
    book = replace(book, lifecycle=cycle)
    assert (
        decide(
            book, house.person(), {}, Standing(track="pumps"), Roster(), house.now
        ).standing.stage
        == "Lead"
    )
    assert (
        decide(book, house.person(), {}, Standing(), Roster(), house.now).standing.stage
        == "Prospect"
    )


def test_the_vocabulary_by_place() -> None:
    names = vocabulary(["country", "owner"])
    assert names["criterion"] >= {"country", "owner", "email_domain", *RULED}
    assert "stage" not in names["criterion"]
    assert names["band"] >= names["criterion"] | {"profile", "activity", "grade"}
    assert names["lifecycle"] == names["band"] | WALKED
    assert names["signal"] == {"asset"}
    assert set(names) >= {
        "criterion",
        "exclusion",
        "band",
        "lifecycle",
        "route",
        "stream",
        "create",
    }
