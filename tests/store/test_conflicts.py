"""Edits that lose are listed with the rule; where a person must choose, nothing is written before the choice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.config import Loaded, compile_text
from connector.model.systems.change import Change, Receipt
from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HUB = Ref("hubspot", "contacts", "1")
TITLES = ("Title", "jobtitle", "Leadcycle_Stage__c")
WRITES = "    write:\n      lifecyclestage:"
TITLE = "    write:\n      jobtitle: {from: job_title}\n      lifecyclestage:"
PERSON = {
    "email": "ute@kern.example",
    "firstname": "Ute",
    "lastname": "Kern",
    "jobtitle": "Head of Purchasing",
    "company": "Pumpen Kern",
    "country": "Germany",
    "zip": "30159",
}
House = Any  # of conftest.py
REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example", "a.wolff@nordring.example")
Ruled = Callable[..., House]


@pytest.fixture
def ruled(house: House, example: Loaded) -> Ruled:
    """The example's world with other words behind `job_title`, which both systems may edit and are told of."""

    def made(words: str, phone: str = "[salesforce, hubspot]") -> House:
        fields = example.text["mappings/fields.yaml"]
        fields = fields.replace(
            "{type: phone, wins: [salesforce, hubspot]}", f"{{type: phone, wins: {phone}}}"
        )
        assert "job_title:   {type: text, wins: newest}" in fields
        text = {
            **example.text,
            "mappings/fields.yaml": fields.replace("{type: text, wins: newest}", words),
            "mappings/hubspot.yaml": example.text["mappings/hubspot.yaml"].replace(WRITES, TITLE),
        }
        loaded = compile_text(text)
        assert loaded.ok, loaded.problems
        house.loaded = loaded
        house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)
        return house

    return made


def handed_over(house: House) -> Ref:
    """A person who asked for a demo, and the lead that came of it; HubSpot has been told, too."""
    house.users(*REPS)
    house.page(house.contact(1, **PERSON), activities=[house.act("f1")])
    house.decide()
    (create, *_) = [change for change in house.send() if change.ref.kind == "Lead"]
    house.send("hubspot")
    house.decide()
    return Ref("salesforce", "Lead", f"00Q{create.version:015d}")


def settle_down(house: House) -> dict[Ref, dict[str, object]]:
    """What is written of the title until nothing is left to write; grades and texts follow it."""
    sent: dict[Ref, dict[str, object]] = {}
    for _ in range(5):
        house.decide()
        changes = [*house.send(), *house.send("hubspot")]
        for change in changes:
            title = {k: v for k, v in change.fields.items() if k in TITLES}
            if title:
                sent.setdefault(change.ref, {}).update(title)
        if not changes:
            return sent
    raise AssertionError("it does not come to rest")


def rules(house: House) -> list[tuple[str, str, str]]:
    found = house.store.told.losses(EPOCH, house.now.replace(year=2100))
    assert sum(count for count, _ in found.counts.values()) == len(found.rows)
    assert sum(unseen for _, unseen in found.counts.values()) == sum(
        not one.known for one in found.rows
    )
    return [(one.field, one.rule, str(one.value)) for one in found.rows]


def test_an_overwritten_edit_is_listed_with_its_rule_its_record_and_the_winner(
    ruled: Ruled,
) -> None:
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    assert rules(house) == []
    house.later(hours=1).crm(house.lead(lead.id, Title="CPO"))
    settle_down(house)
    (one,) = house.store.told.losses(EPOCH, house.now.replace(year=2100)).rows
    assert (one.ref, one.property, one.field, one.rule) == (HUB, "jobtitle", "job_title", "newest")
    assert (one.winner, one.value, one.put) == (lead, "Head of Purchasing", "CPO")
    assert one.edited_at is None  # it came with the record
    assert one.decision is not None
    assert one.known  # we had told the CRM before
    assert house.store.told.lost_of(house.only(), house.now) == (one,)


def test_an_edit_of_a_system_that_still_shows_what_we_wrote_is_no_conflict(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: [salesforce, hubspot]}")
    lead = handed_over(house)
    house.later(hours=1).page(house.contact(1, jobtitle="CPO"))
    assert settle_down(house)[lead]["Title"] == "CPO"
    assert rules(house) == []


