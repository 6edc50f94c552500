"""Rules that tell machines from people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connector.config.compiled.rules.signals import kinds_of
from connector.config.documents.rules.signals import ActivityDocument, MachineDocument
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.scoring.activities import asked, known_detail
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

Details = Mapping[str, tuple[str, ...]]


def check_machines(document: ActivityDocument, source: Source, known: Details) -> Iterator[Problem]:
    yield from twice("machine", source, listed(("activity", "machines"), document.machines))
    scored = kinds_of(document)
    for index, rule in enumerate(document.machines):
        yield from _rule(rule, source, ("activity", "machines", index), known, scored)


def _rule(
    rule: MachineDocument, source: Source, path: Path, known: Details, scored: tuple[str, ...]
) -> Iterator[Problem]:
    for number, kind in enumerate(rule.kind):
        where = source.at(*path, "kind", number)
        yield from declared("kind of activity", kind, known, where)
        if kind in known and kind not in scored:
            yield Problem(where, f"no signal is about {kind}", "it is counted only", "warning")
    for kind in rule.kind or scored:
        if kind in known:
            yield from _details(rule, source, path, known[kind])


def _details(
    rule: MachineDocument, source: Source, path: Path, known: tuple[str, ...]
) -> Iterator[Problem]:
    yield from asked(rule.when, source, (*path, "when"), known)
    if rule.burst is not None:
        for name in ("same", "different"):
            inner = (*path, "burst", name)
            yield from known_detail(getattr(rule.burst, name), known, source, inner)
