"""The next line to type, for the project and the store that this one was for."""

from __future__ import annotations

import shlex

import click
from click.core import ParameterSource

SHORT = 12  # digits of a hash that people type
_NAMED = ("project", "database")


def next_line(verb: str, plan_hash: str, *more: str) -> str:
    """`leadcycle VERB HASH`, with the options by which this command was told where it is."""
    return " ".join(["leadcycle", verb, plan_hash[:SHORT], *more, *_where()])


def _where() -> list[str]:
    context = click.get_current_context(silent=True)
    if context is None:
        return []
    found: list[str] = []
    for name in _NAMED:
        if context.get_parameter_source(name) == ParameterSource.COMMANDLINE:
            found += [f"--{name}", shlex.quote(str(context.params[name]))]
    return found
