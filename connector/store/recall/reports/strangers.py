"""People in a system whom we did not bring there."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from connector.store.keeping import Keeping
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes


def strangers(tx: Transaction, keeping: Keeping, platform: str, most: int | None = None) -> int:
    """Living records of people that do not carry our key; at most `most` are counted."""
    homes, count = Homes(tx), 0
    for kind in person_kinds(keeping, platform):
        home = homes.known(platform, kind)
        for body in _living(tx, home) if home is not None else ():
            count += not _carries(body, keeping.external_id(platform, kind))
            if count == most:
                return count
    return count


def person_kinds(keeping: Keeping, platform: str) -> list[str]:
    """Kinds of this platform's records that stand for people."""
    mapping = keeping.platform(platform)
    records = () if mapping is None else mapping.records.values()
    return sorted(record.kind for record in records if record.is_ == "contact")


def _living(tx: Transaction, home: int) -> Iterator[str | None]:
    rows = tx.slices(
        "SELECT o.body FROM ref r LEFT JOIN observed o ON o.ref = r.id"
        " WHERE r.home = ? AND r.contact IS NOT NULL AND r.gone_at IS NULL AND r.target IS NULL",
        home,
    )
    return (body for some in rows for (body,) in some)


def _carries(body: str | None, property_: str) -> bool:
    if not property_ or body is None:
        return False
    shown = orjson.loads(body).get(property_)
    return shown is not None and shown[0] not in (None, "")
