"""Contacts and activities per CPU second, from the bytes of an answer to the commit: `python -m benchmarks.pull`.

Counted: hubspot-api-client's call, budget, urllib3's response around bytes that are there already, JSON, sightings, the mapping's
normalisers, identification, and `Store.merge` with its commit into a SQLite file (WAL, synchronous=FULL) per page. Not counted:
the emulated HubSpot (its answers were rendered before the clock started), sockets and TLS, and the evaluation that follows.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import random
import statistics
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta

import click

from benchmarks.canned import Recorder
from benchmarks.figures import Figures, Spent
from benchmarks.house import House, house
from benchmarks.portal import PATHS, START, move_in, project, world
from connector.model.systems.port import Source
from connector.sandbox.world import World
from connector.sync.pull import Pulled, Reader, pull, readers

STREAM = {"pages": "e_visited_page", "mails": "email_events"}
LATER = START + timedelta(days=1)
UNIT = 10  # pages of one pull, as in the daemon
Measured = tuple[int, float]  # rows, CPU seconds


def drain(
    house_: House, source: Source, stream: str, now: datetime, by_kind: Mapping[str, Reader]
) -> Pulled:
    """One stream to its end, in the daemon's units."""
    total = Pulled()
    while True:
        found = pull(
            source,
            "hubspot",
            stream,
            house_.store,
            by_kind,
            now,
            start=total.cursor,
            pages=UNIT,
        )
        total = Pulled(
            cursor=found.cursor,
            pages=total.pages + found.pages,
            sightings=total.sightings + found.sightings,
            activities=total.activities + found.activities,
        )
        if not found.more:
            return total


class Run:
    """One house, filled from one world: first by the run that records, then by the run that is measured."""

    def __init__(self, contacts: int, activities: int) -> None:
        self.contacts, self.activities = contacts, activities
        self.loaded = project()
        self.world = world()
        self.ids = move_in(self.world.hubspot, contacts)
        self.recorder = Recorder(self.world.hubspot)
        self.first = self._record(["contacts"], None, START)
        self._change()
        self.second = self._record(["contacts"], self.first, LATER)
        act(self.world, self.ids, activities)
        self._record(list(STREAM.values()), None, LATER)
        # The emulated portal would be walked through by every full collection of garbage, at our expense.
        del self.world, self.ids
        self.canned = self.recorder.canned()
        del self.recorder

    def _record(
        self, streams: Sequence[str], cursors: Mapping[str, str] | None, now: datetime
    ) -> dict[str, str]:
        """Asks every page once, so that its answer is kept; where the streams stand then.

        The daemon asks once more where a stream ends together with a unit, so its end is asked for twice.
        """
        self.world.clock.advance(max(now, self.world.clock.now()))
        found = dict(cursors or {})
        with house(self.loaded, START) as empty:
            source = empty.source(self.recorder.pool(), now)
            for stream in [name for name in streams for _ in range(2)]:
                for page in source.pages(stream, found.get(stream), now):
                    found[stream] = page.cursor
        return found

    def _change(self) -> None:
        """A tenth of the contacts get another title, an hour after the first load."""
        at = START + timedelta(hours=1)
        for number in range(0, self.contacts, 10):
            self.world.hubspot.update(
                "contacts", self.ids[number], {"jobtitle": f"Buyer {number}"}, at=at
            )

    def measure(self, repeats: int, profile: cProfile.Profile | None = None) -> Figures:
        """Each figure is the median of the repeats; each repeat begins with an empty database."""
        figures = Figures(
            "pull",
            f"Pull and merge: {self.contacts:,} contacts of 25 properties, {self.activities:,} activities of each kind",
            ("what", "rows", "per CPU second", "microseconds each"),
            data={"repeats": repeats},
        )
        found = [self._once(figures, profile) for _ in range(repeats)]
        for name, (rows, _) in found[0].items():
            cpu_s = statistics.median(each[name][1] for each in found)
            figures.rows.append(
                (name, f"{rows:,}", f"{rows / cpu_s:,.0f}", f"{cpu_s / max(1, rows) * 1e6:.1f}")
            )
            figures.data[name] = {
                "rows": rows,
                "per_cpu_s": round(rows / cpu_s),
                "cpu_s": [round(each[name][1], 3) for each in found],
            }
        size = figures.data["contact_bytes"]
        figures.notes.append(f"database: {size:,} bytes a contact, ledger and projections together")
        return figures

    def _once(self, figures: Figures, profile: cProfile.Profile | None) -> dict[str, Measured]:
        """Rows and CPU seconds of each step, in order."""
        found: dict[str, Measured] = {}
        with house(self.loaded, START) as filled:
            source = filled.source(self.canned, LATER)
            by_kind = readers(filled.active.mappings, "hubspot")
            gc.collect()

            def timed(name: str, stream: str, now: datetime, rows: str = "sightings") -> None:
                spent = Spent()
                with spent.counted(), profile or nullcontext():
                    pulled = drain(filled, source, stream, now, by_kind)
                found[name] = (getattr(pulled, rows), spent.cpu_s)

            timed("contacts, first load", "contacts", START)
            figures.data["contact_bytes"] = round(filled.size() / self.contacts)
            timed("contacts, changed (search)", "contacts", LATER)
            filled.store.rewind("hubspot", "contacts", None, "benchmark", LATER)
            timed("contacts, nothing new", "contacts", START)
            timed("activities by record (page views)", STREAM["pages"], LATER, "activities")
            timed("activities by address (e-mail events)", STREAM["mails"], LATER, "activities")
            counts = filled.store.counts()
            figures.data |= {name: counts[name] for name in ("contacts", "activities")}
        return found


def act(world_: World, ids: Sequence[str], count: int) -> None:
    """So many page views and so many e-mail events, spread unevenly over the contacts."""
    dice = random.Random(11)
    step = timedelta(days=90) / max(1, count)
    addresses = [world_.hubspot.get("contacts", id_)["email"] for id_ in ids]
    for number in range(count):
        at = START - timedelta(days=90) + step * number
        place = int(len(ids) * dice.random() ** 2)
        world_.hubspot.occurrence(STREAM["pages"], ids[place], {"path": dice.choice(PATHS)}, at=at)
        kind, campaign = ("OPEN", "News 4") if number % 3 else ("CLICK", "Offer 7")
        world_.hubspot.email_event(kind, addresses[place], campaign=campaign, at=at)


@click.command()
@click.option("--contacts", default=100_000, show_default=True)
@click.option(
    "--activities",
    default=100_000,
    show_default=True,
    help="Page views, and as many e-mail events.",
)
@click.option("--repeats", default=3, show_default=True, help="The median of so many counts.")
@click.option("--profile", is_flag=True, help="Say where the time goes (and take longer).")
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
def main(contacts: int, activities: int, repeats: int, profile: bool, as_json: bool) -> None:
    """Contacts and activities per CPU second through pull and merge."""
    run = Run(contacts, activities)
    profiler = cProfile.Profile() if profile else None
    run.measure(repeats, profiler).show(as_json)
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
