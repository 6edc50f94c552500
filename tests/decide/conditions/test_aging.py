"""Rules that ask how long ago something was: decided by the moment, looked at again in time, replayed from the decision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.look import next_look
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not
from connector.model.condition import Test as Single
from connector.model.person.standing import Standing
from connector.model.rules import Band, Rulebook, Transition

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPANS = st.sampled_from([1, 2, 30, 45]).map(lambda days: timedelta(days=days))
TEST = st.builds(
    Single,
    st.sampled_from(["renewed", "visited"]),
    st.sampled_from(["within_last", "older_than", "within_next"]),
    SPANS,
)
CONDITION: st.SearchStrategy[Condition] = st.recursive(
    TEST,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=3,
)
RENEWED = st.none() | st.integers(-80, 80).map(lambda day: date(2026, 11, 20) + timedelta(day))
VISITED = st.none() | st.integers(-80 * 24, 80 * 24).map(lambda hour: START + timedelta(hours=hour))


def _book(house: Any, bands: list[Condition], way: Condition) -> Rulebook:
    named = [Band(f"b{n}", when, f"s:{n}") for n, when in enumerate(bands)]
    ways = (Transition("up", ("Prospect",), "Lead", way, "l:1"),)
    book: Rulebook = house.rulebook(
        bands=(*named, Band("rest", ALWAYS, "s:9")), transitions=ways, lead_events=(), signals=()
    )
    return book


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CONDITION, min_size=1, max_size=3), CONDITION, RENEWED, VISITED, st.data())
def test_the_next_look_is_never_late(
    house: Any,
    bands: list[Condition],
    way: Condition,
    renewed: date | None,
    visited: datetime | None,
    data: st.DataObject,
) -> None:
    book, person = _book(house, bands, way), house.person(renewed=renewed, visited=visited)
    roster, now, standing = house.roster(), START, Standing()
    for _ in range(6):
        decision = decide(book, person, {}, standing, roster, now)
        standing = decision.standing
        again = next_look(book, person, {}, decision, now)
        assert again is None or again > now
        end = again or now + timedelta(days=400)
        at = data.draw(st.datetimes(now.replace(tzinfo=None), end.replace(tzinfo=None)))
        between = min(at.replace(tzinfo=UTC), end - timedelta(microseconds=1))
        early = decide(book, person, {}, standing, roster, between)
        assert early.score.band == decision.score.band
        assert early.standing.stage == standing.stage
        if again is None:
            return
        now = again


def test_a_decision_is_made_again_by_its_own_moment(house: Any) -> None:
    """Nothing but its time says what was near: the same arguments give the same decision."""
    near = Single("renewed", "within_next", timedelta(days=30))
    book = _book(house, [near], Not(near))
    person = house.person(renewed=date(2026, 12, 1))
    before = decide(book, person, {}, Standing(), house.roster(), START)
    assert before.score.band == "b0"
    assert next_look(book, person, {}, before, START) == datetime(2026, 12, 1, 23, tzinfo=UTC)
    after = decide(book, person, {}, before.standing, house.roster(), START + timedelta(days=12))
    assert (after.score.band, after.standing.stage) == ("rest", "Lead")
    assert decide(book, person, {}, Standing(), house.roster(), START) == before
