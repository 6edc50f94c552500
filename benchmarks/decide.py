"""Decisions per CPU second on 20 profile criteria, 15 signals and 20 activities a contact: `python -m benchmarks.decide`.

Contacts and their kept strengths come out of a store that read them from the emulated HubSpot. `decide` is the pure function:
score with reasons, bands, stage, routing, stream, clocks. Everything else that follows for a contact (changes in the vendors'
forms, the next look) and the store's own part (loading whole contacts, recording) have rows of their own.
"""

from __future__ import annotations

import gc
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import click

from benchmarks.figures import Figures, Spent
from benchmarks.house import House, house
from benchmarks.portal import PATHS, START, move_in, project, world
from benchmarks.pull import drain
from connector.decide.decision import decide
from connector.decide.scoring.strength import from_log
from connector.model.condition import Test
from connector.model.person.decision import Strength
from connector.model.person.dossier import Dossier
from connector.model.person.standing import MAIN, Standing
from connector.model.rules import Activities, Group, Rulebook, Signal
from connector.sandbox.transport import SandboxPool
from connector.sandbox.world import World
from connector.sync.evaluate import evaluate, evaluate_one
from connector.sync.pull import readers

EACH = 20  # activities of one contact
Logged = tuple[datetime, str, Mapping[str, str] | None]
Log = dict[str, list[Logged]]
WEBINARS, MAILS = ("Seal selection", "Hydraulics today"), ("News 4", "Offer 7")


def act(world_: World, ids: Sequence[str]) -> dict[str, Log]:
    """Twenty activities of each contact; the log by contact and kind, as `from_log` takes it."""
    logs: dict[str, Log] = {}
    for id_ in ids:
        dice = random.Random(int(id_))
        log: Log = defaultdict(list)
        address = world_.hubspot.get("contacts", id_)["email"]
        for number in range(EACH):
            at = START - timedelta(minutes=dice.randrange(120 * 24 * 60))
            _one(world_, id_, address, number, at, dice, log)
        logs[id_] = log
    return logs


def _one(
    world_: World, id_: str, address: str, number: int, at: datetime, dice: random.Random, log: Log
) -> None:
    if number % 10 == 9:
        shown = {"webinar": dice.choice(WEBINARS), "minutes": str(dice.randrange(60))}
        world_.hubspot.occurrence("e_attended_webinar", id_, shown, at=at)
        detail = {"minutes": shown["minutes"]}
        log["webinar_attended"].append((at, shown["webinar"], detail))
    elif number % 3 == 2:
        kind, campaign = (
            ("OPEN", "email_opened") if dice.random() < 0.7 else ("CLICK", "email_clicked")
        )
        named = dice.choice(MAILS)
        world_.hubspot.email_event(kind, address, campaign=named, at=at)
        log[campaign].append((at, named, None))
    else:
        path = dice.choice(PATHS)
        world_.hubspot.occurrence("e_visited_page", id_, {"path": path}, at=at)
        log["page_viewed"].append((at, path, None))


def fill(house_: House, world_: World) -> None:
    """Everything the portal has, into the store."""
    source = house_.source(SandboxPool(world_.hubspot), START)
    by_kind = readers(house_.active.mappings, "hubspot")
    for stream in source.streams():
        drain(house_, source, stream, START, by_kind)


def strengths_of(signals: Sequence[Signal], log: Log) -> dict[str, Strength]:
    """All strengths of one contact, added up from its activities."""
    return {
        signal.name: from_log(signal, log.get(signal.kind, ()), START, "Europe/Berlin")
        for signal in signals
    }


def agree(book: Rulebook, dossiers: Sequence[Dossier], logs: Mapping[str, Log]) -> None:
    """Kept sums and the log must say the same, or the two rows would not be about the same work."""
    signals = book.scoring.activities.signals
    for dossier in dossiers:
        found = strengths_of(signals, logs[_id(dossier)])
        for name, strength in found.items():
            kept = dossier.strengths.get(name)
            if abs((kept.sum if kept else 0.0) - strength.sum) > 2e-6:
                raise RuntimeError(
                    f"{name} of {dossier.contact.id}: {kept} kept, {strength} in the log"
                )


def _id(dossier: Dossier) -> str:
    return next(ref.id for ref in dossier.contact.refs if ref.kind == "contacts")


