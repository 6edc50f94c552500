"""A small house of two systems: mappings as the example project has them, readings and worlds built by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.decide.fields.reading.reader import reader
from connector.decide.fields.resolve import fields_of
from connector.model.condition import Test as Asked
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, TaskWrite, Write
from connector.model.mapping.record import Record
from connector.model.person.contact import Contact, Observed
from connector.model.person.decision import Decision, Routing, Score
from connector.model.person.standing import Shown, Standing
from connector.model.roster import Owner, Roster
from connector.model.rules import (
    Activities,
    Assign,
    Calendar,
    FollowUp,
    Lifecycle,
    Nurture,
    Profile,
    Routes,
    Rulebook,
    Scoring,
)
from connector.model.systems.change import Change
from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref

HUBSPOT = Form(text=True, datetime="%Y-%m-%dT%H:%M:%S.000Z", clear="")
SALESFORCE = Form(
    text=False,
    datetime="%Y-%m-%dT%H:%M:%S.000+0000",
    clear=None,
    queues=frozenset({"Lead.OwnerId"}),
)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHOWN = Shown(NOON, "B", "warm", 60.0, 47.3, "Why")
CRM_FIRST = ("salesforce", "hubspot")

FIELDS = {
    field.name: field
    for field in (
        Field("email", "email", "newest", CRM_FIRST, "person"),
        Field("first_name", "text", "order", CRM_FIRST),
        Field("last_name", "text", "order", CRM_FIRST),
        Field("job_title", "text", "newest", CRM_FIRST),
        Field("phone", "phone", "order", CRM_FIRST),
        Field("country", "country", "order", CRM_FIRST),
        Field("language", "language", "newest"),
        Field("interests", "text", "union"),
        Field("source", "choice", "first"),
        Field("opted_out", "yes_no", "any_true"),
        Field("owner", "owner", "order", ("salesforce",)),
        Field("domain", "text", "first", (), "account"),
        Field("name", "text", "order", CRM_FIRST),
        Field("employees", "number", "first"),
    )
}


def _read(field: str, name: str, **more: Any) -> Read:
    return Read(field, name, FIELDS[field].type, **more)


def _hubspot() -> PlatformMapping:
    contacts = Record(
        "contacts",
        "contact",
        read=(
            _read("email", "email"),
            _read("first_name", "firstname"),
            _read("last_name", "lastname"),
            _read("job_title", "jobtitle"),
            _read("phone", "phone"),
            _read("country", "country"),
            _read(
                "language",
                "hs_language",
                values={"de": "de", "de-de": "de", "en": "en"},
                unknown="ignore",
            ),
            _read("interests", "interests"),
            _read("source", "hs_analytics_source"),
            _read("opted_out", "hs_email_optout"),
        ),
        write=(
            Write(
                "lifecyclestage",
                "stage",
                "choice",
                values={
                    "Lead": "lead",
                    "MQL": "marketingqualifiedlead",
                    "SQL": "salesqualifiedlead",
                    "SAL": "custom:Sales accepted",
                },
                backward="clear_then_set",
            ),
            Write("leadcycle_grade", "score.grade", "text"),
            Write("jobtitle", "job_title", "text", shared=True),
            Write("interests", "interests", "text", shared=True),
            Write("hubspot_owner_id", "owner", "owner"),
        ),
        account="associatedcompanyid",
    )
    companies = Record(
        "companies",
        "account",
        read=(
            _read("domain", "domain"),
            _read("name", "name"),
            _read("employees", "numberofemployees"),
        ),
    )
    owners = Record("owners", "owner", read=(Read("email", "email", "text"),))
    records = {"contacts": contacts, "companies": companies, "owners": owners}
    streams = {"seals-de": "Nurture DE", "seals-en": "Nurture EN", "seals-at": "Nurture DE"}
    return PlatformMapping("hubspot", HUBSPOT, records, streams=streams)


def _salesforce() -> PlatformMapping:
    lead = Record(
        "Lead",
        "contact",
        read=(
            _read("email", "Email"),
            _read("first_name", "FirstName"),
            _read("last_name", "LastName", values={"[unknown]": None}),
            _read("job_title", "Title"),
            _read("phone", "Phone"),
            _read("country", "CountryCode"),
            _read("opted_out", "HasOptedOutOfEmail"),
            _read("interests", "Interests__c"),
            _read("owner", "OwnerId"),
        ),
        write=(
            Write("Email", "email", "email", shared=True),
            Write("FirstName", "first_name", "text", max_length=40, too_long="cut", shared=True),
            Write(
                "LastName",
                "last_name",
                "text",
                if_missing="[unknown]",
                max_length=80,
                too_long="cut",
                shared=True,
            ),
            Write("Title", "job_title", "text", max_length=12, too_long="cut", shared=True),
            Write("Phone", "phone", "phone", shared=True),
            Write("CountryCode", "country", "country", shared=True),
            Write("Interests__c", "interests", "text", shared=True),
            Write("LeadSource", "source", "choice", on_create_only=True),
            Write("HasOptedOutOfEmail", "opted_out", "yes_no", shared=True),
            Write("OwnerId", "owner", "owner", shared=True),
            Write("Leadcycle_Stage__c", "stage", "text"),
            Write("Leadcycle_Grade__c", "score.grade", "text"),
            Write("Leadcycle_Score__c", "score.activity", "number"),
            Write("Leadcycle_Why__c", "score.explanation", "text", max_length=2000, too_long="cut"),
            Write("Leadcycle_Handed_Over__c", "handover.at", "datetime"),
            Write("Leadcycle_Answer_Due__c", "follow_up.answer_due", "datetime"),
            Write("Leadcycle_Overdue__c", "follow_up.overdue", "yes_no"),
        ),
        external_id="Leadcycle_Key__c",
        create=Asked("stage", "at_least", "SQL"),
        task=TaskWrite("Task", "Leadcycle_Key__c", "Answer this lead"),
    )
    account = Record(
        "Account",
        "account",
        read=(
            _read("domain", "Website"),
            _read("name", "Name"),
            _read("employees", "NumberOfEmployees"),
            _read("owner", "OwnerId"),
        ),
    )
    user = Record(
        "User",
        "owner",
        read=(
            Read("email", "Email", "text"),
            Read("name", "Name", "text"),
            Read("active", "IsActive", "text"),
            Read("manager", "ManagerId", "text"),
        ),
    )
    records = {
        "Lead": lead,
        "Contact": Record("Contact", "contact", same_as="Lead", account="AccountId"),
        "Account": account,
        "User": user,
    }
    return PlatformMapping("salesforce", SALESFORCE, records)


@pytest.fixture(scope="session")
def mappings() -> Mappings:
    """HubSpot and Salesforce, much as in the example project."""
    return Mappings("digest", FIELDS, {"hubspot": _hubspot(), "salesforce": _salesforce()}, {})


@pytest.fixture(scope="session")
def both_forms() -> Mapping[str, Form]:
    return {"hubspot": HUBSPOT, "salesforce": SALESFORCE}


@pytest.fixture(scope="session")
def noon() -> datetime:
    return NOON


@pytest.fixture(scope="session")
def after() -> Callable[[float], datetime]:
    """A moment so many minutes after noon."""
    return lambda minutes: NOON + timedelta(minutes=minutes)


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """Four stages, working hours in Berlin; no rules: decisions are built by hand here."""
    return Rulebook(
        digest="book",
        timezone="Europe/Berlin",
        language="en",
        scoring=Scoring(Profile((), ()), Activities(()), (), (), ()),
        lifecycle=Lifecycle(
            ("Lead", "MQL", "SQL", "SAL"), "Lead", "SQL", (), working=("SQL", "SAL")
        ),
        routes=Routes((), (), Assign("queue", "Unassigned")),
        follow_up=FollowUp(Calendar("Europe/Berlin", {})),
        nurture=Nurture(),
    )


@pytest.fixture(scope="session")
def roster() -> Roster:
    """Two active people, one who left, one whom only HubSpot knows, and a queue."""

    def both(key: str, number: int, **more: Any) -> Owner:
        user = Ref("salesforce", "User", f"00500000000000{number}AAA")
        return Owner(key, key, (user, Ref("hubspot", "owners", str(number))), **more)

    owners = (
        both("brandt@nordring.example", 1),
        both("keller@nordring.example", 2),
        both("left@nordring.example", 3, active=False),
        Owner("hub@nordring.example", "Hub", (Ref("hubspot", "owners", "4"),)),
        Owner(
            "Unassigned",
            "Unassigned",
            (Ref("salesforce", "Group", "00G000000000001AAA"),),
            queue=True,
        ),
    )
    return Roster(1, {owner.key: owner for owner in owners})


@pytest.fixture(scope="session")
def contact_of(mappings: Mappings) -> Callable[..., Contact]:
    """A contact from what its records show: {ref: {property: form}}, read through the mappings."""

    def build(shown: Mapping[Ref, Mapping[str, Any]], at: datetime = NOON, **more: Any) -> Contact:
        observed = {ref: _observed(mappings, ref, dict(forms), at) for ref, forms in shown.items()}
        return Contact(
            1, "k1", tuple(shown), fields_of(mappings, observed), observed=observed, **more
        )

    return build


def _observed(
    mappings: Mappings, ref: Ref, shown: dict[str, Any], at: datetime
) -> dict[str, Observed]:
    record = mappings.platforms[ref.platform].records[ref.kind]
    reading = reader(record, mappings)(Sighting(ref, shown, at, at))
    return {key: Observed(form, reading.values.get(key), at) for key, form in reading.forms.items()}


@pytest.fixture(scope="session")
def settled(mappings: Mappings) -> Callable[[Contact, Sequence[Change], datetime], Contact]:
    """The contact after every change has been written: what the store makes of the receipts."""

    def settle(contact: Contact, written: Sequence[Change], at: datetime) -> Contact:
        observed = {ref: dict(seen) for ref, seen in contact.observed.items()}
        refs, done = list(contact.refs), set(contact.done)
        for change in written:
            ref = change.ref
            if ref.kind == "Task":
                done.add(change.key)
                continue
            if change.create:
                ref = Ref(ref.platform, ref.kind, "00Q00000000000NEW")
                refs.append(ref)
            seen = observed.setdefault(ref, {})
            for key, form in change.fields.items():
                seen[key] = Observed(form, change.values[key], at, ours=True)
        return replace(
            contact,
            refs=tuple(refs),
            done=frozenset(done),
            observed=observed,
            fields=fields_of(mappings, observed),
        )

    return settle


@pytest.fixture(scope="session")
def decided() -> Callable[..., Decision]:
    """A decision that ends in the given standing; `before` is the standing it started from (the same, if not given)."""

    def build(
        before: Standing | None = None, *, routing: bool = False, **standing: Any
    ) -> Decision:
        after = Standing(**{"stage": "Lead", "shown": SHOWN, **standing})
        return Decision(
            contact=1,
            at=NOON,
            rulebook="book",
            before=after if before is None else before,
            standing=after,
            score=Score(60.0, "B", 47.3, "warm", ()),
            routing=Routing(after.owner, "north", "rules/routing.yaml:7") if routing else None,
        )

    return build
