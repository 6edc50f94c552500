"""Who wins, per field: platforms that exist, rules that fit the type, and what is never written (promise 4)."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.documents.mapped.fields import FieldDocument
from connector.config.documents.mapped.platform import PlatformDocument
from connector.config.lint.names import declared, twice
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

WITH_LEVELS = ("most_restrictive", "highest_stage")
WORDS = ("text", "choice")


def check_wins(
    name: str, field: FieldDocument, source: Source, connections: tuple[str, ...] | None
) -> Iterator[Problem]:
    """The rule of one field."""
    rule, *platforms = field.wins
    path: Path = ("fields", name, "wins")
    order: Path = path if rule == "order" else (*path, "order")
    for index, platform in enumerate(platforms):
        yield from declared("connection", platform, connections, source.at(*order, index))
    yield from twice("platform", source, [(p, (*order, i)) for i, p in enumerate(platforms)])
    if rule == "any_true" and field.type != "yes_no":
        hint = "most_restrictive with levels does the same for words"
        yield Problem(source.at(*path), f'"any_true" is for yes_no, {name} is {field.type}', hint)
    yield from _levels(name, field, source)


def _levels(name: str, field: FieldDocument, source: Source) -> Iterator[Problem]:
    rule, path = field.wins[0], ("fields", name)
    if field.levels is not None:
        levels = [(level, (*path, "levels", i)) for i, level in enumerate(field.levels)]
        yield from twice("level", source, levels)
    goes_by = rule in WITH_LEVELS and field.type in WORDS
    if field.levels is not None and not goes_by:
        hint = "remove the line, or write wins: highest_stage for a text or a choice"
        yield Problem(source.key(*path, "levels"), f'{name} does not go by "levels"', hint)
    elif rule == "highest_stage" and not goes_by:
        hint = "write type: choice, or another rule"
        yield Problem(
            source.at(*path, "wins"),
            f'"{rule}" is for texts and choices, {name} is {field.type}',
            hint,
        )
    elif rule == "most_restrictive" and field.levels is None and field.type != "yes_no":
        yield Problem(
            source.at(*path, "wins"),
            f"nobody knows which {name} is the most restrictive",
            "add levels: the values, the least restrictive first",
        )


def check_owned(
    name: str, field: FieldDocument, file: File[PlatformDocument], path: Path, origin: str
) -> Iterator[Problem]:
    """A field that the mapping gives to one system is never written there (promise 4)."""
    if field.wins == ("order", file.document.platform):
        hint = "remove the line, or let other platforms win in mappings/fields.yaml"
        yield Problem(
            file.source.key(*path),
            f"{name} is never written: {origin} belongs to {file.document.platform} alone",
            hint,
        )
