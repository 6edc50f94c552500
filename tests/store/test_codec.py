"""What is stored comes back equal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.money import Money
from connector.model.person.decision import (
    Decision,
    Reason,
    Routing,
    Score,
    Skipped,
    Step,
    Strength,
)
from connector.model.person.standing import Handover, Shown, Standing
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.store.sql.codec import dumps, hub, plain, record, restored
from connector.store.sql.moment import from_ms, to_ms

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (hypothesis adds the zone)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    moments,
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.builds(Money, st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["EUR", "USD"])),
)


@given(st.one_of(scalars, st.lists(scalars, max_size=4).map(tuple)))
def test_hub_values_come_back(value):
    stored = orjson.loads(dumps({"x": value}))["x"]
    assert hub(stored) == value
    assert type(hub(stored)) is type(value)
    assert stored == plain(value)


def test_moments_of_other_zones_come_back_in_utc():
    berlin = datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=1)))
    assert hub(orjson.loads(dumps(berlin))).tzinfo is UTC


refs = st.builds(
    Ref,
    st.sampled_from(["hubspot", "salesforce"]),
    st.sampled_from(["Lead", "contacts"]),
    st.from_regex(r"[0-9A-Za-z/:]{1,18}", fullmatch=True),
)
maybe = st.none() | moments
handovers = st.builds(
    Handover, moments, texts, st.integers(1, 9), maybe, maybe, texts, maybe, st.none() | refs
)
numbers = st.floats(-1e9, 1e9)
shown = st.builds(Shown, moments, texts, texts, numbers, numbers, texts)
standings = st.builds(
    Standing,
    stage=texts,
    since=maybe,
    handover=st.none() | handovers,
    rest_until=maybe,
    holding=st.lists(st.tuples(texts, moments), max_size=3).map(tuple),
    shown=st.none() | shown,
    former_owners=st.lists(texts, max_size=3).map(tuple),
    overdue=st.booleans(),
)
scores = st.builds(
    Score,
    numbers,
    texts,
    numbers,
    texts,
    st.lists(st.builds(Reason, texts, numbers, texts), max_size=3).map(tuple),
)
decisions = st.builds(
    Decision,
    st.integers(1, 9),
    moments,
    texts,
    standings,
    standings,
    scores,
    st.lists(st.builds(Step, texts, texts, texts, texts), max_size=2).map(tuple),
    st.none()
    | st.builds(
        Routing,
        texts,
        texts,
        texts,
        texts,
        st.lists(st.builds(Skipped, texts, texts), max_size=2).map(tuple),
    ),
    st.dictionaries(texts, st.builds(Strength, numbers, maybe, maybe), max_size=3),
    st.integers(0, 9),
    st.lists(texts, max_size=2).map(tuple),
)


@given(decisions)
def test_decisions_come_back_equal_and_to_the_same_bytes(decision):
    text = record(decision)
    again = restored(Decision, text)
    assert again == decision
    assert record(again) == text
    assert dumps(orjson.loads(text)["standing"]) == record(decision.standing)


def test_outcomes_come_back():
    outcome = Outcome(
        Ref("salesforce", "Opportunity", "006"),
        "won",
        datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC),
        "won:006",
        amount=Decimal("1234.50"),
        by=Ref("salesforce", "User", "005"),
    )
    assert restored(Outcome, record(outcome)) == outcome


def test_a_member_that_came_later_takes_its_default():
    assert restored(Standing, '{"track": "main", "stage": "MQL", "unknown": 1}') == Standing(
        stage="MQL"
    )


def test_what_was_recorded_by_members_is_read_as_the_tuple_it_is_now():
    step = Step("known", "rules/lifecycle.yaml:21", "Prospect", "Lead")
    old = orjson.dumps(step._asdict() | {"gone": 1})
    assert restored(Step, old) == restored(Step, record(step)) == step


def test_what_cannot_be_stored_says_so():
    with pytest.raises(TypeError):
        dumps(object())


@given(moments)
def test_milliseconds_are_rounded_down(moment):
    assert timedelta(0) <= moment - from_ms(to_ms(moment)) < timedelta(milliseconds=1)


def test_a_naive_moment_is_a_mistake():
    with pytest.raises(TypeError):
        to_ms(datetime(2026, 11, 21))  # noqa: DTZ001  (that is the point)
