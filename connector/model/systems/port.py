"""The ports: what a platform offers. Somebody else's package implements these and nothing more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from connector.model.problem import Problem
from connector.model.systems.change import Change, Receipt
from connector.model.systems.fact import Page
from connector.model.systems.shape import Shapes


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


@runtime_checkable
class Described(Protocol):
    """A target that can say what its records hold. One that cannot is written to unchecked."""

    def shapes(self) -> Shapes:
        """What the mapped kinds of records hold now, asked anew; a kind it cannot tell about is left out. Raises TryLater, Stopped."""
        ...


@runtime_checkable
class Adapting(Protocol):
    """A source that goes by what its system's records hold."""

    def reshaped(
        self, cursors: Mapping[str, str | None], again: Collection[str]
    ) -> Mapping[str, str | None]:
        """The records hold something else now. Returns where streams must go back to so that the kinds `again` are read from their
        beginning; streams that need not are left out."""
        ...


@runtime_checkable
class Listing(Protocol):
    """A source that can list its records without reading what people did, so that all of them are compared with the ledger."""

    def records(self) -> Sequence[str]:
        """Names for `pages` that bring records and deletions only; they need not be among `streams`."""
        ...


def listing(source: Source) -> Sequence[str]:
    """The streams by which all records of a source are read."""
    return source.records() if isinstance(source, Listing) else source.streams()


def described(target: object) -> Described | None:
    """The target if it can say what its records hold."""
    return target if isinstance(target, Described) else None


def adapting(source: object) -> Adapting | None:
    """The source if it goes by what its system's records hold."""
    return source if isinstance(source, Adapting) else None
