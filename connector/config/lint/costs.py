"""rules/costs.yaml: channels, and amounts that nobody can place."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from connector.config.compiled.rules.costs import COLUMNS, OPTIONAL, spend_files, spent
from connector.config.contents import Files
from connector.config.documents.rules.costs import CostsDocument
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.scoring.activities import asked
from connector.config.lint.scoring.signals import details
from connector.config.near import suggest
from connector.config.tables import Table
from connector.config.validate import File
from connector.config.yaml import Path
from connector.decide.fields.normal.currency import codes, is_code
from connector.model.costs import Spend
from connector.model.problem import Problem


def check_costs(files: Files) -> Iterator[Problem]:
    if files.costs is None:
        return
    file = files.costs
    source, document = file.source, file.document
    yield from twice("channel", source, listed(("channels",), document.channels))
    if document.currency not in codes():
        hint = suggest(document.currency, sorted(codes())) or "write a code of ISO 4217: EUR"
        yield Problem(source.at("currency"), f'unknown currency "{document.currency}"', hint)
        return
    if files.whole("mappings/"):
        yield from _touches(files, file)
    if files.whole("values/"):
        yield from _spend(files, file)


def _touches(files: Files, file: File[CostsDocument]) -> Iterator[Problem]:
    known = details(files)
    for index, channel in enumerate(file.document.channels):
        for number, touch in enumerate(channel.touches):
            path: Path = ("channels", index, "touches", number)
            where = file.source.at(*path, "kind")
            yield from declared("kind of activity", touch.kind, known, where)
            if touch.kind in known:
                yield from asked(touch.when, file.source, (*path, "when"), known[touch.kind])


def _spend(files: Files, file: File[CostsDocument]) -> Iterator[Problem]:
    document, source = file.document, file.source
    for index, pattern in enumerate(document.spend_files):
        if not any(fnmatchcase(name, pattern) for name in files.tables):
            where = source.at("spend_files", index)
            hint = "nothing was paid as far as this says; remove the line, or add the file"
            yield Problem(where, f"no file is called {pattern}", hint, "warning")
    for name in spend_files(document, files.tables):
        yield from _currencies(files.tables[name])
    channels = {channel.name: channel for channel in document.channels}
    seen: dict[Spend, str] = {}
    told = set[tuple[str, str]]()
    for found in spent(files, file):
        if isinstance(found, Problem):
            yield found
            continue
        abroad = found.where.rpartition(":")[0], found.amount.currency
        if found.amount.currency != document.currency and abroad not in told:
            told.add(abroad)
            yield _foreign(found, document.currency)
        if (problem := _placed(found, channels)) is not None:
            yield problem
        first = seen.setdefault(found._replace(where=""), found.where)
        if first != found.where and found.amount.amount:
            yield _again(found, first)


def _again(spend: Spend, first: str) -> Problem:
    """A file that was exported twice counts twice, and nothing else would tell."""
    message = f"{spend.amount} for {spend.channel} in {spend.month} stands here again"
    hint = f"the same stands in {first}; both count: remove one of them, or write their sum"
    return Problem(f"{spend.where}:1", message, hint, "warning")


def _foreign(spend: Spend, currency: str) -> Problem:
    """Told once for each currency of a file: one that is meant stays readable, one that is a slip is seen."""
    message = f"{spend.amount} stands beside amounts in {currency}, and is not added to them"
    hint = f"report cost shows each currency apart; write it in {currency} if it belongs to them"
    return Problem(f"{spend.where}:1", message, hint, "warning")


def _currencies(table: Table) -> Iterator[Problem]:
    """A column of currencies under another name: its amounts would count in the currency of the file."""
    if table.place("currency") is not None:
        return
    for name in table.columns:
        cells = {cell for _, cell in table.values(name)}
        if name.casefold() not in (*COLUMNS, *OPTIONAL) and cells and all(map(is_code, cells)):
            message = f'the column "{name}" names currencies, and is not read'
            yield Problem(table.at(1), message, "call it currency", "warning")


def _placed(spend: Spend, channels: dict[str, Any]) -> Problem | None:
    """Reported as unmatched all the same: money is not lost because a name is misspelt."""
    channel = channels.get(spend.channel)
    if channel is None:
        hint = suggest(spend.channel, tuple(channels))
        message = f'no channel is called "{spend.channel}": what was paid is reported apart'
        return Problem(f"{spend.where}:1", message, hint, "warning")
    if channel.free and spend.amount.amount:
        message = f"{spend.channel} is free, and {spend.amount} was paid for it"
        return Problem(f"{spend.where}:1", message, "remove free: true, or the amount", "warning")
    return None
