"""Which activities are a signal's own, against the prose: taken word by word, pair by pair, as slowly as it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.scoring.own import Logged, own
from connector.decide.scoring.strength import from_log
from connector.model.condition import Test as Single
from connector.model.person.decision import Strength
from connector.model.rules import Burst, Follower, Signal

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SCANNER = Burst("mail", 5 * SECOND, 3, "link")


def click(after: float, mail: Any = 1, link: str = "/a", **more: Any) -> Logged:
    return NOW + timedelta(seconds=after), "News", {"mail": mail, "link": link, **more}


def count(signal: Signal, *acts: Logged, others: Mapping[str, Sequence[Logged]] = {}) -> int:
    return len(own(signal, acts, others))


@pytest.mark.parametrize(
    ("acts", "people"),
    [
        ([click(0, link="/a"), click(1, link="/b"), click(2, link="/c")], 0),
        ([click(0, link="/a"), click(1, link="/b"), click(5, link="/c")], 0),
        ([click(0, link="/a"), click(1, link="/b"), click(5.1, link="/c")], 3),
        ([click(0, link="/a"), click(1, link="/a"), click(2, link="/b")], 3),
        ([click(0, 1, "/a"), click(1, 2, "/b"), click(2, 1, "/c")], 3),
        ([click(0, None, "/a"), click(1, None, "/b"), click(2, None, "/c")], 3),
        ([click(n, link=f"/{n}") for n in (0, 4, 8, 12)], 4),
        ([click(n, link=f"/{n}") for n in (0, 2, 4, 6, 8, 60)], 1),
        ([click(0, link="/a"), click(0, link="/b"), click(0, link="/c"), click(9)], 1),
    ],
)
def test_a_burst_is_a_machine(acts: list[Logged], people: int) -> None:
    signal = Signal("clicks", "click", bursts=(SCANNER,))
    assert count(signal, *acts) == people
    assert count(Signal("machine", "click", burst=SCANNER), *acts) == len(acts) - people


def test_a_rule_with_a_condition_looks_at_those_only() -> None:
    burst = Burst("mail", 5 * SECOND, 2, when=Single("program", "contains", "Scan"))
    acts = [click(0), click(1, program="MailScan 3"), click(2, program="mailscan 3"), click(3)]
    assert count(Signal("clicks", "click", bursts=(burst,)), *acts) == 2


def test_a_registration_counts_until_somebody_comes() -> None:
    signal = Signal("registered", "form", unless=Follower("webinar", 2 * DAY, same="asset"))
    asked = (NOW, "Seals", None)
    for came, counts in (
        ([], 1),
        ([(NOW + 2 * DAY, "seals", None)], 0),
        ([(NOW + 2 * DAY + SECOND, "Seals", None)], 1),
        ([(NOW, "Seals", None)], 0),
        ([(NOW - SECOND, "Seals", None)], 1),
        ([(NOW + DAY, "Pumps", None)], 1),
        ([(NOW - DAY, "Seals", None), (NOW + DAY, "Seals", None)], 0),
    ):
        assert count(signal, asked, others={"webinar": came}) == counts
    assert count(signal, (NOW, "", None), others={"webinar": [(NOW, "", None)]}) == 1


def test_nothing_takes_itself_back() -> None:
    signal = Signal("asked", "form", unless=Follower("form", DAY))
    acts = [(NOW, "a", None), (NOW + DAY, "b", None), (NOW + 3 * DAY, "c", None)]
    assert [act[1] for act in own(signal, acts, {"form": acts})] == ["b", "c"]


def test_the_first_alone_and_the_first_of_each_asset() -> None:
    acts = [(NOW + n * DAY, asset, None) for n, asset in enumerate(["b", "B", "a", "", ""])]
    assert own(Signal("s", "k", only="first"), acts, {}) == acts[:1]
    firsts = own(Signal("s", "k", only="first_per_asset"), acts, {})
    assert [act[1] for act in firsts] == ["b", "a", ""]


def test_a_second_order_is_not_fresh_where_only_the_first_counts() -> None:
    signal = Signal("s", "k", only="first", window=10 * DAY)
    acts = [(NOW - 5 * DAY, "", None), (NOW, "", None)]
    assert from_log(signal, acts, NOW, "UTC") == Strength(1.0, acts[0][0], NOW + 5 * DAY)
    assert from_log(signal, acts, NOW + 5 * DAY, "UTC") == Strength(0.0)


# The prose of docs/howto/write-rules.md, step by step.


def named(act: Logged, name: str) -> str:
    value = act[1] if name == "asset" else (act[2] or {}).get(name)
    return "" if value is None else str(value).lower()


def in_burst(act: Logged, acts: Sequence[Logged], burst: Burst) -> bool:
    """Some span of the length holds it, and enough of its kind with the same value."""
    mine = named(act, burst.same)
    same = [one for one in acts if mine and named(one, burst.same) == mine]
    for begin in same:
        end = begin[0] + burst.within
        span = [one for one in same if begin[0] <= one[0] <= end]
        kinds = (
            {named(one, burst.different) for one in span} if burst.different else range(len(span))
        )
        if len(kinds) >= burst.at_least and begin[0] <= act[0] <= end:
            return True
    return False


def people(acts: Sequence[Logged], bursts: Sequence[Burst]) -> list[Logged]:
    return [act for act in acts if not any(in_burst(act, acts, burst) for burst in bursts)]


def taken_back(act: Logged, unless: Follower, others: Sequence[Logged]) -> bool:
    for other in people(others, unless.bursts):
        soon = act[0] <= other[0] <= act[0] + unless.within
        alike = not unless.same or named(act, unless.same) == named(other, unless.same) != ""
        if soon and alike and other is not act:
            return True
    return False


def read(signal: Signal, log: Mapping[str, Sequence[Logged]]) -> Iterator[Logged]:
    acts = log.get(signal.kind, ())
    left = people(acts, signal.bursts)
    if signal.unless is not None:
        followers = log.get(signal.unless.kind, ())
        left = [act for act in left if not taken_back(act, signal.unless, followers)]
    for act in left:
        before = [one for one in left if one[0] < act[0]]
        if signal.only == "first" and before:
            continue
        if signal.only == "first_per_asset" and any(
            named(one, "asset") == named(act, "asset") for one in before
        ):
            continue
        yield act


BURSTS = st.builds(
    Burst,
    st.sampled_from(["mail", "asset"]),
    st.integers(1, 9).map(lambda n: n * SECOND),
    st.integers(2, 4),
    st.sampled_from(["", "link"]),
)
FOLLOWERS = st.builds(
    Follower,
    st.sampled_from(["a", "b"]),
    st.integers(1, 12).map(lambda n: n * SECOND),
    same=st.sampled_from(["", "asset", "mail"]),
    bursts=st.lists(BURSTS, max_size=1).map(tuple),
)
LOGGED = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["", "x", "Y"]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from(["/a", "/b", "/c"]),
    ),
    max_size=12,
    unique_by=lambda row: row[0],  # at one moment it would be open which was the first
).map(lambda rows: [(NOW + n * SECOND, asset, {"mail": m, "link": k}) for n, asset, m, k in rows])


@given(
    st.lists(BURSTS, max_size=2).map(tuple),
    st.one_of(st.none(), FOLLOWERS),
    st.sampled_from(["", "first", "first_per_asset"]),
    LOGGED,
    LOGGED,
    st.randoms(),
)
def test_own_is_what_the_prose_says(
    bursts: tuple[Burst, ...],
    unless: Follower | None,
    only: Any,
    ones: list[Logged],
    others: list[Logged],
    random: Random,
) -> None:
    signal = Signal("s", "a", bursts=bursts, unless=unless, only=only)
    log = {"a": ones, "b": others}
    expected = sorted(read(signal, log), key=lambda act: act[0])
    random.shuffle(ones)
    random.shuffle(others)
    assert own(signal, ones, log) == expected
