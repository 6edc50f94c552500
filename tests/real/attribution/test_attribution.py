"""Attribution on two public sets of touches; the oracle is SQL with window functions, as such reports are usually written.

The playbook's seeds have their totals published (359 spent: 312 on facebook_ads, 47 on adwords; 21 conversions worth 275); the
touch points have 1,838 conversions of 7,896 customers. Neither publishes shares by channel.
"""

from __future__ import annotations

import csv
import gzip
import io
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from connector.config import compile_text, texts
from connector.decide.costs.account import account
from connector.decide.costs.credit import Touched
from connector.decide.costs.values import Account, Journey, Won
from connector.model.costs import Costs
from connector.model.money import Money

ROOT = Path(__file__).parents[3]
WINDOW = timedelta(days=30)  # the playbook's
PLACES = {
    "first": "place = 1",
    "last": "from_end = 1",
}
Row = tuple[str, datetime, str]  # customer, when, channel


def _rows(path: Path) -> Iterator[dict[str, str]]:
    raw = path.read_bytes()
    text = gzip.decompress(raw).decode() if path.suffix == ".gz" else raw.decode()
    yield from csv.DictReader(io.StringIO(text))


def _at(text: str) -> datetime:
    """`2020-02-04 4:30:21` and `2018-07-22T20:40:41Z`."""
    day, _, clock = text.replace("T", " ").removesuffix("Z").partition(" ")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return datetime.fromisoformat(day).replace(
        hour=hours, minute=minutes, second=seconds, tzinfo=UTC
    )


def _by_sql(touches: Iterable[Row], won: Iterable[Row], model: str) -> dict[str, float]:
    """Credit by channel: one row a touch, numbered from both ends within its conversion."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE touch (customer, at REAL, channel, n INTEGER PRIMARY KEY)")
    base.execute("CREATE TABLE won (customer, at REAL, key)")
    base.executemany(
        "INSERT INTO touch (customer, at, channel) VALUES (?, ?, ?)",
        [(c, at.timestamp(), channel) for c, at, channel in touches],
    )
    base.executemany(
        "INSERT INTO won VALUES (?, ?, ?)", [(c, at.timestamp(), key) for c, at, key in won]
    )
    counted = """
        SELECT w.key, t.channel,
               row_number() OVER (PARTITION BY w.key ORDER BY t.at, t.n) AS place,
               row_number() OVER (PARTITION BY w.key ORDER BY t.at DESC, t.n DESC) AS from_end,
               1.0 / count(*) OVER (PARTITION BY w.key) AS part
          FROM won w JOIN touch t ON t.customer = w.customer AND t.at <= w.at AND t.at >= w.at - ?"""
    chosen = PLACES.get(model, "1")
    points = "part" if model == "linear" else "1.0"
    sql = f"SELECT channel, sum({points}) FROM ({counted}) WHERE {chosen} GROUP BY channel"
    return dict(base.execute(sql, (WINDOW.total_seconds(),)))


def _journeys(touches: Iterable[Row], won: Mapping[str, list[Won]]) -> Iterator[Journey]:
    paths: dict[str, list[Touched]] = defaultdict(list)
    for customer, at, channel in touches:
        paths[customer].append(Touched(at, channel))
    for number, customer in enumerate(sorted({*paths, *won}), 1):
        deals = won.get(customer, [])
        reached = {"Customer": min(deal.at for deal in deals)} if deals else {}
        yield Journey(number, reached, tuple(paths[customer]), tuple(deals))


def _deals(found: Account) -> dict[str, float]:
    return {name: float(e.deals) for name, e in found.by_channel().items() if name and e.deals}


@pytest.fixture(scope="module")
def playbook(datasets: Path) -> dict[str, Any]:
    folder = datasets / "attribution_playbook"
    touches = [
        (row["customer_id"], _at(row["started_at"]), row["utm_source"])
        for row in _rows(folder / "sessions.csv")
    ]
    won = [
        Won(f"deal {n}", _at(row["converted_at"]), Money(Decimal(row["revenue"]), "USD"))
        for n, row in enumerate(_rows(folder / "customer_conversions.csv"))
    ]
    customers = [row["customer_id"] for row in _rows(folder / "customer_conversions.csv")]
    return {
        "touches": touches,
        "won": list(zip(customers, won, strict=True)),
        "costs": _costs(folder),
    }


def _costs(folder: Path) -> Costs:
    """What was paid, read as a project's own spend file: days become months."""
    paid = [
        f"{row['date_day'][:7]},{row['utm_source']},{row['spend']},USD"
        for row in _rows(folder / "ad_spend.csv")
    ]
    names = ("facebook_ads", "adwords", "google", "bing", "newsletter", "direct")
    channels = "".join(
        f"  - {{name: {n}, match: {{source: {{equals: {n}}}}}, free: {str(n not in names[:2]).lower()}}}\n"
        for n in names
    )
    text = {
        k: v for k, v in texts(ROOT).items() if not k.startswith(("rules/cases/", "values/spend/"))
    }
    text["rules/costs.yaml"] = (
        f"version: 1\ncurrency: USD\nchannels:\n{channels}"
        "attribution: {window: 30d}\nspend_files: [values/spend/*.csv]\n"
    )
    text["values/spend/ads.csv"] = "\n".join(["month,channel,amount,currency", *paid]) + "\n"
    loaded = compile_text(text)
    assert loaded.costs is not None, loaded.errors
    return loaded.costs


