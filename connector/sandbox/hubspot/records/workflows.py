"""What the portal changes by itself: its own form of a value within a write, and workflows after it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from connector.sandbox.automation import Deed, Later, Rewrite
from connector.sandbox.clock import Clock
from connector.sandbox.hubspot.records.refusal import Refusal
from connector.sandbox.hubspot.records.table import Record, Stamp

SOURCE = "AUTOMATION_PLATFORM"


class Writes(Protocol):
    """The portal, as a workflow needs it."""

    clock: Clock

    def update(
        self, kind: str, record: Record, given: Mapping[str, object], stamp: Stamp
    ) -> bool: ...


@dataclass(slots=True)
class Workflows:
    """`formats` act on what is being written; `active` are workflows with their delay, numbered from 1."""

    formats: list[Rewrite] = field(default_factory=list)
    active: list[tuple[Rewrite, timedelta]] = field(default_factory=list)
    later: Later = field(default_factory=Later)

    def formatted(
        self, kind: str, before: Mapping[str, str], stored: Mapping[str, str]
    ) -> dict[str, str]:
        """The written values in the portal's own form."""
        found = dict(stored)
        for rewrite in self.formats:
            wanted = rewrite(kind, {**before, **found}) or {}
            found.update((name, str(value)) for name, value in wanted.items() if name in stored)
        return found

    def enrol(self, portal: Writes, kind: str, record: Record, stamp: Stamp) -> None:
        """A record that was written by anybody but a workflow passes through all of them, each after its delay."""
        if stamp.source == SOURCE:
            return
        for number, (rewrite, delay) in enumerate(self.active, 1):
            self.later.plan(portal.clock.now() + delay, _run(portal, kind, record, rewrite, number))


def _run(portal: Writes, kind: str, record: Record, rewrite: Rewrite, number: int) -> Deed:
    def run() -> None:
        wanted = None if record.archived_at is not None else rewrite(kind, record.values)
        with suppress(Refusal):
            portal.update(
                kind, record, wanted or {}, Stamp(portal.clock.ms(), SOURCE, f"workflow:{number}")
            )

    return run
