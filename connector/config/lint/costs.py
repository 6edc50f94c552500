"""rules/costs.yaml: channels, and amounts that nobody can place."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from connector.config.compiled.rules.costs import spent
from connector.config.contents import Files
from connector.config.documents.rules.costs import CostsDocument
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.scoring.activities import asked
from connector.config.lint.scoring.signals import details
from connector.config.near import suggest
from connector.config.validate import File
from connector.config.yaml import Path
from connector.decide.fields.normal.currency import codes
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
    channels = {channel.name: channel for channel in document.channels}
    for found in spent(files, file):
        if isinstance(found, Problem):
            yield found
        elif (problem := _placed(found, channels)) is not None:
            yield problem


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
