"""A portal in which everything happens at once, read through faults and restarts: at rest we know what it knows."""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from connector.errors import TryLater
from connector.model.mapping.mappings import Mappings
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection, Secret
from connector.platforms.hubspot import platform
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.transport import SandboxPool

FAULTS = {
    "hubspot.search_lag": 0.3,
    "hubspot.shuffled_ids": 0.3,
    "hubspot.duplicate_events": 0.2,
    "hubspot.error500": 0.03,
    "hubspot.html503": 0.02,
    "hubspot.reset": 0.05,
    "hubspot.truncated": 0.03,
    "hubspot.secondly429": 0.05,
    "hubspot.burst429": 0.02,
}


class Life:
    """People, forms and clicks; and a memory of ours that takes pages as a store would."""

    def __init__(self, seed: int, mappings: Mappings) -> None:
        self.dice = random.Random(seed)
        self.clock, self.faults = (
            Clock(datetime(2026, 1, 5, 7, tzinfo=UTC)),
            Faults(seed, dict(FAULTS)),
        )
        self.hubspot = HubSpot(self.clock, self.faults, search_cap=400)
        self.mappings = mappings
        self.forms = [self.hubspot.add_form(f"F{number}") for number in range(3)]
        self.everybody: list[str] = []
        self.happened: set[tuple[str, ...]] = set()
        self.cursors: dict[str, str] = {}
        self.shown: dict[str, Any] = {}
        self.gone: set[str] = set()
        self.moved: dict[str, str] = {}
        self.keys: dict[str, tuple[str, ...]] = {}
        self.restart()

    def restart(self) -> None:
        connection = Connection(
            "hubspot",
            "hubspot",
            {"paths": "2026-09"},
            {"token": Secret("sandbox-hubspot")},
            transport=SandboxPool(self.hubspot),
            clock=self.clock.now,
        )
        self.source: Any = platform.source(connection, self.mappings, Unmetered())  # type: ignore[misc]

    def live(self) -> list[str]:
        return self.hubspot.ids("contacts")

    def act(self) -> None:
        """One thing that happens, at a moment of its own."""
        self.clock.advance(timedelta(milliseconds=self.dice.choice([0, 1, 500, 20_000])))
        live = self.live()
        deed = self.dice.choice("cccuuuuuufffvvvmdrtkk")
        if deed == "c" or len(live) < 5:
            self.everybody.append(
                self.hubspot.create("contacts", {"email": f"p{len(self.everybody)}@kunde.example"})
            )
        elif deed == "u":
            for id_ in self.dice.sample(live, min(len(live), self.dice.choice([1, 1, 3, 50]))):
                self.hubspot.update(
                    "contacts", id_, {"firstname": f"N{self.dice.randrange(10**6)}"}
                )
        elif deed == "t":
            self.hubspot.touch_all("contacts")
        elif deed == "m":
            self.everybody.append(self.hubspot.merge("contacts", *self.dice.sample(live, 2)))
        elif deed == "d":
            self.hubspot.delete("contacts", self.dice.choice(live))
        elif deed == "r":
            with contextlib.suppress(ValueError):
                self.hubspot.restore("contacts", self.dice.choice(self.everybody))
        else:
            self.activity(deed, self.dice.choice(live))

    def activity(self, deed: str, person: str) -> None:
        number, at = str(len(self.happened)), str(self.clock.now())
        if deed == "f":
            email = f"f{number}@kunde.example"
            self.everybody.append(
                self.hubspot.submit_form(self.dice.choice(self.forms), {"email": email}) or ""
            )
            self.happened.add(("form_submitted", email, at))
        elif deed == "v":
            self.hubspot.occurrence("e_visited_page", person, {"path": f"/{number}"})
            self.happened.add(("page_viewed", f"/{number}", at))
        else:
            self.hubspot.email_event("CLICK", f"k{number}@kunde.example", campaign="News")
            self.happened.add(("email_clicked", f"k{number}@kunde.example", at))

    def pull(self, pages: int) -> None:
        """Every stream, at most so many pages of each, broken off wherever HubSpot breaks."""
        for stream in self.source.streams():
            found = self.source.pages(stream, self.cursors.get(stream), self.clock.now())
            with contextlib.suppress(TryLater):
                for page in islice(found, pages):
                    self.take(page)
                    self.cursors[stream] = page.cursor

    def take(self, page: Any) -> None:
        assert not page.problems
        for sighting in page.sightings:
            if sighting.ref.kind == "contacts":
                self.shown[sighting.ref.id] = (
                    sighting.fields["email"],
                    sighting.fields["firstname"],
                )
        self.gone |= {gone.ref.id for gone in page.gone}
        self.moved |= {move.old.id: move.new.id for move in page.moved}
        for activity in page.activities:
            about = activity.asset if activity.kind == "page_viewed" else activity.contact_hint
            fact = (activity.kind, about, str(activity.at))
            assert self.keys.setdefault(activity.key, fact) == fact

    def rest(self) -> None:
        self.faults.rate.clear()
        for _ in range(12):
            self.clock.advance(timedelta(minutes=1))
            self.pull(10_000)


@pytest.mark.parametrize("seed", range(15))
def test_at_rest_we_know_what_the_portal_knows(seed: int, small_house: Mappings) -> None:
    life = Life(seed, small_house)
    for _ in range(60):
        for _ in range(life.dice.randrange(12)):
            life.act()
        if life.dice.random() < 0.1:
            life.restart()
        life.clock.advance(timedelta(seconds=life.dice.choice([0, 5, 30])))
        life.pull(life.dice.choice([1, 2, 100]))
    life.rest()
    views = {id_: life.hubspot.get("contacts", id_) for id_ in life.live()}
    known = {id_: life.shown.get(id_) for id_ in views}
    assert known == {
        id_: (view["email"] or None, view["firstname"] or None) for id_, view in views.items()
    }
    away = {id_ for id_ in life.shown if id_ not in views}
    assert away <= life.gone | life.moved.keys()
    assert not {life.moved[id_] for id_ in away & life.moved.keys()} - views.keys() - away
    assert set(life.keys.values()) == life.happened
    assert life.faults.fired["hubspot.search_lag"]
    assert life.faults.fired["hubspot.reset"]
