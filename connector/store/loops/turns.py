"""Properties in dispute: which ones we are about to put over an edit, and how they changed hands, by the ledger of sightings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from connector.decide.rounds import Turn
from connector.model.person.dossier import Decided
from connector.model.systems.ref import Ref
from connector.store.intake.records.memberships import LIST
from connector.store.sql.moment import EPOCH
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

Place = tuple[Ref, str]  # a property of a record


def edited(one: Decided) -> Iterable[Place]:
    """Properties we want to write over what somebody has put there since we first saw them."""
    for change in one.changes:
        seen = {} if change.create else one.dossier.contact.observed.get(change.ref, {})
        for name in change.fields:
            shown = seen.get(name)
            if (
                shown is not None
                and not shown.ours
                and shown.at > EPOCH
                and not name.startswith(LIST)
            ):
                yield change.ref, name


def turns_of(tx: Transaction, places: Sequence[Place], since: int) -> Mapping[Place, list[Turn]]:
    """How these properties changed hands since a moment, by the ledger of sightings."""
    homes = Homes(tx)
    names: dict[Ref, set[str]] = defaultdict(set)
    for ref, name in places:
        names[ref].add(name)
    found: dict[Place, list[Turn]] = defaultdict(list)
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for ref in names:
        by_place[ref[:2]].append(ref.id)
    for (platform, kind), ids in by_place.items():
        for key, written, by, delta in tx.rows(
            "SELECT r.key, s.written, s.by, s.delta FROM ref r JOIN sighting s ON s.ref = r.id"
            " WHERE r.home = ? AND r.key IN [?] AND s.recorded_at >= ? ORDER BY s.id",
            homes.known(platform, kind) or 0,
            ids,
            since,
        ):
            ref = Ref(platform, kind, key)
            shown = orjson.loads(delta)
            for name in names[ref] & shown.keys():
                turn = _turn(shown[name], by, written=bool(written))
                if turn is not None:
                    found[ref, name].append(turn)
    return found


def _turn(seen: Sequence[Any] | None, by: str | None, *, written: bool) -> Turn | None:
    """None for what is only another spelling of our own write."""
    if seen is None:
        return None
    form, _, at, *ours = seen
    return None if ours and not written else Turn(written, form, at, by)
