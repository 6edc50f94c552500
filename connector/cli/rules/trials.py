"""test: the cases of rules/cases, by the files as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from connector.cli.options import ATTENTION, WRONG, Common, common, end
from connector.cli.running.assembly import project_root
from connector.config import Tried, load, tried
from connector.config.examples import Case
from connector.config.near import did_you_mean, suggest
from connector.errors import ConfigError
from connector.model.problem import Problem

CASES = "rules/cases"
HOW = "name a file, a line of one (handover.yaml:12), or a part of a case's name"


@click.command(name="test")
@click.argument("which", metavar="[FILE|NAME]...", nargs=-1)
@common
def trials(which: tuple[str, ...], common: Common) -> None:
    """Play the cases of rules/cases by the files as they are now: what was expected, what came out, and why."""
    loaded = load(project_root(common))
    if loaded.book is None or loaded.mappings is None:
        for problem in loaded.errors:
            click.echo(str(problem), err=True)
        click.echo("No case was played: leadcycle check tells everything at once.", err=True)
        end(WRONG)
        return
    found = [tried(loaded.book, loaded.mappings, case) for case in chosen(loaded.cases, which)]
    common.show(as_json(found), lambda: click.echo("\n".join(told(found))))
    if not all(one.passed for one in found):
        end(ATTENTION)


def chosen(cases: Sequence[Case], which: Iterable[str]) -> list[Case]:
    """The cases of these files, or with this in their name; all of them if nothing is said. Raises ConfigError for none."""
    wanted = list(which)
    if not cases:
        hint = f"write examples into {CASES}/*.yaml"
        raise ConfigError([Problem(CASES, "there are no cases", hint)])
    for word in wanted:
        if not any(_meant(case, word) for case in cases):
            raise ConfigError([Problem("test", f'no case is called "{word}"', _hint(word, cases))])
    return [case for case in cases if not wanted or any(_meant(case, word) for word in wanted)]


def _hint(word: str, cases: Sequence[Case]) -> str:
    files = {case.source.path.rpartition("/")[2] for case in cases}
    if word.endswith(".yaml"):
        return suggest(word, files)
    return did_you_mean(word, [case.name for case in cases]) or HOW


def _meant(case: Case, word: str) -> bool:
    """A file by its path or name, a line of one (`handover.yaml:12`), or a part of the case's name."""
    path, line = case.where.rsplit(":", 1)
    file, _, wanted = word.partition(":")
    if path.endswith(file) and file.endswith(".yaml"):
        return not wanted or wanted == line
    return word.casefold() in case.name.casefold()


def as_json(found: Sequence[Tried]) -> dict[str, Any]:
    failed = sum(not one.passed for one in found)
    return {
        "passed": len(found) - failed,
        "failed": failed,
        "rows": [_row(one) for one in found],
    }


def _row(one: Tried) -> dict[str, Any]:
    return {
        "case": one.case.name,
        "where": one.case.where,
        "passed": one.passed,
        "broken": one.broken,
        "steps": [
            {
                "step": step.number,
                "at": step.at.isoformat(),
                "passed": step.passed,
                "expectations": [
                    {
                        "what": row.what,
                        "expected": row.expected,
                        "got": row.got,
                        "passed": row.ok,
                        "where": row.where,
                    }
                    for row in step.rows
                ],
                "why": list(step.why),
            }
            for step in one.steps
        ],
    }


def told(found: Sequence[Tried]) -> list[str]:
    """A line for each case; under one that fails what was expected, what came out, and the rules behind it."""
    lines = []
    for one in found:
        lines.append(f"{'ok     ' if one.passed else 'FAILED '} {one.case.where}  {one.case.name}")
        if one.broken:
            lines.append(f"          cannot be played: {one.broken}")
        for step in one.steps:
            if not step.passed:
                lines += _failed(one, step.number, step.at.isoformat())
    passed = sum(one.passed for one in found)
    return [*lines, f"{passed} of {len(found)} passed"]


def _failed(one: Tried, number: int, at: str) -> list[str]:
    step = one.steps[number]
    lines = [f"          then, at {at}"] if number else []
    for row in step.rows:
        if not row.ok:
            place = row.where.rpartition("/")[2]
            lines.append(f"          {place}: expected {row.what} {row.expected}, got {row.got}")
    return [*lines, *(f"            {why}" for why in step.why)]
