"""Contacts become due, are decided, and what was decided is kept: once, and only from what still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref
from connector.sync.evaluate import evaluate_one


@pytest.fixture
def ripe(house):
    """A contact who has just asked for a demo."""
    house.buyer()
    return house


def decided(house, contact=None, roster=None, next_look=None):
    dossier = house.dossier(contact)
    one = evaluate_one(
        house.book, house.mappings, dossier, roster or house.store.roster(), house.now
    )
    return one if next_look is None else replace(one, next_look=next_look)


def test_hot_ones_come_first_and_backfills_last(house):
    house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in (1, 2)), backfill=True)
    house.later(minutes=1).page(house.contact(3, email="p3@kern.example"))
    house.later(minutes=1).page(house.contact(4, email="p4@kern.example"))
    house.page(activities=[house.act("f1", 4)])
    got = house.store.due(house.now, 10)
    assert [one.contact.id for one in got] == [4, 3, 1, 2]
    assert [one.backfill for one in got] == [False, False, True, True]
    assert [one.contact.id for one in house.store.due(house.now, 2)] == [4, 3]


def test_a_hand_over_is_recorded_whole(ripe):
    assert ripe.decide() > 0
    (recorded,) = ripe.store.told.history(ripe.only())
    standing = ripe.dossier().standings["main"]
    assert standing.stage == "SQL"
    assert recorded.decision.standing == standing
    assert recorded.decision.strengths["demo_request"].sum == 1.0
    assert {one.ref.kind for one in recorded.wanted} >= {"Lead", "contacts", "Task"}
    roster = ripe.store.roster()
    assert dict(roster.turns) == {("north", standing.owner): 1}
    assert dict(roster.open) == {standing.owner: 1}
    assert ripe.store.counts()["handed_over"] == 1


def test_a_decision_replays_to_the_same_value(ripe):
    dossier = ripe.dossier()
    one = decided(ripe)
    assert ripe.store.record([one], ripe.store.roster().version, ripe.now)
    (recorded,) = ripe.store.told.history(dossier.contact.id)
    assert recorded.decision == one.decisions[0]


def test_an_assignment_from_an_old_roster_is_not_recorded(ripe):
    one = decided(ripe)
    ripe.later(minutes=1).users(*ripe.REPS, "new@nordring.example")
    assert not ripe.store.record([one], one.decisions[0].roster, ripe.now)
    assert ripe.store.told.history(ripe.only()) == ()
    assert ripe.store.lease("salesforce", 10, ripe.now) == []
    assert len(ripe.store.due(ripe.now, 10)) == 1
    assert ripe.store.record([decided(ripe)], ripe.store.roster().version, ripe.now)


def test_an_unassigned_decision_does_not_mind_the_roster(house):
    house.page(house.contact(1, **house.BUYER))
    one = decided(house)
    house.users(*house.REPS)
    assert house.store.record([one], 0, house.now)
    assert len(house.store.told.history(1)) == 1


def test_facts_that_arrive_meanwhile_keep_it_due(house):
    house.page(house.contact(1, **house.BUYER))
    one = decided(house)
    house.page(activities=[house.act("f1", kind="email_clicked")])
    assert house.store.record([one], 0, house.now)
    assert [d.contact.id for d in house.store.due(house.now, 10)] == [1]
    house.decide()
    assert house.store.due(house.now, 10) == []


def test_the_next_look_is_kept_and_moves(house):
    house.page(house.contact(1, **house.BUYER))
    at = house.now + timedelta(days=3)
    house.store.record([decided(house, next_look=at)], 0, house.now)
    assert house.store.next_due() == at
    assert house.store.due(house.now + timedelta(days=2), 10) == []
    house.later(days=1).page(activities=[house.act("f1", kind="email_clicked")])
    assert house.store.next_due() == house.now
    house.store.record([replace(decided(house), next_look=None)], 0, house.now)
    assert house.store.next_due() is None


def test_a_standing_that_moved_on_is_not_overwritten(house):
    house.page(house.contact(1, **house.BUYER))
    stale = decided(house)
    house.store.record([decided(house)], 0, house.now)
    before = house.dossier().standings
    house.later(minutes=1).store.record([stale], 0, house.now)
    assert house.dossier().standings == before
    assert len(house.store.told.history(1)) == 1


def test_a_decision_about_a_contact_that_was_joined_is_left_out(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    one = decided(house, 2)
    old, new = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
    house.page(moved=[Move(old, new, "merged", house.now)])
    assert house.store.record([one], 0, house.now)
    assert house.store.told.history(1) == ()
    assert [d.contact.id for d in house.store.due(house.now, 10)] == [1]


def test_the_standing_with_a_hand_over_survives_a_join(ripe):
    ripe.page(ripe.contact(0, email="first@kern.example"))
    ripe.decide()
    low, high = ripe.store.find("ute@kern.example")[0], ripe.store.find("first@kern.example")[0]
    handed = ripe.dossier(low).standings["main"]
    assert handed.handover is not None
    assert low < high
    old, new = Ref("hubspot", "contacts", "0"), Ref("hubspot", "contacts", "1")
    ripe.page(moved=[Move(old, new, "merged", ripe.now)])
    assert ripe.dossier(low).standings["main"] == handed
    assert dict(ripe.store.roster().open) == {handed.owner: 1}


def test_the_losers_hand_over_wins_over_a_standing_without(house):
    house.users(*house.REPS)
    house.page(
        house.contact(5, email="first@kern.example"),
        house.company(7, domain="kern.example", industry="Pumpen", numberofemployees="400"),
    )
    house.page(house.contact(1, **house.BUYER), activities=[house.act("f1")])
    house.decide()
    handed = house.dossier(2).standings["main"]
    assert handed.handover is not None
    old, new = Ref("hubspot", "contacts", "5"), Ref("hubspot", "contacts", "1")
    house.page(moved=[Move(old, new, "merged", house.now)])
    assert house.store.contacts() == (1,)
    now = house.dossier(1).standings["main"]
    assert now.handover.key == "key000020001"
    assert now.at(handover=handed.handover) == handed
    assert [one.ref.kind for one in house.store.lease("salesforce", 10, house.now)] == []
    house.decide()
    assert {one.ref.kind for one in house.store.lease("salesforce", 10, house.now)} == {
        "Lead",
        "Task",
    }
    assert {one.decision.contact for one in house.store.told.history(1)} == {1, 2}


def test_unanswered_leads_are_counted_until_they_are_answered(ripe):
    ripe.decide()
    ripe.send("salesforce")
    lead = next(ref for ref in ripe.dossier().contact.refs if ref.kind == "Lead")
    (owner,) = ripe.store.roster().open
    ripe.later(hours=1).crm(outcomes=[ripe.outcome(lead, "accepted")])
    ripe.decide()
    assert dict(ripe.store.roster().open) == {}
    assert ripe.dossier().standings["main"].handover.owner == owner


def test_problems_of_a_decision_wait_on_the_shelf_until_it_has_none(house):
    from connector.model.problem import Problem

    house.page(house.contact(1, **house.BUYER))
    trouble = Problem(
        "mappings/salesforce.yaml:12",
        "the owner is inactive",
        "choose another",
        code="OWNER_INACTIVE",
    )
    one = replace(decided(house), problems=(trouble,))
    house.store.record([one], 0, house.now)
    (row,) = house.store.shelf_rows()
    assert (row.contact, row.code, row.record) == (1, "OWNER_INACTIVE", "contact/1")
    house.store.retry(row.id, house.later(hours=1).now)
    house.decide()
    assert house.store.shelf_rows() == ()


def test_rebuilt_rosters_and_inactive_owners(house):
    house.users(*house.REPS)
    before = house.store.roster()
    assert set(before.owners) == set(house.REPS)
    assert before.of(Ref("salesforce", "User", f"005{1:015d}")).key == house.REPS[0]
    house.later(hours=1).crm(
        house.record("User", f"005{1:015d}", Email=house.REPS[0], Name="J.", IsActive=False)
    )
    after = house.store.roster()
    assert not after.owners[house.REPS[0]].active
    assert after.version > before.version
    house.page(house.record("owners", "77"))
    assert house.store.roster().version == after.version


def test_owners_of_two_systems_are_one_by_their_address(house):
    from connector.model.systems.fact import Sighting

    house.users(*house.REPS)
    house.page(
        Sighting(
            Ref("hubspot", "owners", "77"), {"email": house.REPS[0].upper()}, house.now, house.now
        )
    )
    owner = house.store.roster().owners[house.REPS[0]]
    assert owner.ref("hubspot") == Ref("hubspot", "owners", "77")
    assert owner.ref("salesforce") is not None
    assert owner.active


def test_everybody_can_be_made_due(house):
    house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in (1, 2)))
    house.decide()
    house.store.mark_all_due(house.later(hours=1).now)
    assert [one.backfill for one in house.store.due(house.now, 10)] == [True, True]


def test_a_dossier_of_nobody(house):
    with pytest.raises(KeyError):
        house.store.dossier(7, house.now)


def test_an_empty_evaluation_is_nothing(house):
    assert house.store.record([], 0, house.now)
    assert house.store.due(house.now, 5) == []
