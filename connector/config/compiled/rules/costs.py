"""rules/costs.yaml and the spend files as values; what a file of amounts says wrong is told by its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase

from connector.config.contents import Files
from connector.config.documents.rules.costs import CostsDocument
from connector.config.documents.written.patterns import CURES, MONTH
from connector.config.tables import Table
from connector.config.validate import File
from connector.decide.fields.normal.currency import minor
from connector.decide.fields.normal.money import money
from connector.model.costs import Costs, Spend
from connector.model.problem import Problem

COLUMNS = ("month", "channel", "amount")
OPTIONAL = ("currency", "note")
THOUSANDTH = Decimal("0.001")
_DOUBTFUL = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


def costs(files: Files) -> Costs | None:
    """None without the file. Rows that cannot be read are left out: their problems stop the project anyway."""
    if files.costs is None:
        return None
    document = files.costs.document
    return Costs(
        currency=document.currency,
        channels=tuple(channel.name for channel in document.channels),
        free=frozenset(channel.name for channel in document.channels if channel.free),
        model=document.attribution.model,
        window=document.attribution.window,
        spend=tuple(found for found in spent(files, files.costs) if isinstance(found, Spend)),
    )


def spent(files: Files, file: File[CostsDocument]) -> Iterator[Spend | Problem]:
    """Every amount, and what is wrong with those that are none."""
    document, source = file.document, file.source
    for index, row in enumerate(document.spend):
        cells = {"month": row.month, "channel": row.channel, "currency": row.currency or ""}
        cells["amount"] = source.written.get(("spend", index, "amount"), repr(row.amount))
        yield _row(cells, source.at("spend", index), source.line("spend", index), document.currency)
    for name in spend_files(document, files.tables):
        yield from _table(files.tables[name], document.currency)


def spend_files(document: CostsDocument, tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The CSV files that are named, each once, in order."""
    patterns = document.spend_files
    return tuple(name for name in sorted(tables) if any(fnmatchcase(name, p) for p in patterns))


def _table(table: Table, currency: str) -> Iterator[Spend | Problem]:
    missing = [name for name in COLUMNS if table.place(name) is None]
    if missing:
        hint = f"the columns are {', '.join((*COLUMNS, *OPTIONAL))}"
        yield Problem(table.at(1), f"no column is called {' or '.join(missing)}", hint)
        return
    for line, cells in table.records():
        yield _row(cells, table.at(line), f"{table.path}:{line}", currency)


def _row(cells: Mapping[str, str], place: str, where: str, currency: str) -> Spend | Problem:
    month, channel = cells["month"], cells["channel"]
    if not re.match(MONTH, month):
        return Problem(place, *CURES[MONTH])
    if not channel:
        return Problem(place, "nobody knows what was paid for", "name the channel")
    try:
        amount = money(cells["amount"], cells.get("currency") or None, currency)
    except ValueError as error:
        return Problem(place, f"the amount {error}", "write it as 2850.00, or 2.850,00 EUR")
    if amount is None or amount.amount < 0:
        return Problem(place, "this is no amount that was paid", "write 0 for nothing")
    if _DOUBTFUL.fullmatch(cells["amount"].strip()) and minor(amount.currency) > THOUSANDTH:
        whole, cents = cells["amount"].replace(".", "") + ".00", str(amount.amount)
        hint = f"write {whole}, or {cents}"
        return Problem(place, f"{cells['amount'].strip()} may be a thousand or a fraction", hint)
    return Spend(channel, month, amount, where)
