"""A past moment by what is known now, side by side with what was known then."""

from __future__ import annotations

from rich.markup import escape

from connector.cli.explained.reader import Reader
from connector.cli.output import table
from connector.decide.explanation.obstacles import name_of
from connector.report.explain import Hindsight
from connector.store import Late

LAST = 12  # facts shown


def show_hindsight(reader: Reader, found: Hindsight) -> None:
    reader.line("\n" + reader.say("hindsight.title"))
    if found.differences:
        heads = ("", "", reader.say("hindsight.then"), reader.say("hindsight.now"))
        rows = [
            (
                "  ",
                name_of(one.what, reader.words),
                _plain(reader, one.then),
                _plain(reader, one.now),
            )
            for one in found.differences
        ]
        table(reader.out, heads, [tuple(map(escape, row)) for row in rows])
    else:
        reader.line("  " + reader.say("hindsight.same"))
    if found.late:
        reader.line("  " + reader.say("hindsight.learned"))
    for one in found.late[-LAST:]:
        said = reader.say(
            "hindsight.late",
            what=_what(reader, one),
            at=reader.at(one.at),
            learned=reader.at(one.learned_at),
        )
        reader.line(f"    {said}")


def _what(reader: Reader, one: Late) -> str:
    kind, _, name = one.what.partition(" ")
    return reader.say(f"late.{kind}", what=name)


def _plain(reader: Reader, value: str | float) -> str:
    if isinstance(value, str):
        return reader.echo(value) or reader.say("nothing")
    return reader.words.number(value)
