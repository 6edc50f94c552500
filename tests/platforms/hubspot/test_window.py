"""Events that become visible late are found: soon after the moment by the overlap, hours later by the deep reading."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.platforms.hubspot.reading import place, window

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
OVERLAP = timedelta(minutes=5)
MINUTE = 60_000


def test_a_reading_begins_a_little_before_where_the_last_one_ended() -> None:
    last = {"from": place.ms(NOW), "deep": place.ms(NOW)}
    span = window.opened(last, NOW + timedelta(hours=1), OVERLAP)
    assert window.begins(span) == place.ms(NOW) - 5 * MINUTE
    assert window.closed(span) == {
        "from": place.ms(NOW + timedelta(hours=1)),
        "deep": place.ms(NOW),
    }


def test_every_six_hours_it_goes_back_two_days() -> None:
    last = {"from": place.ms(NOW), "deep": place.ms(NOW - timedelta(hours=6))}
    span = window.opened(last, NOW, OVERLAP)
    assert window.begins(span) == place.ms(NOW - timedelta(days=2))
    assert window.closed(span)["deep"] == place.ms(NOW)


def test_the_first_reading_begins_at_the_beginning() -> None:
    span = window.opened({}, NOW, OVERLAP)
    assert window.begins(span) == 0
    assert window.closed(span) == {"from": place.ms(NOW), "deep": place.ms(NOW)}


@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=9)])
def test_a_window_under_way_stays_the_same(later: timedelta) -> None:
    span = window.opened({"from": 1, "deep": 0}, NOW, OVERLAP)
    assert window.opened({**span, "after": "x"}, NOW + later, OVERLAP) == span


def test_a_clock_that_goes_back_never_moves_the_mark_back() -> None:
    last = {"from": place.ms(NOW), "deep": place.ms(NOW)}
    span = window.opened(last, NOW - timedelta(hours=1), OVERLAP)
    assert window.closed(span)["from"] == place.ms(NOW)
