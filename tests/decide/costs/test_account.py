"""The account of a period: every euro and every person once, whatever the journeys are."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.costs.account import account
from connector.decide.costs.credit import NOBODY, Touched
from connector.decide.costs.values import Journey, Won
from connector.model.costs import Costs, Spend
from connector.model.money import Money

START = datetime(2026, 8, 1, tzinfo=UTC)
MONTHS = ("2026-09", "2026-10", "2026-11")
STAGES = ("Lead", "MQL", "Customer")
CHANNELS = ("Webinar", "Search ads", "Organic")


def costs(*spend, model="first", window=None, free=("Organic",)):
    rows = tuple(
        Spend(channel, month, Money(Decimal(amount), currency), f"values/spend/a.csv:{line}")
        for line, (channel, month, amount, currency) in enumerate(spend, 2)
    )
    return Costs("EUR", CHANNELS, frozenset(free), model, window, rows)


def on(day, month=10):
    return datetime(2026, month, day, 10, tzinfo=UTC)


def test_cost_and_people_meet_in_channel_and_month():
    people = [
        Journey(1, {"Lead": on(3), "MQL": on(9)}, (Touched(on(1), "Webinar"),)),
        Journey(2, {"Lead": on(5)}, (Touched(on(2), "Search ads"),)),
        Journey(3, {"Lead": on(6)}),
    ]
    found = account(
        costs(("Webinar", "2026-10", "100", "EUR"), ("Search ads", "2026-10", "50", "CHF")),
        STAGES,
        people,
        MONTHS,
        "Europe/Berlin",
    )
    webinar = found.by_channel()["Webinar"]
    assert (webinar.people, webinar.spend) == ({"Lead": 1, "MQL": 1}, {"EUR": Decimal(100)})
    assert found.by_channel()[NOBODY].people == {"Lead": 1}
    assert found.total().spend == {"EUR": Decimal(100), "CHF": Decimal(50)}
    assert (found.unmatched, found.unpaid, found.unused) == ((), (), ())


def test_the_month_is_that_of_the_house():
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    people = [Journey(1, {"Lead": late}, (Touched(on(1), "Webinar"),))]
    found = account(costs(), STAGES, people, MONTHS, "Europe/Berlin")
    assert list(found.entries) == [("Webinar", "2026-11")]
    assert list(account(costs(), STAGES, people, MONTHS, "UTC").entries) == [("Webinar", "2026-10")]


def test_what_nobody_can_place_is_told_apart_and_never_guessed():
    spend = costs(
        ("Webnar", "2026-10", "70", "EUR"),  # a misspelt channel
        ("Search ads", "2026-10", "50", "EUR"),  # nobody came
        ("Webinar", "2026-09", "40", "EUR"),  # and nothing said of October
        ("Webinar", "2026-07", "99", "EUR"),  # another period
    )
    people = [
        Journey(1, {"Lead": on(3)}, (Touched(on(1), "Webinar"),)),
        Journey(2, {"Lead": on(3)}, (Touched(on(1), "Organic"),)),  # free
        Journey(3, {"Lead": on(3, 9)}, (Touched(on(1, 9), "Webinar"),)),
    ]
    found = account(spend, STAGES, people, MONTHS, "Europe/Berlin")
    assert [row.channel for row in found.unmatched] == ["Webnar"]
    assert found.unpaid == (("Webinar", "2026-10"),)
    assert found.unused == ("Search ads",)
    assert found.entries["Webinar", "2026-10"].spend == {}


def test_a_zero_that_somebody_wrote_is_no_missing_amount():
    people = [Journey(1, {"Lead": on(3)}, (Touched(on(1), "Webinar"),))]
    found = account(
        costs(("Webinar", "2026-10", "0", "EUR")), STAGES, people, MONTHS, "Europe/Berlin"
    )
    assert (found.unpaid, found.unused) == ((), ())


def test_a_deal_of_several_people_counts_once():
    won = Won("salesforce/Opportunity/1", on(20), Money(Decimal("100.00"), "EUR"))
    people = [
        Journey(1, {}, (Touched(on(1), "Webinar"), Touched(on(2), "Organic")), (won,)),
        Journey(2, {}, (Touched(on(1), "Search ads"),), (won,)),
        Journey(3, {}, (), (won,)),
    ]
    found = account(costs(model="linear"), STAGES, people, MONTHS, "Europe/Berlin")
    shares = {channel: entry.deals for channel, entry in found.by_channel().items()}
    assert shares == {
        "Webinar": Fraction(1, 6),
        "Organic": Fraction(1, 6),
        "Search ads": Fraction(1, 3),
        NOBODY: Fraction(1, 3),
    }
    assert found.total().revenue == {"EUR": Decimal("100.00")}
    assert found.total().deals == 1


def test_deals_without_an_amount_are_counted():
    people = [Journey(1, {}, (), (Won("d", on(20), None),))]
    found = account(costs(), STAGES, people, MONTHS, "Europe/Berlin")
    assert (found.unpriced, found.total().deals, found.total().revenue) == (1, 1, {})


moments = st.integers(0, 150).map(lambda days: START + timedelta(days=days, hours=7))
channels = st.sampled_from((*CHANNELS, "Fair"))  # Fair: only the rules in force know it
money = st.tuples(st.integers(0, 10**7), st.sampled_from(["EUR", "CHF", "JPY"]))


@st.composite
def populations(draw):
    deals = [
        Won(f"d{n}", draw(moments), None if n % 4 == 3 else Money(Decimal(cents), currency))
        for n, (cents, currency) in enumerate(draw(st.lists(money, max_size=5)))
    ]
    return [
        Journey(
            number,
            dict(draw(st.dictionaries(st.sampled_from(STAGES), moments))),
            tuple(
                Touched(at, c) for at, c in draw(st.lists(st.tuples(moments, channels), max_size=4))
            ),
            tuple(draw(st.lists(st.sampled_from(deals), unique=True))) if deals else (),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


spends = st.lists(
    st.tuples(
        st.sampled_from((*CHANNELS, "Webnar")),
        st.sampled_from((*MONTHS, "2026-12", "2025-10")),
        st.integers(0, 10**6).map(lambda cents: str(Decimal(cents) / 100)),
        st.sampled_from(["EUR", "CHF"]),
    ),
    max_size=8,
)


@given(
    populations(),
    spends,
    st.sampled_from(["first", "last", "linear"]),
    st.sampled_from([None, 9, 60]),
)
def test_every_euro_and_every_person_appears_exactly_once(people, rows, model, days):
    """Against plain sums over what was put in."""
    window = None if days is None else timedelta(days=days)
    found = account(costs(*rows, model=model, window=window), STAGES, people, MONTHS, "UTC")
    paid = Counter()
    for _, month, amount, currency in rows:
        paid[currency] += Decimal(amount) if month in MONTHS else 0
    told = Counter()
    for entry in found.entries.values():
        told.update(entry.spend)
    for spend in found.unmatched:
        told[spend.amount.currency] += spend.amount.amount
        assert spend.channel == "Webnar"
    assert {c: v for c, v in told.items() if v} == {c: v for c, v in paid.items() if v}
    for stage in STAGES:
        came = sum(f"{p.reached[stage]:%Y-%m}" in MONTHS for p in people if stage in p.reached)
        assert sum(e.people.get(stage, 0) for e in found.entries.values()) == came
    deals = {w.key: w for p in people for w in p.won if f"{w.at:%Y-%m}" in MONTHS}
    assert found.total().deals == len(deals)
    assert found.unpriced == sum(w.amount is None for w in deals.values())
    revenue = Counter()
    for won in deals.values():
        if won.amount is not None:
            revenue[won.amount.currency] += won.amount.amount
    assert {c: v for c, v in found.total().revenue.items() if v} == {
        c: v for c, v in revenue.items() if v
    }
    for of in (found.by_channel(), found.by_month()):
        assert sum((e.deals for e in of.values()), Fraction(0)) == len(deals)
