"""What waits, is on its way, or is without an answer when a record is merged, converted, deleted or found again."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from connector.model.systems.change import Receipt
from connector.model.systems.fact import Gone, Move
from connector.model.systems.ref import Ref

REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example", "a.wolff@nordring.example")
PERSON = {"jobtitle": "Head of Purchasing", "country": "DE", "zip": "30159"}
LEAD = Ref("salesforce", "Lead", "00Q1")
CONTACT = Ref("salesforce", "Contact", "0031")


@pytest.fixture
def handed(house):
    """Two people with a company of theirs who both asked for a demo; nothing has been sent yet."""
    house.users(*REPS)
    house.page(
        house.contact(1, email="ute@kern.example", **PERSON),
        house.contact(2, email="uta@kern.example", **PERSON),
        house.company(7, domain="kern.example", industry="Pumpen", numberofemployees="400"),
    )
    house.page(activities=[house.act("f1", 1)])
    house.decide()
    return house


def lease(house, kind=None):
    changes = house.store.lease("salesforce", 100, house.now)
    return [change for change in changes if kind in (None, change.ref.kind)]


def asked(house):
    """The tasks that ask for an answer; reminders of late ones have longer keys."""
    return [change for change in lease(house, "Task") if change.key.count("-") == 1]


def codes(house):
    return sorted(row.code for row in house.store.shelf_rows())


def one_person(house):
    house.later(minutes=1).page(
        moved=[
            Move(
                Ref("hubspot", "contacts", "2"),
                Ref("hubspot", "contacts", "1"),
                "merged",
                house.now,
            )
        ]
    )


def wanted_again(handed) -> int:
    """A rep deleted the lead that we made, and a person asks for another one; the row of the shelf."""
    handed.send(answer=lambda one: written(one, LEAD))
    handed.crm(gone=[Gone(LEAD, handed.later(hours=1).now)])
    handed.decide()
    (row,) = handed.store.shelf_rows()
    handed.store.retry(row.id, handed.now)
    handed.decide()
    return row.id


def test_no_second_create_while_the_answer_to_the_first_is_out(handed):
    """Two people with a lead each on its way turn out to be one: one lead is enough."""
    handed.page(activities=[handed.act("f2", 2)])
    handed.decide()
    first, second = lease(handed, "Lead")
    handed.settle(first, "unclear")
    handed.settle(second, "unclear")
    one_person(handed)
    handed.settle(second, "retry", code="NOT_THERE", retry_after=timedelta())
    assert lease(handed, "Lead") == []
    handed.decide()
    assert lease(handed, "Lead") == []
    handed.settle(first, "written", ref=LEAD)
    handed.decide()
    assert not any(change.create for change in lease(handed, "Lead"))
    assert [ref for ref in handed.dossier(1).contact.refs if ref.kind == "Lead"] == [LEAD]


def test_a_lead_that_was_deleted_before_its_answer_came_is_not_written_again(handed):
    create = next(one for one in lease(handed) if one.ref.kind == "Lead")
    handed.settle(create, "unclear")
    handed.settle(create, "gone", ref=LEAD, code="ENTITY_IS_DELETED")
    handed.decide()
    assert codes(handed) == ["GONE"]
    assert lease(handed, "Lead") == []
    assert handed.decide() == 0


def test_the_deletion_of_an_earlier_record_says_nothing_about_a_later_create(handed):
    wanted_again(handed)
    (again,) = lease(handed, "Lead")
    handed.settle(again, "unclear")
    handed.settle(again, "gone", ref=LEAD, code="ENTITY_IS_DELETED")
    (once_more,) = lease(handed.later(hours=1), "Lead")
    assert once_more.key == again.key


def test_a_task_of_a_deleted_lead_waits_for_nothing(handed):
    """The lead is the trouble; its task is neither sent nor told of."""
    handed.send(
        answer=lambda one: written(one, LEAD) if one.ref.kind == "Lead" else gone(one, LEAD)
    )
    assert handed.dossier(1).contact.refs == (Ref("hubspot", "contacts", "1"),)
    handed.decide()
    assert codes(handed) == ["GONE"]
    assert lease(handed.later(days=1)) == []


def test_a_create_of_what_was_deleted_is_stopped_at_lease_too(handed):
    """The decision was made before we learned of the deletion."""
    row = wanted_again(handed)
    handed.store.skip(row, handed.now)
    assert lease(handed, "Lead") == []


def test_a_record_that_is_found_is_there_whatever_we_thought(handed):
    """A rep restored the lead, we have not read it yet, and the search before a create finds it."""
    wanted_again(handed)
    (again,) = lease(handed, "Lead")
    handed.settle(again, "moved", ref=LEAD, code="ALREADY_THERE")
    handed.decide()
    assert LEAD in handed.dossier(1).contact.refs
    assert lease(handed, "Lead") == []
    assert codes(handed) == []
    for name in handed.store.projections():
        handed.store.rebuild(name, handed.now)
    assert LEAD in handed.dossier(1).contact.refs


def converted(handed):
    """A rep converts the lead that we made while a change of it is on its way; that change."""
    handed.send(answer=lambda one: written(one, LEAD))
    handed.later(hours=1).page(
        handed.contact(1, email="ute@kern.example", **{**PERSON, "jobtitle": "CPO"})
    )
    handed.decide()
    (change,) = lease(handed, "Lead")
    return change


def refuse(handed, change):
    handed.settle(change, "refused", code="CANNOT_UPDATE_CONVERTED_LEAD")


def show_the_move(handed):
    handed.crm(
        handed.record("Contact", CONTACT.id, Email="ute@kern.example", LastName="Kern"),
        moved=[Move(LEAD, CONTACT, "converted", handed.now)],
    )


def test_what_a_converted_lead_refused_is_cured_when_it_is_known_where_it_went(handed):
    refuse(handed, converted(handed))
    assert codes(handed) == ["CANNOT_UPDATE_CONVERTED_LEAD"]
    show_the_move(handed)
    assert codes(handed) == []
    handed.decide()
    (change,) = lease(handed, "Contact")
    assert change.fields["Title"] == "CPO"


def test_a_refusal_that_comes_after_the_conversion_is_no_trouble(handed):
    change = converted(handed)
    show_the_move(handed)
    refuse(handed, change)
    assert codes(handed) == []
    handed.decide()
    (again,) = lease(handed, "Contact")
    assert again.fields["Title"] == "CPO"


def test_a_refusal_of_the_record_that_goes_on_is_trouble(handed):
    converted(handed)
    show_the_move(handed)
    handed.decide()
    (change,) = lease(handed, "Contact")
    handed.settle(change, "refused", code="STRING_TOO_LONG")
    assert codes(handed) == ["STRING_TOO_LONG"]


def written(change, ref):
    if change.ref.kind == "Lead":
        return Receipt(change, "written", ref=ref, fields=change.fields)
    return Receipt(change, "written", ref=Ref("salesforce", "Task", "00T1"), fields=change.fields)


def gone(change, ref):
    return Receipt(change, "gone", ref=ref, code="ENTITY_IS_DELETED")


def both_handed(house):
    """Two people who asked on one day after the other; their leads and tasks are there."""
    ids = {"Lead": iter(("00Q1", "00Q2")), "Task": (f"00T{number}" for number in count(1))}

    def answer(change):
        ref = change.ref
        if change.create:
            ref = Ref("salesforce", ref.kind, next(ids[ref.kind]))
        return Receipt(change, "written", ref=ref, fields=change.fields)

    house.send(answer=answer)
    house.later(days=1).page(activities=[house.act("f2", 2)])
    house.decide()
    house.send(answer=answer)
    return [house.dossier(n).standings["main"] for n in (1, 2)]


def test_of_two_hand_overs_the_older_clock_runs_on_and_there_is_no_third_task(handed):
    early, late = both_handed(handed)
    assert early.owner != late.owner
    one_person(handed)
    handed.decide()
    now = handed.dossier(1).standings["main"]
    assert (now.owner, now.handover) == (early.owner, early.handover)
    assert handed.store.roster().open == {early.owner: 1}
    assert asked(handed) == []
    assert {one.ref.id for one in lease(handed, "Lead") if "OwnerId" in one.fields} == set()
    for name in handed.store.projections():
        handed.store.rebuild(name, handed.now)
    assert handed.dossier(1).standings["main"] == now


def test_the_losers_hand_over_goes_on_with_its_own_task(handed):
    """The survivor had been handed over, and came back; the other one waits: no second task for it, and the next has a new number."""
    both_handed(handed)
    rejected = handed.outcome(LEAD, "rejected", reason="Too early")
    handed.later(hours=1).crm(outcomes=[rejected])
    handed.decide()
    assert handed.dossier(1).standings["main"].handover is None
    late = handed.dossier(2).standings["main"]
    one_person(handed)
    handed.decide()
    now = handed.dossier(1).standings["main"]
    assert (now.owner, now.handover.at, now.handovers) == (late.owner, late.handover.at, 1)
    assert now.handover.open
    assert asked(handed) == []


def test_a_reps_change_of_owner_after_two_became_one_stands(handed):
    both_handed(handed)
    one_person(handed)
    handed.decide()
    handed.send()
    third = Ref("salesforce", "User", f"005{3:015d}")
    handed.later(hours=1).crm(handed.lead("00Q2", OwnerId=third.id))
    handed.decide()
    assert handed.dossier(1).standings["main"].owner == REPS[2]


def test_an_address_is_not_given_to_one_record_while_another_is_being_created_with_it(handed):
    """The lead of the one is on its way when both turn out to be one: the other's lead must not get its address meanwhile."""
    handed.send(answer=lambda one: written(one, LEAD))
    handed.page(activities=[handed.act("f2", 2)])
    handed.decide()
    create = next(one for one in lease(handed) if one.ref.kind == "Lead")
    handed.settle(create, "unclear")
    one_person(handed)
    handed.later(minutes=1).page(handed.contact(1, email="uta@kern.example", **PERSON))
    handed.decide()
    assert lease(handed) == []
    handed.settle(create, "written", ref=Ref("salesforce", "Lead", "00Q2"), fields=create.fields)
    assert [one for one in lease(handed) if "Email" in one.fields] == []
    handed.decide()
    assert {one.ref.id for one in lease(handed) if "Email" in one.fields} <= {"00Q2"}


