"""One wanted form against one property."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.decide.fit.value import Misfit, length, misfit, nearest, not_valid
from connector.model.systems.shape import Property

NAME = Property("Name", "text", length=5)
MAIL = Property("Email", "email", length=80)
INDUSTRY = Property(
    "Industry", "choice", length=255, values=("Chemicals", "Machinery"), restricted=True
)
FREE = replace(INDUSTRY, restricted=False)
TOPICS = Property("Topics__c", "choices", values=("Seals", "Pumps"), restricted=True)
STAGE = Property(
    "lifecyclestage", "choice", values=("lead",), also=("custom:Lead",), restricted=True, exact=True
)
SIZE = Property("Size__c", "number", whole=3)
HEADS = Property("Heads__c", "number", whole=8, decimals=0)
DONE = Property("Done__c", "yes_no")
DAY = Property("Day__c", "date")
AT = Property("At__c", "datetime")
OWNER = Property("OwnerId", "reference", nillable=False, defaulted=True)
MUST = Property("LastName", "text", length=80, nillable=False)


@pytest.mark.parametrize(
    ("prop", "form"),
    [
        (NAME, "Kern"), (NAME, "12345"), (NAME, 12345), (NAME, None), (NAME, ""),
        (MAIL, "ute@kern.example"),
        (INDUSTRY, "Chemicals"), (INDUSTRY, "chemicals"), (FREE, "Anything"),
        (TOPICS, "Seals;Pumps"), (TOPICS, ";Seals"), (TOPICS, "seals"),
        (STAGE, "lead"), (STAGE, "custom:Lead"),
        (SIZE, 999), (SIZE, "999.9"), (SIZE, -999.99), (SIZE, "1e2"),
        (HEADS, 12), (HEADS, 12.0), (HEADS, "12"),
        (DONE, True), (DONE, "false"), (DONE, None),
        (DAY, "2026-03-02"), (AT, "2026-03-02T08:00:00.000+0000"), (AT, "2026-03-02"),
        (OWNER, "0055g0000007B0eAAE"), (Property("x", "other"), object()),
    ],
)  # fmt: skip
def test_what_fits(prop: Property, form: Any) -> None:
    assert misfit(prop, form) is None


@pytest.mark.parametrize(
    ("prop", "form", "code"),
    [
        (NAME, "Kernig", "TOO_LONG"), (NAME, "😀😀😀", "TOO_LONG"),
        (MAIL, "ute@kern", "WRONG_TYPE"), (MAIL, 7, "WRONG_TYPE"), (MAIL, "a@b.example" + "e" * 80, "TOO_LONG"),
        (INDUSTRY, "Machines", "NOT_IN_PICKLIST"), (STAGE, "Lead", "NOT_IN_PICKLIST"),
        (TOPICS, "Seals;Valves", "NOT_IN_PICKLIST"), (FREE, "x" * 256, "TOO_LONG"),
        (SIZE, 1000, "NUMBER_TOO_LARGE"), (SIZE, "many", "WRONG_TYPE"), (SIZE, True, "WRONG_TYPE"),
        (SIZE, "nan", "WRONG_TYPE"), (SIZE, "1_0", "WRONG_TYPE"), (SIZE, [], "WRONG_TYPE"),
        (HEADS, 12.5, "TOO_MANY_DECIMALS"), (HEADS, 10**8, "NUMBER_TOO_LARGE"),
        (DONE, "perhaps", "WRONG_TYPE"), (DAY, "2026-02-30", "WRONG_TYPE"), (DAY, "2026-03-02T08:00", "WRONG_TYPE"),
        (AT, "soon", "WRONG_TYPE"), (AT, 5, "WRONG_TYPE"), (OWNER, "no id", "WRONG_TYPE"),
        (MUST, None, "REQUIRED_MISSING"), (MUST, "", "REQUIRED_MISSING"),
    ],
)  # fmt: skip
def test_what_does_not(prop: Property, form: Any, code: str) -> None:
    found = misfit(prop, form)
    assert found is not None
    assert found.code == code
    assert found.text


@pytest.mark.parametrize("prop", [NAME, INDUSTRY, SIZE, HEADS, DONE, DAY, AT, MAIL, TOPICS])
def test_neither_text_nor_hint_holds_what_was_wanted(prop: Property) -> None:
    found = misfit(prop, "Geheimwort")
    assert found is not None
    assert "Geheimwort" not in f"{found.text} {found.hint}"


def test_the_nearest_value_is_the_hint() -> None:
    assert misfit(INDUSTRY, "Machinary") == Misfit(
        "NOT_IN_PICKLIST", "does not offer this value", 'the nearest it offers is "Machinery"'
    )
    far = misfit(INDUSTRY, "Zzz")
    assert far is not None
    assert far.hint == "add the value there"
    assert nearest("leadcycle_heat__c", ["Title", "Leadcycle_Heat__c"]) == "Leadcycle_Heat__c"
    assert nearest("x", []) == ""


STATE = Property(
    "StateCode",
    "choice",
    values=("BY", "NI", "CA"),
    restricted=True,
    controller="CountryCode",
    valid={"DE": ("BY", "NI"), "US": ("CA",)},
)


@pytest.mark.parametrize(
    ("form", "beside", "fits"),
    [
        ("NI", "DE", True), ("ni", "de", True), ("CA", "US", True),
        ("CA", "DE", False), ("NI", None, False), ("NI", "", False), ("NI", "FR", False),
    ],
)  # fmt: skip
def test_a_dependent_value_is_held_against_its_controller(
    form: str, beside: Any, fits: bool
) -> None:
    found = not_valid(STATE, form, beside)
    assert (found is None) is fits
    assert found is None or (found.code == "NOT_VALID_FOR" and "CountryCode" in found.text)


def test_a_checkbox_may_control() -> None:
    rules = Property(
        "Reason__c", "choice", controller="Done__c", valid={"true": ("won",), "false": ()}
    )
    assert not_valid(rules, "won", True) is None
    assert not_valid(rules, "won", False) is not None


def test_length_counts_as_vendors_do() -> None:
    assert [length(text) for text in ("abc", "äöü", "😀", "\ud83d")] == [3, 3, 2, 1]