def _again(dossier: Dossier) -> Standing:
    return dossier.standings.get(MAIN, Standing())


def richer(book: Rulebook) -> Rulebook:
    """The same rules with all that scoring knows: a second model, caps of groups, machines; nobody is scored otherwise."""
    scoring, acts = book.scoring, book.scoring.activities
    nobody = Test("email", "equals", "nobody")
    machines = tuple(
        Signal(f"machine:scanner:{kind}", kind) for kind in sorted({s.kind for s in acts.signals})
    )
    signals = tuple(replace(signal, group=signal.kind) for signal in acts.signals)
    groups = tuple(Group(kind, 1_000.0, "") for kind in sorted({s.kind for s in signals}))
    special = replace(scoring.profile, name="special", when=nobody)
    return replace(
        book,
        scoring=replace(
            scoring, activities=Activities(signals, groups, machines), special=(special,)
        ),
    )


class Bench:
    """One filled store and what is measured in it."""

    def __init__(self, house_: House, contacts: int, logs: Mapping[str, Log]) -> None:
        self.store, self.active, self.logs = house_.store, house_.active, logs
        self.book = self.active.book
        self.dossiers = self.store.due(START, contacts)
        self.roster = self.store.roster()
        criteria = len(self.active.book.scoring.profile.criteria)
        signals = len(self.active.book.scoring.activities.signals)
        self.figures = Figures(
            "decide",
            f"Decisions: {criteria} profile criteria, {signals} signals, {EACH} activities a contact, {len(self.dossiers):,} contacts",
            ("what", "per CPU second", "microseconds each"),
            data={"contacts": len(self.dossiers), "criteria": criteria, "signals": signals},
        )

    def run(self) -> Figures:
        agree(self.active.book, self.dossiers, self.logs)
        self._each("decide, kept strengths, first time", self._decide)
        self._each("decide + changes + next look, first time", self._evaluate)
        plain, self.book = self.book, richer(self.book)
        self._each("the same, two models, groups, machines", self._evaluate)
        self.book = plain
        self._each("decide, strengths from the log", self._from_log)
        self._whole("load, decide, record: first time")
        self.store.mark_all_due(START)
        self.dossiers = self.store.due(START, len(self.dossiers))
        self._each("decide, kept strengths, nothing changed", self._decide)
        self._whole("load, decide, record: nothing changed")
        return self.figures

    def _decide(self, dossier: Dossier) -> None:
        contact, strengths = dossier.contact, dossier.strengths
        decide(self.book, contact, strengths, _again(dossier), self.roster, START)

    def _evaluate(self, dossier: Dossier) -> None:
        evaluate_one(self.book, self.active.mappings, dossier, self.roster, START)

    def _from_log(self, dossier: Dossier) -> None:
        strengths = strengths_of(
            self.active.book.scoring.activities.signals, self.logs[_id(dossier)]
        )
        decide(self.active.book, dossier.contact, strengths, _again(dossier), self.roster, START)

    def _each(self, name: str, work: Callable[[Dossier], None]) -> None:
        work(self.dossiers[0])  # rules are compiled once per book
        gc.collect()
        spent = Spent()
        with spent.counted():
            for dossier in self.dossiers:
                work(dossier)
        self._note(name, len(self.dossiers), spent)

    def _whole(self, name: str) -> None:
        spent, contacts = Spent(), 0
        book, mappings = self.active.book, self.active.mappings
        with spent.counted():
            while found := evaluate(self.store, book, mappings, START, limit=200).contacts:
                contacts += found
        self._note(name, contacts, spent)

    def _note(self, name: str, count: int, spent: Spent) -> None:
        each = spent.cpu_s / max(1, count)
        self.figures.rows.append((name, f"{1 / each:,.0f}", f"{each * 1e6:.1f}"))
        self.figures.data[name] = round(1 / each)


def measured(contacts: int) -> Figures:
    portal = world()
    logs = act(portal, move_in(portal.hubspot, contacts))
    with house(project(), START) as filled:
        fill(filled, portal)
        del portal
        return Bench(filled, contacts, logs).run()


@click.command()
@click.option("--contacts", default=5_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
def main(contacts: int, as_json: bool) -> None:
    """Decisions per CPU second."""
    measured(contacts).show(as_json)


if __name__ == "__main__":
    main()
