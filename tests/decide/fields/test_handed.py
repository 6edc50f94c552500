"""Which records show a hand-over that we have not written there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connector.config import load
from connector.decide.fields.handed import handed_over
from connector.model.person.contact import Observed
from connector.model.systems.ref import Ref

LEAD, CONTACT = Ref("salesforce", "Lead", "00Q1"), Ref("salesforce", "Contact", "0031")
AT, DUE, KEY = "Leadcycle_Handed_Over__c", "Leadcycle_Answer_Due__c", "Leadcycle_Key__c"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def shown(at: object = "2026-03-02T08:20:00.000+0000", key: object = "k1") -> dict[str, Observed]:
    forms = {AT: at, DUE: "2026-03-02T10:20:00.000+0000", KEY: key}
    return {name: Observed(form, None, NOON) for name, form in forms.items()}


@pytest.fixture(scope="module")
def example() -> Any:
    """The example project's mappings."""
    mappings = load(Path(__file__).parents[3]).mappings
    assert mappings is not None
    return mappings


def test_a_lead_or_its_contact_shows_when_and_until_when(example: Any) -> None:
    for ref in (LEAD, CONTACT):
        found = handed_over(example, {ref: shown()})
        assert found is not None
        assert (found.at.hour, found.answer_due and found.answer_due.hour) == (8, 10)
        assert (found.key, found.where) == ("k1", ref)


def test_the_latest_counts(example: Any) -> None:
    later = shown("2026-03-03T08:20:00.000+0000")
    found = handed_over(example, {LEAD: later, CONTACT: shown()})
    assert found is not None
    assert found.where == LEAD


@pytest.mark.parametrize("at", [None, "", "yesterday", 10**30, {"a": 1}, []])
def test_what_is_no_moment_is_no_hand_over(example: Any, at: object) -> None:
    assert handed_over(example, {LEAD: shown(at)}) is None


def test_neither_what_we_wrote_nor_a_record_without_our_key_counts(example: Any) -> None:
    ours = {name: seen._replace(ours=True) for name, seen in shown().items()}
    for observed in (ours, shown(key=None), shown(key=""), {}):
        assert handed_over(example, {LEAD: observed}) is None
    assert handed_over(example, {Ref("hubspot", "contacts", "1"): shown()}) is None
