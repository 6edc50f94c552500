"""Who wins when systems disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.resolve import contested, fields_of, resolve
from connector.model.mapping.field import Field, WinsRule
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Observed, Value
from connector.model.systems.ref import Ref

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
        "furthest along the levels",
        Field("f", "choice", "highest_stage", levels=("Lead", "MQL", "SQL")),
        [("mql", HUB, 1), ("Lead", LEAD, 2), ("other", LEAD2, 3)],
        "mql",
        ["other", "Lead"],
    ),
    (
        "the newest of one level",
        Field("f", "choice", "highest_stage", levels=("Lead",)),
        [("lead", HUB, 1), ("Lead", LEAD, 2)],
        "Lead",
        ["lead"],
    ),
    (
        "what counts while only blanks are filled",
        Field("f", "text", "only_if_blank", ("hubspot", "salesforce")),
        [("a", HUB, 1), ("b", LEAD, 2)],
        "a",
        ["b"],
    ),
    (
        "what counts while a person is to choose",
        Field("f", "text", "manual", ("salesforce",)),
        [("a", HUB, 3), ("b", LEAD, 2)],
        "b",
        ["a"],
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


ECHOES: list[tuple[str, Field, dict[Ref, tuple[Any, float, bool]], Any]] = [
    ("newest", Field("job_title", "text", "newest"), {HUB: ("said", 5, False), LEAD: ("ours", 9, True)}, "said"),
    ("first", Field("job_title", "text", "first"), {HUB: ("said", 5, False), LEAD: ("ours", 1, True)}, "said"),
    ("order", Field("job_title", "text", "order", ("salesforce", "hubspot")), {HUB: ("said", 5, False), LEAD: ("ours", 9, True)}, "said"),
    ("manual", Field("job_title", "text", "manual"), {HUB: ("said", 5, False), LEAD: ("ours", 9, True)}, "said"),
    ("alone", Field("job_title", "text", "newest"), {LEAD: ("old", 1, True), LEAD2: ("new", 2, True)}, "new"),
    ("a later edit", Field("job_title", "yes_no", "any_true"), {HUB: (False, 5, False), LEAD: (True, 4, True)}, False),
    ("an earlier one", Field("job_title", "yes_no", "any_true"), {HUB: (False, 3, False), LEAD: (True, 4, True)}, True),
    ("objections alone", Field("job_title", "yes_no", "any_true"), {LEAD2: (False, 5, True), LEAD: (True, 4, True)}, True),
    ("a union", Field("job_title", "list", "union"), {HUB: (("a",), 9, False), LEAD: (("b",), 1, True)}, ("a", "b")),
    ("unions alone", Field("job_title", "list", "union"), {HUB: (("a",), 9, True), LEAD: (("b",), 1, True)}, ("a", "b")),
]  # fmt: skip


@pytest.mark.parametrize(("field", "shown", "won"), [c[1:] for c in ECHOES], ids=[c[0] for c in ECHOES])  # fmt: skip
def test_a_copy_of_ours_does_not_compete(
    mappings: Mappings, after: After, field: Field, shown: dict[Ref, Any], won: Any
) -> None:
    mine = replace(mappings, fields={**mappings.fields, "job_title": field})
    name = {"hubspot": "jobtitle", "salesforce": "Title"}
    observed = {
        ref: {name[ref.platform]: Observed(value, value, after(at), ours)}
        for ref, (value, at, ours) in shown.items()
    }
    assert fields_of(mine, observed)["job_title"].value == won
    assert fields_of(mine, dict(reversed(observed.items())))["job_title"].value == won


def test_where_a_blank_never_counts_the_last_value_stays_but_brings_no_older_one_back(
    mappings: Mappings, after: After
) -> None:
    title = replace(mappings.fields["job_title"], blank="never")
    mine = replace(mappings, fields={**mappings.fields, "job_title": title})
    hub = {"jobtitle": Observed(None, "old", after(9))}
    assert fields_of(mine, {HUB: hub})["job_title"].value == "old"
    lead = {"Title": Observed("new", "new", after(5))}
    assert fields_of(mine, {HUB: hub, LEAD: lead})["job_title"].value == "new"


def test_a_contest_is_between_people_and_about_different_values(
    mappings: Mappings, after: After
) -> None:
    title = replace(mappings.fields["job_title"], wins="manual")
    mine = replace(mappings, fields={**mappings.fields, "job_title": title})

    def asked(hub: Observed, crm: Observed) -> list[str]:
        return list(contested(mine, {HUB: {"jobtitle": hub}, LEAD: {"Title": crm}}))

    a, b = Observed("a", "a", after(1)), Observed("b", "b", after(2))
    assert asked(a, b) == ["job_title"]
    assert asked(a, a) == asked(a, b._replace(ours=True)) == []
    assert asked(a, Observed(None, None, after(2))) == []
    seen = {HUB: {"jobtitle": a}, LEAD: {"Title": b}}
    assert fields_of(mine, seen, {"job_title": HUB})["job_title"].value == "a"
    assert fields_of(mine, seen, {"job_title": LEAD})["job_title"].value == "b"
