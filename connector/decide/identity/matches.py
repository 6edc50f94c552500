"""What is known before records are matched, and what matching them comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.decide.identity.keys import Pair
from connector.model.identity import Shown
from connector.model.systems.ref import Ref


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store knows of the refs and keys of one page; contacts or accounts by their integer."""

    by_ref: Mapping[Ref, int] = field(default_factory=dict)
    by_key: Mapping[Pair, tuple[Shown, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The record belongs to this contact (or account). `why` names the key that says so; "" where its ref does."""

    contact: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class New:
    """Nobody we know. Readings of one page with the same number are one person; numbers count from 0 by first appearance."""

    number: int
    why: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The keys name several; a person must say. `why` names the key."""

    contacts: tuple[int, ...]
    why: str = ""


Match = Known | New | Ambiguous


@dataclass(frozen=True, slots=True)
class Perhaps:
    """The reading at `place` may be the same person as a contact (or as the reading at `other`): somebody should look."""

    place: int
    why: str
    contact: int | None = None
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """One match per reading, in order; what a person should look at; what turned out to stand for several people."""

    matches: tuple[Match, ...]
    perhaps: tuple[Perhaps, ...] = ()
    shared: frozenset[Pair] = frozenset()