@pytest.mark.parametrize(
    ("words", "title", "rule"),
    [
        ("{type: text, wins: newest}", "Rep", "newest"),
        ("{type: text, wins: first}", "Form", "first"),
        ("{type: text, wins: [salesforce, hubspot]}", "Rep", "salesforce before hubspot"),
        ("{type: text, wins: [hubspot, salesforce]}", "Form", "hubspot before salesforce"),
        ("{type: text, wins: highest_stage, levels: [Rep, Form]}", "Form", "highest_stage"),
        ("{type: text, wins: highest_stage, levels: [Form, Rep]}", "Rep", "highest_stage"),
    ],
)
def test_both_sides_edited_in_one_interval(ruled: Ruled, words: str, title: str, rule: str) -> None:
    """One of the two edits wins by the rule, the other one is listed, and nothing is left to say."""
    house = ruled(words)
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    observed = house.dossier().contact.observed
    assert {observed[HUB]["jobtitle"].form, observed[lead]["Title"].form} == {title}
    assert [row for row in rules(house) if row[2] in ("Form", "Rep")] == [
        ("job_title", rule, "Rep" if title == "Form" else "Form")
    ]
    unseen = house.store.told.losses(EPOCH, house.now.replace(year=2100), known=False).rows
    assert [str(one.value) for one in unseen] == ["Rep" if title == "Form" else "Form"]


def test_an_edit_after_our_write_is_not_older_than_our_echo(ruled: Ruled) -> None:
    """Our write repeats what HubSpot said before; that it was written later does not make it newer than HubSpot's next edit."""
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.decide()
    edited = house.later(seconds=10).contact(1, jobtitle="Typed again")
    house.later(seconds=10).send()  # our write of "Form" comes after that edit
    house.page(edited)
    settle_down(house)
    observed = house.dossier().contact.observed
    assert observed[lead]["Title"].form == observed[HUB]["jobtitle"].form == "Typed again"
    assert rules(house) == []


