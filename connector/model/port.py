"""The ports: what a platform offers. Somebody else's package implements these and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from connector.model.change import Change, Receipt
from connector.model.fact import Page
from connector.model.problem import Problem


class Source(Protocol):
    """Where facts come from. Reading changes nothing in the system."""

    def streams(self) -> Sequence[str]:
        """Names of the streams, most urgent first."""
        ...

    def pages(self, stream: str, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Pages behind the cursor, oldest first; ends when nothing is left *now*. `None` starts from the beginning.

        Each page's cursor may be stored as soon as the page is merged. Raises TryLater, Stopped; a row that cannot be read is a
        Problem in its page. Rows may repeat (streams overlap), never vanish.
        """
        ...


class Target(Protocol):
    """Where changes go."""

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:
        """One receipt per change, in order. Raises TryLater or Stopped only if surely nothing was written."""
        ...

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:
        """Looks for what became of changes with an unclear answer: `written`, or `retry` if it surely did not happen."""
        ...

    def check(self) -> Sequence[Problem]:
        """Rights, limits, fields and editions that are missing for the mappings in force."""
        ...
