"""Two business fields of one person: who enters, what counts where, which outcome is about which, who leads and who owns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.decide.fields.scope import AFTER
from connector.decide.look import next_look
from connector.decide.tracks.attribution import attributed
from connector.decide.tracks.decisions import decisions, entered, waiting
from connector.decide.tracks.leading import leading, owning
from connector.model.person.contact import Contact, HandedOver
from connector.model.person.decision import Decision
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Rulebook, Signal, Track, Transition
from connector.model.systems.ref import Ref

MINUTE = timedelta(minutes=1)
OFFER, OTHER = Ref("salesforce", "Opportunity", "0061"), Ref("salesforce", "Opportunity", "0062")
SERVICE = Signal("service", "service_asked", points=40, half_life=timedelta(days=10), tracks=("service",))  # fmt: skip


@pytest.fixture
def two(house: Any) -> Rulebook:
    """The example house with a service track for customers; what is asked for there counts there only."""
    book = house.rulebook()
    signals = (*book.scoring.activities.signals, SERVICE)
    book = house.rulebook(signals=signals)
    when = house.when({"stage.main": {"equals": "Customer"}, "activity": {"at_least": 30}})
    asks = Transition(
        "asks-for-service",
        ("Prospect", "Lead", "MQL"),
        "SQL",
        house.when({"track": {"equals": "service"}, "activity": {"at_least": 35}}),
        "l:11",
    )
    cycle = replace(
        book.lifecycle,
        tracks=(Track("service", "l:20", "Service", when, "Lead"),),
        transitions=(*book.lifecycle.transitions, asks),
    )
    return replace(book, lifecycle=cycle)


def of(made: tuple[Decision, ...]) -> dict[str, Decision]:
    return {one.track: one for one in made}


def decided(
    house: Any, book: Rulebook, acts: Any, standings: Any, now: Any, contact: Contact | None = None
) -> dict[str, Decision]:
    strengths = house.strengths(book, acts, now)
    person = contact or house.person()
    return of(decisions(book, person, strengths, standings, house.roster(), now))


CUSTOMER = Standing(stage="Customer", peak="Customer", owner="j@x.example")


def test_nobody_is_in_a_track_before_its_condition_holds(house: Any, two: Rulebook) -> None:
    acts = [("service_asked", house.now, "", None)]
    found = decided(house, two, acts, {}, house.now)
    assert (found["service"].standing.stage, found["service"].changed) == ("", False)
    assert [one.track for one in entered(tuple(found.values()))] == ["main"]


def test_a_customer_enters_where_the_track_begins_and_goes_on(house: Any, two: Rulebook) -> None:
    acts = [("service_asked", house.now, "", None)]
    found = decided(house, two, acts, {"main": CUSTOMER}, house.now)
    service = found["service"]
    assert [(s.before, s.after) for s in service.steps] == [("Lead", "MQL"), ("MQL", "SQL")]
    assert service.standing.handover.number == 1
    assert service.standing.handed == (house.now,)
    assert service.beside[0][:2] == ("main", "Customer")
    assert found["main"].standing.stage == "Customer"


def test_a_signal_counts_in_its_track_alone(house: Any, two: Rulebook) -> None:
    acts = [("service_asked", house.now, "", None)]
    found = decided(house, two, acts, {"main": CUSTOMER}, house.now)
    assert (found["main"].score.activity, found["service"].score.activity) == (0, 40)
    assert "service" not in found["main"].strengths


def test_whoever_has_entered_stays(house: Any, two: Rulebook) -> None:
    there = Standing(track="service", stage="Lead", peak="Lead", since=house.now)
    found = decided(house, two, [], {"main": CUSTOMER, "service": there}, house.now)
    assert found["service"].standing.stage == "Lead"


def test_the_look_knows_when_an_entry_fades(house: Any, two: Rulebook) -> None:
    """Nobody is to be looked at too late because they are in no stage yet: the entry's threshold counts."""
    acts = [("service_asked", house.now, "", None)]
    strengths = house.strengths(two, acts, house.now)
    found = decided(house, two, acts, {}, house.now)["service"]
    at = next_look(two, house.person(), strengths, found, house.now)
    true = house.now + timedelta(days=10 * 0.4150375)  # 40 fades to 30
    assert at is not None
    assert true - MINUTE <= at <= true


def outcomes(house: Any, *hours: float) -> tuple[Any, ...]:
    return tuple(house.outcome("rejected", house.now + timedelta(hours=h)) for h in hours)


def test_an_outcome_is_about_the_last_hand_over_before_it(house: Any) -> None:
    at = [house.now + timedelta(hours=h) for h in (10, 20, 30)]
    standings = {
        "main": Standing(handed=(at[0], at[2])),
        "service": Standing(track="service", handed=(at[1],)),
    }
    found = attributed(outcomes(house, 5, 10, 15, 25, 35), standings)
    assert [one.track for one in found] == ["main", "main", "main", "service", "main"]


def test_an_outcome_that_names_its_track_keeps_it(house: Any) -> None:
    (one,) = outcomes(house, 5)
    named = replace(one, track="service")
    standings = {"main": Standing(handed=(house.now,)), "service": Standing(track="service")}
    assert attributed((named,), standings) == (named,)