def test_a_blank_is_filled_again_and_listed(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    house.later(hours=1).crm(house.lead(lead.id, Title=None))
    assert settle_down(house)[lead]["Title"] == "Head of Purchasing"
    assert rules(house) == [("job_title", "blank: unknown", "None")]


def test_a_blank_that_erases_empties_the_other_side(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: newest, blank: erase}")
    lead = handed_over(house)
    house.later(hours=1).crm(house.lead(lead.id, Title=None))
    assert settle_down(house)[HUB]["jobtitle"] == ""
    assert rules(house) == [("job_title", "newest", "Head of Purchasing")]
    house.later(hours=1).page(house.contact(1, jobtitle="CPO"))
    assert settle_down(house)[lead]["Title"] == "CPO"


def test_a_blank_that_never_counts_is_filled_and_does_not_bring_an_older_value_back(
    ruled: Ruled,
) -> None:
    house = ruled("{type: text, wins: newest, blank: never}")
    lead = handed_over(house)
    house.later(hours=1).crm(house.lead(lead.id, Title="CPO"))
    settle_down(house)
    house.later(hours=1).page(house.contact(1, jobtitle=None))
    assert settle_down(house) == {HUB: {"jobtitle": "CPO"}}
    house.later(hours=1).crm(house.lead(lead.id, Title=None))
    house.page(house.contact(1, jobtitle=None))
    assert settle_down(house) == {}
    assert house.values()["job_title"] == "CPO"  # although nobody shows it any more


def test_only_blanks_are_filled(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: {rule: only_if_blank, order: [salesforce, hubspot]}}")
    lead = handed_over(house)
    assert house.dossier().contact.observed[lead]["Title"].form == "Head of Purchasing"
    house.later(hours=1).page(house.contact(1, jobtitle="CPO"))
    assert settle_down(house) == {}
    house.later(hours=1).crm(house.lead(lead.id, Title="Buyer"))
    assert settle_down(house) == {}
    assert house.values()["job_title"] == "Buyer"
    house.later(hours=1).page(house.contact(1, jobtitle=None))
    assert settle_down(house) == {HUB: {"jobtitle": "Buyer"}}
    assert rules(house) == [("job_title", "blank: unknown", "None")]


def conflict(house: House) -> int:
    rows = house.store.shelf_rows(code="CONFLICT")
    assert len(rows) == 1
    assert "Form" not in f"{rows[0]}"
    assert "Rep" not in f"{rows[0]}"
    assert "job_title" in rows[0].message
    return rows[0].id


@pytest.mark.parametrize(
    ("platform", "value", "lost"), [("hubspot", "Form", "Rep"), ("salesforce", "Rep", "Form")]
)
def test_two_edits_wait_for_a_person_who_chooses(
    ruled: Ruled, platform: str, value: str, lost: str
) -> None:
    house = ruled("{type: text, wins: manual}")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    assert settle_down(house) == {}
    row = conflict(house)
    assert house.dossier().contact.contested == {"job_title"}
    chosen = house.store.choose(row, platform, None, house.later(hours=1).now)
    assert chosen == {"job_title": HUB if platform == "hubspot" else lead}
    settle_down(house)
    observed = house.dossier().contact.observed
    assert {observed[HUB]["jobtitle"].form, observed[lead]["Title"].form} == {value}
    assert house.store.shelf_rows(code="CONFLICT") == ()
    assert rules(house) == [("job_title", "manual", lost)]
    assert house.store.told.then(house.only(), house.now).contact.contested == frozenset()


def test_a_choice_holds_until_a_newer_edit(ruled: Ruled) -> None:
    """Where the loser cannot be overwritten (its system is not told), the choice stands by itself."""
    house = ruled("{type: text, wins: manual}")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    house.store.choose(conflict(house), "salesforce", "job_title", house.later(hours=1).now)
    assert house.values()["job_title"] == "Rep"
    house.later(minutes=1).page(house.contact(1, jobtitle="Form again"))
    assert settle_down(house) == {}
    assert house.dossier().contact.contested == {"job_title"}


def test_one_edit_flows_and_so_does_an_answer_to_it(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: manual}")
    lead = handed_over(house)
    house.later(hours=1).page(house.contact(1, jobtitle="Form"))
    assert settle_down(house)[lead]["Title"] == "Form"
    house.later(hours=1).crm(house.lead(lead.id, Title="Rep"))  # who typed this saw "Form"
    assert settle_down(house)[HUB]["jobtitle"] == "Rep"
    house.later(hours=1).crm(house.lead(lead.id, Title="Rep 2"))
    assert settle_down(house)[HUB]["jobtitle"] == "Rep 2"
    assert house.store.shelf_rows(code="CONFLICT") == ()


def test_two_records_that_differ_from_the_first_are_asked_about(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: manual}")
    house.users(*REPS)
    house.crm(house.lead("00Q1", Email=PERSON["email"], LastName="Kern", Title="Rep"))
    house.page(house.contact(1, **{**PERSON, "jobtitle": "Form"}))
    sent = settle_down(house)
    assert all("Title" not in fields and "jobtitle" not in fields for fields in sent.values())
    conflict(house)


def test_a_second_field_is_named_on_the_row_too(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: manual}", phone="manual")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    row = conflict(house)
    house.later(minutes=5).page(house.contact(1, phone="+49 511 1"))
    house.later(seconds=30).crm(house.lead(lead.id, Phone="+49 511 2"))
    settle_down(house)
    assert house.store.shelf_rows(code="CONFLICT")[0].id == row
    assert "(job_title, phone)" in house.store.shelf_rows(code="CONFLICT")[0].message


def test_a_choice_needs_a_conflict_and_a_platform_that_shows_something(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: manual}")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    row = conflict(house)
    with pytest.raises(KeyError):
        house.store.choose(row + 1000, "hubspot", None, house.now)
    with pytest.raises(ValueError, match="choose one of: hubspot, salesforce"):
        house.store.choose(row, "marketo", None, house.now)
    with pytest.raises(ValueError, match="phone does not wait"):
        house.store.choose(row, "hubspot", "phone", house.now)
    house.store.choose(row, "hubspot", None, house.later(hours=1).now)
    settle_down(house)
    with pytest.raises(ValueError, match="nothing of row"):
        house.store.choose(row, "hubspot", None, house.now)


def test_an_edit_of_a_property_only_we_fill_in_is_listed(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    house.later(hours=1).crm(house.lead(lead.id, Leadcycle_Stage__c="Customer"))
    assert settle_down(house)[lead]["Leadcycle_Stage__c"] == "SQL"
    assert rules(house) == [("stage", "ours alone", "Customer")]


def test_what_was_read_before_our_write_was_answered_is_ours(ruled: Ruled) -> None:
    """The answer was lost; the page shows what we wrote; then the look finds it written. Nobody edited anything."""
    house = ruled("{type: text, wins: [salesforce, hubspot]}")
    lead = handed_over(house)
    house.later(hours=1).page(house.contact(1, jobtitle="Form"))
    house.decide()
    (change,) = house.store.lease("salesforce", 10, house.now)
    house.settle(change, "unclear")
    house.later(seconds=5).crm(house.lead(lead.id, Title="Form"))
    (doubtful,) = house.store.unclear("salesforce", 10, house.later(minutes=1).now)
    house.settle(doubtful, "written", ref=doubtful.ref, fields=doubtful.fields)
    assert house.dossier().contact.observed[lead]["Title"].ours
    house.later(hours=1).page(house.contact(1, jobtitle="Form 2"))
    assert settle_down(house)[lead]["Title"] == "Form 2"


def test_only_what_was_really_written_overwrites(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    house.later(hours=1).crm(house.lead(lead.id, Title="Rep"))
    house.decide()

    def refused(change: Change) -> Receipt:
        return Receipt(change, "refused", code="X", message="no")

    house.send("hubspot", refused)
    assert rules(house) == []


@pytest.mark.parametrize("contact_first", [True, False])
def test_what_we_wrote_on_a_lead_is_ours_on_its_contact_too(
    ruled: Ruled, contact_first: bool
) -> None:
    """Conversion copies the values. They are not sales' own there: an edit in HubSpot still passes."""
    house = ruled("{type: text, wins: [salesforce, hubspot]}")
    lead = handed_over(house)
    person = converted(house, lead, contact_first, Title="Head of Purchasing")
    assert house.dossier().contact.observed[person]["Title"].ours
    house.later(hours=1).page(house.contact(1, jobtitle="CPO"))
    assert settle_down(house)[person]["Title"] == "CPO"
    house.store.rebuild("observed", house.now)
    assert house.dossier().contact.observed[person]["Title"].form == "CPO"


@pytest.mark.parametrize("contact_first", [True, False])
def test_a_reps_edit_is_not_older_on_the_contact_than_it_was_on_the_lead(
    ruled: Ruled, contact_first: bool
) -> None:
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    house.later(hours=1).page(house.contact(1, jobtitle="Form"))
    settle_down(house)
    house.later(hours=1).crm(house.lead(lead.id, Title="Rep"))
    edited = house.now
    house.decide()
    person = converted(house, lead, contact_first, Title="Rep")
    seen = house.dossier().contact.observed[person]["Title"]
    assert (seen.ours, seen.at) == (False, edited)
    settle_down(house)
    assert house.values()["job_title"] == "Rep"


def test_an_edit_back_to_what_the_lead_showed_is_an_edit(ruled: Ruled) -> None:
    """The conversion is read again; what came over with it is not what somebody typed since."""
    house = ruled("{type: text, wins: [salesforce, hubspot]}")
    lead = handed_over(house)
    person = converted(house, lead, True, Title="Head of Purchasing")
    at = house.now
    house.later(hours=1).page(house.contact(1, jobtitle="CPO"))
    settle_down(house)
    typed = house.record("Contact", "0031", at=house.later(hours=1).now, Title="Head of Purchasing")
    house.crm(typed)
    house.later(hours=1).crm(typed, moved=[Move(lead, person, "converted", at)])
    assert person not in settle_down(house)
    assert house.values()["job_title"] == "Head of Purchasing"


def converted(house: House, lead: Ref, contact_first: bool, **fields: Any) -> Ref:
    """The lead continues as a contact; the two pages come in either order."""
    person = Ref("salesforce", "Contact", "0031")
    house.later(hours=1)
    shown = house.record("Contact", "0031", Email=PERSON["email"], LastName="Kern", **fields)
    moved = [Move(lead, person, "converted", house.now)]
    if contact_first:
        house.crm(shown)
        house.later(seconds=5).crm(moved=moved)
    else:
        house.crm(moved=moved)
        house.later(seconds=5).crm(shown)
    return person


def test_what_a_merge_fills_in_keeps_its_age(ruled: Ruled) -> None:
    """The record that stays takes over what the other one showed."""
    house = ruled("{type: text, wins: newest}")
    house.page(house.contact(1, **PERSON))
    house.later(hours=1).page(house.contact(1, jobtitle="CPO"))
    edited = house.now
    house.later(hours=1)
    new = Ref("hubspot", "contacts", "3")
    move = Move(Ref("hubspot", "contacts", "1"), new, "merged", house.now)
    house.page(house.contact(3, **{**PERSON, "jobtitle": "CPO"}), moved=[move])
    assert house.dossier().contact.observed[new]["jobtitle"].at == edited


def test_an_edit_of_one_of_two_leads_of_a_person(ruled: Ruled) -> None:
    """It goes to the other system, not to the other lead, which keeps what it has; a later form overwrites both, and says so."""
    house = ruled("{type: text, wins: newest}")
    house.users(*REPS)
    leads = [house.lead(key, Email=PERSON["email"], LastName="Kern", Title=key) for key in "XY"]
    house.crm(leads[0])
    house.later(minutes=5).crm(leads[1])
    house.page(house.contact(1, email=PERSON["email"], lastname="Kern"))
    settle_down(house)
    house.later(minutes=5).crm(house.lead("Y", Title="Rep"))
    assert settle_down(house) == {HUB: {"jobtitle": "Rep"}}
    assert rules(house) == []
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    sent = settle_down(house)
    assert {ref.id: fields["Title"] for ref, fields in sent.items()} == {"X": "Form", "Y": "Form"}
    assert sorted(rules(house)) == [("job_title", "newest", "Rep"), ("job_title", "newest", "X")]


def test_an_edit_back_to_the_old_value_is_an_edit(ruled: Ruled) -> None:
    house = ruled("{type: text, wins: newest}")
    lead = handed_over(house)
    house.later(minutes=5).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(minutes=1).crm(house.lead(lead.id, Title="Head of Purchasing"))
    settle_down(house)
    observed = house.dossier().contact.observed
    assert observed[HUB]["jobtitle"].form == observed[lead]["Title"].form == "Head of Purchasing"


def test_an_agreement_that_only_seemed_one_settles_nothing(ruled: Ruled) -> None:
    """HubSpot took over what the CRM had shown, while the CRM was edited again: two edits, whichever was read first."""
    house = ruled("{type: text, wins: manual}")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    edited = house.lead(lead.id, Title="Rep again")
    house.later(minutes=5).page(house.contact(1, jobtitle="Rep"))
    house.crm(edited)
    assert settle_down(house) == {}
    assert house.dossier().contact.contested == {"job_title"}


def test_one_edit_after_an_agreement_flows(ruled: Ruled) -> None:
    """Somebody typed the same on both sides: nothing is contested, and whoever edits next is not asked."""
    house = ruled("{type: text, wins: manual}")
    lead = handed_over(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Form"))
    house.later(seconds=30).crm(house.lead(lead.id, Title="Rep"))
    settle_down(house)
    house.later(minutes=5).page(house.contact(1, jobtitle="Rep"))
    assert settle_down(house) == {}
    assert house.store.shelf_rows(code="CONFLICT") == ()
    house.later(minutes=5).crm(house.lead(lead.id, Title="Rep again"))
    assert settle_down(house) == {HUB: {"jobtitle": "Rep again"}}
