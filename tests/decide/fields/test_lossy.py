"""What a property cannot hold: recorded, never taken for an edit, never put over what nobody can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.lossy import in_words, may_lose
from connector.decide.fields.repeats import originals
from connector.decide.fields.resolve import contested, fields_of
from connector.decide.fields.writing.changes import changes
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, Write
from connector.model.mapping.record import Record
from connector.model.money import Money
from connector.model.person.contact import Contact, Observed, Value
from connector.model.person.decision import Decision
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref

HUB = Ref("hubspot", "contacts", "1")
LEAD = Ref("salesforce", "Lead", "00Q000000000001AAA")
LIMIT = 12
Build = Callable[..., Contact]
Decide = Callable[..., Decision]
Settle = Callable[..., Contact]
After = Callable[[float], datetime]


class Two:
    """HubSpot and Salesforce with one field and another, and what we would write there."""

    def __init__(
        self,
        forms: Mapping[str, Form],
        fields: tuple[Field, ...],
        hubspot: tuple[tuple[Read, ...], tuple[Write, ...]],
        salesforce: tuple[tuple[Read, ...], tuple[Write, ...]],
    ) -> None:
        sides = {"hubspot": ("contacts", *hubspot), "salesforce": ("Lead", *salesforce)}
        platforms = {
            name: PlatformMapping(name, forms[name], {kind: Record(kind, "contact", reads, writes)})
            for name, (kind, reads, writes) in sides.items()
        }
        self.mappings = Mappings("", {field.name: field for field in fields}, platforms, {})

    def contact(self, observed: Mapping[Ref, Mapping[str, Observed]]) -> Contact:
        fields = fields_of(self.mappings, observed)
        return Contact(1, "k", tuple(observed), fields, observed=observed)

    def wanted(
        self,
        observed: Mapping[Ref, Mapping[str, Observed]],
        decision: Decision,
        roster: Roster,
        book: Rulebook,
    ) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
        return changes(decision, self.contact(observed), self.mappings, roster, book)


STEPS = st.lists(
    st.tuples(st.sampled_from([HUB, LEAD]), st.text("ab ", min_size=1, max_size=30)),
    min_size=1,
    max_size=6,
)


@given(steps=STEPS)
def test_a_cut_title_never_travels_back_whatever_people_type(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    settled: Settle,
    decided: Decide,
    after: After,
    steps: list[tuple[Ref, str]],
) -> None:
    """Title takes 12 characters. The last one who typed something else than what stands there has the word."""
    observed: dict[Ref, dict[str, Observed]] = {HUB: {}, LEAD: {}}
    contact = Contact(1, "k", (HUB, LEAD), {}, observed=observed)
    decision, place = decided(), {HUB: "jobtitle", LEAD: "Title"}
    title = None
    for minute, (who, raw) in enumerate(steps):
        shown = raw[:LIMIT] if who == LEAD else raw
        typed = shown.strip() or None
        before = contact.observed[who].get(place[who])
        if before is None or before.form != shown:
            seen = {**contact.observed[who], place[who]: Observed(shown, typed, after(minute))}
            every = {**contact.observed, who: seen}
            contact = replace(contact, observed=every, fields=fields_of(mappings, every))
            if typed is not None and not (who == LEAD and cut(title) == typed):
                title = typed
        found, problems = changes(decision, contact, mappings, roster, book)
        assert problems == ()
        contact = settled(contact, found, after(minute + 0.5))
        assert not _of_title(changes(decision, contact, mappings, roster, book)[0])
        assert title is None or contact.observed[HUB]["jobtitle"].value == title
        if title is not None:
            assert contact.observed[LEAD]["Title"].form.strip() == cut(title)


def cut(title: str | None) -> str | None:
    return None if title is None else title[:LIMIT].rstrip()


def _of_title(found: tuple[Change, ...]) -> bool:
    return any({"jobtitle", "Title"} & change.fields.keys() for change in found)


def test_a_change_names_what_it_loses(
    mappings: Mappings, roster: Roster, book: Rulebook, contact_of: Build, decided: Decide
) -> None:
    contact = contact_of({HUB: {"jobtitle": "Head of Purchasing", "firstname": "Anna"}, LEAD: {}})
    found, _ = changes(decided(), contact, mappings, roster, book)
    (change,) = [each for each in found if each.ref == LEAD]
    assert change.fields["Title"] == "Head of Purc"
    assert change.values["Title"] == "Head of Purchasing"
    assert change.lossy == ("Title",)


BRANCH = Field("branch", "choice", "newest", ("salesforce", "hubspot"))
READ_BRANCH = Read("branch", "Industry", "choice", {"Machinery": "M", "?": None}, "ignore")
WRITE_BRANCH = Write(
    "Industry", "branch", "choice", {"M": "Machinery"}, shared=True, unknown="ignore"
)


def branches(forms: Mapping[str, Form], field: Field = BRANCH) -> Two:
    """HubSpot has its own words, Salesforce a picklist of which the mapping knows one value."""
    hubspot = ((Read("branch", "industry", "choice"),), ())
    return Two(forms, (field,), hubspot, ((READ_BRANCH,), (WRITE_BRANCH,)))


@pytest.mark.parametrize(
    ("form", "minutes", "written"),
    [
        (None, 0, {"Industry": "Machinery"}),
        ("?", 5, {"Industry": "Machinery"}),
        ("Banking", 5, {}),
        ("Banking", 1, {}),  # at the same time Salesforce comes first
        ("Banking", 0, {"Industry": "Machinery"}),
    ],
)
def test_what_nobody_can_read_stands_by_the_field_s_rule(
    both_forms: Mapping[str, Form],
    roster: Roster,
    book: Rulebook,
    decided: Decide,
    after: After,
    form: str | None,
    minutes: int,
    written: Mapping[str, Any],
) -> None:
    two = branches(both_forms)
    observed = {
        HUB: {"industry": Observed("M", "M", after(1))},
        LEAD: {} if form is None else {"Industry": Observed(form, None, after(minutes))},
    }
    found, problems = two.wanted(observed, decided(), roster, book)
    assert problems == ()
    assert {name: form for each in found for name, form in each.fields.items()} == written


def test_a_value_the_table_lacks_is_not_written_and_named_with_what_is(
    both_forms: Mapping[str, Form], roster: Roster, book: Rulebook, decided: Decide, after: After
) -> None:
    two = branches(both_forms)
    observed = {HUB: {"industry": Observed("T", "T", after(1))}, LEAD: {}}
    assert two.wanted(observed, decided(), roster, book) == ((), ())


@pytest.mark.parametrize("unknown", ["keep", "hold"])
def test_a_value_the_table_lacks_is_kept_or_waits(
    both_forms: Mapping[str, Form],
    roster: Roster,
    book: Rulebook,
    decided: Decide,
    after: After,
    unknown: Any,
) -> None:
    write = replace(WRITE_BRANCH, unknown=unknown)
    hubspot = ((Read("branch", "industry", "choice"),), ())
    two = Two(both_forms, (BRANCH,), hubspot, ((READ_BRANCH,), (write,)))
    observed = {HUB: {"industry": Observed("T", "T", after(1))}, LEAD: {}}
    found, problems = two.wanted(observed, decided(), roster, book)
    assert [change.fields for change in found] == ([{"Industry": "T"}] if unknown == "keep" else [])
    assert [problem.code for problem in problems] == (
        [] if unknown == "keep" else ["UNKNOWN_VALUE"]
    )


AMOUNTS = (
    Field("budget", "money", "newest", currency="EUR"),
    Field("spent", "money", "newest", currency="EUR"),
)
ONE_CURRENCY = (
    Write("Budget", "budget", "money", currency="Code", unit="EUR"),
    Write("Spent", "spent", "money", currency="Code", unit="EUR"),
)


def dollars(both_forms: Mapping[str, Form]) -> Two:
    hubspot = (
        (
            Read("budget", "budget", "money", currency="budget_code"),
            Read("spent", "spent", "money"),
        ),
        (),
    )
    return Two(both_forms, AMOUNTS, hubspot, ((), ONE_CURRENCY))


def test_two_amounts_with_one_currency_property_must_agree(
    both_forms: Mapping[str, Form], roster: Roster, book: Rulebook, decided: Decide, after: After
) -> None:
    two = dollars(both_forms)
    budget, spent = Money(Decimal(100), "USD"), Money(Decimal(5), "EUR")
    observed: dict[Ref, dict[str, Observed]] = {
        HUB: {"budget": Observed("100", budget, after(0)), "spent": Observed("5", spent, after(0))},
        LEAD: {},
    }
    (change,), (problem,) = two.wanted(observed, decided(), roster, book)
    assert change.fields == {"Budget": 100, "Code": "USD"}
    assert problem.code == "OTHER_CURRENCY"
    observed[LEAD] = {
        "Budget": Observed(100, budget, after(1), ours=True),
        "Code": Observed("USD", None, after(1), ours=True),
    }
    assert two.wanted(observed, decided(), roster, book) == ((), (problem,))


def test_a_currency_alone_is_a_difference(
    both_forms: Mapping[str, Form], roster: Roster, book: Rulebook, decided: Decide, after: After
) -> None:
    two = dollars(both_forms)
    observed = {
        HUB: {"budget": Observed("100", Money(Decimal(100), "USD"), after(2))},
        LEAD: {
            "Budget": Observed(100.0, Money(Decimal(100), "EUR"), after(1), ours=True),
            "Code": Observed("EUR", None, after(1), ours=True),
        },
    }
    (change,), problems = two.wanted(observed, decided(), roster, book)
    assert (change.fields, problems) == ({"Budget": 100, "Code": "USD"}, ())


def test_values_that_repeat_each_other_all_count(
    both_forms: Mapping[str, Form], after: After
) -> None:
    """Two tables that know one word for both of two values: neither is the other's copy."""
    table = {"car": "Vehicle", "truck": "Vehicle"}
    back = {"Vehicle": "car"}
    sides = tuple(
        ((Read("branch", name, "choice", back),), (Write(name, "branch", "choice", table),))
        for name in ("industry", "Industry")
    )
    two = Two(both_forms, (BRANCH,), *sides)
    values = [Value("car", HUB, after(0)), Value("truck", LEAD, after(1))]
    observed = {
        HUB: {"industry": Observed("Vehicle", "car", after(0))},
        LEAD: {"Industry": Observed("Vehicle", "truck", after(1))},
    }
    assert originals(two.mappings, observed, "branch", values) == values
    assert originals(two.mappings, observed, "nothing", values) == values


