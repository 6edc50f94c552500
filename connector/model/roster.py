"""Owners, pools and turns at one version: the world that routing decides in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connector.model.ref import Ref


@dataclass(frozen=True, slots=True)
class Owner:
    """A user or queue across systems; `key` is the lower-case e-mail, or the queue's name."""

    key: str
    name: str
    refs: tuple[Ref, ...]  # e.g. salesforce/User/005…, hubspot/owners/77
    active: bool = True
    manager: Ref | None = None
    queue: bool = False
    away_until: datetime | None = None

    def ref(self, platform: str) -> Ref | None:
        """This owner's record in one system, if it is known there."""
        return next((ref for ref in self.refs if ref.platform == platform), None)


@dataclass(frozen=True, slots=True)
class Roster:
    """One version of the roster. `turns` counts the assignments each member has had per pool; `open` counts unanswered leads.

    A decision that consumed a turn is only recorded if the roster still has this version.
    """

    version: int = 0
    owners: Mapping[str, Owner] = field(default_factory=dict)
    turns: Mapping[tuple[str, str], int] = field(
        default_factory=dict
    )  # (pool, owner key) -> turns taken
    open: Mapping[str, int] = field(default_factory=dict)  # owner key -> unanswered hand-overs
    by_ref: Mapping[Ref, str] = field(default_factory=dict)  # record -> owner key

    def of(self, ref: Ref | None) -> Owner | None:
        """The owner behind a user or queue record."""
        if ref is None:
            return None
        key = self.by_ref.get(ref)
        return None if key is None else self.owners.get(key)
