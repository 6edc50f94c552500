"""Names: used once where they are given, declared where they are used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from connector.config.near import suggest
from connector.config.yaml import Path, Source
from connector.model.problem import Problem


def twice(noun: str, source: Source, names: Iterable[tuple[str, Path]]) -> Iterator[Problem]:
    """A problem for every name that was given before; reasons and reports could not tell the two apart."""
    first: dict[str, Path] = {}
    for name, path in names:
        if name in first:
            line = source.line(*first[name]).rpartition(":")[2]
            yield Problem(
                source.at(*path),
                f'the {noun} "{name}" stands here twice',
                f"the first one is in line {line}",
            )
        else:
            first[name] = path


def listed(section: Path, items: Iterable[object]) -> Iterator[tuple[str, Path]]:
    """The names of a list of rules."""
    for index, item in enumerate(items):
        yield (
            str(getattr(item, "name", item)),
            (*section, index, *(("name",) if hasattr(item, "name") else ())),
        )


def declared(noun: str, name: str, known: Collection[str] | None, where: str) -> Iterator[Problem]:
    """A problem if the name is none of the known; None: what is known could not be read."""
    if known is not None and name not in known:
        yield Problem(where, f'unknown {noun} "{name}"', suggest(name, known))
