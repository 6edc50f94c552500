"""Time and people."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connector.sandbox.world import START, World


class Diary:
    """People who act at given times and write down when they did."""

    def __init__(self, world: World, times: list[datetime]) -> None:
        self.world, self.times, self.done = world, sorted(times), []

    def next_at(self) -> datetime | None:
        return self.times[0] if self.times else None

    def act(self, now: datetime) -> None:
        self.times.pop(0)
        self.done.append((now, self.world.clock.now()))


def test_people_act_in_the_order_of_their_times():
    world = World.build()
    moments = [START + timedelta(hours=hour) for hour in (5, 1, 3, 48)]
    world.people = Diary(world, moments)
    world.advance(START + timedelta(hours=24))
    assert world.people.done == [(moment, moment) for moment in sorted(moments)[:3]]
    assert world.clock.now() == START + timedelta(hours=24)
    world.advance(START + timedelta(hours=48))
    assert len(world.people.done) == 4


def test_quiet_people_catch_up_without_turning_time_back():
    world = World.build()
    world.people = Diary(world, [START + timedelta(hours=1)])
    world.quiet = True
    world.advance(START + timedelta(hours=2))
    assert world.people.done == []
    world.quiet = False
    world.advance(START + timedelta(hours=3))
    assert world.people.done == [(START + timedelta(hours=2), START + timedelta(hours=2))]


def test_time_does_not_go_back():
    world = World.build()
    with pytest.raises(ValueError, match="does not go back"):
        world.advance(START - timedelta(seconds=1))


def test_switches_find_their_vendor():
    world = World.build(
        seed=7, faults={"hubspot.reset": 0.1}, hubspot_backward="reject", hubspot_portal_id=1
    )
    assert (world.hubspot.switches.backward, world.hubspot.switches.portal_id) == ("reject", 1)
    assert (world.faults.seed, world.faults.rate) == (7, {"hubspot.reset": 0.1})
    with pytest.raises(TypeError, match="backward"):
        World.build(backward="reject")
    with pytest.raises(TypeError):
        World.build(hubspot_no_such_switch=1)
