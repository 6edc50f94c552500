"""A HubSpot contact export becomes contacts, or says in which line it cannot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.sandbox.hubspot import ExportError

EXPORT = """\ufeffRecord ID,First Name,Last Name,Email,Company Name,Job Title,Country/Region,Postal Code,Lifecycle Stage,Create Date,Contact owner,Machine park
4711,Jürgen,Groß,Juergen@example.com,"Groß & Söhne, Dichtungen",Head of Maintenance,Germany,01067,Marketing Qualified Lead,2025-11-03 09:15,Eva Ohm,"Press 3
Press 4"
4712,,Ng,ng@example.com,,,NO,,Lead,2025-11-03T08:15:00Z,Eva Ohm,
"""


def _load(hubspot, tmp_path, content):
    path = tmp_path / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return hubspot.load_contacts(path)


def test_an_export_as_people_have_it(hubspot, tmp_path):
    assert _load(hubspot, tmp_path, EXPORT) == 2
    held = hubspot.get("contacts", "4711")
    assert (held["firstname"], held["email"], held["zip"], held["country"]) == (
        "Jürgen",
        "juergen@example.com",
        "01067",
        "Germany",
    )
    assert held["company"] == "Groß & Söhne, Dichtungen"
    assert held["lifecyclestage"] == "marketingqualifiedlead"
    assert held["machine_park"] == "Press 3\nPress 4"
    assert held.created == datetime(2025, 11, 3, 8, 15, tzinfo=UTC)  # local time of the account
    assert hubspot.get("contacts", "4712").created == held.created
    assert held["hubspot_owner_id"] == hubspot.get("contacts", "4712")["hubspot_owner_id"] != ""
    assert int(hubspot.create("contacts", {"email": "new@example.com"})) not in (4711, 4712)


def test_internal_names_work_as_headers(hubspot, tmp_path):
    _load(hubspot, tmp_path, "email,firstname,hs_email_optout\nada@example.com,Ada,true\n")
    assert hubspot.get("contacts", hubspot.find("ada@example.com"))["hs_email_optout"] == "true"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "export.csv:1: a header"),
        ("Email,Email\n", "export.csv:1: a header"),
        ("Email,First Name\na@example.com\n", "export.csv:2: 1 values under 2 headers"),
        ("Email\na@example.com\nno address\n", "export.csv:3: "),
        (
            'Email,Company Name\na@example.com,"two\nlines"\nA@example.com,x\n',
            "export.csv:4: the e-mail address a@example.com is in line 3 already",
        ),
        (
            "Record ID,Email\n1,a@example.com\n1,b@example.com\n",
            "export.csv:3: the Record ID 1 is in line 2 already",
        ),
        ("Record ID,Email\nx,a@example.com\n", "export.csv:2: x is not a Record ID"),
        ("Email,Create Date\na@example.com,soon\n", "export.csv:2: soon is not a date and time"),
        ("Email,Number of Employees\na@example.com,many\n", "export.csv:2: "),
        ("Email,City\n,Dresden\n", "export.csv:2: A contact needs"),
        (b"Email,City\na@example.com,M\xfcnchen\n", "export.csv:2: this is not UTF-8 text"),
        ('Email,City\na@example.com,"open\n', "export.csv:"),
    ],
)
def test_garbage_is_named_with_its_line(hubspot, tmp_path, content, words):
    with pytest.raises(ExportError) as problem:
        _load(hubspot, tmp_path, content)
    assert str(problem.value).startswith(words)
    assert hubspot.ids("contacts") == []


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_load_or_say_why(portal_with, tmp_path, content):
    hubspot = portal_with().hubspot
    try:
        count, reason = _load(hubspot, tmp_path, content), ""
    except ExportError as problem:
        count, reason = 0, str(problem)
    assert reason == "" or reason.startswith("export.csv:")
    assert len(hubspot.ids("contacts")) == count
