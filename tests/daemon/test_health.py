"""What the daemon says of itself, from real workers in a small town."""

from __future__ import annotations

from connector.cli.running.serve import health


def test_a_town_in_order_is_healthy(town):
    town.person("ute@kern.example")
    town.ask("ute@kern.example")
    town.pass_by(minutes=30)
    found = health(town.parts, town)
    assert found.healthy
    assert found.troubles == {}
    assert found.figures["contacts"] == 1
    assert found.figures["handed_over"] == 1
    streams = {f"{each.name}/{name}" for each in town.parts.platforms for name in each.streams}
    assert found.streams.keys() == streams
    names = " ".join([*found.figures, *found.streams])
    assert "@" not in names
    assert "kern" not in names


def test_a_system_that_never_answered_is_not_healthy(town):
    """There was no good reading yet whose age could tell: it is counted from the daemon's beginning."""
    town.wires["hubspot"].cut = True
    town.pass_by(minutes=40)
    assert health(town.parts, town).healthy, "still within ten intervals"
    town.pass_by(minutes=15)
    sick = health(town.parts, town)
    assert not sick.healthy
    assert sick.streams["hubspot/contacts"] >= 3000
    assert sick.streams["salesforce/crm"] <= 300
    town.wires["hubspot"].cut = False
    town.pass_by(hours=2)
    assert health(town.parts, town).healthy


def test_a_stopped_platform_is_told_with_its_cause(town):
    town.pass_by(minutes=6)
    town.crm.revoke()
    town.pass_by(minutes=6)
    found = health(town.parts, town)
    assert not found.healthy
    assert found.troubles.keys() == {"salesforce"}
    town.crm.revoke(revoked=False)
    town.pass_by(minutes=30)
    assert health(town.parts, town).healthy