def test_a_cut_value_is_no_dispute(mappings: Mappings, after: After) -> None:
    manual = replace(mappings.fields["job_title"], wins="manual")
    disputed = replace(mappings, fields={**mappings.fields, "job_title": manual})
    long, short = "Head of Purchasing", "Head of Purc"
    observed = {
        HUB: {"jobtitle": Observed(long, long, after(0))},
        LEAD: {"Title": Observed(short, short, after(0))},
    }
    assert contested(disputed, observed) == {}
    assert fields_of(disputed, observed)["job_title"].value == long
    observed[LEAD] = {"Title": Observed("CPO", "CPO", after(0))}
    assert set(contested(disputed, observed)["job_title"]) == {HUB, LEAD}


@pytest.mark.parametrize(
    ("write", "loses"),
    [
        (Write("p", "f", "text"), False),
        (Write("p", "f", "text", max_length=5), False),
        (Write("p", "f", "text", max_length=5, too_long="cut"), True),
        (Write("p", "f", "number", decimals=2), True),
        (Write("p", "f", "choice", {"a": "A", "b": "B"}), False),
        (Write("p", "f", "choice", {"a": "A", "b": "A"}), True),
        (Write("p", "f", "choice", {"a": "A"}, unknown="ignore"), True),
    ],
)
def test_which_properties_may_lose(write: Write, loses: bool) -> None:
    assert may_lose(write) is loses


@pytest.mark.parametrize(
    ("form", "value", "sent", "said"),
    [
        ("Head of Purc", "Head of Purchasing", True, "P was cut to 12 characters"),
        (13, 12.6, True, "P was rounded to 13"),
        ("13", Money(Decimal("12.60"), "EUR"), True, "P was rounded to 13"),
        (None, "T", False, "P was left as it is: the mapping's table lacks the value"),
        ("a", ("a", "b"), True, "P does not hold every part of the list"),
    ],
)
def test_the_sentence_of_a_loss(form: Any, value: Any, sent: bool, said: str) -> None:
    assert in_words("P", form, value, sent=sent) == said
