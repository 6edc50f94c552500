"""Activities that were learned only after a way back, although they happened before it: news to whoever it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import orjson

from connector.model.person.contact import Late
from connector.model.person.standing import Standing
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction

_LATE = (
    "SELECT a.ref, a.at, k.text, s.text, d.body, a.intake FROM activity a"
    " JOIN word k ON k.id = a.kind JOIN word s ON s.id = a.asset"
    " LEFT JOIN activity_detail d ON d.ref = a.ref AND d.at = a.at AND d.key = a.key"
    " WHERE a.ref IN [?] AND a.intake > ? AND a.at <= ? ORDER BY a.at, a.ref, a.key"
)


def late(
    tx: Transaction,
    owned: Mapping[int, Iterable[int]],
    standings: Mapping[int, Mapping[str, Standing]],
) -> dict[int, tuple[Late, ...]]:
    """By contact; `owned` lists the records of each. Nothing is read of people who never went back."""
    spent = {
        contact: [s for s in tracks.values() if s.spent] for contact, tracks in standings.items()
    }
    holders = {ref: who for who, refs in owned.items() if spent.get(who) for ref in refs}
    if not holders:
        return {}
    since = {who: min(s.spent for s in spent[who]) for who in set(holders.values())}
    until = {who: max(to_ms(s.reopened_at) for s in spent[who] if s.reopened_at) for who in since}
    found: dict[int, list[Late]] = defaultdict(list)
    rows = tx.rows(_LATE, sorted(holders), min(since.values()), max(until.values()))
    for ref, at, kind, asset, body, row in rows:
        who = holders[ref]
        if row > since[who] and at <= until[who]:
            detail = None if body is None else orjson.loads(body)
            found[who].append(Late(kind, from_ms(at), asset, detail, row))
    return {who: tuple(some) for who, some in found.items()}
