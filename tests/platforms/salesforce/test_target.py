"""The CRM as a target: looked for before it is created, one receipt per change, one bad row never stops another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.writing.bulk import ENOUGH

PERSON = {"LastName": "Meier", "Company": "Seals"}


@pytest.fixture
def target(rig):
    return rig.target()


@pytest.fixture
def rep(rig):
    return rig.rep()


def update(ref: Ref, fields: dict, **words) -> Change:
    return Change(ref, fields, words.pop("base", {}), "routine", 1, 1, **words)


def lead(rig, **fields) -> Ref:
    return Ref("salesforce", "Lead", rig.org.create("Lead", {**PERSON, **fields}))


def states(receipts) -> list[str]:
    return [each.state for each in receipts]


def test_creates_carry_the_key_and_receipts_come_in_order(rig, target, rep):
    changes = [rig.create(n, rep) for n in range(3)]
    receipts = target.write(changes, rig.now)
    assert [each.change for each in receipts] == changes
    for change, receipt in zip(changes, receipts, strict=True):
        row = rig.org.get("Lead", receipt.ref.id)
        assert (receipt.state, row["Leadcycle_Key__c"], row["Email"]) == (
            "written",
            change.key,
            change.fields["Email"],
        )
        assert receipt.fields == change.fields


def test_a_thousand_updates_are_one_call_and_so_is_reading_them_back(rig, target, rep):
    made = target.write([rig.create(n, rep) for n in range(1000)], rig.now)
    changes = [update(each.ref, {"Leadcycle_Grade__c": "A"}) for each in made]
    before = rig.org.total_calls
    assert set(states(target.write(changes, rig.now))) == {"written"}
    assert rig.org.total_calls - before == 1
    assert set(states(target.look_up(changes, rig.now))) == {"written"}
    assert rig.org.total_calls - before == 2


def test_the_same_create_again_creates_nobody(rig, target, rep):
    first = target.write([rig.create(1, rep)], rig.now)[0]
    again = target.write([rig.create(1, rep)], rig.now)[0]
    assert (again.state, again.ref) == ("written", first.ref)
    changed = target.write([rig.create(1, rep, LastName="Anders")], rig.now)[0]
    assert (changed.state, changed.ref) == ("moved", first.ref)
    assert rig.org.duplicate_leads() == 0


@pytest.mark.parametrize("kind", ["Lead", "Contact"])
def test_a_person_who_is_there_by_email_is_adopted(rig, target, rep, kind):
    fields = {
        "LastName": "P1",
        "Email": "P1@Kunde.Example",
        **({"Company": "K"} if kind == "Lead" else {}),
    }
    there = rig.org.create(kind, fields)
    receipt = target.write([rig.create(1, rep)], rig.now)[0]
    assert (receipt.state, receipt.ref) == ("moved", Ref("salesforce", kind, there))
    assert len(list(rig.org.rows("Lead"))) == (kind == "Lead")


@pytest.mark.parametrize("kind", ["Lead", "Contact"])
def test_a_person_who_is_there_under_another_address_is_adopted(rig, target, rep, kind):
    fields = {"LastName": "P1", "Email": "Old@Kunde.Example"}
    there = rig.org.create(kind, fields | ({"Company": "K"} if kind == "Lead" else {}))
    known = {"email": "p1@kunde.example", "aliases": "p.1@kunde.example old@kunde.example"}
    receipt = target.write([replace(rig.create(1, rep), lookup=known)], rig.now)[0]
    assert (receipt.state, receipt.ref) == ("moved", Ref("salesforce", kind, there))


def test_a_converted_lead_with_our_key_leads_to_its_contact(rig, target, rep):
    made = target.write([rig.create(1, rep)], rig.now)[0]
    _, contact, _ = rig.org.convert(made.ref.id)
    receipt = target.write([rig.create(1, rep)], rig.now)[0]
    assert (receipt.state, receipt.ref) == ("moved", Ref("salesforce", "Contact", contact))
    assert target.look_up([rig.create(1, rep)], rig.now)[0].ref == Ref(
        "salesforce", "Contact", contact
    )


def test_one_person_twice_in_a_batch_is_created_once(rig, target, rep):
    twin = replace(rig.create(2, rep), lookup={"email": "p1@kunde.example"})
    assert states(target.write([rig.create(1, rep), twin], rig.now)) == ["written", "retry"]
    assert target.write([twin], rig.now)[0].state == "moved"


def test_an_update_of_a_converted_lead_goes_to_the_contact(rig, target):
    ref = lead(rig)
    _, contact, _ = rig.org.convert(ref.id)
    receipt = target.write([update(ref, {"Leadcycle_Grade__c": "A"})], rig.now)[0]
    assert (receipt.state, receipt.ref) == ("moved", Ref("salesforce", "Contact", contact))


def test_merged_and_deleted_records(rig, target):
    kept, loser, gone = lead(rig), lead(rig), lead(rig)
    rig.org.merge("Lead", kept.id, loser.id)
    rig.org.delete("Lead", gone.id)
    changes = [update(each, {"Leadcycle_Grade__c": "A"}) for each in (loser, gone, kept)]
    receipts = target.write(changes, rig.now)
    assert states(receipts) == ["moved", "gone", "written"]
    assert receipts[0].ref == kept
    assert states(target.look_up(changes, rig.now)) == ["moved", "gone", "written"]


def test_bad_rows_are_refused_with_a_hint_and_the_good_ones_go_through(rig, target, rep):
    gone = rig.rep("Otto Gone")
    rig.org.deactivate(gone)
    queue = rig.org.add_queue("Pool")
    contact = Ref("salesforce", "Contact", rig.org.create("Contact", {"LastName": "Roth"}))
    rig.org.add_validation(
        "Lead", lambda row: row["LastName"] == "Verboten", "Ask max@nordring.example first"
    )
    changes = [
        rig.create(0, rep),
        rig.create(1, gone),
        rig.create(2, rep, CountryCode="ZZ"),
        rig.create(3, rep, LastName="x" * 81),
        rig.create(4, rep, LastName=None),
        rig.create(5, rep, LastName="Verboten"),
        rig.create(6, rep, Email="no address"),
        update(contact, {"OwnerId": queue}),
        rig.create(7, rep, Leadcycle_Score__c="many"),
        rig.create(8, rep, Nobodys_Field__c=1),
        rig.create(9, rep),
    ]
    receipts = target.write(changes, rig.now)
    assert states(receipts) == ["written", *["refused"] * 9, "written"]
    assert [each.code for each in receipts[1:-1]] == [
        "INACTIVE_OWNER_OR_USER", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "STRING_TOO_LONG", "REQUIRED_FIELD_MISSING",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION", "INVALID_EMAIL_ADDRESS", "MALFORMED_ID", "JSON_PARSER_ERROR",
        "INVALID_FIELD",
    ]  # fmt: skip
    assert all(each.hint for each in receipts[1:-1])
    said = " ".join(each.message for each in receipts)
    assert "xxxx" not in said
    assert "nordring.example" not in said
    assert "no address" not in said


def test_a_contact_gets_the_leads_properties_where_it_keeps_them(rig, target):
    contact = Ref("salesforce", "Contact", rig.org.create("Contact", {"LastName": "Roth"}))
    assert target.write([update(contact, {"CountryCode": "AT"})], rig.now)[0].state == "written"
    assert rig.org.get("Contact", contact.id)["MailingCountryCode"] == "AT"


def test_a_shared_property_that_was_edited_meanwhile_is_not_overwritten(rig, target):
    ref, other = lead(rig, CountryCode="DE"), lead(rig, CountryCode="DE")
    rig.org.update("Lead", ref.id, {"CountryCode": "CH"})
    base = {"CountryCode": "DE"}
    changes = [
        update(each, {"CountryCode": "AT"}, base=base, shared=("CountryCode",))
        for each in (ref, other)
    ]
    receipts = target.write(changes, rig.now)
    assert [(each.state, each.code) for each in receipts] == [
        ("retry", "BASE_CHANGED"),
        ("written", ""),
    ]
    assert rig.org.get("Lead", ref.id)["CountryCode"] == "CH"


def test_a_task_hangs_on_the_lead_of_the_same_batch_and_is_made_once(rig, target, rep):
    changes = [rig.task(1, rep), rig.create(1, rep)]
    for _ in range(2):
        task, person = target.write(changes, rig.now)
        assert (task.state, person.state) == ("written", "written")
    (row,) = rig.org.rows("Task")
    assert (row["WhoId"], row["Leadcycle_Key__c"], task.ref.id) == (
        person.ref.id,
        "key00001-1",
        row["Id"],
    )
    assert target.look_up([changes[0]], rig.now)[0].state == "written"
    assert target.look_up([rig.task(2, rep)], rig.now)[0].state == "retry"


def test_a_task_follows_the_person_and_waits_for_one_who_is_not_there(rig, target, rep):
    made = target.write([rig.create(1, rep)], rig.now)[0]
    _, contact, _ = rig.org.convert(made.ref.id)
    by_key, by_ref, nobody = rig.task(1, rep), rig.task(2, rep, str(made.ref)), rig.task(3, rep)
    receipts = target.write([by_key, by_ref, nobody], rig.now)
    assert states(receipts) == ["written", "written", "retry"]
    assert {row["WhoId"] for row in rig.org.rows("Task")} == {contact}
    rig.org.delete("Contact", contact)
    (receipt,) = target.write([rig.task(4, rep, f"salesforce/Contact/{contact}")], rig.now)
    assert (receipt.state, str(receipt.ref)) == ("gone", f"salesforce/Contact/{contact}")


def test_our_writes_never_run_assignment_rules(rig, target, rep):
    rig.org.switches.assignment_rule_owner = rig.rep("Rudi Rule")
    made = target.write([rig.create(1, rep)], rig.now)[0]
    target.write([update(made.ref, {"Leadcycle_Grade__c": "B"})], rig.now)
    assert rig.org.get("Lead", made.ref.id)["OwnerId"] == rep


class TestDuplicateRules:
    """The rule in both strengths, for a person who appears between our look and our write."""

    def racing(self, rig, target, monkeypatch, kind: str) -> str:
        """A rep creates the person just after we have looked."""
        made = []
        look = target._finder.people

        def and_then(*args, **words):
            found = look(*args, **words)
            if not made:
                fields = {
                    "LastName": "P1",
                    "Email": "p1@kunde.example",
                    **({"Company": "K"} if kind == "Lead" else {}),
                }
                made.append(rig.org.create(kind, fields))
            return found

        monkeypatch.setattr(target._finder, "people", and_then)
        return made

    @pytest.mark.parametrize("mode", ["alert", "block"])
    @pytest.mark.parametrize("kind", ["Lead", "Contact"])
    def test_the_match_is_adopted(self, rig, target, rep, monkeypatch, mode, kind):
        rig.org.switches.duplicate_rules = mode
        made = self.racing(rig, target, monkeypatch, kind)
        receipt = target.write([rig.create(1, rep)], rig.now)[0]
        assert (receipt.state, receipt.ref) == ("moved", Ref("salesforce", kind, made[0]))

    @pytest.mark.parametrize(("mode", "state"), [("alert", "written"), ("block", "refused")])
    def test_a_look_alike_with_another_email_is_somebody_else(self, rig, target, rep, mode, state):
        # The change's e-mail for look-up is another than the one the rule compares.
        lead(rig, Email="shared@kunde.example")
        rig.org.switches.duplicate_rules = mode
        change = rig.create(1, rep, Email="shared@kunde.example")
        receipt = target.write([change], rig.now)[0]
        assert receipt.state == state

    @pytest.mark.parametrize(
        ("mode", "state"), [("off", "written"), ("alert", "written"), ("block", "refused")]
    )
    def test_updates_pass_alerts(self, rig, target, monkeypatch, mode, state):
        ref = lead(rig)
        self.racing(rig, target, monkeypatch, "Lead")
        rig.org.switches.duplicate_rules = mode
        assert target.write([update(ref, {"Email": "p1@kunde.example"})], rig.now)[0].state == state


def test_a_value_somebody_else_holds_leads_to_the_holder_or_the_shelf(rig, target, rep):
    rig.org.add_field("Lead", "Customer_No__c", "string", unique=True)
    there = lead(rig, Customer_No__c="7")
    create = target.write([rig.create(1, rep, Customer_No__c="7")], rig.now)[0]
    assert (create.state, create.ref) == ("moved", there)
    change = target.write([update(lead(rig), {"Customer_No__c": "7"})], rig.now)[0]
    assert (change.state, change.code) == ("refused", "DUPLICATE_VALUE")


def test_without_the_key_field_nobody_is_created(rig, target, rep):
    rig.org.remove_field("Lead", "Leadcycle_Key__c")
    receipt = target.write([rig.create(1, rep)], rig.now)[0]
    assert (receipt.state, receipt.hint) == ("refused", "run: leadcycle install salesforce")
    assert not list(rig.org.rows("Lead"))


def test_a_field_removed_after_describe_costs_one_retry(rig, target, rep):
    ref, other = lead(rig), lead(rig)
    target.write([update(ref, {"Leadcycle_Grade__c": "A"})], rig.now)
    rig.org.remove_field("Lead", "Leadcycle_Grade__c")
    changes = [
        update(ref, {"Leadcycle_Grade__c": "B"}),
        update(other, {"Leadcycle_Stage__c": "MQL"}),
    ]
    target.write(changes, rig.now)
    assert states(target.write(changes, rig.now)) == ["refused", "written"]


def test_check_names_what_is_missing(rig, target):
    assert target.check() == ()
    rig.org.remove_field("Lead", "Leadcycle_Grade__c")
    rig.org.remove_field("Opportunity", "Loss_Reason__c")
    found = {each.where: each.hint for each in target.check()}
    assert "run: leadcycle install salesforce" in found["salesforce/Lead.Leadcycle_Grade__c"]
    assert "salesforce/Opportunity.Loss_Reason__c" in found


def test_very_many_rows_go_as_one_bulk_job_and_bad_ones_stop_only_themselves(rig, target, rep):
    changes = [rig.create(n, rep) for n in range(ENOUGH)]
    changes[5] = rig.create(5, rep, CountryCode="ZZ")
    before = rig.org.total_calls
    receipts = target.write(changes, rig.now)
    assert states(receipts) == ["written"] * 5 + ["refused"] + ["written"] * (ENOUGH - 6)
    assert receipts[9].ref is not None
    assert rig.org.get("Lead", receipts[9].ref.id)["Leadcycle_Key__c"] == "key00009"
    assert receipts[5].code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert not any("collections" in call and "sert" in call for call in rig.org.calls)
    assert rig.org.total_calls - before < 30


def test_schema_asks_once(rig):
    schema = Schema(rig.door())
    schema.load(["Lead", "Contact"])
    before = rig.org.total_calls
    assert schema.kind("Lead").actual("email") == "Email"
    assert rig.org.total_calls == before


def test_reading_back_leads_and_contacts_is_one_call(rig, target):
    contact = Ref("salesforce", "Contact", rig.org.create("Contact", {"LastName": "Roth"}))
    changes = [update(each, {"Leadcycle_Grade__c": "A"}) for each in (lead(rig), contact)]
    assert states(target.write(changes, rig.now)) == ["written", "written"]
    before = rig.org.total_calls
    assert states(target.look_up(changes, rig.now)) == ["written", "written"]
    assert rig.org.total_calls - before == 1


def test_the_look_before_a_hot_write_is_as_urgent_as_the_write(rig, rep):
    lanes = []
    rig.meter.before = lambda calls=1, lane=None: lanes.append(lane)
    rig.target().write([rig.create(1, rep)], rig.now)
    assert set(lanes) == {"hot"}


def test_nothing_to_write_is_no_call(rig, target):
    assert list(target.write([], rig.now)) == list(target.look_up([], rig.now)) == []
    assert rig.org.total_calls == 0
