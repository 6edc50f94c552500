"""Stays in streams: entry, a stream's own end, exhaustion, the way back in, and the moments at which time alone decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.decision import decide
from connector.decide.joint import Meeting, joint, rank_of
from connector.decide.look import next_look
from connector.model import condition as conditions
from connector.model.condition import ALWAYS
from connector.model.person.decision import Decision, Strength
from connector.model.person.standing import Standing
from connector.model.rules import Nurture, Rulebook, Signal, Stream

LEAD = conditions.Test("stage", "in", ("Lead", "MQL"))
MAILS = Signal("mails", "email_delivered", ALWAYS, 0.0, None, where="s:1", digest="m")


def nursed(house: Any, *streams: Stream, **more: Any) -> Rulebook:
    return house.rulebook(nurture=Nurture(streams, **more), signals=(MAILS,), transitions=())


def step(
    house: Any, book: Rulebook, standing: Standing, at: datetime, mails: float = 0.0, **fields: Any
) -> Decision:
    strengths = {"mails": Strength(mails, at)} if mails else {}
    return decide(book, house.person(**fields), strengths, standing, house.roster(), at)


def meeting(book: Rulebook, at: datetime, *mails: float) -> Meeting:
    counts = (mails[0], mails[1]) if mails else (0.0, 0.0)
    return Meeting("key-2", at, rank_of(book.lifecycle), book.nurture, counts)


def lead(house: Any, **more: Any) -> Standing:
    return Standing(stage="Lead", peak="Lead", since=house.now, **more)


def test_a_stay_is_on_record(house: Any) -> None:
    book = nursed(house, Stream("a", LEAD, "n:1"))
    entered = step(house, book, lead(house), house.now).standing
    (stay,) = entered.stays
    assert (entered.stream, stay.since, stay.left, stay.stage) == ("a", house.now, None, "Lead")
    later = house.now + house.days(3)
    left = step(house, book, replace(entered, stage="SQL"), later).standing
    (stay,) = left.stays
    assert (left.stream, stay.left, stay.why) == ("", later, "sales works the lead")
    assert step(house, book, left, later + house.days(1)).standing == left


@pytest.mark.parametrize(
    ("change", "fields", "why"),
    [
        ({"stage": "Prospect"}, {}, "its condition holds no more"),
        ({"stage": "Customer"}, {"opted_out": True}, "its condition holds no more"),
        ({}, {"email": "a@rival.example"}, "excluded: competitor"),
    ],
)
def test_why_it_was_left(house: Any, change: Any, fields: Any, why: str) -> None:
    book = nursed(house, Stream("a", LEAD, "n:1"))
    entered = step(house, book, lead(house), house.now).standing
    left = step(house, book, replace(entered, **change), house.now, **fields).standing
    assert (left.stream, left.stays[0].why) == ("", why)


def test_without_consent_there_is_no_stream(house: Any, book: Rulebook) -> None:
    entered = step(house, book, lead(house), house.now).standing
    left = step(house, book, entered, house.now, opted_out=True).standing
    assert (left.stream, left.stays[0].why) == ("", "no consent")


def test_who_is_in_it_stays_until_its_end(house: Any) -> None:
    ends = conditions.Test("country", "equals", "AT")
    first = Stream("first", conditions.Test("language", "equals", "en"), "n:1")
    book = nursed(house, first, Stream("long", LEAD, "n:2", until=ends))
    entered = step(house, book, lead(house), house.now).standing
    assert entered.stream == "long"
    assert step(house, book, entered, house.now, language="en").standing.stream == "long"
    stays = step(house, book, replace(entered, stage="Prospect"), house.now).standing
    assert stays.stream == "long"
    over = step(house, book, entered, house.now, country="AT").standing
    assert (over.stream, over.stays[0].why) == ("", "its end has come")


def test_its_time_counts_over_all_stays(house: Any) -> None:
    stream = Stream("a", LEAD, "n:1", lasts=house.days(90), again_after=house.days(30))
    book, now = nursed(house, stream, Stream("b", LEAD, "n:2")), house.now
    standing = step(house, book, lead(house), now).standing
    sales = step(house, book, replace(standing, stage="SQL"), now + house.days(60)).standing
    assert sales.stream == ""
    back = step(house, book, replace(sales, stage="Lead"), now + house.days(100))
    assert back.standing.stream == "a"
    end = now + house.days(130)
    assert next_look(book, house.person(), {}, back, now + house.days(100)) == end
    before = step(house, book, back.standing, end - timedelta(seconds=1)).standing
    assert before == back.standing
    over = step(house, book, back.standing, end)
    assert (over.standing.stream, over.standing.stays[0].exhausted) == ("b", True)
    assert over.standing.stays[0].why == "exhausted: its time is over"
    opens = end + house.days(30)
    assert next_look(book, house.person(), {}, over, end) == opens
    still = step(house, book, over.standing, opens - timedelta(seconds=1)).standing
    assert still.stream == "b"
    again = step(house, book, still, opens).standing
    assert (again.stream, again.stays[0].spent, again.stays[0].first) == ("a", 0.0, now)


def test_used_up_by_somebody_who_left_it_for_another_reason_it_opens_again_all_the_same(
    house: Any,
) -> None:
    """Sales got the lead in the very days in which its time ran out: nobody noted that it was exhausted."""
    stream = Stream("a", LEAD, "n:1", lasts=house.days(10), again_after=house.days(20))
    book, now = nursed(house, stream), house.now
    entered = step(house, book, lead(house), now).standing
    left = step(house, book, replace(entered, stage="SQL"), now + house.days(11)).standing
    assert (left.stream, left.stays[0].why) == ("", "sales works the lead")
    back = step(house, book, replace(left, stage="Lead"), now + house.days(12))
    assert back.standing.stream == ""
    opens = now + house.days(31)
    assert next_look(book, house.person(), {}, back, now + house.days(12)) == opens
    again = step(house, book, back.standing, opens).standing
    assert (again.stream, again.stays[0].spent) == ("a", 0.0)
    assert step(house, book, again, opens + house.days(9)).standing == again


@pytest.mark.parametrize(
    "stays", [(161461.494670, 43681.317199), (84578.888157, 153970.244460), (1.1, 2.2)]
)
def test_no_rounding_of_seconds_hides_the_moment_at_which_it_is_used_up(
    house: Any, stays: tuple[float, ...]
) -> None:
    """The moment that was awaited is the one that decides, however the parts of its time add up."""
    book = nursed(house, Stream("a", LEAD, "n:1", lasts=house.days(6)))
    now, standing = house.now, lead(house)
    for seconds in stays:
        standing = step(house, book, replace(standing, stage="Lead"), now).standing
        now += timedelta(seconds=seconds)
        standing = step(house, book, replace(standing, stage="SQL"), now).standing
    back = step(house, book, replace(standing, stage="Lead"), now)
    at = next_look(book, house.person(), {}, back, now)
    assert at is not None
    assert step(house, book, back.standing, at).standing.stream == ""


def test_who_stayed_longer_than_new_rules_allow_has_used_it_up(house: Any) -> None:
    long, short = (Stream("a", LEAD, "n:1", lasts=house.days(n)) for n in (60, 30))
    entered = step(house, nursed(house, long), lead(house), house.now).standing
    at = house.now + house.days(40)
    sales = step(house, nursed(house, long), replace(entered, stage="SQL"), at).standing
    again = Stream("a", LEAD, "n:1", lasts=house.days(30), again_after=house.days(100))
    back = replace(sales, stage="Lead")
    assert step(house, nursed(house, short), back, at + house.days(200)).standing.stream == ""
    assert step(house, nursed(house, again), back, at + house.days(99)).standing.stream == ""
    assert step(house, nursed(house, again), back, at + house.days(100)).standing.stream == "a"


def test_a_stream_that_was_asked_for_ends_with_its_end(house: Any) -> None:
    """Nobody enters while its end holds, and nobody stays: whoever asked for it."""
    over = house.when({"country": {"equals": "AT"}})
    german = house.when({"language": {"equals": "de"}})
    book = nursed(
        house, Stream("long", german, "n:1", asked=True, until=over), Stream("b", LEAD, "n:2")
    )
    asked = lead(house, asked="long", rest_until=house.now + house.days(60))
    entered = step(house, book, asked, house.now).standing
    assert entered.stream == "long"
    assert step(house, book, entered, house.now, language="en").standing.stream == "long"
    left = step(house, book, entered, house.now + house.days(1), country="AT").standing
    assert (left.stream, left.stays[0].why) == ("b", "its end has come")
    assert step(house, book, asked, house.now, country="AT").standing.stream == "b"


def test_once_exhausted_it_is_never_entered_again_by_itself(house: Any) -> None:
    book = nursed(house, Stream("a", LEAD, "n:1", lasts=house.days(1)))
    standing = step(house, book, lead(house), house.now).standing
    over = step(house, book, standing, house.now + house.days(1))
    assert over.standing.stream == ""
    assert next_look(book, house.person(), {}, over, over.at) is None
    assert step(house, book, over.standing, house.now + house.days(9999)).standing.stream == ""


def test_so_many_mails(house: Any) -> None:
    """Mails received before the stay, and while somebody was elsewhere, do not count."""
    book = nursed(house, Stream("a", LEAD, "n:1", mails=8), mails="mails")
    now = house.now
    standing = step(house, book, lead(house), now, mails=20.0).standing
    assert step(house, book, standing, now + house.days(9), mails=25.0).standing == standing
    away = step(house, book, replace(standing, stage="SQL"), now + house.days(9), 25.0).standing
    back = step(house, book, replace(away, stage="Lead"), now + house.days(20), 40.0).standing
    assert back.stream == "a"
    assert step(house, book, back, now + house.days(21), mails=42.0).standing.stream == "a"
    over = step(house, book, back, now + house.days(22), mails=43.0).standing
    assert (over.stream, over.stays[0].why) == ("", "exhausted: 8 mails")


def test_a_stream_that_the_rules_forgot(house: Any) -> None:
    entered = step(house, nursed(house, Stream("a", LEAD, "n:1")), lead(house), house.now).standing
    other = nursed(house, Stream("b", LEAD, "n:1"))
    found = step(house, other, entered, house.now).standing
    assert (found.stream, found.stays[0].why) == ("b", "the rules know it no more")
    none = step(house, nursed(house), entered, house.now).standing
    assert (none.stream, none.stays[0].left) == ("", house.now)
    assert step(house, nursed(house), none, house.now + house.days(1)).standing == none


def test_a_stream_from_before_stays_were_kept(house: Any) -> None:
    book = nursed(house, Stream("a", LEAD, "n:1"))
    found = step(house, book, lead(house, stream="a"), house.now).standing
    assert (found.stream, found.stays[0].since) == ("a", house.now)


def test_timing_by_the_last_activity(house: Any) -> None:
    """`last_activity_at` is a fact, and the moment at which it gets old is looked at."""
    fresh = house.when({"last_activity_at": {"within_last": timedelta(days=14)}})
    visit = Signal("visit", "page_viewed", ALWAYS, 1.0, timedelta(days=30), where="s:1", digest="v")
    quick = Stream("quick", fresh, "n:1")
    book = house.rulebook(nurture=Nurture((quick,)), signals=(visit, MAILS), transitions=())
    strengths = {
        "visit": Strength(0.5, house.now),
        "mails": Strength(9.0, house.now + house.days(9)),
    }

    def looked(days: int) -> Decision:
        now = house.now + house.days(days)
        return decide(book, house.person(), strengths, lead(house), house.roster(), now)

    assert looked(13).standing.stream == "quick"
    assert looked(14).standing.stream == ""
    look = next_look(book, house.person(), strengths, looked(3), house.now + house.days(3))
    assert look is not None
    assert looked(3).at < look <= house.now + house.days(14)
    nobody = decide(book, house.person(), {}, lead(house), house.roster(), house.now)
    assert nobody.standing.stream == ""


def test_the_stays_of_two_contacts_who_are_one(house: Any) -> None:
    """Of the same stream the longer-used stay counts; what only the other was in has ended."""
    book = nursed(house, Stream("a", LEAD, "n:1", lasts=house.days(90)), Stream("b", LEAD, "n:2"))
    now = house.now
    one = step(house, book, lead(house), now + house.days(10)).standing
    two = step(house, book, lead(house), now).standing
    two = step(house, book, replace(two, stage="Prospect"), now + house.days(80)).standing
    found = joint(one, two, meeting(book, now + house.days(80)))
    assert found is not None
    (stay,) = found.stays
    assert (stay.first, stay.since, stay.left) == (now, now + house.days(10), None)
    there = replace(found, stage="Lead")
    assert step(house, book, there, now + house.days(89)).standing.stream == "a"
    after = step(house, book, there, now + house.days(90)).standing
    assert (after.stream, after.stays[0].exhausted) == ("b", True)


def test_what_the_other_is_in_counts_up_to_the_merge(house: Any) -> None:
    """Both are in it, the other for 59 of its 60 days: a day is left. So it is if only the other was in it."""
    streams = (
        Stream("asked", ALWAYS, "n:0", asked=True),
        Stream("a", LEAD, "n:1", lasts=house.days(60)),
    )
    book, now = nursed(house, *streams), house.now
    at = now + house.days(59)
    other = step(house, book, lead(house), now).standing
    late = step(house, book, replace(lead(house), stage="MQL", peak="MQL"), at).standing
    elsewhere = lead(house, asked="asked", rest_until=at + house.days(9))
    elsewhere = step(house, book, replace(elsewhere, stage="MQL"), now).standing
    for kept in (late, elsewhere):
        for pair in ((kept, other), (other, kept)):
            found = joint(*pair, meeting(book, at))
            assert found is not None
            there = replace(found, asked="", rest_until=None)
            last = step(house, book, there, at).standing
            assert last.stream == "a"
            assert step(house, book, last, at + house.days(1)).standing.stream == ""


def test_mails_of_a_stream_are_those_that_both_received_in_it(house: Any) -> None:
    """Mails that the other had received elsewhere are not taken for mails of this stream."""
    book = nursed(house, Stream("a", LEAD, "n:1", mails=10), mails="mails")
    now = house.now
    one = step(house, book, replace(lead(house), stage="MQL"), now, mails=3.0).standing
    two = step(house, book, lead(house), now, mails=50.0).standing
    at = now + house.days(20)
    found = joint(one, two, meeting(book, at, 3.0 + 4.0, 50.0 + 5.0))
    assert found is not None
    both = 3.0 + 4.0 + 50.0 + 5.0
    assert step(house, book, found, at, mails=both).standing.stream == "a"
    assert step(house, book, found, at, mails=both + 1.0).standing.stream == ""


@pytest.mark.parametrize("swapped", [False, True])
def test_what_one_has_used_up_is_used_up_and_opens_again_in_time(house: Any, swapped: bool) -> None:
    stream = Stream("a", LEAD, "n:1", lasts=house.days(10), again_after=house.days(30))
    book, now = nursed(house, stream), house.now
    spent = step(house, book, lead(house), now).standing
    spent = step(house, book, spent, now + house.days(10)).standing
    short = step(house, book, lead(house), now + house.days(8)).standing
    short = step(house, book, replace(short, stage="Prospect"), now + house.days(11)).standing
    pair = (short, spent) if swapped else (spent, short)
    for days, stands_open in ((12, False), (39, False), (40, True), (99, True)):
        at = now + house.days(days)
        found = joint(*pair, meeting(book, at))
        assert found is not None
        again = step(house, book, replace(found, stage="Lead"), at).standing
        assert again.stream == ("a" if stands_open else "")
    early = joint(*pair, meeting(book, now + house.days(12)))
    assert early is not None
    again = step(house, book, replace(early, stage="Lead"), now + house.days(40)).standing
    assert again.stream == "a"


HOURS = st.integers(0, 24 * 40)


def naive_use(moments: list[int], until: int) -> int:
    """Hours inside, by counting them one by one: in at the first moment, out at the second, and so on."""
    return sum(
        sum(moment <= hour for moment in moments) % 2
        for hour in range(min(moments, default=0), until)
    )


@given(st.lists(HOURS, max_size=5, unique=True), st.lists(HOURS, max_size=5, unique=True))
def test_nobody_gets_more_of_a_stream_by_being_two(
    house: Any, one: list[int], two: list[int]
) -> None:
    """Whatever two contacts did before they were one, what is left of a stream is what the longer-used one had left."""
    lasts = 1000
    book = nursed(house, Stream("a", LEAD, "n:1", lasts=timedelta(hours=lasts)))
    merged = 24 * 40
    made = []
    for hours in (one, two):
        standing = lead(house, stays=())
        for n, hour in enumerate(sorted(hours)):
            stage = "Lead" if n % 2 == 0 else "Prospect"
            at = house.now + timedelta(hours=hour)
            standing = step(house, book, replace(standing, stage=stage), at).standing
        made.append(standing)
    at = house.now + timedelta(hours=merged)
    found = joint(made[0], made[1], meeting(book, at))
    assert found is not None
    entered = step(house, book, replace(found, stage="Lead"), at).standing
    rest = lasts - max(naive_use(sorted(one), merged), naive_use(sorted(two), merged))
    end = at + timedelta(hours=rest)
    assert entered.stream == "a"
    assert step(house, book, entered, end - timedelta(minutes=1)).standing.stream == "a"
    assert step(house, book, entered, end).standing.stream == ""