def test_an_address_that_another_persons_lead_shows_is_not_written(handed):
    """HubSpot calls the first one by the second one's address; which of them it is, a person must say."""
    both_handed(handed)
    handed.crm(handed.lead("00Q2", Email="uta@kern.example"))
    handed.later(hours=1).page(handed.contact(1, email="uta@kern.example", **PERSON))
    handed.decide()
    assert not any("Email" in change.fields for change in handed.send())
    handed.decide()
    assert "TAKEN" in codes(handed)
    assert handed.decide() == 0
    handed.later(hours=1).crm(handed.lead("00Q2", Email="uta.kern@kern.example"))
    handed.decide()
    assert "TAKEN" not in codes(handed)
    assert [one.ref for one in lease(handed) if one.fields.get("Email") == "uta@kern.example"] == [
        LEAD
    ]


def test_an_address_that_is_taken_between_decision_and_lease_is_not_written(handed):
    handed.send(answer=lambda one: written(one, LEAD))
    handed.crm(handed.lead("00Q9", Email="somebody@kern.example"))
    handed.later(hours=1).page(handed.contact(1, email="ute.kern@kern.example", **PERSON))
    handed.decide()
    handed.crm(handed.lead("00Q9", Email="ute.kern@kern.example"))
    assert not any("Email" in change.fields for change in lease(handed))
    handed.decide()
    assert "TAKEN" in codes(handed)
