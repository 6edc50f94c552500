"""Where records went: chains of merges and conversions, deletions, and creates whose record nobody can write any more."""

from __future__ import annotations

import pytest

from connector.model.systems.change import Change
from connector.model.systems.ref import Ref


@pytest.fixture
def target(rig):
    return rig.target()


@pytest.fixture
def rep(rig):
    return rig.rep()


def update(ref):
    return Change(ref, {"Leadcycle_Grade__c": "A"}, {"Leadcycle_Grade__c": None}, "hot", 0, 1)


def typed(rig, number, kind="Lead"):
    fields = {"LastName": f"L{number}", "Email": f"l{number}@kunde.example"}
    if kind == "Lead":
        fields["Company"] = "K"
    return Ref("salesforce", kind, rig.org.create(kind, fields))


def told(receipt):
    return receipt.state, receipt.ref


def test_a_chain_of_merges_and_a_conversion_is_followed_to_its_end(rig, target):
    first, second, third = (typed(rig, n) for n in range(3))
    rig.org.merge("Lead", second.id, first.id)
    rig.org.merge("Lead", third.id, second.id)
    _, contact, _ = rig.org.convert(third.id)
    other = typed(rig, 9, "Contact")
    rig.org.merge("Contact", other.id, contact)
    for answer in (target.write, target.look_up):
        for ref in (first, second, third):
            assert told(answer([update(ref)], rig.now)[0]) == ("moved", other)


def test_a_chain_that_ends_in_the_bin_is_gone(rig, target):
    first, second = typed(rig, 1), typed(rig, 2)
    rig.org.merge("Lead", second.id, first.id)
    rig.org.delete("Lead", second.id)
    for answer in (target.write, target.look_up):
        assert answer([update(first)], rig.now)[0].state == "gone"


def test_a_key_on_a_converted_lead_whose_contact_was_deleted_stops(rig, target, rep):
    made = target.write([rig.create(1, rep)], rig.now)[0]
    _, contact, _ = rig.org.convert(made.ref.id)
    rig.org.delete("Contact", contact)
    for answer in (target.write, target.look_up):
        (receipt,) = answer([rig.create(1, rep)], rig.now)
        assert told(receipt) == ("gone", Ref("salesforce", "Contact", contact))
        assert "restore the contact" in receipt.hint
    assert list(rig.org.rows("Lead")) == [rig.org.get("Lead", made.ref.id)]


def test_whoever_was_typed_in_since_is_adopted_although_the_key_is_lost(rig, target, rep):
    made = target.write([rig.create(1, rep)], rig.now)[0]
    _, contact, _ = rig.org.convert(made.ref.id)
    rig.org.delete("Contact", contact)
    again = rig.org.create("Lead", {"LastName": "P1", "Company": "K", "Email": "p1@kunde.example"})
    assert told(target.write([rig.create(1, rep)], rig.now)[0]) == (
        "moved",
        Ref("salesforce", "Lead", again),
    )


def test_a_create_without_answer_that_a_rep_has_deleted_since_is_not_repeated(rig, target, rep):
    made = target.write([rig.create(1, rep)], rig.now)[0]
    rig.org.delete("Lead", made.ref.id)
    assert told(target.look_up([rig.create(1, rep)], rig.now)[0]) == ("gone", made.ref)


def test_a_create_without_answer_that_a_rep_has_merged_since_is_followed(rig, target, rep):
    made, master = target.write([rig.create(1, rep)], rig.now)[0], typed(rig, 2)
    rig.org.merge("Lead", master.id, made.ref.id)
    assert told(target.look_up([rig.create(1, rep)], rig.now)[0]) == ("moved", master)


def test_an_address_is_not_given_to_one_record_while_another_shows_it(rig, target):
    """A rep typed somebody in, or restored them, since we last read."""
    ref, other = typed(rig, 1), typed(rig, 2, "Contact")
    address = {"Email": "l2@kunde.example"}
    change = Change(ref, address, {"Email": "l1@kunde.example"}, "hot", 0, 1, values=address)
    (receipt,) = target.write([change], rig.now)
    assert (receipt.state, receipt.code) == ("retry", "TAKEN")
    rig.org.delete("Contact", other.id)
    assert target.write([change], rig.now)[0].state == "written"


def test_a_record_that_shows_the_address_itself_may_have_it(rig, target):
    ref = typed(rig, 1)
    change = Change(ref, {"Email": "L1@kunde.example"}, {}, "hot", 0, 1)
    assert target.write([change], rig.now)[0].state == "written"
