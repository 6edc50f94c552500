"""mappings/assets.yaml: columns, phases, names used twice, patterns that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from connector.config.compiled.condition import tests
from connector.config.compiled.rules.interest import kinds_with_assets
from connector.config.contents import Files
from connector.config.documents.rules.assets import (
    COLUMNS,
    CURE,
    NOTHING_SAID,
    AssetDocument,
    AssetsDocument,
)
from connector.config.lint.conditions.implies import implies
from connector.config.lint.conditions.tests import check_tests
from connector.config.lint.conditions.vocabulary import Vocabulary
from connector.config.lint.names import declared
from connector.config.near import suggest
from connector.config.tables import Table
from connector.config.validate import File
from connector.config.yaml import Path
from connector.decide.conditions.operators import fold
from connector.model.problem import Problem

_ASSET = Vocabulary({}, {"asset": "text"}, {})


class _Named(NamedTuple):
    """One entry with the places to tell of it."""

    asset: str
    phase: str
    place: str
    phase_place: str


def check_assets(files: Files) -> Iterator[Problem]:
    if files.assets is None:
        return
    file = files.assets
    for place in file.document.files:
        if place.table.path:
            yield from _columns(place.table)
    yield from _entries(file)
    yield from _patterns(file)
    if files.whole("mappings/"):
        kinds = kinds_with_assets(files)
        for kind in file.document.interest.weights:
            where = file.source.key("interest", "weights", kind)
            yield from declared("kind of activity", kind, kinds, where)


def _columns(table: Table) -> Iterator[Problem]:
    if table.place("asset") is None:
        hint = f"the columns are {', '.join(COLUMNS)}"
        yield Problem(table.at(1), 'no column is called "asset"', hint)
    for name in table.columns:
        if name.casefold() not in COLUMNS:
            hint = suggest(name, COLUMNS)
            yield Problem(table.at(1), f'the column "{name}" says nothing here', hint, "warning")
    for line, row in table.records():
        if row.get("asset") and not any(row.get(name) for name in COLUMNS[1:4]):
            yield Problem(table.at(line), NOTHING_SAID, CURE)


def _entries(file: File[AssetsDocument]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    phases = file.document.phases
    for index, name in enumerate(phases):
        if name in phases[:index]:
            where = file.source.at("phases", index)
            yield Problem(where, f'the phase "{name}" stands here twice', "name each phase once")
    for one in _all(file):
        if one.phase and one.phase not in phases:
            hint = suggest(one.phase, phases) if phases else f"add phases: [{one.phase}]"
            yield Problem(one.phase_place, f'unknown phase "{one.phase}"', hint)
        key = fold(one.asset)
        if one.asset and key in first:
            hint = f"the first one is {first[key]}"
            yield Problem(one.place, f'the asset "{one.asset}" stands in the catalogue twice', hint)
        first.setdefault(key, one.place.rpartition(":")[0])


def _all(file: File[AssetsDocument]) -> Iterator[_Named]:
    source = file.source

    def phase(asset: AssetDocument, *path: str | int) -> tuple[str, str]:
        return asset.phase or "", source.at(*path, "phase")

    for name, asset in file.document.assets.items():
        word, where = phase(asset, "assets", name)
        yield _Named(name, word, source.key("assets", name), where)
    for place in file.document.files:
        for line, row in place.table.records():
            at = place.table.at(line)
            yield _Named(row.get("asset", ""), row.get("phase", ""), at, at)
    for index, pattern in enumerate(file.document.patterns):
        word, where = phase(pattern, "patterns", index)
        yield _Named("", word, where, where)


def _patterns(file: File[AssetsDocument]) -> Iterator[Problem]:
    source, patterns = file.source, file.document.patterns
    found = []
    for index, pattern in enumerate(patterns):
        path: Path = ("patterns", index, "match")
        yield from check_tests(pattern.match, "asset", source, path, _ASSET)
        if "present" in pattern.match.model_fields_set:
            where = source.key(*path, "present")
            yield Problem(where, "an asset is always known here", "write matches_path, or in")
        found.append(tests(pattern.match, "asset", source, path, {}))
        above = next((n for n in range(index) if implies(found[index], found[n])), None)
        if above is not None:
            line = source.line("patterns", above).rpartition(":")[2]
            yield Problem(
                source.at("patterns", index),
                "this pattern can never be reached",
                f"the one in line {line} takes all of it",
            )
