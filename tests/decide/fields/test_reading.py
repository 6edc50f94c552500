"""Sightings in our words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.reading.reader import reader
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record
from connector.model.systems.fact import Sighting
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref

ANNA = Ref("hubspot", "contacts", "1")


def see(mappings: Mappings, ref: Ref, at: datetime, fields: dict[str, Any]) -> Reading:
    record = mappings.platforms[ref.platform].records[ref.kind]
    return reader(record, mappings)(Sighting(ref, fields, at, at))


def one_field(field: Field, read: Read, **shown: Any) -> Reading:
    record = Record("contacts", "contact", (read,))
    mapping = PlatformMapping("hubspot", Form(True, "", ""), {"contacts": record})
    mappings = Mappings("", {field.name: field}, {"hubspot": mapping}, {})
    when = datetime.fromisoformat("2026-11-21T12:00:00Z")
    return reader(record, mappings)(Sighting(ANNA, shown, when, when))


def test_a_contact_in_our_words(mappings: Mappings, noon: datetime) -> None:
    shown = {
        "email": "Anna@Firm.example",
        "firstname": " Anna ",
        "lastname": "",
        "jobtitle": None,
        "phone": "044 668 18 00",
        "country": "Schweiz",
        "hs_language": "DE-de",
        "interests": "seals;pumps;seals",
        "hs_analytics_source": "PAID_SEARCH",
        "hs_email_optout": "false",
        "lifecyclestage": "lead",
        "associatedcompanyid": "900",
    }
    reading = see(mappings, ANNA, noon, shown)
    assert reading.ref == ANNA
    assert reading.is_ == "contact"
    assert reading.values == {
        "email": "anna@firm.example",
        "firstname": "Anna",
        "lastname": None,
        "jobtitle": None,
        "phone": "+41446681800",
        "country": "CH",
        "hs_language": "de",
        "interests": ("pumps", "seals"),
        "hs_analytics_source": "PAID_SEARCH",
        "hs_email_optout": False,
    }
    assert reading.forms == {**shown, "lastname": None}
    assert reading.fields["hs_email_optout"] == "opted_out"
    assert reading.keys == (("email", "anna@firm.example"),)
    assert reading.account == Ref("hubspot", "companies", "900")
    assert reading.problems == ()


def test_a_phone_number_without_a_country_lives_in_the_default_region(
    mappings: Mappings, noon: datetime
) -> None:
    reading = see(mappings, ANNA, noon, {"phone": "0511 123456"})
    assert reading.values == {"phone": "+49511123456"}
    assert reading.fields == {"phone": "phone"}


def test_an_unusable_value_is_a_warning_and_the_rest_is_good(
    mappings: Mappings, noon: datetime
) -> None:
    reading = see(mappings, ANNA, noon, {"phone": "call me", "email": "a@x.example"})
    assert reading.values == {"phone": None, "email": "a@x.example"}
    assert reading.forms["phone"] == "call me"
    (problem,) = reading.problems
    assert (problem.code, problem.level) == ("PHONE_UNREADABLE", "warning")
    assert problem.where == "hubspot/contacts/1"
    assert problem.message == "phone is not a phone number"
    assert "call me" not in str(problem)


def test_an_unusable_address_identifies_nobody(mappings: Mappings, noon: datetime) -> None:
    reading = see(mappings, ANNA, noon, {"email": "unknown"})
    assert reading.keys == ()
    assert reading.problems[0].code == "EMAIL_UNREADABLE"


def test_a_company_s_website_is_its_key(mappings: Mappings, noon: datetime) -> None:
    ref = Ref("salesforce", "Account", "001000000000001")
    reading = see(
        mappings,
        ref,
        noon,
        {
            "Website": "https://www.Firm.example/de",
            "NumberOfEmployees": 250.0,
            "OwnerId": "005000000000001",
        },
    )
    assert reading.is_ == "account"
    assert reading.keys == (("domain", "firm.example"),)
    assert reading.values["NumberOfEmployees"] == 250
    assert reading.values["OwnerId"] == "salesforce/User/005000000000001AAA"


def test_free_mail_is_nobody_s_company(mappings: Mappings, noon: datetime) -> None:
    reading = see(mappings, Ref("hubspot", "companies", "9"), noon, {"domain": "www.gmx.de"})
    assert reading.values == {"domain": "gmx.de"}
    assert reading.keys == ()


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("005000000000001", "salesforce/User/005000000000001AAA"),
        ("00G5f000004AbCd", "salesforce/Group/00G5f000004AbCdEAK"),
        ("00G5f000004AbCdEAK", "salesforce/Group/00G5f000004AbCdEAK"),
        (None, None),
    ],
)
def test_a_lead_belongs_to_a_user_or_a_queue(
    mappings: Mappings, noon: datetime, shown: Any, value: Any
) -> None:
    reading = see(mappings, Ref("salesforce", "Lead", "00Q1"), noon, {"OwnerId": shown})
    assert reading.values == {"OwnerId": value}


def test_users_feed_the_roster_by_name(mappings: Mappings, noon: datetime) -> None:
    shown = {
        "Email": "J.Brandt@Nordring.example",
        "Name": "J. Brandt",
        "IsActive": True,
        "ManagerId": "005000000000002",
    }
    reading = see(mappings, Ref("salesforce", "User", "005000000000001AAA"), noon, shown)
    assert {reading.fields[key]: value for key, value in reading.values.items()} == {
        "email": "j.brandt@nordring.example",
        "name": "J. Brandt",
        "active": True,
        "manager": "salesforce/User/005000000000002AAA",
    }
    assert reading.keys == ()


def test_a_contact_after_conversion_is_read_like_the_lead(
    mappings: Mappings, noon: datetime
) -> None:
    shown = {
        "Email": "a@x.example",
        "MailingCountryCode": "AT",
        "CountryCode": "DE",
        "AccountId": "001000000000001",
    }
    reading = see(mappings, Ref("salesforce", "Contact", "0031"), noon, shown)
    assert reading.values == {"Email": "a@x.example", "MailingCountryCode": "AT"}
    assert reading.account == Ref("salesforce", "Account", "001000000000001AAA")


@pytest.mark.parametrize(
    ("unknown", "shown", "values", "codes"),
    [
        ("keep", "EINKAUF", {"p": "Purchasing"}, ()),
        ("keep", "Other", {"p": "Other"}, ()),
        ("ignore", "Other", {"p": None}, ()),
        ("hold", "Other", {}, ("UNKNOWN_VALUE",)),
        ("hold", " einkauf ", {"p": "Purchasing"}, ()),
        ("hold", "-", {"p": None}, ()),
        ("hold", "", {"p": None}, ()),
    ],
)
def test_values_go_through_the_table(
    unknown: Any, shown: str, values: dict[str, Any], codes: tuple[str, ...]
) -> None:
    table = {"Einkauf": "Purchasing", "-": None}
    read = Read("role", "p", "text", table, unknown, "mappings/hubspot.yaml:9")
    reading = one_field(Field("role", "text", "newest"), read, p=shown)
    assert reading.values == values
    assert tuple(problem.code for problem in reading.problems) == codes
    assert reading.fields == {"p": "role"}
    assert all("mappings/hubspot.yaml:9" in str(problem) for problem in reading.problems)
    assert all("Other" not in str(problem) for problem in reading.problems)


def test_flags_are_found_in_a_table_by_their_text() -> None:
    read = Read("state", "p", "text", {"true": "open", "false": "closed"})
    assert one_field(Field("state", "text", "newest"), read, p=True).values == {"p": "open"}


def test_what_a_table_says_is_made_normal() -> None:
    read = Read("country", "p", "country", {"Inland": "Deutschland"})
    assert one_field(Field("country", "country", "newest"), read, p="inland").values == {"p": "DE"}


def test_a_blank_that_never_counts_says_nothing() -> None:
    field = Field("role", "text", "newest", blank="never")
    reading = one_field(field, Read("role", "p", "text"), p="")
    assert reading.values == {}
    assert reading.forms == {"p": None}


def test_a_light_sighting_shows_only_what_it_shows(mappings: Mappings, noon: datetime) -> None:
    reading = see(mappings, ANNA, noon, {})
    assert (reading.forms, reading.values, reading.fields) == ({}, {}, {})
    assert (reading.keys, reading.account, reading.problems) == ((), None, ())


def test_a_record_of_other_mappings_is_refused(mappings: Mappings) -> None:
    with pytest.raises(ValueError, match="not in these mappings"):
        reader(Record("contacts", "contact"), mappings)


GARBAGE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.none(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.none(), max_size=2)
)


@given(data=st.data())
def test_no_sighting_stops_the_page(
    mappings: Mappings, noon: datetime, data: st.DataObject
) -> None:
    platform = data.draw(st.sampled_from(sorted(mappings.platforms)))
    records = mappings.platforms[platform].records
    kind = data.draw(st.sampled_from(sorted(records)))
    names = [*records[kind].properties(), "AccountId", "associatedcompanyid"]
    shown = data.draw(st.dictionaries(st.sampled_from(names), GARBAGE))
    reading = see(mappings, Ref(platform, kind, "1"), noon, shown)
    assert set(reading.forms) == set(shown)
    assert set(reading.values) <= set(reading.fields) <= set(shown)
    assert all(problem.where == f"{platform}/{kind}/1" for problem in reading.problems)
    assert all(isinstance(value, str) and value for _, value in reading.keys)
