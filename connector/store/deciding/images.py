"""What an undone plan wrote into properties that no rule writes any more: to be put back where it still stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson

from connector.model.person.dossier import Image
from connector.model.systems.ref import Ref
from connector.store.sql.transaction import Row, Transaction
from connector.store.sql.words import Homes

_IN_FORCE = "(SELECT plan FROM activation ORDER BY id DESC LIMIT 1)"


def images_of(tx: Transaction, contacts: Sequence[int]) -> dict[int, list[Image]]:
    """By contact, of the plan in force: nothing unless that took another one back."""
    if tx.one(f"SELECT 1 FROM image WHERE plan = {_IN_FORCE} LIMIT 1") is None:  # noqa: S608  (ours)
        return {}
    rows = tx.rows(
        "SELECT i.contact, r.home, r.key, i.property, f.body, w.body FROM image i JOIN ref r ON r.id = i.ref"  # noqa: S608  (ours)
        " JOIN wanted f ON f.id = i.first JOIN wanted w ON w.id = i.wanted"
        f" WHERE i.contact IN [?] AND i.plan = {_IN_FORCE} ORDER BY i.id",
        list(contacts),
    )
    return imaged(tx, rows)


def imaged(tx: Transaction, rows: Iterable[Row]) -> dict[int, list[Image]]:
    """Images out of (contact, home, key, property, body of the first and of the last wanted row)."""
    homes, found = Homes(tx), defaultdict[int, list[Image]](list)
    for contact, home, key, name, first, last in rows:
        base, written = orjson.loads(first)["base"], orjson.loads(last)["fields"]
        ref = Ref(*homes.place(home), key)
        found[contact].append(Image(ref, name, written.get(name), base.get(name)))
    return found
