"""Money and people of a period, by channel and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from connector.decide.costs.credit import NOBODY, credit, split
from connector.decide.costs.values import Account, Entry, Journey, Won
from connector.decide.fields.normal.currency import minor
from connector.model.costs import Costs, Model, Spend


class _Sheet:
    """Entries while they are filled."""

    def __init__(self) -> None:
        self.people: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
        self.spend: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        self.revenue: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        self.deals: dict[tuple[str, str], Fraction] = defaultdict(Fraction)

    def entries(
        self, channels: Sequence[str], months: Sequence[str]
    ) -> dict[tuple[str, str], Entry]:
        """In the order of the channels and months; NOBODY comes last."""
        used = {*self.people, *self.spend, *self.revenue, *self.deals}
        keys = [(c, m) for c in (*channels, NOBODY) for m in months if (c, m) in used]
        return {
            key: Entry(
                dict(self.people.get(key, {})),
                dict(self.spend.get(key, {})),
                dict(self.revenue.get(key, {})),
                self.deals.get(key, Fraction(0)),
            )
            for key in keys
        }


def account(
    costs: Costs,
    stages: Sequence[str],
    journeys: Iterable[Journey],
    months: Sequence[str],
    timezone: str,
    model: Model | None = None,
) -> Account:
    """The account of these months. `model`: another one than that of the costs.

    People count in the month (of the time zone) in which they reached a stage for the first time, money in that for which it was
    paid, revenue in that in which the deal was won. A deal of several people is divided evenly among them, and each part by
    that person's own touches.
    """
    model, zone, sheet = model or costs.model, ZoneInfo(timezone), _Sheet()
    people = list(journeys)
    wanted = frozenset(months)
    for journey in people:
        _people(sheet, costs, model, journey, stages, wanted, zone)
    unpriced = _revenue(sheet, costs, model, people, wanted, zone)
    unmatched = tuple(_spend(sheet, costs, wanted))
    entries = sheet.entries(_known(costs.channels, people), months)
    return Account(
        tuple(months),
        tuple(stages),
        model,
        costs.window,
        entries,
        unmatched,
        tuple(_unpaid(costs, entries)),
        tuple(_unused(costs, entries)),
        unpriced,
    )


def _known(channels: tuple[str, ...], people: Iterable[Journey]) -> tuple[str, ...]:
    """Channels of the file, then any that only the rules in force know."""
    others = {touch.channel for journey in people for touch in journey.touches}
    return (*channels, *sorted(others - {*channels}))


def _people(
    sheet: _Sheet,
    costs: Costs,
    model: Model,
    journey: Journey,
    stages: Sequence[str],
    months: frozenset[str],
    zone: ZoneInfo,
) -> None:
    for stage in stages:
        at = journey.reached.get(stage)
        if at is None or (month := _month(at, zone)) not in months:
            continue
        for channel, share in credit(journey.touches, at, model, costs.window).items():
            cell = sheet.people[channel, month]
            cell[stage] = cell.get(stage, Fraction(0)) + share


def _revenue(
    sheet: _Sheet,
    costs: Costs,
    model: Model,
    people: Sequence[Journey],
    months: frozenset[str],
    zone: ZoneInfo,
) -> int:
    """Fills in the deals; returns how many have no amount."""
    unpriced = 0
    for deal, buyers in _deals(people):
        month = _month(deal.at, zone)
        if month not in months:
            continue
        shares: dict[str, Fraction] = {}
        for buyer in buyers:
            for channel, share in credit(buyer.touches, deal.at, model, costs.window).items():
                shares[channel] = shares.get(channel, Fraction(0)) + share / len(buyers)
        for channel, share in shares.items():
            sheet.deals[channel, month] += share
        if deal.amount is None:
            unpriced += 1
            continue
        amount, currency = deal.amount.amount, deal.amount.currency
        for channel, part in split(amount, shares, _unit(amount, currency)).items():
            cell = sheet.revenue[channel, month]
            cell[currency] = cell.get(currency, Decimal(0)) + part
    return unpriced


def _deals(people: Sequence[Journey]) -> Iterator[tuple[Won, list[Journey]]]:
    """Each deal once, with everybody who took part."""
    deals: dict[str, Won] = {}
    buyers: dict[str, list[Journey]] = defaultdict(list)
    for journey in people:
        for won in journey.won:
            deals.setdefault(won.key, won)
            buyers[won.key].append(journey)
    for key in sorted(deals):
        yield deals[key], buyers[key]


def _unit(amount: Decimal, currency: str) -> Decimal:
    """The currency's least amount, or what this amount is written to if that is finer."""
    exponent = amount.as_tuple().exponent
    written = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return min(minor(currency), written)


def _spend(sheet: _Sheet, costs: Costs, months: frozenset[str]) -> Iterator[Spend]:
    """Fills in what was paid; yields what was paid for no channel of the file."""
    for spend in costs.spend:
        if spend.month not in months:
            continue
        if spend.channel not in costs.channels:
            yield spend
            continue
        cell = sheet.spend[spend.channel, spend.month]
        currency = spend.amount.currency
        cell[currency] = cell.get(currency, Decimal(0)) + spend.amount.amount


def _unpaid(costs: Costs, entries: Mapping[tuple[str, str], Entry]) -> Iterator[tuple[str, str]]:
    for (channel, month), entry in entries.items():
        paid = channel in (NOBODY, *costs.free) or entry.spend
        if not paid and (any(entry.people.values()) or entry.deals):
            yield channel, month


def _unused(costs: Costs, entries: Mapping[tuple[str, str], Entry]) -> Iterator[str]:
    for channel in costs.channels:
        mine = [entry for (name, _), entry in entries.items() if name == channel]
        paid = any(amount for entry in mine for amount in entry.spend.values())
        if paid and not any(entry.deals or any(entry.people.values()) for entry in mine):
            yield channel


def _month(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m}"
