"""People act by themselves, the same way for the same seed, and only when their office is open."""

import hashlib
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from connector.sandbox.people import People
from connector.sandbox.people.agenda import BERLIN, after_work_time, at_work, works
from connector.sandbox.world import World

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def lived(days: int, step: timedelta, seed: int = 7) -> World:
    world = World.build(seed=seed, start=START)
    world.people = People(world, seed=seed)
    end = START + timedelta(days=days)
    while world.clock.now() < end:
        world.advance(min(end, world.clock.now() + step))
    return world


def state(world: World) -> str:
    """All contacts and everything the CRM holds, as one digest."""
    contacts = [
        dict(world.hubspot.get("contacts", id_).properties) for id_ in world.hubspot.ids("contacts")
    ]
    rows = [
        dict(row)
        for kind in ("Lead", "Contact", "Account", "Opportunity", "Task")
        for row in world.salesforce.rows(kind)
    ]
    return hashlib.sha256(
        orjson.dumps([contacts, rows], option=orjson.OPT_SORT_KEYS, default=str)
    ).hexdigest()


def test_the_same_seed_lives_the_same_life_however_time_is_advanced() -> None:
    assert state(lived(20, timedelta(hours=1))) == state(lived(20, timedelta(days=5)))


def test_another_seed_lives_another_life() -> None:
    assert state(lived(10, timedelta(days=1))) != state(lived(10, timedelta(days=1), seed=8))


def hand_over(world: World, owner: str, email: str) -> str:
    fields = {
        "LastName": "Weber", "Company": "Hansa Pumpen", "Email": email, "OwnerId": owner,
        "Leadcycle_Handed_Over__c": world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    }  # fmt: skip
    return world.salesforce.create("Lead", fields, by=world.salesforce.integration_user)


def test_reps_answer_what_they_are_handed_and_only_in_office_hours() -> None:
    world = lived(3, timedelta(hours=6))
    assert isinstance(world.people, People)
    reps = [
        user
        for user in world.salesforce.rows("User")
        if str(user["Email"]).endswith("@nordring.example")
    ]
    leads = [
        hand_over(world, rep["Id"], f"lead{place}@hansa.example")
        for place, rep in enumerate(reps)
        if rep.get("ManagerId")
    ]
    world.advance(world.clock.now() + timedelta(days=10))
    answered = [
        lead
        for lead in (world.salesforce.get("Lead", key) for key in leads)
        if lead["IsConverted"] or lead.get("Leadcycle_Acceptance__c")
    ]
    assert len(answered) >= len(leads) - 2
    done = [datetime.fromisoformat(task["CreatedDate"]) for task in world.salesforce.rows("Task")]
    assert done
    assert all(works(moment) for moment in done)


def test_quiet_people_do_nothing() -> None:
    world = lived(2, timedelta(days=1))
    world.quiet = True
    before = state(world)
    world.advance(world.clock.now() + timedelta(days=5))
    assert state(world) == before


def test_a_quarter_is_large_enough_to_show_something() -> None:
    world = lived(90, timedelta(days=1))
    assert isinstance(world.people, People)
    assert 800 < len(world.hubspot.ids("contacts")) < 1600


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06T16:59", "2026-03-06T16:59"),
        ("2026-03-06T17:00", "2026-03-09T08:00"),
        ("2026-03-07T12:00", "2026-03-09T08:00"),
        ("2026-03-09T03:00", "2026-03-09T08:00"),
        ("2026-03-29T02:30", "2026-03-30T08:00"),  # the night in which the clocks change
    ],
)
def test_the_office_opens(moment: str, expected: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
    assert at_work(at).astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M") == expected


def test_work_time_is_counted_over_the_weekend() -> None:
    friday = datetime(2026, 3, 27, 16, 0, tzinfo=BERLIN)
    assert after_work_time(friday, timedelta(hours=2)).astimezone(BERLIN) == datetime(
        2026, 3, 30, 9, 0, tzinfo=BERLIN
    )
