"""Owners, turns and unanswered leads at one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from connector.model.ref import Ref
from connector.model.roster import Owner, Roster
from connector.store.bookkeeping import meta
from connector.store.codec import hub
from connector.store.transaction import Transaction

VERSION = "roster"


def move_on(tx: Transaction, event: int) -> None:
    """The roster is another one since this row of the ledgers."""
    tx.put(meta, [(VERSION, str(event))])


def version(tx: Transaction) -> int:
    """The ledger row that last changed the roster."""
    found = tx.one("SELECT value FROM meta WHERE name = ?", VERSION)
    return 0 if found is None else int(found[0])


def load_roster(tx: Transaction) -> Roster:
    """The roster as it is now."""
    rows = tx.rows(
        "SELECT h.platform, h.kind, r.key, o.key, o.body, r.gone_at FROM owner o"
        " JOIN ref r ON r.id = o.ref JOIN home h ON h.id = r.home"
        " WHERE o.key <> '' ORDER BY o.key, h.platform, r.id"
    )
    grouped: dict[str, list[tuple[Ref, dict[str, Any]]]] = {}
    for platform, kind, id_, key, body, gone_at in rows:
        shown = orjson.loads(body)
        if gone_at is not None:
            shown["active"] = False
        grouped.setdefault(key, []).append((Ref(platform, kind, id_), shown))
    owners = {key: _owner(key, records) for key, records in grouped.items()}
    return Roster(
        version=version(tx),
        owners=owners,
        turns={
            (pool, owner): turns
            for pool, owner, turns in tx.rows(
                "SELECT pool, owner, turns FROM turn ORDER BY pool, owner"
            )
        },
        open=dict(tx.rows("SELECT owner, leads FROM unanswered WHERE leads > 0 ORDER BY owner")),
        by_ref={ref: key for key, records in grouped.items() for ref, _ in records},
    )


def _owner(key: str, records: Iterable[tuple[Ref, Mapping[str, Any]]]) -> Owner:
    """One person across systems: inactive as soon as one system says so."""
    refs, shown = zip(*records, strict=True)
    away = [hub(one["away_until"]) for one in shown if one.get("away_until")]
    return Owner(
        key=key,
        name=next((str(one["name"]) for one in shown if one.get("name")), key),
        refs=refs,
        active=all(one.get("active") is not False for one in shown),
        manager=next((_manager(one["manager"]) for one in shown if one.get("manager")), None),
        queue=any(one["queue"] for one in shown),
        away_until=max((moment for moment in away if isinstance(moment, datetime)), default=None),
    )


def _manager(text: str) -> Ref | None:
    try:
        return Ref.parse(text)
    except ValueError:
        return None
