"""What people cost: per stage and customer, by channel and month; what nobody can place is told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from connector.decide.costs.account import account
from connector.decide.costs.credit import NOBODY, split
from connector.decide.costs.values import Account, Entry
from connector.decide.fields.normal.currency import rounded
from connector.model.costs import Costs, Model
from connector.model.rules import Rulebook
from connector.store import Store

HUNDREDTH = Decimal("0.01")
BY = ("channel", "month")


@dataclass(frozen=True, slots=True)
class CostReport:
    """An account with the words to show it. `stale`: channels of the costs that the rules in force do not know, or the other way."""

    account: Account
    stale: tuple[str, ...] = ()

    def rows(self, by: str) -> list[dict[str, Any]]:
        """One row per channel or month (or per both, `by` = channel,month), and none for the total."""
        found = _groups(self.account, by)
        shown = _people_shown(self.account, found)
        return [
            {**_named(by, key), **_row(self.account, entry, shown[key])}
            for key, entry in found.items()
        ]

    def total(self) -> dict[str, Any]:
        whole = self.account.total()
        people = {stage: Decimal(int(n)) for stage, n in whole.people.items()}
        return _row(self.account, whole, people)

    def as_json(self) -> dict[str, Any]:
        one = self.account
        return {
            "months": list(one.months),
            "model": one.model,
            "window_days": None if one.window is None else one.window.days,
            "stages": list(one.stages),
            "channels": self.rows("channel"),
            "by_month": self.rows("month"),
            "cells": self.rows("channel,month"),
            "total": self.total(),
            "people_without_channel": _plain(_nobody(one)),
            "unmatched_spend": [
                {
                    "channel": spend.channel,
                    "month": spend.month,
                    "amount": str(spend.amount.amount),
                    "currency": spend.amount.currency,
                    "where": spend.where,
                }
                for spend in one.unmatched
            ],
            "months_without_spend": [{"channel": c, "month": m} for c, m in one.unpaid],
            "spend_without_people": list(one.unused),
            "deals_without_amount": one.unpriced,
            "stale_channels": list(self.stale),
        }

    @property
    def complete(self) -> bool:
        """Whether every figure has all that belongs to it."""
        one = self.account
        return not (one.unmatched or one.unpaid or one.unpriced or self.stale)


def cost(
    store: Store,
    book: Rulebook,
    costs: Costs,
    months: Sequence[str],
    model: Model | None = None,
) -> CostReport:
    """The costs of these months (`2026-10`, in order) of the project's time zone, as everything is known now."""
    zone = ZoneInfo(book.timezone)
    since, until = _beginning(months[0], zone), _beginning(_next(months[-1]), zone)
    start = book.lifecycle.rank(book.lifecycle.start)
    stages = book.lifecycle.stages[start + 1 :]
    people = store.told.journeys(since, until, costs.currency)
    found = account(costs, stages, people, months, book.timezone, model)
    in_force = {channel.name for channel in book.channels}
    return CostReport(found, tuple(sorted(in_force ^ {*costs.channels})))


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from the first to the last, both included."""
    found = [first]
    while found[-1] < last:
        found.append(_next(found[-1]))
    return tuple(found)


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def _beginning(month: str, zone: ZoneInfo) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=zone).astimezone(UTC)


def _groups(one: Account, by: str) -> dict[str, Entry]:
    if by == "channel":
        return one.by_channel()
    if by == "month":
        return one.by_month()
    return {f"{channel}\t{month}": entry for (channel, month), entry in one.entries.items()}


def _named(by: str, key: str) -> dict[str, str]:
    return dict(zip(by.split(","), key.split("\t"), strict=True))


def _people_shown(one: Account, groups: Mapping[str, Entry]) -> dict[str, dict[str, Decimal]]:
    """People in hundredths that add up to whole people, stage by stage: linear shares are no decimal numbers."""
    shown: dict[str, dict[str, Decimal]] = {key: {} for key in groups}
    for stage in one.stages:
        parts = {key: entry.people.get(stage, Fraction(0)) for key, entry in groups.items()}
        total = sum(parts.values(), Fraction(0))
        if total:
            shares = {key: part / total for key, part in parts.items()}
            for key, count in split(Decimal(int(total)), shares, HUNDREDTH).items():
                shown[key][stage] = count
    return shown


def _row(one: Account, entry: Entry, people: Mapping[str, Decimal]) -> dict[str, Any]:
    return {
        "people": {stage: float(people.get(stage, 0)) for stage in one.stages},
        "spend": _plain(entry.spend),
        "cost_per": {
            stage: dict(_each(entry.spend, entry.people.get(stage, Fraction(0))))
            for stage in one.stages
        },
        "deals": float(entry.deals),
        "revenue": _plain(entry.revenue),
    }


def _each(spend: Mapping[str, Decimal], people: Fraction) -> Iterator[tuple[str, str]]:
    """What one of them cost, by currency; nothing where there is nobody, or nobody says what was paid."""
    for currency, amount in spend.items():
        if people:
            exact = Fraction(amount) / people
            value = Decimal(exact.numerator) / Decimal(exact.denominator)
            yield currency, str(rounded(value, currency))


def _nobody(one: Account) -> dict[str, Any]:
    mine = sum((e for (c, _), e in one.entries.items() if c == NOBODY), Entry())
    return {stage: float(mine.people.get(stage, 0)) for stage in one.stages}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, Decimal) else v for name, v in values.items()}
