"""Who wins when systems disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.resolve import fields_of, resolve
from connector.model.contact import Observed, Value
from connector.model.mapping import Field, Mappings, WinsRule
from connector.model.ref import Ref

HUB = Ref("hubspot", "contacts", "1")
LEAD = Ref("salesforce", "Lead", "00Q1")
LEAD2 = Ref("salesforce", "Lead", "00Q2")
PERSON = Ref("salesforce", "Contact", "0031")
After = Callable[[float], datetime]
Show = tuple[Any, Ref, float]

CASES: list[tuple[str, Field, list[Show], Any, list[Any]]] = [
    ("the latest", Field("f", "text", "newest"), [("a", HUB, 1), ("b", LEAD, 2)], "b", ["a"]),
    (
        "equal values lose nothing",
        Field("f", "text", "newest"),
        [("a", HUB, 1), ("a", LEAD, 2)],
        "a",
        [],
    ),
    (
        "a tie by the order",
        Field("f", "text", "newest", ("salesforce", "hubspot")),
        [("a", HUB, 1), ("b", LEAD, 1)],
        "b",
        ["a"],
    ),
    (
        "a tie by the other order",
        Field("f", "text", "newest", ("hubspot", "salesforce")),
        [("a", HUB, 1), ("b", LEAD, 1)],
        "a",
        ["b"],
    ),
    ("a tie by name", Field("f", "text", "newest"), [("b", LEAD, 1), ("a", HUB, 1)], "a", ["b"]),
    ("the earliest", Field("f", "text", "first"), [("a", HUB, 2), ("b", LEAD, 1)], "b", ["a"]),
    (
        "the earliest, tied",
        Field("f", "text", "first", ("hubspot",)),
        [("a", HUB, 1), ("b", LEAD, 1)],
        "a",
        ["b"],
    ),
    (
        "the first platform",
        Field("f", "text", "order", ("salesforce", "hubspot")),
        [("a", HUB, 9), ("b", LEAD, 1)],
        "b",
        ["a"],
    ),
    (
        "the next platform",
        Field("f", "text", "order", ("salesforce", "hubspot")),
        [("a", HUB, 9), (None, LEAD, 1)],
        "a",
        [],
    ),
    (
        "the newest of one platform",
        Field("f", "text", "order", ("salesforce",)),
        [("a", LEAD, 1), ("b", PERSON, 2)],
        "b",
        ["a"],
    ),
    (
        "an unlisted platform never",
        Field("f", "text", "order", ("salesforce",)),
        [("a", HUB, 1)],
        None,
        ["a"],
    ),
    (
        "one who objects",
        Field("f", "yes_no", "any_true"),
        [(True, HUB, 1), (False, LEAD, 2)],
        True,
        [False],
    ),
    (
        "nobody objects",
        Field("f", "yes_no", "any_true"),
        [(False, HUB, 1), (False, LEAD, 2)],
        False,
        [],
    ),
    (
        "the most restrictive flag",
        Field("f", "yes_no", "most_restrictive"),
        [(True, HUB, 1), (False, LEAD, 2)],
        True,
        [False],
    ),
    (
        "the most restrictive word",
        Field("f", "choice", "most_restrictive", levels=("all", "some", "none")),
        [("none", HUB, 1), ("all", LEAD, 2), ("some", LEAD2, 3)],
        "none",
        ["some", "all"],
    ),
    (
        "all together",
        Field("f", "text", "union"),
        [(("b", "c"), HUB, 1), (("a", "b"), LEAD, 2)],
        ("a", "b", "c"),
        [],
    ),
    ("a blank is unknown", Field("f", "text", "newest"), [("a", HUB, 1), (None, LEAD, 2)], "a", []),
    (
        "a blank erases",
        Field("f", "text", "newest", blank="erase"),
        [("a", HUB, 1), (None, LEAD, 2)],
        None,
        ["a"],
    ),
    (
        "an older blank does not",
        Field("f", "text", "newest", blank="erase"),
        [("a", HUB, 3), (None, LEAD, 2)],
        "a",
        [None],
    ),
    (
        "a blank never counts",
        Field("f", "text", "newest", blank="never"),
        [("a", HUB, 1), (None, LEAD, 2)],
        "a",
        [],
    ),
    ("nothing shown", Field("f", "text", "newest"), [], None, []),
]


def values(shown: list[Show], after: After) -> list[Value]:
    return [Value(value, source, after(at)) for value, source, at in shown]


@pytest.mark.parametrize(
    ("field", "shown", "won", "lost"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_who_wins(field: Field, shown: list[Show], won: Any, lost: list[Any], after: After) -> None:
    winner, losers = resolve(field, values(shown, after))
    assert (winner.value if winner else None) == won
    assert [loser.value for loser in losers] == lost


def test_an_erased_field_is_known_to_be_empty(after: After) -> None:
    field = Field("f", "text", "newest", blank="erase")
    winner, _ = resolve(field, values([("a", HUB, 1), (None, LEAD, 2)], after))
    assert winner == Value(None, LEAD, after(2))


FIELDS = st.builds(
    Field,
    st.just("f"),
    st.sampled_from(["text", "yes_no"]),
    st.sampled_from(get_args(WinsRule)),
    st.permutations(["hubspot", "salesforce", "a"]).map(tuple) | st.just(()),
    st.just(""),
    st.sampled_from(["unknown", "erase", "never"]),
)
SHOWN = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", True, False, None]),
        st.sampled_from([HUB, LEAD, LEAD2, PERSON]),
        st.integers(0, 2),
    ),
    max_size=5,
)


@given(field=FIELDS, shown=SHOWN, data=st.data())
def test_arrival_in_another_order_changes_nothing(
    field: Field, shown: list[Show], data: st.DataObject, after: After
) -> None:
    found = resolve(field, values(shown, after))
    assert found == resolve(field, values(data.draw(st.permutations(shown)), after))


@given(field=FIELDS, shown=SHOWN)
def test_a_winner_was_shown_and_losers_differ(
    field: Field, shown: list[Show], after: After
) -> None:
    given_values = values(shown, after)
    winner, losers = resolve(field, given_values)
    if field.wins != "union" and winner is not None:
        assert winner in given_values
        assert all(loser.value != winner.value for loser in losers)
        counted = [v for v in given_values if v.value is not None or field.blank == "erase"]
        assert all(v in losers or v.value == winner.value for v in counted)
    # The winner does not hang on a loser: it wins alone, too.
    if field.wins != "union" and winner is not None:
        assert resolve(field, [winner]) == (winner, ())


def test_fields_of_one_record(mappings: Mappings, after: After) -> None:
    seen = {
        "email": Observed("A@x.example", "a@x.example", after(1)),
        "firstname": Observed(None, None, after(1)),
        "lifecyclestage": Observed("lead", None, after(1)),
        "phone": Observed("call me", None, after(1)),
    }
    assert fields_of(mappings, {HUB: seen}) == {"email": Value("a@x.example", HUB, after(1))}


def test_an_emptied_property_erases_where_a_blank_does_but_garbage_never(
    mappings: Mappings, after: After
) -> None:
    title = replace(mappings.fields["job_title"], blank="erase")
    mine = replace(mappings, fields={**mappings.fields, "job_title": title})
    hub = {"jobtitle": Observed("Buyer", "Buyer", after(1))}
    for form, value in ((None, None), ("\x00", "Buyer")):
        found = fields_of(mine, {HUB: hub, LEAD: {"Title": Observed(form, None, after(2))}})
        assert found["job_title"].value == value
    assert fields_of(mappings, {HUB: hub, LEAD: {"Title": Observed(None, None, after(2))}})[
        "job_title"
    ] == Value("Buyer", HUB, after(1))


def test_a_field_of_the_crm_is_not_taken_from_elsewhere(mappings: Mappings, after: After) -> None:
    account = Ref("hubspot", "companies", "9")
    lead = {"OwnerId": Observed("005", "salesforce/User/005", after(1))}
    assert "owner" in fields_of(mappings, {LEAD: lead})
    assert fields_of(mappings, {account: lead}) == {}


def test_records_nobody_maps_show_nothing(mappings: Mappings, after: After) -> None:
    task = Ref("salesforce", "Task", "00T1")
    user = Ref("salesforce", "User", "005")
    seen = {"Email": Observed("a@x.example", "a@x.example", after(1))}
    assert fields_of(mappings, {task: seen, user: seen}) == {}


def test_a_company_over_two_systems(mappings: Mappings, after: After) -> None:
    hub, crm = Ref("hubspot", "companies", "9"), Ref("salesforce", "Account", "001")
    found = fields_of(
        mappings,
        {
            hub: {
                "domain": Observed("x.example", "x.example", after(5)),
                "name": Observed("X", "X", after(5)),
            },
            crm: {
                "Website": Observed("x.example", "x.example", after(6)),
                "Name": Observed("X SE", "X SE", after(1)),
            },
        },
    )
    assert found == {
        "domain": Value("x.example", hub, after(5)),
        "name": Value("X SE", crm, after(1)),
    }


def test_what_we_wrote_does_not_stand_in_the_way_of_an_edit(
    mappings: Mappings, after: After
) -> None:
    """The CRM wins, but it still shows what we wrote there: nobody has edited it (the base of the comparison)."""
    hub = {"firstname": Observed("Uta", "Uta", after(5))}
    ours, theirs = Observed("Ute", "Ute", after(2), ours=True), Observed("Ulla", "Ulla", after(3))
    assert fields_of(mappings, {HUB: hub, LEAD: {"FirstName": ours}})["first_name"].value == "Uta"
    assert (
        fields_of(mappings, {HUB: hub, LEAD: {"FirstName": theirs}})["first_name"].value == "Ulla"
    )
    alone = fields_of(mappings, {LEAD: {"FirstName": ours}})
    assert alone == {"first_name": Value("Ute", LEAD, after(2))}


OBSERVED = st.builds(
    lambda value, at: (value, at), st.sampled_from(["a", "b", None]), st.integers(0, 2)
)


@given(
    shown=st.dictionaries(
        st.sampled_from([HUB, LEAD, PERSON]),
        st.dictionaries(st.sampled_from(["firstname", "FirstName", "jobtitle", "Title"]), OBSERVED),
    )
)
def test_all_fields_at_once_are_each_field_by_itself(
    mappings: Mappings, after: After, shown: dict[Ref, dict[str, tuple[Any, int]]]
) -> None:
    names = {
        "firstname": "first_name",
        "FirstName": "first_name",
        "jobtitle": "job_title",
        "Title": "job_title",
    }
    by_platform = {"hubspot": ("firstname", "jobtitle"), "salesforce": ("FirstName", "Title")}
    observed = {
        ref: {key: Observed(value, value, after(at)) for key, (value, at) in properties.items()}
        for ref, properties in shown.items()
    }
    singly = {}
    for name in ("first_name", "job_title"):
        winner, _ = resolve(
            mappings.fields[name],
            [
                Value(seen.value, ref, seen.at)
                for ref, properties in observed.items()
                for key, seen in properties.items()
                if names[key] == name and key in by_platform[ref.platform]
            ],
        )
        if winner is not None:
            singly[name] = winner
    assert fields_of(mappings, observed) == singly
