"""rules/scoring.yaml: names, lead events, exclusions; the profile, bands and thresholds have files of their own."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import condition
from connector.config.contents import Files
from connector.config.documents.rules.scoring import ExclusionDocument, ScoringDocument
from connector.config.documents.rules.signals import ActivityDocument, SignalDocument
from connector.config.lint.conditions.vocabulary import lists_of
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.scoring.bands import check_bands
from connector.config.lint.scoring.profile import check_profile
from connector.config.lint.scoring.reach import check_reach
from connector.config.yaml import Path, Source
from connector.decide.conditions.condition import tests
from connector.decide.facts import SALES_FACTS
from connector.model.problem import Problem


def check_scoring(files: Files) -> Iterator[Problem]:
    if files.scoring is None:
        return
    document, source = files.scoring.document, files.scoring.source
    lists = lists_of(files)
    yield from _names(document, source)
    yield from check_profile(document, source, lists)
    yield from check_bands(document, source, lists)
    yield from _groups(document.activity, source)
    signals = [signal.name for signal in document.activity.signals]
    for index, event in enumerate(document.lead_events):
        yield from declared(
            "signal", event.signal, signals, source.at("lead_events", index, "signal")
        )
    for index, rule in enumerate(document.exclude):
        yield from _exclusion(rule, source, ("exclude", index))
    yield from check_reach(files, files.scoring)


def _names(document: ScoringDocument, source: Source) -> Iterator[Problem]:
    yield from twice("signal", source, listed(("activity", "signals"), document.activity.signals))
    yield from twice("band", source, listed(("bands",), document.listed_bands()))
    yield from twice("lead event", source, listed(("lead_events",), document.lead_events))
    yield from twice("exclusion", source, listed(("exclude",), document.exclude))


def _groups(document: ActivityDocument, source: Source) -> Iterator[Problem]:
    used = set()
    for index, signal in enumerate(document.signals):
        where = source.at("activity", "signals", index, "group")
        if signal.group is not None:
            used.add(signal.group)
            yield from declared("group", signal.group, document.groups, where)
            yield from _covered(document, signal, source, ("activity", "signals", index))
        if signal.name in document.groups:
            place = source.at("activity", "signals", index, "name")
            message = f'"{signal.name}" is the name of a group, too'
            yield Problem(place, message, "reasons could not tell the two apart")
    for name in document.groups:
        if name not in used:
            where = source.key("activity", "groups", name)
            yield Problem(where, f'no signal is in the group "{name}"', "remove it", "warning")


def _covered(
    document: ActivityDocument, signal: SignalDocument, source: Source, path: Path
) -> Iterator[Problem]:
    """A cap above that of the signal's group."""
    group = document.groups.get(signal.group or "")
    if group is not None and signal.cap is not None and signal.cap > group.cap:
        yield Problem(
            source.at(*path, "cap"),
            f"{signal.name} never reaches this cap",
            f'its group "{signal.group}" ends at {group.cap:g}',
            "warning",
        )


def _exclusion(rule: ExclusionDocument, source: Source, path: Path) -> Iterator[Problem]:
    """What asks sales and does not stay ends with the way back that spends the answer."""
    asked = {test.field for test in tests(condition(rule.when, source, (*path, "when"), {}))}
    asked &= {*SALES_FACTS}
    if asked and not rule.stays:
        yield Problem(
            source.key(*path, "when"),
            f'"{rule.name}" ends as soon as a way back has spent {", ".join(sorted(asked))}',
            "add for: 365d and stays: true",
            "warning",
        )
