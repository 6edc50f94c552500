"""`report cost`: what people cost, by channel and month."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from connector.cli.options import ATTENTION, Common, common, end
from connector.cli.output import console, table
from connector.cli.reading import looking, moment_of, since_of
from connector.cli.running.assembly import project_root
from connector.config import Loaded, load
from connector.errors import ConfigError
from connector.model.costs import Costs, Model
from connector.model.problem import Problem
from connector.report.cost import BY, CostReport, cost, months_between

USUAL = 12  # months

_MODELS = click.Choice(("first", "last", "linear"))
_GROUPS = click.Choice((*BY, "channel,month"))


@click.command("cost")
@click.option(
    "--since",
    help="Days back (90d) or a date; the month it lies in is the first. Default: twelve months.",
)
@click.option("--until", help="A date; the month it lies in is the last. Default: this month.")
@click.option("--model", type=_MODELS, help="Another attribution than that of rules/costs.yaml.")
@click.option("--by", type=_GROUPS, default="channel", show_default=True, help="One row each.")
@click.option(
    "--csv", "as_csv", is_flag=True, envvar="LEADCYCLE_REPORT_COST_CSV", help="The rows as CSV."
)
@common
def cost_command(
    since: str | None, until: str | None, model: str | None, by: str, as_csv: bool, common: Common
) -> None:
    """Cost per lead, per stage and per customer, and the revenue won; what nobody can place is told."""
    costs = _costs(load(project_root(common)))
    with looking(common) as (store, in_force, now):
        zone = in_force.book.timezone
        last = now if until is None else moment_of(until, zone, "--until")
        first = _back(last, zone) if since is None else since_of(since, last, zone)
        months = months_between(_month(min(first, last), zone), _month(last, zone))
        found = cost(store, in_force.book, costs, months, cast("Model | None", model))
    if as_csv and not common.json:
        _write_csv(found, by)
    else:
        common.show(found.as_json(), lambda: _show(console(), found, by))
    if not found.complete:
        end(ATTENTION)


def _costs(loaded: Loaded) -> Costs:
    """What was paid is read from the files as they are: amounts decide nothing, and need no `apply`."""
    if loaded.costs is not None:
        return loaded.costs
    raise ConfigError(
        loaded.errors
        or [
            Problem(
                "rules/costs.yaml",
                "the file is missing",
                "docs/howto/what-people-cost.md shows one",
            )
        ]
    )


def _month(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"


def _back(last: datetime, zone: str) -> datetime:
    """Somewhere in the first of the usual months."""
    day = last.astimezone(ZoneInfo(zone)).replace(day=15)
    return day - timedelta(days=round(365.25 * (USUAL - 1) / 12))


def _write_csv(found: CostReport, by: str) -> None:
    """One column for each stage, currency and pair of them; amounts in plain digits."""
    rows = [_flat(row) for row in found.rows(by)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(sys.stdout, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _flat(row: Mapping[str, Any], lead: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{lead}{name} ")
        else:
            flat[f"{lead}{name}"] = value
    return flat


def _show(out: Console, found: CostReport, by: str) -> None:
    stages, heads = found.account.stages, by.split(",")
    currencies = _currencies(found)
    several = len(currencies) > 1
    columns = [*heads, *(["currency"] if several else []), "spend"]
    for stage in stages:
        columns += [stage, "each"]
    columns += ["deals", "revenue"]
    total = {**dict.fromkeys(heads, ""), heads[0]: "total", **found.total()}
    rows = [{**row, heads[0]: row[heads[0]] or "(no channel)"} for row in found.rows(by)]
    lines = [
        line
        for row in (*rows, total)
        for line in _lines(row, [row[head] for head in heads], stages, currencies)
    ]
    table(out, columns, lines, right=tuple(range(len(heads) + several, len(columns))))
    out.print(f"\n{_caption(found, currencies)}", style="dim")
    for line in _told(found):
        out.print(line, soft_wrap=True, markup=False)


def _caption(found: CostReport, currencies: Sequence[str]) -> str:
    one = found.account
    months = " to ".join(dict.fromkeys((one.months[0], one.months[-1])))
    parts = [months, f"{one.model} touch"]
    parts += [] if one.window is None else [f"touches of at most {one.window.days} days before"]
    parts += [f"amounts in {' and '.join(currencies)}"] if currencies else []
    parts += ["never added up"] if len(currencies) > 1 else []
    return ", ".join(parts)


def _currencies(found: CostReport) -> list[str]:
    """Those of all amounts, in order."""
    total = found.total()
    return sorted({*total["spend"], *total["revenue"]})


def _lines(
    row: Mapping[str, Any], names: Sequence[str], stages: Sequence[str], currencies: Sequence[str]
) -> Iterator[list[str]]:
    """One line, or one for each currency of the row: people and deals are counted in the first alone."""
    several = len(currencies) > 1
    mine = [each for each in currencies if each in row["spend"] or each in row["revenue"]]
    for number, currency in enumerate(mine or [""]):
        first = number == 0
        line = [*(names if first else [""] * len(names)), *([currency] if several else [])]
        line.append(_amount(row["spend"], currency))
        for stage in stages:
            line += [_count(row["people"][stage]) if first else ""]
            line += [_amount(row["cost_per"][stage], currency)]
        line += [_count(row["deals"]) if first else "", _amount(row["revenue"], currency)]
        yield line


def _count(number: float) -> str:
    """Whole people, or hundredths where credit was shared."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def _amount(values: Mapping[str, str], currency: str) -> str:
    return f"{Decimal(values[currency]):,.2f}" if currency in values else "–"


def _told(found: CostReport) -> list[str]:
    """What is missing in the figures above, one sentence each."""
    one = found.account
    lines = [
        f"paid for no channel of the file: {spend.amount} for {spend.channel!r} in {spend.month} ({spend.where})"
        for spend in one.unmatched
    ]
    without: dict[str, list[str]] = {}
    for channel, month in one.unpaid:
        without.setdefault(channel, []).append(month)
    lines += [
        f"{channel}: nobody says what was paid in {', '.join(months)}; its cost is higher than shown"
        for channel, months in without.items()
    ]
    lines += [f"{channel} was paid for and brought nobody" for channel in one.unused]
    if one.unpriced:
        lines.append(f"{one.unpriced} deals were won without an amount")
    if found.stale:
        names = ", ".join(found.stale)
        lines.append(
            f"the rules in force know other channels than the file: {names}; leadcycle plan"
        )
    return lines
