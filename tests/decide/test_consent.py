"""Where somebody stands on a purpose, from everything that was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.consent import agrees, confirmed_state, consents, fact, withheld
from connector.decide.fields.normal.consent import consent
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.consent import STATES, Purpose
from connector.model.person.contact import Consent, Observed, Value
from connector.model.systems.ref import Ref

HUB, LEAD = Ref("hubspot", "contacts", "1"), Ref("salesforce", "Lead", "00Q1")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEWS = Field("newsletter", "consent", "most_restrictive", purpose="email", levels=STATES)
PAPER = Field("paper_news", "consent", "most_restrictive", purpose="email", levels=STATES)
OPTED_OUT = Field("opted_out", "yes_no", "any_true", refuses=("email", "contact"))


def mappings(unknown: str = "refused") -> Mappings:
    purposes = {
        "email": Purpose("email", unknown, double_opt_in=True),  # type: ignore[arg-type]  # given by the test
        "contact": Purpose("contact", "granted"),
    }
    fields = {each.name: each for each in (NEWS, PAPER, OPTED_OUT)}
    return Mappings("m", fields, {}, {}, purposes=purposes)


def said(ref: Ref = HUB, at: datetime = NOON, **values: object) -> dict[str, Value]:
    return {name: Value(value, ref, at) for name, value in values.items()}


def test_while_nobody_has_said_anything_the_default_counts():
    found = consents(mappings(), {})
    assert {name: one.state for name, one in found.items()} == {
        "email": "refused",
        "contact": "granted",
    }
    assert found["email"].said is None
    assert consents(mappings("granted"), {})["email"].state == "granted"


@pytest.mark.parametrize(
    ("values", "email", "contact"),
    [
        ({"newsletter": "granted"}, "granted", "granted"),
        ({"newsletter": "pending"}, "pending", "granted"),
        ({"newsletter": "granted", "paper_news": "refused"}, "refused", "granted"),
        ({"newsletter": "granted", "opted_out": True}, "refused", "refused"),
        ({"newsletter": "granted", "opted_out": False}, "granted", "granted"),
        ({"opted_out": False}, "refused", "granted"),  # not having objected is no consent
        ({"newsletter": None}, "refused", "granted"),
    ],
)
def test_the_most_restrictive_statement_decides(values, email, contact):
    found = consents(mappings(), said(**values))
    assert (found["email"].state, found["contact"].state) == (email, contact)


def test_it_is_known_who_said_it():
    fields = said(newsletter="granted") | said(LEAD, NOON + timedelta(days=1), opted_out=True)
    found = consents(mappings(), fields)["email"]
    assert (found.field, found.said.source) == ("opted_out", LEAD)


@given(
    st.dictionaries(st.sampled_from(["newsletter", "paper_news"]), st.sampled_from(STATES)),
    st.booleans(),
)
def test_nothing_said_ever_loosens_what_another_statement_forbids(values, out):
    before = consents(mappings("granted"), said(**values))["email"].state
    after = consents(mappings("granted"), said(**values, opted_out=out))["email"].state
    assert STATES.index(after) >= STATES.index(before)


@pytest.mark.parametrize(
    ("state", "given_at", "confirmation", "found"),
    [
        ("granted", "2026-11-01T10:00:00Z", "2026-11-01T10:07:00Z", "granted"),
        ("granted", "2026-11-01T10:00:00Z", None, "pending"),
        ("granted", "2026-11-01T10:00:00Z", "", "pending"),
        ("granted", "2026-11-01T10:00:00Z", "2026-10-01T10:07:00Z", "pending"),  # of an earlier yes
        ("granted", None, "2026-10-01T10:07:00Z", "granted"),
        ("granted", "2026-11-01", "2026-11-01", "granted"),
        ("granted", None, "true", "granted"),
        ("granted", None, "false", "pending"),
        ("granted", None, "last Tuesday", "pending"),
        ("refused", None, "2026-10-01T10:07:00Z", "refused"),
        ("pending", None, "2026-10-01T10:07:00Z", "pending"),
    ],
)
def test_a_yes_counts_once_it_is_confirmed(state, given_at, confirmation, found):
    assert confirmed_state(state, given_at, confirmation) == found


@given(st.sampled_from(STATES), st.text(max_size=30), st.text(max_size=30))
def test_whatever_the_properties_hold_it_is_one_of_the_states(state, given_at, confirmation):
    assert confirmed_state(state, given_at, confirmation) in STATES


@pytest.mark.parametrize(
    ("raw", "found"),
    [("granted", "granted"), (" Refused ", "refused"), ("pending", "pending"), (True, "granted"), ("false", "refused"),
     ("", None), (None, None)],
)  # fmt: skip
def test_what_systems_write_for_a_consent(raw, found):
    assert consent(raw) == found


@pytest.mark.parametrize("raw", ["maybe", "42", "grantedd"])
def test_what_is_no_consent_is_told_without_the_value(raw):
    with pytest.raises(ValueError, match="is not a consent") as caught:
        consent(raw)
    assert raw not in str(caught.value)


WRITE = Write("Newsletter__c", "newsletter", "consent")
OURS, THEIRS = Observed("x", "refused", NOON, ours=True), Observed("x", "refused", NOON)
AGREED = {"email": Consent("granted")}


@pytest.mark.parametrize(
    ("write", "value", "seen", "held"),
    [
        (WRITE, "refused", None, False),
        (WRITE, "refused", THEIRS, False),
        (WRITE, "granted", None, True),
        (WRITE, "pending", None, True),
        (WRITE, "granted", THEIRS, True),
        (WRITE, "granted", OURS, False),  # we said no there; that has ended
        (Write("N", "newsletter", "consent", grants=True), "granted", THEIRS, False),
        (Write("N", "newsletter", "consent", values={"refused": "no"}), "granted", OURS, True),
        (Write("N", "newsletter", "consent", purpose="contact"), "refused", None, True),
    ],
)
def test_a_no_is_passed_on_and_a_yes_is_not(write, value, seen, held):
    assert withheld(NEWS, write, value, seen, AGREED) is held


def test_facts_and_gates_know_the_purposes_only():
    assert fact(AGREED, "consent.email") == "granted"
    assert fact(AGREED, "consent.fax") is None
    assert agrees(AGREED, "")
    assert agrees(AGREED, "email")
    assert not agrees(AGREED, "fax")
