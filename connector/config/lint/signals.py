"""Signals against what the platforms deliver."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.contents import Files
from connector.config.documents import ConditionDocument
from connector.config.documents.project import HubSpotConnection
from connector.config.lint.conditions import check_tests
from connector.config.lint.names import declared
from connector.config.lint.vocabulary import Vocabulary
from connector.config.near import suggest
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

ALWAYS_KNOWN = ("asset", "machine")  # `machine` is set where a vendor marks robots
WEB_BEHAVIOUR = (
    "e_"  # HubSpot's event occurrences; reading them needs Enterprise (api-contracts A.12)
)


def check_signals(files: Files) -> Iterator[Problem]:
    """Kinds that nothing delivers; details that no mapping keeps; what the edition cannot read."""
    if files.scoring is None or not files.whole("mappings/"):
        return
    known = details(files)
    for index, signal in enumerate(files.scoring.document.activity.signals):
        path: Path = ("activity", "signals", index)
        source = files.scoring.source
        yield from declared("kind of activity", signal.kind, known, source.at(*path, "kind"))
        if signal.kind in known:
            yield from asked(signal.when, source, (*path, "when"), known[signal.kind])
    yield from _editions(files)


def details(files: Files) -> dict[str, tuple[str, ...]]:
    """Kinds of activity with what their conditions may ask."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files.platforms:
        for activity in file.document.activities.values():
            found[activity.kind] = (*found.get(activity.kind, ALWAYS_KNOWN), *activity.detail)
    return found


def asked(
    document: ConditionDocument, source: Source, path: Path, known: tuple[str, ...]
) -> Iterator[Problem]:
    """A condition over one activity: only `asset` and details that are `known`."""
    for name, tests in document.tests():
        if name not in known:
            hint = suggest(name, known) + '; further details are kept by "detail" in the mapping'
            yield Problem(source.key(*path, name), f'unknown detail "{name}"', hint)
        else:
            yield from check_tests(
                tests, name, source, (*path, name), _FREE if name == "asset" else _ANY
            )
    for join, inner in (("all", document.all), ("any", document.any)):
        for index, part in enumerate(inner):
            yield from asked(part, source, (*path, join, index), known)
    if document.not_ is not None:
        yield from asked(document.not_, source, (*path, "not"), known)


_FREE = Vocabulary({}, {"asset": "text"}, {})
_ANY = Vocabulary({}, {}, {})


def _editions(files: Files) -> Iterator[Problem]:
    if files.project is None or files.scoring is None:
        return
    for name, connection in files.project.document.connections.items():
        if isinstance(connection, HubSpotConnection) and connection.edition != "enterprise":
            lost = _lost(files, name)
            if lost:
                yield Problem(
                    files.project.source.at("connections", name, "edition"),
                    f"edition {connection.edition} cannot read web behaviour: no points come from {', '.join(lost)}",
                    "these signals need HubSpot Enterprise",
                    "warning",
                )


def _lost(files: Files, platform: str) -> list[str]:
    """Signals whose kind comes only from web behaviour of this platform."""
    ways: dict[str, set[bool]] = {}
    for file in files.platforms:
        for vendor, activity in file.document.activities.items():
            web = file.document.platform == platform and vendor.startswith(WEB_BEHAVIOUR)
            ways.setdefault(activity.kind, set()).add(web)
    signals = files.scoring.document.activity.signals if files.scoring else ()
    return [signal.name for signal in signals if ways.get(signal.kind) == {True}]
