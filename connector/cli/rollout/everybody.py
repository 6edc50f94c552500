"""Everybody whom a plan moves, told as they are found: nobody is kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import orjson

from connector.cli.rollout.planned import person_json, person_line
from connector.sync.rollout.effect import Effect
from connector.sync.rollout.tally import Sample


class Everybody:
    """One a line. As JSON they are `everybody`, the first member of one object that `end` closes with the rest of the plan."""

    def __init__(self, as_json: bool) -> None:
        self._as_json, self._any = as_json, False

    def __call__(self, effect: Effect, sample: Sample) -> None:
        if not self._as_json:
            click.echo(person_line(effect, sample))
            return
        click.echo(",\n" if self._any else '{"everybody": [\n', nl=False)
        click.echo(orjson.dumps(person_json(effect, sample)).decode(), nl=False)
        self._any = True

    def end(self, rest: Mapping[str, Any]) -> None:
        """The rest of the object."""
        said = orjson.dumps(dict(rest), option=orjson.OPT_SORT_KEYS).decode()
        click.echo(("\n],\n" if self._any else '{"everybody": [],\n') + said.removeprefix("{"))
