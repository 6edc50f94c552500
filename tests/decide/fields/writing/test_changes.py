"""What is written where, and above all what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from connector.decide.fields.resolve import fields_of
from connector.decide.fields.writing.changes import changes
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Account, Contact, Observed
from connector.model.person.decision import Decision
from connector.model.person.run import Run, Told
from connector.model.person.standing import Handover, Shown, Standing
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref

HUB = Ref("hubspot", "contacts", "1")
LEAD = Ref("salesforce", "Lead", "00Q000000000001AAA")
PERSON = Ref("salesforce", "Contact", "003000000000001AAA")
BRANDT = "005000000000001AAA"
KELLER = "005000000000002AAA"
FOUND = {
    "email": "anna@firm.example",
    "firstname": "Anna",
    "lastname": "Muster",
    "jobtitle": "Buyer",
    "country": "Germany",
    "hs_analytics_source": "PAID_SEARCH",
    "lifecyclestage": "lead",
    "leadcycle_grade": "B",
}
Build = Callable[..., Contact]
Decide = Callable[..., Decision]
Settle = Callable[..., Contact]
After = Callable[[float], datetime]


class Desk:
    """The fixtures a test of changes needs, with the decision last."""

    def __init__(self, mappings: Mappings, roster: Roster, book: Rulebook) -> None:
        self.mappings, self.roster, self.book = mappings, roster, book

    def both(
        self, contact: Contact, decision: Decision, **more: Any
    ) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
        return changes(decision, contact, self.mappings, self.roster, self.book, **more)

    def of(self, contact: Contact, decision: Decision, **more: Any) -> Mapping[Ref, Change]:
        return {change.ref: change for change in self.both(contact, decision, **more)[0]}


@pytest.fixture
def desk(mappings: Mappings, roster: Roster, book: Rulebook) -> Desk:
    return Desk(mappings, roster, book)


def handover(at: datetime, **more: Any) -> Handover:
    return Handover(**{"at": at, "owner": "brandt@nordring.example", "number": 1, **more})


def lead_of(**forms: Any) -> dict[str, Any]:
    ours = {
        "Leadcycle_Stage__c": "Lead",
        "Leadcycle_Grade__c": "B",
        "Leadcycle_Score__c": 47,
        "Leadcycle_Why__c": "Why",
    }
    theirs = {
        "Email": "anna@firm.example",
        "FirstName": "Anna",
        "LastName": "Muster",
        "Title": "Buyer",
        "CountryCode": "DE",
    }
    return {**ours, **theirs, "Leadcycle_Overdue__c": False, **forms}


def test_a_world_that_is_as_wanted_needs_nothing(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: FOUND, LEAD: lead_of()})
    assert desk.both(contact, decided()) == ((), ())


def test_only_what_differs_is_named_with_its_base(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: FOUND})
    change = desk.of(contact, decided(stage="MQL"))[HUB]
    assert change.fields == {"lifecyclestage": "marketingqualifiedlead"}
    assert change.base == {"lifecyclestage": "lead"}
    assert change.values == {"lifecyclestage": "MQL"}
    assert (change.lane, change.create, change.contact, change.decision) == ("routine", False, 1, 0)


def test_a_new_lead_says_everything_once(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    handed = handover(after(0), answer_due=after(120))
    decision = decided(
        Standing(stage="MQL"),
        routing=True,
        stage="SQL",
        owner="brandt@nordring.example",
        handover=handed,
        handovers=1,
    )
    contact = contact_of({HUB: FOUND})
    made = desk.of(contact, decision)
    lead = made[Ref("salesforce", "Lead", "new:k1")]
    assert lead.fields == {
        "Email": "anna@firm.example",
        "FirstName": "Anna",
        "LastName": "Muster",
        "Title": "Buyer",
        "CountryCode": "DE",
        "LeadSource": "PAID_SEARCH",
        "OwnerId": BRANDT,
        "Leadcycle_Stage__c": "SQL",
        "Leadcycle_Grade__c": "B",
        "Leadcycle_Score__c": 47,
        "Leadcycle_Why__c": "Why",
        "Leadcycle_Handed_Over__c": "2026-11-21T12:00:00.000+0000",
        "Leadcycle_Answer_Due__c": "2026-11-21T14:00:00.000+0000",
        "Leadcycle_Overdue__c": False,
    }
    assert (lead.create, lead.key, lead.lane, lead.base) == (True, "k1", "hot", {})
    assert lead.lookup == {"email": "anna@firm.example"}
    assert lead.values["OwnerId"] == f"salesforce/User/{BRANDT}"
    assert set(lead.shared) == {"Email", "FirstName", "LastName", "Title", "CountryCode", "OwnerId"}
    task = made[Ref("salesforce", "Task", "new:k1-1")]
    assert task.fields == {
        "Subject": "Answer this lead",
        "WhoId": {"ref": "salesforce/Lead/new:k1"},
        "OwnerId": BRANDT,
        "ActivityDate": "2026-11-21",
    }
    assert (task.create, task.key, task.lane) == (True, "k1-1", "follow_up")
    assert made[HUB].fields == {"lifecyclestage": "salesqualifiedlead", "hubspot_owner_id": "1"}


def test_nobody_gets_a_lead_before_the_condition_holds(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    made = desk.of(contact_of({HUB: FOUND}), decided(stage="MQL"))
    assert {ref.platform for ref in made} == {"hubspot"}


def test_a_required_name_that_is_missing_has_a_stand_in(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: {"email": "anna@firm.example"}})
    lead = desk.of(contact, decided(stage="SQL"))[Ref("salesforce", "Lead", "new:k1")]
    assert lead.fields["LastName"] == "[unknown]"
    assert "FirstName" not in lead.fields


def test_the_stand_in_is_never_written_over_a_name(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: {"email": "anna@firm.example"}, LEAD: lead_of(LastName="[unknown]")})
    assert contact.value("last_name") is None
    assert LEAD not in desk.of(contact, decided())


def test_a_rep_s_edit_survives(desk: Desk, contact_of: Build, decided: Decide) -> None:
    contact = contact_of({HUB: FOUND, LEAD: lead_of(FirstName="Annabell", LastName="Muster-Mann")})
    assert desk.of(contact, decided()) == {}


def test_a_value_spelled_otherwise_is_left_alone(
    mappings: Mappings, roster: Roster, book: Rulebook, contact_of: Build, decided: Decide
) -> None:
    """HubSpot's number wins here; the rep's spelling of the same number stays, another number does not."""
    phone = replace(mappings.fields["phone"], order=("hubspot", "salesforce"))
    mine = replace(mappings, fields={**mappings.fields, "phone": phone})
    for shown, written in (("0511 / 12 34 56", {}), ("040 123456", {"Phone": "+49511123456"})):
        contact = contact_of(
            {HUB: {**FOUND, "phone": "+49 511 123456"}, LEAD: lead_of(Phone=shown)}
        )
        contact = replace(contact, fields=fields_of(mine, contact.observed))
        made, _ = changes(decided(), contact, mine, roster, book)
        assert {key: form for change in made for key, form in change.fields.items()} == written


def test_another_system_s_newer_value_is_written(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    old = contact_of({LEAD: lead_of(Title="Assistant")}, after(0))
    new = contact_of({HUB: FOUND}, after(5))
    fields = {**old.fields, "job_title": new.fields["job_title"]}
    contact = replace(
        old, refs=(HUB, LEAD), observed={**new.observed, **old.observed}, fields=fields
    )
    change = desk.of(contact, decided())[LEAD]
    assert change.fields == {"Title": "Buyer"}
    assert change.base == {"Title": "Assistant"}
    assert change.shared == ("Title",)


def test_a_name_the_company_has_does_not_become_the_person_s(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    account = Account("a1", (), {"country": "AT"})
    contact = contact_of(
        {HUB: {"email": "anna@firm.example"}, LEAD: lead_of(CountryCode=None)}, account=account
    )
    assert LEAD not in desk.of(contact, decided())


def test_a_union_is_completed_everywhere_and_then_rests(
    desk: Desk, contact_of: Build, decided: Decide, settled: Settle, after: After
) -> None:
    contact = contact_of(
        {HUB: {**FOUND, "interests": "pumps"}, LEAD: lead_of(Interests__c="seals;valves")}
    )
    made = desk.of(contact, decided())
    assert made[HUB].fields == {"interests": "pumps;seals;valves"}
    assert made[LEAD].fields == {"Interests__c": "pumps;seals;valves"}
    assert desk.of(settled(contact, made.values(), after(1)), decided()) == {}


def test_an_objection_reaches_every_system(desk: Desk, contact_of: Build, decided: Decide) -> None:
    contact = contact_of(
        {HUB: {**FOUND, "hs_email_optout": "true"}, LEAD: lead_of(HasOptedOutOfEmail=False)}
    )
    assert desk.of(contact, decided())[LEAD].fields == {"HasOptedOutOfEmail": True}


def test_an_objection_on_one_lead_reaches_the_other_lead_of_the_same_person(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    other = Ref("salesforce", "Lead", "00Q000000000002AAA")
    contact = contact_of({LEAD: lead_of(HasOptedOutOfEmail=True), other: lead_of()})
    made = desk.of(contact, decided())
    told = [ref for ref, change in made.items() if "HasOptedOutOfEmail" in change.fields]
    assert told == [other]
    assert made[other].fields["HasOptedOutOfEmail"] is True


def test_an_unknown_consent_does_not_clear_a_checkbox(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    assert (
        desk.of(contact_of({HUB: FOUND, LEAD: lead_of(HasOptedOutOfEmail=None)}), decided()) == {}
    )


def test_what_is_ours_is_cleared_when_it_ends(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of(
        {HUB: FOUND, LEAD: lead_of(Leadcycle_Answer_Due__c="2026-11-21T14:00:00.000+0000")}
    )
    change = desk.of(contact, decided())[LEAD]
    assert change.fields == {"Leadcycle_Answer_Due__c": None}
    assert change.lane == "follow_up"


def test_a_fading_score_is_not_written(desk: Desk, contact_of: Build, decided: Decide) -> None:
    contact = contact_of({HUB: FOUND, LEAD: lead_of()})
    faded = replace(
        decided(), score=replace(decided().score, activity=12.0, grade="C", band="cold")
    )
    assert desk.of(contact, faded) == {}


def test_a_stage_without_a_value_is_a_problem_and_the_rest_goes(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: FOUND})
    shown = Shown(decided().at, "A", "hot", 80.0, 50.0, "Why")
    made, problems = desk.both(contact, decided(stage="Prospect", shown=shown))
    assert [change.fields for change in made] == [{"leadcycle_grade": "A"}]
    assert [(p.where, p.code) for p in problems] == [("hubspot/contacts/1", "UNKNOWN_VALUE")]


# --- conversion


def test_a_converted_lead_is_left_alone_and_the_contact_goes_on(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of(
        {HUB: FOUND, LEAD: lead_of(), PERSON: lead_of(CountryCode=None, MailingCountryCode="DE")}
    )
    made = desk.of(contact, decided(stage="SAL"))
    assert set(made) == {HUB, PERSON}
    assert made[PERSON].fields == {"Leadcycle_Stage__c": "SAL"}


def test_nobody_with_a_contact_gets_a_lead(desk: Desk, contact_of: Build, decided: Decide) -> None:
    contact = contact_of({HUB: FOUND, PERSON: lead_of()})
    made = desk.of(contact, decided(stage="SQL"))
    assert not any(change.create for change in made.values())


# --- owner


def owned(at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "stage": "Lead",
        "owner": "brandt@nordring.example",
        "handover": handover(at, answered_at=at),
        "handovers": 1,
        **more,
    }


@pytest.mark.parametrize(("minutes", "written"), [(1, {"OwnerId": BRANDT}), (0, None), (-1, None)])
def test_a_rep_who_took_the_lead_after_the_hand_over_keeps_it(
    desk: Desk, contact_of: Build, decided: Decide, after: After, minutes: int, written: Any
) -> None:
    """The owner was first seen `minutes` before the hand-over."""
    shown = lead_of(OwnerId=KELLER, Leadcycle_Handed_Over__c="2026-11-21T12:00:00.000+0000")
    contact = contact_of({LEAD: shown}, after(-minutes))
    change = desk.of(contact, decided(**owned(after(0)))).get(LEAD)
    assert (change.fields if change else None) == written


@pytest.mark.parametrize(("minutes", "emptied"), [(-1, True), (0, False), (1, False)])
def test_an_answer_from_before_the_hand_over_is_emptied_with_it_and_no_other(
    desk: Desk, contact_of: Build, decided: Decide, after: After, minutes: int, emptied: bool
) -> None:
    """Sales said Rejected `minutes` after the hand-over (before it, if negative)."""
    crm = desk.mappings.platforms["salesforce"]
    lead = crm.records["Lead"]
    write = Write("Leadcycle_Acceptance__c", "handover.answer", "text", shared=True)
    records = {**crm.records, "Lead": replace(lead, write=(*lead.write, write))}
    platforms = {**desk.mappings.platforms, "salesforce": replace(crm, records=records)}
    desk = Desk(replace(desk.mappings, platforms=platforms), desk.roster, desk.book)
    contact = contact_of({LEAD: lead_of()})
    said = {"Leadcycle_Acceptance__c": Observed("Rejected", None, after(minutes))}
    contact = replace(contact, observed={LEAD: {**contact.observed[LEAD], **said}})
    open_, answered = (
        handover(after(0), number=2),
        handover(after(0), number=2, answered_at=after(5)),
    )
    made = desk.of(contact, decided(stage="Lead", handover=open_))[LEAD]
    assert ("Leadcycle_Acceptance__c" in made.fields) is emptied
    if emptied:
        assert made.fields["Leadcycle_Acceptance__c"] is None
        assert "Leadcycle_Acceptance__c" in made.shared
    assert (
        "Leadcycle_Acceptance__c"
        not in desk.of(contact, decided(stage="Lead", handover=answered))[LEAD].fields
    )


def test_whoever_owns_the_contact_after_conversion_keeps_it(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    """Converted into a contact that somebody else had before: first seen with an owner of long ago."""
    contact = contact_of({LEAD: lead_of(), PERSON: lead_of(OwnerId=KELLER)}, after(-60))
    answered = desk.of(contact, decided(**owned(after(0))))
    assert "OwnerId" not in answered[PERSON].fields
    again = desk.of(contact, decided(**owned(after(0), handover=handover(after(0), number=2))))
    assert again[PERSON].fields["OwnerId"] == BRANDT


def test_without_a_hand_over_owners_are_not_ours(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: FOUND, LEAD: lead_of(OwnerId=KELLER)})
    assert desk.of(contact, decided(owner="brandt@nordring.example")) == {}


@pytest.mark.parametrize("owner", ["left@nordring.example", "nobody@nordring.example"])
def test_an_owner_who_cannot_own_is_a_problem(
    desk: Desk, contact_of: Build, decided: Decide, after: After, owner: str
) -> None:
    contact = contact_of({LEAD: lead_of(OwnerId=KELLER)}, after(-1))
    made, problems = desk.both(contact, decided(**owned(after(0), owner=owner, stage="MQL")))
    assert "OwnerId" not in made[0].fields
    assert made[0].fields["Leadcycle_Stage__c"] == "MQL"
    assert [p.code for p in problems] == ["OWNER_INACTIVE"]
    assert owner not in str(problems[0])


def test_no_lead_is_made_for_an_owner_who_cannot_own(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    standing = owned(
        after(0), owner="left@nordring.example", stage="SQL", handover=handover(after(0))
    )
    made, problems = desk.both(contact_of({HUB: FOUND}), decided(**standing))
    assert {change.ref.platform for change in made} == {"hubspot"}
    assert {p.code for p in problems} == {"OWNER_INACTIVE"}


def test_a_queue_takes_a_lead_but_not_a_contact_nor_a_task(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    standing = owned(after(0), owner="Unassigned", stage="SQL", handover=handover(after(0)))
    made = desk.of(contact_of({LEAD: lead_of(OwnerId=KELLER)}, after(-1)), decided(**standing))
    assert made[LEAD].fields["OwnerId"] == "00G000000000001AAA"
    assert "OwnerId" not in made[Ref("salesforce", "Task", "new:k1-1")].fields
    made = desk.of(contact_of({PERSON: lead_of(OwnerId=KELLER)}, after(-1)), decided(**standing))
    assert "OwnerId" not in made[PERSON].fields


# --- streams and tasks


def test_lists_follow_the_stream(
    desk: Desk, contact_of: Build, decided: Decide, settled: Settle, after: After
) -> None:
    contact = contact_of({HUB: FOUND})
    made = desk.of(contact, decided(stream="seals-de"))
    assert made[HUB].fields == {"list:Nurture DE": True}
    assert made[HUB].base == {"list:Nurture DE": None}
    contact = settled(contact, made.values(), after(1))
    assert desk.of(contact, decided(stream="seals-de")) == {}
    assert desk.of(contact, decided(stream="seals-at")) == {}
    moved = desk.of(contact, decided(stream="seals-en"))
    assert moved[HUB].fields == {"list:Nurture DE": False, "list:Nurture EN": True}
    assert desk.of(contact, decided())[HUB].fields == {"list:Nurture DE": False}


@pytest.mark.parametrize(("stream", "written"), [("seals-de", True), ("", False)])
def test_a_membership_nobody_is_sure_of_is_written_once_more(
    desk: Desk, contact_of: Build, decided: Decide, after: After, stream: str, written: bool
) -> None:
    """An attempt ended without an answer: the form is None, and whatever is wanted is said again."""
    contact = contact_of({HUB: FOUND})
    doubtful = {"list:Nurture DE": Observed(None, None, after(1), ours=True)}
    observed = {HUB: {**contact.observed[HUB], **doubtful}}
    made = desk.of(replace(contact, observed=observed), decided(stream=stream))
    assert made[HUB].fields == {"list:Nurture DE": written}


def test_two_records_of_one_person_never_get_the_same_address(
    desk: Desk, contact_of: Build, decided: Decide
) -> None:
    """Marketing merged two contacts that have a lead each: whether these are merged, too, is for sales to decide."""
    other = Ref("salesforce", "Lead", "00Q000000000002AAA")
    for mine, theirs, told in (
        ("anna@firm.example", "am@privat.example", None),
        ("am@privat.example", "anna@firm.example", None),
        ("am@privat.example", "muster@firm.example", LEAD),
    ):
        contact = contact_of({HUB: FOUND, LEAD: lead_of(Email=mine), other: lead_of(Email=theirs)})
        fields = {
            **contact.fields,
            "email": contact.fields["email"]._replace(value=FOUND["email"], source=HUB),
        }
        made = desk.of(replace(contact, fields=fields), decided())
        assert [ref for ref, change in made.items() if "Email" in change.fields] == (
            [told] if told else []
        )


def test_each_open_hand_over_has_one_task(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    task = Ref("salesforce", "Task", "new:k1-2")
    contact = contact_of({PERSON: lead_of()}, done=frozenset({"k1-1"}))
    second = handover(after(0), number=2)
    standing = owned(after(0), handover=second)
    assert desk.of(contact, decided(**standing))[task].fields["WhoId"] == {"ref": str(PERSON)}
    answered = owned(after(0), handover=replace(second, answered_at=after(1)))
    assert task not in desk.of(contact, decided(**answered))
    done = replace(contact, done=frozenset({"k1-1", "k1-2"}))
    assert task not in desk.of(done, decided(**standing))


def test_the_task_is_due_on_the_day_of_those_who_answer(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    late = handover(after(0), answer_due=after(11.5 * 60))  # 23:30 in UTC is the next day in Berlin
    made = desk.of(contact_of({LEAD: lead_of()}), decided(**owned(after(0), handover=late)))
    assert made[Ref("salesforce", "Task", "new:k1-1")].fields["ActivityDate"] == "2026-11-22"


def test_whoever_is_to_be_told_and_is_not_there_is_a_problem(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    """hub@nordring.example works in HubSpot alone, and a task of the ladder is Salesforce's."""
    known = ("brandt@nordring.example", "hub@nordring.example")
    told = Told("breach", after(0), after(0), known, ("task",), "rules/follow_up.yaml:9", "7200")
    run = Run("answer", after(0), 7200, (), told=(told,))
    standing = owned(after(0), handover=handover(after(0), runs=(run,), key="k1"))
    made, problems = desk.both(contact_of({LEAD: lead_of()}), decided(**standing))
    owners = {one.fields["OwnerId"] for one in made if one.ref.id.startswith("new:k1-1-answer")}
    assert owners == {BRANDT}
    assert [one.code for one in problems] == ["OWNER_UNMAPPED"]


