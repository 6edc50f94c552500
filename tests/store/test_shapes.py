"""Shapes in the store: kept, compared, told on the shelf, remembered across a change of type."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.systems.shape import Property, Shape, Shapes, folded
from connector.store.systems.shapes import _member, _property

LEAD = ("salesforce", "Lead")


@pytest.fixture
def store(house: Any) -> Any:
    return house.store


@pytest.fixture
def now(house: Any) -> datetime:
    return house.now


def shape(*properties: Property) -> Shapes:
    return {LEAD: Shape(*LEAD, folded(properties))}


def mapped(store: Any) -> list[str]:
    """Every property that the example's Lead names."""
    record = store._keeping.mappings.platforms["salesforce"].records["Lead"]
    return list(record.properties())


def whole(store: Any, **types: str) -> Shapes:
    kinds = {line.property: _type(line.type) for line in _lines(store)}
    names = dict.fromkeys([*mapped(store)])
    return shape(*(Property(name, types.get(name, kinds.get(name, "text"))) for name in names))  # type: ignore[arg-type]


def _lines(store: Any) -> list[Any]:
    record = store._keeping.mappings.platforms["salesforce"].records["Lead"]
    return [*record.read, *record.write]


def _type(ours: str) -> str:
    return {
        "number": "number",
        "datetime": "datetime",
        "yes_no": "yes_no",
        "owner": "reference",
    }.get(ours, "text")


def rows(store: Any) -> dict[str, str]:
    return {row.record: row.code for row in store.shelf_rows() if row.origin == "shape"}


def test_the_same_value_until_something_changes(store: Any, now: datetime) -> None:
    store.described.keep(whole(store), now)
    first = store.described.shapes()
    assert store.described.shapes() is first
    store.described.keep(whole(store), now + timedelta(hours=1))
    assert store.described.shapes() is first
    assert first == whole(store)


def test_what_is_missing_is_told_once_and_cured(store: Any, now: datetime) -> None:
    full = whole(store)
    name = mapped(store)[0]
    less = {
        LEAD: replace(
            full[LEAD],
            properties={k: p for k, p in full[LEAD].properties.items() if p.name != name},
        )
    }
    store.described.keep(full, now)
    assert rows(store) == {}
    assert store.described.regained(less).back == ()
    store.described.keep(less, now)
    store.described.keep(less, now + timedelta(hours=1))
    assert rows(store) == {f"salesforce/Lead.{name}": "FIELD_REMOVED"}
    (row,) = (row for row in store.shelf_rows() if row.origin == "shape")
    assert row.count == 1
    assert store.described.regained(full).back == (LEAD,)
    store.described.keep(full, now + timedelta(hours=2))
    assert rows(store) == {}


def test_a_type_that_a_person_accepts_is_forgotten(store: Any, now: datetime) -> None:
    """Text became a number: possible to read, doubted until `shelf retry`."""
    place = ("hubspot", "companies")

    def companies(type_: Any) -> Shapes:
        names = ("domain", "name", "country")
        found = [Property(name, "text") for name in names]
        found += [Property("numberofemployees", "number"), Property("industry", type_)]
        return {place: Shape(*place, folded(tuple(found)))}

    store.described.keep(companies("text"), now)
    store.described.keep(companies("number"), now)
    assert rows(store) == {"hubspot/companies.industry": "FIELD_RETYPED"}
    assert store.described.shapes()[place].find("industry").was == "text"
    (row,) = (row for row in store.shelf_rows() if row.origin == "shape")
    assert "text" in row.message
    store.retry(row.id, now)
    store.described.keep(companies("number"), now + timedelta(hours=1))
    store.described.keep(companies("number"), now + timedelta(hours=2))
    assert rows(store) == {}
    assert store.described.shapes()[place].find("industry").was == ""
    store.described.keep(companies("date"), now + timedelta(hours=3))
    assert rows(store) == {"hubspot/companies.industry": "FIELD_RETYPED"}


def test_everybody_is_due_when_a_mapped_property_changes_and_nobody_otherwise(
    store: Any, now: datetime
) -> None:
    full = whole(store)
    store.described.keep(full, now)
    name = mapped(store)[0]
    other = {
        LEAD: replace(
            full[LEAD], properties={**full[LEAD].properties, "x__c": Property("X__c", "text")}
        )
    }

    def asked() -> int:
        with store._engine.connect() as connection:
            return int(
                connection.exec_driver_sql(
                    "SELECT count(*) FROM agenda WHERE why = 'shape'"
                ).scalar_one()
            )

    store.described.keep(other, now)
    assert asked() == 0
    shorter = dict(other[LEAD].properties)
    shorter[name.casefold()] = replace(shorter[name.casefold()], length=3)
    store.described.keep({LEAD: replace(other[LEAD], properties=shorter)}, now)
    assert asked() == 1


PROPERTIES = st.builds(
    Property,
    st.text(min_size=1, max_size=5),
    st.sampled_from(["text", "choice", "number", "other"]),
    length=st.integers(0, 99),
    decimals=st.none() | st.integers(0, 3),
    values=st.lists(st.text(max_size=3), max_size=3).map(tuple),
    restricted=st.booleans(),
    nillable=st.booleans(),
    calculated=st.booleans(),
    controller=st.text(max_size=3),
    valid=st.dictionaries(st.text(max_size=2), st.lists(st.text(max_size=2), max_size=2).map(tuple), max_size=2),
    was=st.sampled_from(["", "text"]),
)  # fmt: skip


@given(PROPERTIES)
def test_what_is_kept_is_what_was_said(prop: Property) -> None:
    assert _property(dict(_member(prop))) == prop


@pytest.mark.parametrize("visible", [True, False])
def test_a_shape_survives_the_store(store: Any, now: datetime, visible: bool) -> None:
    kept = {
        LEAD: Shape(*LEAD, folded((Property("A", "choice", values=("x",)),)), False, True, visible)
    }
    store.described.keep(kept, now)
    assert store.described.shapes() == kept
