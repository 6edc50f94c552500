"""Signals that another activity takes back, and the caps they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connector.config.documents.rules.signals import ActivityDocument, FollowerDocument
from connector.config.lint.names import declared
from connector.config.lint.scoring.activities import asked, known_detail
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

Details = Mapping[str, tuple[str, ...]]


def check_followers(
    document: ActivityDocument, source: Source, known: Details
) -> Iterator[Problem]:
    kinds = {signal.name: signal.kind for signal in document.signals}
    for index, signal in enumerate(document.signals):
        follower = signal.unless_followed_by
        if follower is None:
            continue
        path: Path = ("activity", "signals", index, "unless_followed_by")
        yield from _named(follower, signal.name, source, path, kinds)
        kind = follower.kind or kinds.get(follower.signal or "", "")
        if follower.kind is not None:
            yield from declared("kind of activity", kind, known, source.at(*path, "kind"))
        if kind in known:
            yield from asked(follower.when, source, (*path, "when"), known[kind])
            yield from known_detail(follower.same, known[kind], source, (*path, "same"))
        if signal.kind in known:
            yield from known_detail(follower.same, known[signal.kind], source, (*path, "same"))


def _named(
    follower: FollowerDocument, signal: str, source: Source, path: Path, kinds: Mapping[str, str]
) -> Iterator[Problem]:
    if follower.signal is None:
        return
    where = source.at(*path, "signal")
    yield from declared("signal", follower.signal, kinds, where)
    if follower.signal == signal:
        yield Problem(where, f"{signal} would take itself back", "name another signal, or a kind")
