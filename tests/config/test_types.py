"""Money and lists in a project: what is told of them, what they compile to, what conditions ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.config import Loaded, compile_text
from connector.decide.conditions.condition import compiled
from connector.model.condition import Condition
from connector.model.condition import Test as Asked
from connector.model.money import Money

FIELDS = "mappings/fields.yaml"
READ = "mappings/hubspot.yaml"
WRITE = "mappings/salesforce.yaml"
Edit = tuple[str, str, str]
BUDGET = (FIELDS, "  owner:  ", "  budget: {type: money, currency: EUR}\n  owner:  ")
FOREIGN = (FIELDS, "  owner:  ", "  budget: {type: money}\n  owner:  ")
TOPICS = (FIELDS, "  owner:  ", "  topics: {type: list, of: country, wins: union}\n  owner:  ")
SHOWN = (
    READ,
    "      opted_out: hs",
    "      budget: {property: b, currency: c}\n      opted_out: hs",
)
LISTED = (READ, "      opted_out: hs", "      topics: t\n      opted_out: hs")
PLACE = "      Phone: {from: phone}\n"


def written(line: str) -> Edit:
    return WRITE, PLACE, f"{PLACE}      {line}\n"


def asked(condition: str) -> Edit:
    return (
        "rules/scoring.yaml",
        "{name: cold, when: {}}",
        f"{{name: hot2, when: {condition}}}\n  - {{name: cold, when: {{}}}}",
    )


@pytest.fixture
def edited(house: Mapping[str, str]) -> Callable[..., Loaded]:
    def load(*edits: Edit) -> Loaded:
        text = dict(house)
        for path, old, new in edits:
            assert text[path].count(old) == 1, (path, old)
            text[path] = text[path].replace(old, new)
        return compile_text(text)

    return load


@pytest.mark.parametrize(
    ("edits", "line"),
    [
        (
            (FOREIGN, SHOWN, written("Budget__c: {from: budget}")),
            (
                "these are amounts without a currency, add currency: EUR to the field, or name the property here:"
                " currency: CurrencyIsoCode"
            ),
        ),
        (
            (
                BUDGET,
                SHOWN,
                (
                    WRITE,
                    "      phone: Phone\n",
                    "      phone: Phone\n      budget: {property: B, currency: C}\n",
                ),
                written("B: {from: budget}"),
            ),
            "B is read with its currency, but written without, add currency: C",
        ),
        (
            (BUDGET, SHOWN, written("B: {from: budget, currency: C}\n      C: {from: source}")),
            '"C" has a line of its own, remove that line: the currency is written with the amount',
        ),
        (
            (FOREIGN, SHOWN, asked("{budget: {at_least: 1000}}")),
            'budget has no currency of its own, write "1000 EUR", or add currency: EUR to the field',
        ),
        (
            (BUDGET, SHOWN, asked("{budget: {at_least: much}}")),
            'an amount belongs here, write 1000, or "1000 USD"',
        ),
        (
            (BUDGET, SHOWN, asked("{budget: {contains: much}}")),
            (
                '"contains" says nothing about budget, use one of: equals, not_equals, in, not_in, present, at_least,'
                " above, at_most, below, between"
            ),
        ),
        (
            (TOPICS, LISTED, asked("{topics: {contains_any: [DE, Atlantis]}}")),
            "a part of topics is not a country we know",
        ),
        (
            (TOPICS, LISTED, asked("{topics: {equals: DE}}")),
            '"equals" says nothing about topics, use one of: contains, contains_any, contains_all, in_file, not_in, not_in_file, present',
        ),
    ],
)
def test_a_mistake_is_told_once(
    edited: Callable[..., Loaded], edits: tuple[Edit, ...], line: str
) -> None:
    said = [str(problem).partition(": ")[2] for problem in edited(*edits).errors]
    assert said == [line]


def band(loaded: Loaded) -> Condition:
    assert loaded.ok, [str(problem) for problem in loaded.errors]
    assert loaded.book is not None
    return next(band.when for band in loaded.book.scoring.bands if band.name == "hot2")


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def dollar(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        (
            "{at_least: 1000}",
            [euro("1000.00"), euro("2000")],
            [euro("999.99"), dollar("2000"), None],
        ),
        ('{at_least: "1.000 €"}', [euro("1000")], [euro("999")]),
        ('{above: "1000 USD"}', [dollar("1000.01")], [dollar("1000"), euro("5000")]),
        ("{between: [10, 20]}", [euro("10"), euro("20")], [euro("20.01"), dollar("15")]),
        ("{equals: 10}", [euro("10.00")], [euro("11"), dollar("10")]),
        ("{not_equals: 10}", [euro("11")], [euro("10"), dollar("11"), None]),
        ('{in: [10, "20 USD"]}', [euro("10"), dollar("20")], [euro("20"), dollar("10")]),
        ("{not_in: [10, 20]}", [euro("15")], [euro("20"), dollar("15")]),
        ("{present: true}", [euro("0"), dollar("1")], [None]),
    ],
)
def test_an_amount_compares_with_its_own_currency_only(
    edited: Callable[..., Loaded], condition: str, holds: list[Any], fails: list[Any]
) -> None:
    when = compiled(band(edited(BUDGET, SHOWN, asked(f"{{budget: {condition}}}"))))
    assert all(when({"budget": value}.get) for value in holds)
    assert not any(when({"budget": value}.get) for value in fails)


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        ("{contains: Deutschland}", [("DE",), ("AT", "DE")], [("AT",), None, ()]),
        ("{contains_any: [DE, CH]}", [("CH",), ("AT", "DE")], [("AT",)]),
        ("{not_in: [DE, CH]}", [("AT",)], [("AT", "DE"), None]),
        ("{present: false}", [None, ()], [("DE",)]),
    ],
)
def test_a_list_is_asked_for_whole_parts(
    edited: Callable[..., Loaded], condition: str, holds: list[Any], fails: list[Any]
) -> None:
    when = compiled(band(edited(TOPICS, LISTED, asked(f"{{topics: {condition}}}"))))
    assert all(when({"topics": value}.get) for value in holds)
    assert not any(when({"topics": value}.get) for value in fails)


def test_a_part_is_no_part_of_a_word(edited: Callable[..., Loaded]) -> None:
    """`contains: seals` of a text is covered by `contains: seal` above it; of a list it is another question."""
    words = (FIELDS, "  owner:  ", "  topics: {type: list, of: text}\n  owner:  ")
    cold = "{name: cold, when: {}}"
    bands = "{name: a, when: {topics: {contains: seal}}}\n  - {name: b, when: {topics: {contains: seals}}}"
    place = "rules/scoring.yaml"
    assert edited(words, LISTED, (place, cold, f"{bands}\n  - {cold}")).ok
    again = bands.replace("seals", "seal")
    (told,) = edited(words, LISTED, (place, cold, f"{again}\n  - {cold}")).errors
    assert told.message == 'the band "b" can never be reached'


def test_lines_know_type_currency_and_rounding(edited: Callable[..., Loaded]) -> None:
    line = "Budget__c: {from: budget, currency: CurrencyIsoCode, decimals: 0}"
    loaded = edited(BUDGET, SHOWN, written(line))
    assert loaded.mappings is not None
    lead = loaded.mappings.platforms["salesforce"].records["Lead"]
    made = next(write for write in lead.write if write.property == "Budget__c")
    assert (made.type, made.currency, made.unit, made.decimals, made.unknown) == (
        "money",
        "CurrencyIsoCode",
        "EUR",
        0,
        "hold",
    )
    assert "CurrencyIsoCode" in lead.properties()
    contacts = loaded.mappings.platforms["hubspot"].records["contacts"]
    assert {"b", "c"} <= set(contacts.properties())


def test_a_union_of_single_values_is_written_as_a_list(edited: Callable[..., Loaded]) -> None:
    union = (FIELDS, "{type: choice, wins: first}", "{type: choice, wins: union}")
    loaded = edited(union, written("Sources__c: {from: source}"))
    assert loaded.mappings is not None
    lead = loaded.mappings.platforms["salesforce"].records["Lead"]
    made = next(write for write in lead.write if write.property == "Sources__c")
    assert (made.type, made.of) == ("list", "choice")


def test_a_case_has_amounts_and_lists(edited: Callable[..., Loaded]) -> None:
    person = (
        "rules/cases/handover.yaml",
        "person: {email: k.weber",
        "person: {budget: 1.000 €, topics: DE;AT, email: k.weber",
    )
    both = (
        FIELDS,
        "  owner:  ",
        "  budget: {type: money, currency: EUR}\n  topics: {type: list, of: country}\n  owner:  ",
    )
    assert edited(both, person).ok


def test_what_the_condition_becomes(edited: Callable[..., Loaded]) -> None:
    when = band(edited(BUDGET, SHOWN, asked("{budget: {at_least: 1000}}")))
    assert isinstance(when, Asked)
    assert when.value == euro("1000.00")


SEEN = (FIELDS, "  owner:  ", "  seen: {type: datetime}\n  owner:  ")
SHOWN_SEEN = (READ, "      opted_out: hs", "      seen: seen\n      opted_out: hs")


@pytest.mark.parametrize(
    ("test", "within", "besides"),
    [
        ("{equals: 2026-10-25}", True, False),
        ("{not_equals: 2026-10-25}", False, True),
        ("{in: [2026-10-25, 2027-01-01]}", True, False),
        ("{not_in: [2026-10-25]}", False, True),
    ],
)
def test_a_day_asked_of_a_moment_is_all_of_it(
    edited: Callable[..., Loaded], test: str, within: bool, besides: bool
) -> None:
    """The last Sunday of October has twenty-five hours in Berlin: it ends at 23:00 UTC."""
    loaded = edited(SEEN, SHOWN_SEEN, asked(f"{{seen: {test}}}"))
    assert loaded.book is not None
    holds = compiled(next(band for band in loaded.book.scoring.bands if band.name == "hot2").when)
    begun, over = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    moments = (begun, over - timedelta(seconds=1)), (begun - timedelta(seconds=1), over)
    found = [[holds({"seen": at}.get) for at in some] for some in moments]
    assert found == [[within] * 2, [besides] * 2]
    assert not holds({"seen": None}.get)