def test_a_deal_stays_in_the_track_in_which_it_was_opened(house: Any, two: Rulebook) -> None:
    """Main's offer is lost after the hand-over of the other track: it is main's loss, and nothing is open there any more."""
    deal = {"ref": OFFER, "evidence": OFFER}
    opened = replace(house.outcome("opened", house.now - timedelta(days=20)), **deal)
    lost = replace(house.outcome("lost", house.now - MINUTE), **deal)
    own = replace(house.outcome("opened", house.now - MINUTE), ref=OTHER, evidence=OTHER)
    at = house.now - timedelta(days=9)
    standings = {
        "main": Standing(handed=(at - timedelta(days=20),)),
        "service": Standing(track="service", stage="SQL", peak="SQL", handed=(at,)),
    }
    found = attributed((opened, lost, own), standings)
    assert [one.track for one in found] == ["main", "main", "service"]
    said = [replace(opened), replace(lost, track="service")]
    assert [one.track for one in attributed(said, standings)] == ["service", "service"]


def test_an_answer_in_one_track_says_nothing_in_the_other(house: Any, two: Rulebook) -> None:
    rejected = replace(house.outcome("rejected", house.now + MINUTE, "Too early"), track="service")
    main = Standing(stage="SQL", peak="SQL", handover=Handover(house.now, "j@x.example", 1))
    service = replace(main, track="service", owner="l@x.example")
    standings = {"main": main, "service": service}
    later = house.now + timedelta(hours=1)
    found = decided(house, two, [], standings, later, house.person([rejected]))
    assert found["main"].standing.handover.open
    assert (found["service"].standing.stage, found["service"].standing.handover) == ("MQL", None)


def test_two_hand_overs_take_their_turns_one_after_the_other(house: Any, two: Rulebook) -> None:
    """Main is ripe in the same moment; a second look lets the other go on."""
    service = Standing(track="service", stage="Lead", peak="Lead", since=house.now)
    acts = [("service_asked", house.now, "", None), house.sample(house.now)]
    made = decided(house, two, acts, {"service": service}, house.now)
    assert made["main"].routing is not None
    assert (made["service"].routing, made["service"].waits) == (None, (AFTER,))
    assert waiting(tuple(made.values()))
    standings = {track: one.standing for track, one in made.items()}
    again = decided(house, two, acts, standings, house.now)
    assert again["service"].routing is not None
    assert not waiting(tuple(again.values()))


def handed(house: Any, hours: float, *, open_: bool, number: int = 1) -> Handover:
    at = house.now + timedelta(hours=hours)
    return Handover(at, "j@x.example", number, answered_at=None if open_ else at + MINUTE)


def test_who_leads_and_who_owns(house: Any, two: Rulebook) -> None:
    made = decided(house, two, [], {"main": CUSTOMER}, house.now)
    main, service = made["main"], made["service"]

    def shown(one: Handover | None, other: Handover | None) -> tuple[str, str]:
        pair = (
            replace(main, standing=main.standing.at(handover=one)),
            replace(service, standing=service.standing.at(handover=other, stage="SQL")),
        )
        return leading(pair).track, owning(pair).track

    assert shown(None, None) == ("main", "main")
    assert shown(handed(house, 1, open_=False), None) == ("main", "main")
    assert shown(handed(house, 1, open_=False), handed(house, 2, open_=True)) == ("service", "main")
    assert shown(handed(house, 2, open_=True), handed(house, 1, open_=True)) == ("main", "main")
    assert shown(handed(house, 1, open_=False), handed(house, 2, open_=False))[0] == "service"
    assert shown(handed(house, 1, open_=True), handed(house, 2, open_=False))[0] == "main"


def test_an_owner_changed_by_hand_is_the_records_and_not_the_other_tracks(
    house: Any, two: Rulebook
) -> None:
    """Somebody else gets the lead of main; the colleague who has the service request keeps it."""
    main = CUSTOMER.at(handover=Handover(house.now, "j@x.example", 1))
    service = Standing(
        track="service",
        stage="SQL",
        peak="SQL",
        owner="l@x.example",
        handover=Handover(house.now, "l@x.example", 1),
    )
    later = house.now + timedelta(hours=1)
    person = house.person(owner=("salesforce/User/0053", later))
    standings = {"main": main, "service": service}
    found = decided(house, two, [], standings, later + MINUTE, person)
    assert found["main"].standing.owner == "a@x.example"
    assert found["service"].standing.owner == "l@x.example"
    alone = {"main": Standing(stage="Lead", peak="Lead"), "service": service}
    found = decided(house, two, [], alone, later + MINUTE, person)
    assert found["service"].standing.owner == "a@x.example"


def test_a_hand_over_that_the_crm_shows_opens_its_track(house: Any, two: Rulebook) -> None:
    """The store was set back: what made them enter has faded, and the lead is with Lilli all the same."""
    at = house.now - timedelta(hours=4)
    person = house.person(owner=("salesforce/User/0052", at))
    shown = HandedOver(at, None, "key-1", person.refs[1], "service")
    person = replace(person, handed=shown)
    found = decided(house, two, [], {"main": CUSTOMER}, house.now, person)
    service = found["service"].standing
    assert (service.stage, service.owner, service.handover.at) == ("SQL", "l@x.example", at)
    later = decided(
        house, two, [], {t: d.standing for t, d in found.items()}, house.now + MINUTE, person
    )
    assert later["service"].routing is None
