"""Property definitions as a shape; and the law that HubSpot takes whatever is let through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from connector.decide.fit.value import misfit
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.platforms.hubspot.shapes import described

CONTACTS = ("hubspot", "contacts")
PROPERTIES = {
    "a_text": ("string", "text", ()),
    "a_number": ("number", "number", ()),
    "a_tick": ("bool", "booleancheckbox", ()),
    "a_choice": ("enumeration", "select", ("seals", "pumps", "Größe 2")),
    "some": ("enumeration", "checkbox", ("a", "b", "c")),
    "a_day": ("date", "date", ()),
    "a_time": ("datetime", "date", ()),
    "a_phone": ("phone_number", "phonenumber", ()),
}
FORMS = st.one_of(
    st.text(max_size=40),
    st.integers(-(10**9), 10**9).map(str),
    st.floats().map(str),
    st.sampled_from([
        "seals", "Seals", "a;b", ";c", "a;;b", "x", "2026-03-02", "2026-02-30", "2026-03-02T08:00:00.000Z", "2026-03-02T08:00:00+01:00",
        "true", "FALSE", "yes", "1e3", "1_0", " 7 ", "", "0012", "nan", "20260302", "2026-W10-1",
    ]),
)  # fmt: skip


@pytest.fixture
def wide(portal: Any) -> Any:
    """A contact with one property of every type."""
    for name, (type_, field_type, options) in PROPERTIES.items():
        portal.hubspot.add_property("contacts", name, type_, field_type, options=options)
    return portal


def test_definitions_say_what_a_contact_holds(wide: Any) -> None:
    shape = wide.target().shapes()[CONTACTS]
    choice, owner, stage = (
        shape.find(name) for name in ("a_choice", "hubspot_owner_id", "lifecyclestage")
    )
    assert (choice.values, choice.restricted, choice.exact) == (
        ("seals", "pumps", "Größe 2"),
        True,
        True,
    )
    assert owner.type == "other"
    assert stage.offers("custom:Lead")
    assert shape.find("hs_object_id").calculated
    assert not any(prop.required for prop in shape.properties.values())


def test_one_call_a_kind_and_none_for_owners(portal: Any) -> None:
    before = portal.hubspot.calls["list properties"]
    found = portal.target().shapes()
    assert set(found) == {CONTACTS, ("hubspot", "companies")}
    assert portal.hubspot.calls["list properties"] - before == 2


def test_an_archived_property_is_not_there(portal: Any) -> None:
    portal.hubspot.archive_property("contacts", "country")
    assert portal.target().shapes()[CONTACTS].find("country") is None


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(PROPERTIES)), form=FORMS)
def test_what_is_let_through_is_taken(wide: Any, name: str, form: str) -> None:
    if not hasattr(wide, "end"):
        wide.end = wide.target()
        wide.shape = wide.end.shapes()[CONTACTS]
        wide.ref = Ref(
            "hubspot", "contacts", wide.hubspot.create("contacts", {"email": "ute@kern.example"})
        )
    prop = wide.shape.find(name)
    why = misfit(prop, form)
    event(f"{prop.type}: {'fits' if why is None else why.code}")
    if why is None:
        (receipt,) = wide.end.write(
            [Change(wide.ref, {name: form}, {}, "routine", 1, 1)], wide.clock.now()
        )
        assert (receipt.state, receipt.code) == ("written", "")


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["name", "type", "options", "fieldType", "modificationMetadata", "externalOptions"]),
            st.one_of(st.none(), st.booleans(), st.just("enumeration"), st.just([]), st.just([{"value": 1}]), st.just({})),
        ),
        max_size=3,
    )
)  # fmt: skip
def test_odd_definitions_are_read_all_the_same(rows: list[dict[str, Any]]) -> None:
    assert described("hubspot", "contacts", rows).visible
