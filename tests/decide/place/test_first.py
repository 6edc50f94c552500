"""The first touch: the earliest that is known, and it only moves back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.place.first import MADE_BY, first_touch
from connector.model.person.contact import Contact, Value
from connector.model.person.touch import Touch
from connector.model.systems.ref import Ref

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HUBSPOT = Ref("hubspot", "contacts", "1")


def person(activity=None, seen=None, **fields):
    values = {name: Value(value, HUBSPOT, NOW) for name, value in fields.items()}
    act = None if activity is None else Touch(activity, "form_submitted", "Kontakt")
    return Contact(1, "k", (HUBSPOT,), values, first_activity=act, first_seen=seen)


def test_the_earliest_counts():
    found = first_touch(person(NOW, NOW - 9 * HOUR, created=NOW - 5 * HOUR), ("created",), "UTC")
    assert found == Touch(NOW - 9 * HOUR, evidence="seen")
    found = first_touch(person(NOW, NOW, created=NOW - 5 * HOUR), ("created",), "UTC")
    assert found == Touch(NOW - 5 * HOUR, asset="created", evidence="field")
    assert first_touch(person(NOW - 9 * HOUR, NOW), (), "UTC").kind == "form_submitted"
    assert first_touch(person(), ("created",), "UTC") is None


def test_a_record_that_an_activity_made_is_not_earlier_than_it():
    """HubSpot creates the contact, then shows the submission: seconds apart, in either order."""
    assert first_touch(person(NOW, NOW - MADE_BY), (), "UTC").kind == "form_submitted"
    assert first_touch(person(NOW, NOW - MADE_BY - timedelta(seconds=1)), (), "UTC").kind == ""


def test_a_day_begins_at_midnight_in_the_house():
    found = first_touch(person(created=date(2026, 7, 1)), ("created",), "Europe/Berlin")
    assert found.at == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_what_is_no_date_says_nothing():
    assert first_touch(person(created="yesterday"), ("created", "absent"), "UTC") is None


times = st.one_of(st.none(), st.integers(-500, 0).map(lambda hours: NOW + hours * HOUR))


@given(times, times, times, times)
def test_learning_more_never_moves_it_to_a_later_moment_by_more_than_an_hour(
    act, seen, born, older
):
    before = first_touch(person(act, seen, created=born), ("created",), "UTC")
    earlier = min(filter(None, (act, older)), default=None)
    after = first_touch(person(earlier, seen, created=born), ("created",), "UTC")
    if before is not None:
        assert after is not None
        assert after.at <= before.at + MADE_BY
