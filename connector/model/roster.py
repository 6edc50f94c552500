"""Owners, pools and turns at one version: the world that routing decides in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from connector.model.systems.ref import Ref


class Away(NamedTuple):
    """A span (aware UTC, the end not included) in which somebody is not there."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Owner:
    """A user or queue across systems; `key` is the lower-case e-mail, or the queue's name.

    Not `active`: this person has left. A record of theirs may be closed (`gone`) although they have not: an old user beside
    the present one, or a seat in a system in which we give nothing to anybody.
    """

    key: str
    name: str
    refs: tuple[
        Ref, ...
    ]  # e.g. salesforce/User/005…, hubspot/owners/77; those that work come first
    active: bool = True
    manager: Ref | None = None
    queue: bool = False
    away_until: datetime | None = None
    gone: frozenset[Ref] = (
        frozenset()
    )  # of `refs`: users that are inactive, owners that are archived

    def ref(self, platform: str) -> Ref | None:
        """This owner's record in one system, if it is known there."""
        return next((ref for ref in self.refs if ref.platform == platform), None)

    def works_in(self, platform: str) -> bool:
        """Whether this system lets them own anything."""
        found = self.ref(platform)
        return self.active and found is not None and found not in self.gone


@dataclass(frozen=True, slots=True)
class Roster:
    """One version of the roster. `turns` counts the assignments each member has had per pool (what an absence is lifted by is part of it); `open` counts unanswered leads.

    A decision that consumed a turn is only recorded if the roster still has this version. `aliases`, `substitutes`, `speaks` and
    `absences` come from `mappings/owners.yaml`: another address -> the owner's key, who answers instead, and so on.
    """

    version: int = 0
    owners: Mapping[str, Owner] = field(default_factory=dict)
    turns: Mapping[tuple[str, str], float] = field(
        default_factory=dict
    )  # (pool, owner key) -> turns taken
    open: Mapping[str, int] = field(default_factory=dict)  # owner key -> unanswered hand-overs
    by_ref: Mapping[Ref, str] = field(default_factory=dict)  # record -> owner key
    aliases: Mapping[str, str] = field(default_factory=dict)
    substitutes: Mapping[str, str] = field(default_factory=dict)
    speaks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # languages, by owner key
    absences: Mapping[str, tuple[Away, ...]] = field(default_factory=dict)  # by owner key

    def of(self, ref: Ref | None) -> Owner | None:
        """The owner behind a user or queue record."""
        if ref is None:
            return None
        key = self.by_ref.get(ref)
        return None if key is None else self.owners.get(key)

    def main(self, key: str) -> str:
        """The key that an older address stands for; any other as it is."""
        return self.aliases.get(key, key)

    def named(self, key: str) -> Owner | None:
        """The owner of this key, or of the key that an older address stands for."""
        return self.owners.get(self.main(key))

    def left(self, key: str) -> bool:
        """Whether this owner is known and active no more."""
        owner = self.named(key)
        return owner is not None and not owner.active

    def away_until(self, key: str, now: datetime) -> datetime | None:
        """Until when this owner is not there, by the CRM or by `mappings/owners.yaml`; None for who is there."""
        owner = self.named(key)
        shown = None if owner is None else owner.away_until
        ends = [shown] if shown is not None and shown > now else []
        absences = self.absences.get(self.main(key), ())
        ends += [one.until for one in absences if one.since <= now < one.until]
        return max(ends, default=None)

    def stand_ins(self, key: str) -> Iterator[str]:
        """Who answers instead of this one, then who answers instead of that one; each once."""
        seen = {self.main(key)}
        while True:
            key = self.main(self.substitutes.get(self.main(key), ""))
            if not key or key in seen:
                return
            seen.add(key)
            yield key
