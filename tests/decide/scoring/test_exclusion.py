"""Exclusions: since when, until when, and what they do to a lead that sales works already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.joint import Meeting, joint
from connector.decide.scoring.exclusion import in_force
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Exclusion, Rulebook, Transition

DAY = timedelta(days=1)


def rule(house: Any, **more: Any) -> Exclusion:
    """Whoever is in Austria."""
    when = house.when({"country": {"equals": "AT"}})
    return Exclusion("austria", when, "not yet in Austria", "s:1", **more)


def after(
    house: Any, book: Rulebook, standing: Standing, now: datetime, country: str = "AT", **more: Any
) -> Standing:
    person = house.person(country=country, **more)
    return decide(book, person, {}, standing, house.roster(), now).standing


def test_it_lasts_as_long_as_its_condition(house: Any) -> None:
    book = house.rulebook(exclusions=(rule(house),))
    first = after(house, book, Standing(), house.now)
    assert (first.excluded, first.excluding) == ("not yet in Austria", (("austria", house.now),))
    later = after(house, book, first, house.now + 400 * DAY)
    assert later.excluding == first.excluding
    free = after(house, book, later, house.now + 401 * DAY, "DE")
    assert (free.excluded, free.excluding) == ("", ())


def test_its_time_begins_with_the_condition_and_does_not_begin_again(house: Any) -> None:
    book = house.rulebook(exclusions=(rule(house, span=30 * DAY),))
    standing = after(house, book, Standing(), house.now)
    standing = after(house, book, standing, house.now + 29 * DAY)
    assert standing.excluded
    standing = after(house, book, standing, house.now + 30 * DAY)
    assert (standing.excluded, standing.excluding) == ("", (("austria", house.now),))
    assert not after(house, book, standing, house.now + 300 * DAY).excluded
    gone = after(house, book, standing, house.now + 40 * DAY, "DE")
    again = after(house, book, gone, house.now + 50 * DAY)
    assert (again.excluded, again.excluding) == (
        "not yet in Austria",
        (("austria", house.now + 50 * DAY),),
    )


def test_one_that_stays_outlives_its_condition_but_not_its_time(house: Any) -> None:
    book = house.rulebook(exclusions=(rule(house, span=30 * DAY, stays=True),))
    standing = after(house, book, Standing(), house.now)
    moved = after(house, book, standing, house.now + 10 * DAY, "DE")
    assert moved.excluded
    assert not after(house, book, moved, house.now + 30 * DAY, "DE").excluding
    assert not after(house, book, Standing(), house.now, "DE").excluded


def test_the_next_reason_takes_over(house: Any) -> None:
    german = Exclusion("all", house.when({"language": {"equals": "de"}}), "German", "s:2")
    book = house.rulebook(exclusions=(rule(house, until=house.now + DAY), german))
    standing = after(house, book, Standing(), house.now)
    assert standing.excluded == "not yet in Austria"
    told = in_force(book.scoring.exclusions, standing, house.now)
    assert [(one.rule.name, one.until) for one in told] == [
        ("austria", house.now + DAY),
        ("all", None),
    ]
    standing = after(house, book, standing, house.now + DAY)
    assert standing.excluded == "German"
    told = in_force(book.scoring.exclusions, standing, house.now + DAY)
    assert [one.rule.name for one in told] == ["all"]


def test_an_answer_of_sales_disqualifies_beyond_the_way_back_it_causes(house: Any) -> None:
    when = house.when({"rejection_reason": {"equals": "Too early"}})
    book = house.rulebook(
        exclusions=(Exclusion("out", when, "sales said so", "s:1", span=90 * DAY, stays=True),)
    )
    handed = Standing(
        stage="SQL",
        peak="SQL",
        since=house.now - DAY,
        owner="j@x.example",
        handover=Handover(house.now - DAY, "j@x.example", 1),
        handovers=1,
    )
    told = [house.outcome("rejected", house.now, "Too early")]
    person = house.person(told)
    back = decide(book, person, {}, handed, house.roster(), house.now).standing
    assert (back.stage, back.excluded) == ("MQL", "sales said so")
    later = decide(book, person, {}, back, house.roster(), house.now + 89 * DAY).standing
    assert later.excluded == "sales said so"
    assert not decide(
        book, person, {}, later, house.roster(), house.now + 90 * DAY
    ).standing.excluded


def worked(house: Any, book: Rulebook) -> Standing:
    """Handed over, then found to be excluded."""
    sums = house.strengths(book, [house.sample(house.now)], house.now)
    given_ = decide(book, house.person(), sums, Standing(), house.roster(), house.now).standing
    assert given_.stage == "SQL"
    return after(house, book, given_, house.now + DAY)


def test_while_sales_works_the_lead_it_takes_nothing_away(house: Any) -> None:
    book = house.rulebook(exclusions=(rule(house),))
    standing = worked(house, book)
    assert (standing.stage, standing.excluded) == ("SQL", "not yet in Austria")
    assert standing.owner.endswith("@x.example")
    assert standing.handover is not None
    assert standing.handover.open


def test_a_way_back_may_ask_for_it(house: Any) -> None:
    when = house.when({"excluded": {"in": ["not yet in Austria"]}})
    taken = Transition("taken-back", ("SQL",), "Lead", when, "l:1", back=True)
    ways = (taken, *house.rulebook().lifecycle.transitions)
    standing = worked(house, house.rulebook(exclusions=(rule(house),), transitions=ways))
    assert (standing.stage, standing.owner, standing.handover) == ("Lead", "", None)


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_people_who_are_one_the_later_exclusion_goes_on(house: Any, swapped: bool) -> None:
    one = Standing(stage="Lead", peak="Lead", excluding=(("a", house.now), ("b", house.now)))
    other = replace(one, excluding=(("b", house.now + DAY), ("c", house.now - DAY)))
    kept, given_ = (other, one) if swapped else (one, other)
    both = joint(kept, given_, Meeting("key-2", house.now, {"Prospect": 0, "Lead": 1}))
    assert both is not None
    assert dict(both.excluding) == {
        "a": house.now,
        "b": house.now + DAY,
        "c": house.now - DAY,
    }


COUNTRIES = st.lists(
    st.tuples(st.integers(1, 30), st.sampled_from(["AT", "DE"])), min_size=1, max_size=8
)


@given(
    COUNTRIES,
    st.one_of(st.none(), st.integers(1, 60)),
    st.one_of(st.none(), st.integers(1, 90)),
    st.booleans(),
)
def test_against_the_calendar(
    house: Any, course: list[tuple[int, str]], span: int | None, until: int | None, stays: bool
) -> None:
    """Day by day in a diary: when it began, and whether its days are over."""
    made = rule(
        house,
        span=None if span is None else span * DAY,
        until=None if until is None else house.now + until * DAY,
        stays=stays and span is not None,
    )
    book = house.rulebook(exclusions=(made,))
    standing, day, began = Standing(), 0, None
    for step, country in course:
        day += step
        over = began is not None and (
            (span is not None and day >= began + span) or (until is not None and day >= until)
        )
        if country == "AT":
            began = day if began is None else began
        elif not (made.stays and began is not None and not over):
            began = None
        standing = after(house, book, standing, house.now + day * DAY, country)
        lasts = began is not None and (span is None or day < began + span)
        assert bool(standing.excluded) == (lasts and (until is None or day < until))
