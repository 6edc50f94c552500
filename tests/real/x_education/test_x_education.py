"""6,468 real leads with their web behaviour: all arrive, all are handed over, what sales made of them is read back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from rehearsal import MINUTES, Rehearsal, explained, figures, rehearsing
from x_education.expect import auc, converted, read_leads
from x_education.hands import REASON, answer, furnish, load, property_of

from connector.model.person.dossier import Dossier
from connector.model.person.standing import MAIN
from connector.model.systems.ref import Ref
from connector.sandbox.world import World

pytestmark = pytest.mark.real
PROJECT = Path(__file__).parent / "project"
Say = Callable[[str], None]
HOUR = timedelta(hours=1)
FILLED_IN_BY_SALES = frozenset(
    map(
        property_of,
        [
            "Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity",
            "What matters most to you in choosing a course", "Asymmetrique Activity Index",
            "Asymmetrique Profile Index", "Asymmetrique Activity Score", "Asymmetrique Profile Score",
        ],
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Loaded, handed over, answered and read back."""

    rehearsal: Rehearsal
    leads: Mapping[str, Mapping[str, str]]
    won: Mapping[str, bool]
    contacts: Mapping[str, str]  # lead number -> contact in HubSpot
    handed_over: int
    dossiers: Mapping[str, Dossier]


@pytest.fixture(scope="module")
def run(datasets: Path, say: Say) -> Iterator[Run]:
    begun = time.monotonic()
    leads = read_leads(datasets / "x_education")
    won = converted(leads)
    world = World.build()
    user = furnish(world)
    load(world, leads)
    with rehearsing(PROJECT, world) as rehearsal:
        rehearsal.live(HOUR + MINUTES)
        handed_over = sum(1 for _ in world.salesforce.rows("Lead"))
        answer(world, won, user)
        rehearsal.live(HOUR + MINUTES)
        contacts = _by_number(world)
        dossiers = {number: _dossier(rehearsal, id_) for number, id_ in contacts.items()}
        say(f"x_education: {len(leads):,} leads in {time.monotonic() - begun:.0f} s")
        say(f"x_education: {figures(rehearsal)}")
        yield Run(rehearsal, leads, won, contacts, handed_over, dossiers)


def _by_number(world: World) -> dict[str, str]:
    hubspot = world.hubspot
    return {
        hubspot.get("contacts", id_).properties["lead_number"]: id_
        for id_ in hubspot.ids("contacts")
    }


def _dossier(rehearsal: Rehearsal, contact: str) -> Dossier:
    store = rehearsal.store
    (found,) = store.find(str(Ref("hubspot", "contacts", contact)))
    return store.dossier(found, rehearsal.world.clock.now())


def test_all_arrive_and_all_are_handed_over_once(run: Run) -> None:
    assert run.contacts.keys() == run.leads.keys()
    assert run.rehearsal.store.counts()["contacts"] == len(run.leads)
    assert run.handed_over == len(run.leads)
    assert run.rehearsal.world.salesforce.duplicate_leads() == 0


def test_values_arrive_as_they_stand_and_select_means_nothing_chosen(run: Run) -> None:
    for number, row in run.leads.items():
        contact = run.dossiers[number].contact
        assert contact.value("origin") == row["Lead Origin"], number
        assert contact.value("source") == (row["Lead Source"] or None), number
        visits = row["TotalVisits"]
        assert contact.value("visits") == (float(visits) if visits else None), number
        chosen = row["Specialization"]
        assert contact.value("specialization") == (chosen if chosen not in ("", "Select") else None)
        assert contact.value("do_not_email") is (row["Do Not Email"] == "Yes"), number


def test_no_rule_sees_what_sales_filled_in(run: Run) -> None:
    """The properties are in HubSpot; no mapping names them, so nothing of them is stored."""
    hubspot = run.rehearsal.world.hubspot
    shown: set[str] = set()
    for number, id_ in run.contacts.items():
        shown |= hubspot.get("contacts", id_).properties.keys() & FILLED_IN_BY_SALES
        for properties in run.dossiers[number].contact.observed.values():
            assert not properties.keys() & FILLED_IN_BY_SALES
    assert shown == FILLED_IN_BY_SALES


def test_all_outcomes_are_read_back(run: Run, say: Say) -> None:
    counted: Counter[str] = Counter()
    for number, dossier in run.dossiers.items():
        kinds = {outcome.kind for outcome in dossier.contact.outcomes}
        stage = dossier.standings[MAIN].stage
        if run.won[number]:
            assert kinds == {"accepted", "opened", "won"}, number
            assert stage == "Customer", number
        else:
            assert kinds == {"rejected"}, number
            assert {outcome.reason for outcome in dossier.contact.outcomes} == {REASON}, number
            assert stage == "Lead", number
        counted[stage] += 1
    assert counted == {
        "Customer": sum(run.won.values()),
        "Lead": len(run.won) - sum(run.won.values()),
    }
    say(f"x_education: {dict(counted)}")


def test_hubspot_shows_what_sales_made_of_it(run: Run) -> None:
    hubspot = run.rehearsal.world.hubspot
    for number, id_ in run.contacts.items():
        shown = hubspot.get("contacts", id_).properties["lifecyclestage"]
        assert shown == ("customer" if run.won[number] else "lead"), number


def test_scores_sum_and_rank_the_leads(run: Run, say: Say) -> None:
    scores = {}
    for number in run.leads:
        told = explained(run.rehearsal, run.dossiers[number].contact.id)
        scores[number] = told["score"]["total"]
        assert round(sum(reason["points"] for reason in told["reasons"]), 6) == scores[number]
        assert all(reason["where"] for reason in told["reasons"]), number
    ranked = auc(scores, run.won)
    say(f"x_education: AUC of the scorecard {ranked:.3f}")
    assert ranked > 0.7


def test_nothing_lies_on_the_shelf(run: Run) -> None:
    assert run.rehearsal.troubles() == {}
    assert run.rehearsal.store.shelf_rows() == ()


def test_a_second_pass_writes_nothing(run: Run) -> None:
    decided = run.rehearsal.parts.evaluator.contacts
    assert run.rehearsal.second_pass() == {"hubspot": 0, "salesforce": 0}
    assert run.rehearsal.parts.evaluator.contacts - decided == len(run.leads)
