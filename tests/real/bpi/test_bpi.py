"""7,455 real loan applications, 150,256 real events, polled every hour: what the log says is what the product knows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bpi.expect import Expected, expected, read_amounts, read_log
from bpi.replay import HOUR, Office, furnish, replay
from rehearsal import Rehearsal, explained, figures, rehearsing

from connector.model.person.dossier import Dossier
from connector.model.person.standing import MAIN
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.sandbox.world import World

pytestmark = pytest.mark.real
PROJECT = Path(__file__).parent / "project"
Say = Callable[[str], None]
SHOWN_IN_HUBSPOT = {"Customer": "customer", "Lost": "lost", "Rejected": "rejected"}


@dataclass(frozen=True, slots=True)
class Run:
    """The whole log, lived through."""

    rehearsal: Rehearsal
    expected: Mapping[str, Expected]
    contacts: Mapping[str, str]  # case -> contact in HubSpot
    users: Mapping[str, str]  # the log's number -> user in Salesforce
    dossiers: Mapping[str, Dossier]

    def outcomes(self, case: str, kind: str) -> list[Outcome]:
        """The case's outcomes of one kind, each fact once."""
        contact = self.dossiers[case].contact
        return list({o.key: o for o in contact.outcomes if o.kind == kind}.values())


@pytest.fixture(scope="module")
def run(datasets: Path, say: Say) -> Iterator[Run]:
    begun = time.monotonic()
    folder = datasets / "bpi2012_lead_log"
    events, amounts = read_log(folder), read_amounts(folder)
    cases = expected(events, amounts)
    start = events[0].at.replace(minute=0, second=0, microsecond=0)
    world = World.build(start=start)
    users = furnish(world, sorted({event.who for event in events if event.who}))
    with rehearsing(PROJECT, world) as rehearsal:
        office = Office(world, users, amounts)
        polls = replay(world, office, events, rehearsal.poll)
        dossiers = {case: _dossier(rehearsal, id_) for case, id_ in office.contacts.items()}
        took = time.monotonic() - begun
        say(f"bpi2012: {len(events):,} events, {polls:,} polls in {took:.0f} s")
        say(f"bpi2012: {figures(rehearsal)}")
        yield Run(rehearsal, cases, office.contacts, users, dossiers)


def _dossier(rehearsal: Rehearsal, contact: str) -> Dossier:
    store = rehearsal.store
    (found,) = store.find(str(Ref("hubspot", "contacts", contact)))
    return store.dossier(found, rehearsal.world.clock.now())


def second(moment: datetime) -> datetime:
    """Salesforce keeps whole seconds."""
    return moment.replace(microsecond=0)


def test_every_case_arrives_once(run: Run) -> None:
    assert len(run.contacts) == len(run.expected)
    assert run.rehearsal.store.counts()["contacts"] == len(run.expected)


def test_every_case_ends_where_the_log_ends_it(run: Run) -> None:
    stages = {case: dossier.standings[MAIN].stage for case, dossier in run.dossiers.items()}
    assert stages == {case: each.stage for case, each in run.expected.items()}


def test_won_lost_rejected_and_open_are_counted_exactly(run: Run, say: Say) -> None:
    counted: Counter[str] = Counter()
    for case in run.dossiers:
        ends = [kind for kind in ("won", "lost", "rejected") if run.outcomes(case, kind)]
        assert len(ends) <= 1, f"case {case} ended as {ends}"
        counted[ends[0] if ends else "open"] += 1
    assert counted == Counter(each.end for each in run.expected.values())
    say(f"bpi2012: {dict(counted)}")


def test_outcomes_carry_their_time_reason_and_amount(run: Run) -> None:
    """To the second: histories and creation dates of the CRM keep whole seconds."""
    for case, each in run.expected.items():
        if each.ended is not None:
            (found,) = run.outcomes(case, each.end)
            assert found.at == second(each.ended.at), case
            assert found.at.date() == each.ended.at.date(), case
            assert found.reason == ("" if each.end == "won" else each.ended.activity), case
            assert found.amount == (each.amount if each.end == "won" else None), case
        for kind, event in (("accepted", each.accepted), ("opened", each.opened)):
            times = [outcome.at for outcome in run.outcomes(case, kind)]
            assert times == ([] if event is None else [second(event.at)]), (case, kind)


def test_who_touched_a_lead_first_and_when_equals_the_log(run: Run) -> None:
    for case, each in run.expected.items():
        calls = run.outcomes(case, "contacted")
        if each.touched is None:
            assert calls == [], case
            continue
        first = min(calls, key=lambda outcome: outcome.at)
        assert first.by == Ref("salesforce", "User", run.users[each.touched.who]), case
        assert first.at == second(each.touched.at), case
    assert sum(each.touched is not None for each in run.expected.values()) > 5000


def test_who_waited_for_sales_was_handed_over(run: Run, say: Say) -> None:
    """Whoever was still waiting at the poll after the pre-acceptance; nobody without one."""
    handed = {case for case, found in run.dossiers.items() if found.standings[MAIN].handovers}
    may = {case for case, each in run.expected.items() if each.preaccepted is not None}
    must = {case for case in may if _waits(run.expected[case])}
    assert must <= handed <= may
    say(f"bpi2012: {len(handed):,} handed over; {len(must):,} had to be, {len(may):,} could be")


def _waits(each: Expected) -> bool:
    if each.preaccepted is None:
        return False
    answers = [event.at for event in (each.accepted, each.ended) if event is not None]
    following = each.preaccepted.at.replace(minute=0, second=0, microsecond=0) + HOUR
    return not answers or min(answers) > following + timedelta(seconds=1)


def test_every_score_is_the_sum_of_its_reasons(run: Run) -> None:
    """As `leadcycle explain --json` tells it now, and for one case in twenty also as it was when the case ended."""
    for place, (case, dossier) in enumerate(run.dossiers.items()):
        ended = run.expected[case].ended
        past = [ended.at + HOUR] if ended is not None and place % 20 == 0 else []
        for at in (None, *past):
            told = explained(run.rehearsal, dossier.contact.id, at)
            points = sum(reason["points"] for reason in told["reasons"])
            assert round(points, 6) == told["score"]["total"] > 0, case
            assert all(reason["where"] for reason in told["reasons"]), case


def test_hubspot_shows_what_sales_made_of_it(run: Run) -> None:
    hubspot = run.rehearsal.world.hubspot
    shown = {
        case: hubspot.get("contacts", id_).properties["lifecyclestage"]
        for case, id_ in run.contacts.items()
    }
    assert shown == {case: SHOWN_IN_HUBSPOT[each.stage] for case, each in run.expected.items()}


def test_salesforce_shows_each_case_once_in_its_stage(run: Run) -> None:
    crm = run.rehearsal.world.salesforce
    assert crm.duplicate_leads() == 0
    for case, each in run.expected.items():
        (lead,) = crm.find("Lead", "Case_Number__c", case)
        person = crm.get("Contact", lead["ConvertedContactId"]) if lead["IsConverted"] else lead
        assert person["Leadcycle_Stage__c"] == each.stage, case


def test_nothing_lies_on_the_shelf(run: Run) -> None:
    assert run.rehearsal.troubles() == {}
    assert run.rehearsal.store.shelf_rows() == ()


def test_a_second_pass_writes_nothing(run: Run) -> None:
    decided = run.rehearsal.parts.evaluator.contacts
    before = run.rehearsal.store.counts()
    assert run.rehearsal.second_pass() == {"hubspot": 0, "salesforce": 0}
    assert run.rehearsal.store.counts() == before
    assert run.rehearsal.parts.evaluator.contacts - decided == len(run.expected)
