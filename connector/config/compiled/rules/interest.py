"""mappings/assets.yaml as values: the catalogue, and the signals that keep the interest in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from connector.config.compiled.condition import tests
from connector.config.compiled.digest import digest
from connector.config.compiled.rules.signals import of_people
from connector.config.contents import Files, needed
from connector.config.documents.rules.assets import AssetDocument, AssetsDocument
from connector.config.documents.rules.scoring import ScoringDocument
from connector.config.validate import File
from connector.decide.conditions.operators import fold
from connector.model.condition import All, AnyOf, Condition, Not, Test
from connector.model.rules import Asset, Cell, Interest, Signal, Trace

HALF_LIFE = timedelta(days=60)


def interest(files: Files) -> Interest:
    if files.assets is None:
        return Interest()
    document = files.assets.document
    rules = document.interest
    half_life = None if rules.half_life == "never" else rules.half_life or HALF_LIFE
    assets = tuple(entries(files.assets))
    weights = {kind: rules.weights.get(kind, 1.0) for kind in kinds_with_assets(files)}
    return Interest(
        assets=assets,
        traces=tuple(_traces(assets, weights, half_life, needed(files.scoring))),
        phases=document.phases,
        half_life=half_life,
        least=rules.least,
        most=rules.topics,
    )


def kinds_with_assets(files: Files) -> tuple[str, ...]:
    """Kinds of activities that some platform shows with an asset."""
    kinds = {
        activity.kind
        for file in files.platforms
        for activity in file.document.activities.values()
        if activity.asset
    }
    return tuple(sorted(kinds))


def entries(file: File[AssetsDocument]) -> Iterator[Asset]:
    """The catalogue in the order in which it counts: what this file names, what CSV files name, then the patterns."""
    document, source = file.document, file.source
    for name, asset in document.assets.items():
        yield Asset(_cell(asset), source.line("assets", name), name)
    for place in document.files:
        for line, row in place.table.records():
            cell = Cell(*(row.get(part, "") for part in Cell._fields))
            yield Asset(cell, f"{place.file}:{line}", row.get("asset", ""))
    for index, pattern in enumerate(document.patterns):
        path = ("patterns", index, "match")
        when = tests(pattern.match, "asset", source, path, {})
        yield Asset(_cell(pattern), source.line("patterns", index), when=when)


def _cell(asset: AssetDocument) -> Cell:
    return Cell(asset.topic or "", asset.kind or "", asset.phase or "", asset.language or "")


def _traces(
    assets: Sequence[Asset],
    weights: dict[str, float],
    half_life: timedelta | None,
    scoring: File[ScoringDocument],
) -> Iterator[Trace]:
    """One signal for each cell and kind of activity that weighs anything; a machine shows no interest."""
    named: dict[str, Asset] = {}
    for asset in assets:
        if asset.name:
            named.setdefault(fold(asset.name), asset)
    patterns = [asset for asset in assets if asset.when is not None]
    for cell in dict.fromkeys(asset.cell for asset in assets):
        own = tuple(name for name, asset in named.items() if asset.cell == cell)
        where = next(asset.where for asset in assets if asset.cell == cell)
        when = _when(cell, own, tuple(named), patterns)
        for kind, weight in weights.items():
            if weight:
                name = f"interest:{'/'.join(cell)}:{kind}"
                of_whom, text = of_people(when, kind, scoring.document.activity, scoring.source)
                kept_by = [kind, _plain(when), half_life, *text]
                signal = Signal(
                    name, kind, of_whom, half_life=half_life, where=where, digest=digest(kept_by)
                )
                yield Trace(signal, cell, weight)


def _when(
    cell: Cell, own: tuple[str, ...], names: tuple[str, ...], patterns: Sequence[Asset]
) -> Condition:
    """Exactly the assets whose entry says this cell: by name, or by a pattern where nothing before takes them."""
    ways: list[Condition] = [Test("asset", "in", own)] if own else []
    taken: list[Condition] = [Test("asset", "in", names)] if names else []
    for pattern in patterns:
        assert pattern.when is not None  # noqa: S101  (patterns have one)
        if pattern.cell == cell:
            ways.append(All((pattern.when, Not(AnyOf(tuple(taken))))) if taken else pattern.when)
        else:
            taken.append(pattern.when)
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


def _plain(condition: Condition) -> Any:
    """A condition without the places of its tests."""
    if isinstance(condition, Test):
        return [condition.operator, _value(condition.value)]
    if isinstance(condition, Not):
        return ["not", _plain(condition.part)]
    return [type(condition).__name__, *_all(condition.parts)]


def _all(parts: Iterable[Condition]) -> list[Any]:
    return [_plain(part) for part in parts]


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