@pytest.mark.parametrize("model", ["first", "last", "linear"])
def test_the_playbook(playbook: dict[str, Any], model: Any, say: Callable[[str], None]) -> None:
    won: dict[str, list[Won]] = defaultdict(list)
    for customer, deal in playbook["won"]:
        won[customer].append(deal)
    people = list(_journeys(playbook["touches"], won))
    months = ("2020-01", "2020-02", "2020-03")
    found = account(playbook["costs"], ("Customer",), people, months, "UTC", model)
    total, by = found.total(), found.by_channel()
    assert total.spend == {"USD": Decimal(359)}
    paid = {name: entry.spend["USD"] for name, entry in by.items() if entry.spend}
    assert paid == {"facebook_ads": Decimal(312), "adwords": Decimal(47)}
    assert (total.deals, total.revenue) == (21, {"USD": Decimal(275)})
    expected = _by_sql(
        playbook["touches"], [(c, deal.at, deal.key) for c, deal in playbook["won"]], model
    )
    assert _deals(found) == pytest.approx(expected)
    assert (found.unmatched, found.unpaid) == ((), ())
    each = Fraction(312) / by["facebook_ads"].deals
    say(
        f"attribution playbook, {model} touch: facebook_ads {float(by['facebook_ads'].deals):g} of 21 deals, {float(each):.2f} USD each"
    )


@pytest.fixture(scope="module")
def points(datasets: Path) -> tuple[list[Row], list[tuple[str, Won]]]:
    touches: list[Row] = []
    won: list[tuple[str, Won]] = []
    for n, row in enumerate(
        _rows(datasets / "attribution_touches" / "attribution_touches_sample.csv.gz")
    ):
        at = _at(row["time"])
        touches.append((row["customer_id"], at, row["channel"]))
        if row["conversion"] == "1":
            amount = Money(Decimal(row["conversion_value"]), "USD")
            won.append((row["customer_id"], Won(f"deal {n}", at, amount)))
    return touches, won


@pytest.mark.parametrize("model", ["first", "last", "linear"])
def test_sixty_thousand_touches(
    points: tuple[list[Row], list[tuple[str, Won]]], model: Any, say: Callable[[str], None]
) -> None:
    touches, won = points
    deals: dict[str, list[Won]] = defaultdict(list)
    for customer, deal in won:
        deals[customer].append(deal)
    costs = Costs("USD", ("Facebook", "Paid Search"), frozenset(), "first", WINDOW, ())
    found = account(costs, ("Customer",), _journeys(touches, deals), ("2018-07",), "UTC", model)
    assert (len(touches), len({c for c, *_ in touches}), len(won)) == (62_483, 7_896, 1_838)
    assert found.total().deals == 1_838
    value = sum((deal.amount.amount for _, deal in won if deal.amount), Decimal(0))
    assert found.total().revenue["USD"] == value
    assert round(value / 1_838, 2) == Decimal("6.22")
    assert sum(float(e.deals) for e in found.by_channel().values()) == pytest.approx(1_838)
    expected = _by_sql(touches, [(c, deal.at, deal.key) for c, deal in won], model)
    assert _deals(found) == pytest.approx(expected)
    say(
        f"touch points, {model}: {', '.join(f'{n} {v:.1f}' for n, v in sorted(_deals(found).items()))}"
    )