# --- lanes


@pytest.mark.parametrize(
    ("before", "standing", "backfill", "lane"),
    [
        ("Lead", {"stage": "MQL"}, False, "routine"),
        ("Lead", {"stage": "MQL"}, True, "backfill"),
        ("MQL", {"stage": "SQL"}, False, "hot"),
        ("MQL", {"stage": "SQL"}, True, "backfill"),
        ("SQL", {"stage": "SAL"}, False, "routine"),
        ("MQL", {"stage": "MQL", "overdue": True, "shown": None}, False, "follow_up"),
    ],
)
def test_lanes(
    desk: Desk,
    contact_of: Build,
    decided: Decide,
    before: str,
    standing: dict[str, Any],
    backfill: bool,
    lane: str,
) -> None:
    shown = lead_of(
        Leadcycle_Stage__c=before,
        Leadcycle_Grade__c=None,
        Leadcycle_Score__c=None,
        Leadcycle_Why__c=None,
    )
    contact = contact_of({LEAD: shown})
    start = Standing(stage=before)
    change = desk.of(contact, decided(start, **standing), backfill=backfill)[LEAD]
    assert change.lane == lane


def test_a_hand_over_that_was_not_sent_stays_hot(
    desk: Desk, contact_of: Build, decided: Decide, after: After
) -> None:
    """The next decision replaces the waiting change, and must not make it slower."""
    standing = owned(after(0), stage="SQL", handover=handover(after(0)))
    made = desk.of(contact_of({HUB: FOUND}), decided(**standing))
    assert made[Ref("salesforce", "Lead", "new:k1")].lane == "hot"
