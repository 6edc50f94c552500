"""The first touch as the store knows it: earliest over all records, moved back by what is learned late, and then as now."""

from __future__ import annotations

from datetime import timedelta

from connector.decide.facts import Facts
from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref
from connector.report.verify import verify


def first(house, contact=None):
    found = house.dossier(contact).contact
    return found.first_activity, found.first_seen


def test_the_earliest_activity_and_the_first_sight(house):
    house.page(house.contact(1, email="a@kern.example"))
    seen = house.now
    house.later(days=1)
    house.page(house.contact(1, email="a@kern.example", firstname="Ute"))
    house.page(activities=[house.act("f1"), house.act("f2", asset="Kontakt")])
    activity, first_seen = first(house)
    assert (activity.at, activity.kind) == (house.now, "form_submitted")
    assert first_seen == seen


def test_what_is_learned_late_moves_it_back_and_comes_with_its_details(house):
    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    house.later(days=9)
    at = house.now - timedelta(days=60)
    late = house.act("w", kind="webinar_attended", asset="Seals", at=at, detail={"minutes": 45})
    house.page(activities=[late])
    activity, _ = first(house)
    assert (activity.at, activity.asset, activity.detail) == (at, "Seals", {"minutes": 45})
    assert (
        Facts(house.dossier().contact, house.store.roster(), house.book).get("channel") == "Webinar"
    )


def test_of_two_who_are_one_the_earlier_counts(house):
    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    house.later(days=2)
    house.page(house.contact(2, email="b@kern.example"), activities=[house.act("f2", 2)])
    old, new = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
    house.page(moved=[Move(old, new, "merged", house.now)])
    activity, seen = first(house)
    assert activity.at == seen == house.now - timedelta(days=2)


def test_what_lies_ahead_counts_from_when_we_learned_of_it(house):
    meeting = house.act("m", kind="meeting_held", at=house.now + timedelta(days=9), movable=True)
    house.page(house.contact(1, email="a@kern.example"), activities=[meeting])
    assert first(house)[0].at == house.now


def test_then_it_was_what_was_known_then(house):
    start = house.now
    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    house.later(days=9)
    house.page(activities=[house.act("f0", at=start - timedelta(days=30))])
    contact = house.only()
    assert house.store.told.then(contact, start).contact.first_activity.at == start
    assert house.store.told.then(contact, house.now).contact.first_activity.at < start


def test_a_decision_by_channel_and_interest_replays(house):
    """Recorded with what rules called the contact; `verify` decides all again from the ledgers."""
    from connector.report.verify import verify

    house.page(
        house.contact(1, email="a@kern.example", company="Kern", hs_analytics_source="PAID_SEARCH")
    )
    house.page(activities=[house.act("f1", asset="Whitepaper Werkstoffe")])
    house.decide()
    house.later(days=3)
    at = house.now - timedelta(days=30)
    house.page(
        activities=[
            house.act(
                "w", kind="webinar_attended", asset="Seals for food", at=at, detail={"minutes": 50}
            )
        ]
    )
    house.decide()
    history = house.store.told.history(house.only())
    called = [{p.what: p.value for p in one.decision.placed} for one in history]
    assert called[0]["channel"] == "Search ads"
    assert called[-1] == {"classification": "b2b", "origin": "inbound", "channel": "Webinar"}
    assert history[-1].decision.standing.interest.topics[0] in ("food", "materials")
    proofs = verify(house.store, house.now).proofs
    assert [proof.broken for proof in proofs] == [()] * len(proofs)


def test_what_was_consumed_is_counted_by_asset(house):
    house.page(house.contact(1, email="a@kern.example"))
    house.page(activities=[house.act("f1"), house.act("f2", at=house.now - timedelta(days=1))])
    house.page(activities=[house.act("p", kind="page_viewed", asset="/preise/a")])
    (one, other) = house.store.told.consumed_by(house.only(), house.now)
    assert {(one.asset, one.times), (other.asset, other.times)} == {
        ("Demo request", 2),
        ("/preise/a", 1),
    }
    everybody = house.store.told.consumed(
        house.now - timedelta(hours=1), house.now + timedelta(hours=1)
    )
    assert sorted((row.asset, row.times) for row in everybody) == [
        ("/preise/a", 1),
        ("Demo request", 1),
    ]


def test_journeys_of_those_who_came_to_a_stage_in_the_period(house):
    """By the first time, for whoever they turned out to be."""
    house.page(house.contact(1, email="a@kern.example", hs_analytics_source="PAID_SEARCH"))
    house.page(house.contact(2, email="b@kern.example"), activities=[house.act("f2", 2)])
    house.decide()
    house.later(days=40)
    house.page(activities=[house.act("f1", asset="Whitepaper Werkstoffe")])
    house.decide()

    def came(since, until):
        found = house.store.told.journeys(since, until, "EUR")
        return {one.contact: sorted(one.reached) for one in found}

    month = timedelta(days=30)
    soon = house.now + timedelta(seconds=1)
    first, second = sorted(house.store.contacts())
    assert came(soon - month, soon) == {first: ["Lead"]}
    before = came(soon - 3 * month, soon - month)
    assert "Lead" not in before[first]
    assert "Lead" in before[second]
    (journey,) = list(house.store.told.journeys(soon - month, soon, "EUR"))
    assert [touch.channel for touch in journey.touches] == ["Search ads"]
    old, new = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
    house.page(moved=[Move(old, new, "merged", house.now)])
    assert came(soon - month, soon) == {}


def test_what_a_machine_did_is_no_beginning(house):
    """A filter opened the mail before anybody had read it; it is the visit after it that began."""
    house.page(house.contact(1, email="a@kern.example"))
    machine = {"detail": {"machine": True}}
    house.page(activities=[house.act("o1", kind="email_opened", **machine)])
    assert first(house)[0] is None
    house.later(days=3)
    house.page(activities=[house.act("o2", kind="email_opened", **machine), house.act("f1")])
    activity, _ = first(house)
    assert (activity.at, activity.kind) == (house.now, "form_submitted")
    began = house.now
    house.later(days=1).decide()
    then = house.store.told.then(house.only(), house.now).contact
    assert then.first_activity.at == began
    proved = verify(house.store, house.now)
    assert proved.holds, [one.broken for one in proved.proofs]
