"""Signals against what the platforms deliver."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.contents import Files
from connector.config.documents.project import HubSpotConnection
from connector.config.lint.names import declared
from connector.config.lint.scoring.activities import asked
from connector.config.lint.scoring.followers import check_followers
from connector.config.lint.scoring.machines import check_machines
from connector.config.yaml import Path
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
    document, source = files.scoring.document.activity, files.scoring.source
    for index, signal in enumerate(document.signals):
        path: Path = ("activity", "signals", index)
        yield from declared("kind of activity", signal.kind, known, source.at(*path, "kind"))
        if signal.kind in known:
            yield from asked(signal.when, source, (*path, "when"), known[signal.kind])
    yield from check_followers(document, source, known)
    yield from check_machines(document, source, known)
    yield from _editions(files)


def details(files: Files) -> dict[str, tuple[str, ...]]:
    """Kinds of activity with what their conditions may ask."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files.platforms:
        for activity in file.document.activities.values():
            found[activity.kind] = (*found.get(activity.kind, ALWAYS_KNOWN), *activity.detail)
    return found


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
