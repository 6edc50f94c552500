"""Describe as a shape; and the law that Salesforce takes whatever is let through."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from connector.decide.fit.value import misfit, not_valid
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.describe import bitmap, described
from connector.platforms.salesforce.setup.check import shapes

LEAD = ("salesforce", "Lead")
FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "Text__c": ("string", {"length": 12}),
    "Area__c": ("textarea", {"length": 40}),
    "Mail__c": ("email", {}),
    "Pick__c": ("picklist", {"values": ["Seals", "Pumps", "Größe 2"], "restricted": True}),
    "Free__c": ("picklist", {"values": ["Seals"]}),
    "Many__c": ("multipicklist", {"values": ["A", "B", "C"], "restricted": True}),
    "Whole__c": ("int", {}),
    "Double__c": ("double", {"precision": 6, "scale": 2}),
    "Money__c": ("currency", {}),
    "Tick__c": ("boolean", {}),
    "Day__c": ("date", {}),
    "At__c": ("datetime", {}),
    "Web__c": ("url", {}),
}
FORMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.decimals(-(10**5), 10**5, places=3).map(float),
    st.text(max_size=60),
    st.sampled_from([
        "Seals", "pumps", "GRÖSSE 2", "Größe 2", "A;B", "b", ";A;;C", "A; B", "2026-03-02", "2026-02-30", "true", "FALSE",
        "2026-03-02T08:00:00.000+0000", "2026-03-02T08:00:00Z", "ute@kern.example", "ute@kern", "0012", "1e3", "-5", " 7 ",
        "9999.99", "10000", "x" * 255, "x" * 256, "\r\n", "😀" * 7, "a@b.c",
    ]),
)  # fmt: skip


@pytest.fixture
def wide(rig: Any) -> Any:
    """A lead with one field of every type."""
    for name, (type_, words) in FIELDS.items():
        rig.org.add_field("Lead", name, type_, **words)
    return rig


def test_describe_says_what_a_lead_holds(wide: Any) -> None:
    lead = shapes(wide.target()._schema, wide.mappings)[LEAD]
    assert lead.visible
    assert lead.createable
    text, pick, whole = (lead.find(name) for name in ("text__c", "Pick__c", "WHOLE__C"))
    assert text is not None
    assert pick is not None
    assert whole is not None
    assert (text.type, text.length, text.nillable) == ("text", 12, True)
    assert (pick.values, pick.restricted) == (("Seals", "Pumps", "Größe 2"), True)
    assert (whole.decimals, whole.whole) == (0, 8)
    required = [prop.name for prop in lead.properties.values() if prop.required]
    assert sorted(required) == ["Company", "LastName"]


def test_a_contact_has_its_address_under_both_names(rig: Any) -> None:
    contact = shapes(rig.target()._schema, rig.mappings)["salesforce", "Contact"]
    assert contact.find("CountryCode") == contact.find("MailingCountryCode")


def test_a_kind_that_is_not_there_is_not_visible(rig: Any) -> None:
    rig.org.hide_kind("Account")
    assert not shapes(rig.target()._schema, rig.mappings)["salesforce", "Account"].visible


def test_all_kinds_are_described_in_one_call(rig: Any) -> None:
    target = rig.target()
    before = rig.org.total_calls
    target.shapes()
    target.shapes()
    assert rig.org.total_calls - before == 2


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(FIELDS)), form=FORMS)
def test_what_is_let_through_is_taken(wide: Any, name: str, form: Any) -> None:
    """And of what is taken, nothing is kept back but what Salesforce would bend into another value."""
    target = _once(wide)
    prop = target.shape.find(name)
    why = misfit(prop, form)
    event(f"{prop.type}: {'fits' if why is None else why.code}")
    if why is not None or (prop.type == "yes_no" and form == ""):  # we clear by null
        return
    change = Change(target.ref, {name: form}, {}, "routine", 1, 1)
    (receipt,) = target.end.write([change], wide.now)
    assert (receipt.state, receipt.code) == ("written", "")


class _Wide:
    def __init__(self, rig: Any) -> None:
        self.end = rig.target()
        self.shape = self.end.shapes()[LEAD]
        lead = rig.org.create("Lead", {"LastName": "Kern", "Company": "Kern"})
        self.ref = Ref("salesforce", "Lead", lead)


def _once(rig: Any) -> _Wide:
    if not hasattr(rig, "wide"):
        rig.wide = _Wide(rig)
    return rig.wide


COUNTRIES, STATES = ["DE", "US", "FR"], ["NI", "BY", "CA", "TX"]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    valid=st.dictionaries(
        st.sampled_from(COUNTRIES), st.lists(st.sampled_from(STATES), unique=True), max_size=3
    ),
    country=st.sampled_from([None, *COUNTRIES]),
    state=st.sampled_from(STATES),
    inactive=st.booleans(),
)  # fmt: skip
def test_a_dependent_picklist_is_read_as_it_is_enforced(
    rig: Any, valid: dict[str, list[str]], country: str | None, state: str, inactive: bool
) -> None:
    org = rig.org
    for name in ("Land__c", "Staat__c"):
        if org._kind("Lead").find(name):
            org.remove_field("Lead", name)
    org.add_field("Lead", "Land__c", "picklist", values=["XX", *COUNTRIES], restricted=True)
    org.add_field("Lead", "Staat__c", "picklist", values=list(STATES), restricted=True)
    if inactive:
        org.deactivate_picklist_value("Lead", "Land__c", "XX")
    org.depend_field("Lead", "Staat__c", "Land__c", valid, enforced=True)
    target = rig.target()
    prop = target.shapes()[LEAD].find("Staat__c")
    assert prop.controller == "Land__c"
    lead = org.create("Lead", {"LastName": "Kern", "Company": "Kern"})
    change = Change(
        Ref("salesforce", "Lead", lead),
        {"Land__c": country, "Staat__c": state},
        {},
        "routine",
        1,
        1,
    )
    (receipt,) = target.write([change], rig.now)
    fits = not_valid(prop, state, country) is None
    assert (receipt.state == "written") is fits
    assert fits or receipt.code == "FIELD_INTEGRITY_EXCEPTION"


class TestBitmap:
    """`validFor`, as Salesforce's documentation and users show it."""

    @pytest.mark.parametrize(
        ("text", "places"),
        [("AAAI", {20}), ("QAAA", {1}), ("IAAA", {2}), ("oAAA", {0, 2}), ("gAAA", {0}), ("", set()), (None, set())],
    )  # fmt: skip
    def test_known_ones(self, text: Any, places: set[int]) -> None:
        assert bitmap(text) == places

    @given(st.binary(max_size=30))
    def test_every_bit_is_found(self, data: bytes) -> None:
        bits = "".join(f"{byte:08b}" for byte in data)
        assert bitmap(b64encode(data).decode()) == {n for n, bit in enumerate(bits) if bit == "1"}

    @given(st.one_of(st.text(), st.integers(), st.lists(st.none())))
    def test_garbage_is_no_bitmap(self, text: Any) -> None:
        assert isinstance(bitmap(text), frozenset)


@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "type", "length", "picklistValues", "controllerName", "nillable", "digits"]
        ),
        st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.just("picklist"), st.just([])),
    )
)
def test_odd_describes_are_read_all_the_same(row: dict[str, Any]) -> None:
    assert described("Lead", {"fields": [row]}).visible
