"""First contact with a system: whether somebody has allowed us to write there, and how much is there that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import Engine

from connector.store.keeping import Keeping
from connector.store.recall.reports.preview import Preview, preview
from connector.store.recall.reports.strangers import person_kinds, strangers
from connector.store.sql.codec import dumps
from connector.store.sql.database import reading
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers

FIRST = "first"
NEW = "new:%"


class Allowed(NamedTuple):
    """What a person allowed at first contact. `over`: all of it is written, or there was nothing to ask about."""

    creates: int = 0
    over: bool = False
    ruling: int = 0


class FirstContacts:
    """What the store knows of first contact; each method is one transaction."""

    def __init__(
        self,
        engine: Engine,
        writing: Callable[[int | None], AbstractContextManager[Transaction]],
        keeping: Keeping,
    ) -> None:
        self._engine, self._writing, self._keeping = engine, writing, keeping

    def allowed(self, platform: str) -> Allowed | None:
        """What a person allowed; None: nobody has said anything, and we never wrote there."""
        with reading(self._engine) as tx:
            return allowed(tx, platform)

    def allow(
        self,
        platform: str,
        now: datetime,
        *,
        creates: int = 0,
        over: bool = False,
        epoch: int | None = None,
    ) -> None:
        """Somebody has seen what would be written there and allows it; `over`: there is nothing (more) to ask."""
        with self._writing(epoch) as tx:
            allow(tx, platform, to_ms(now), creates=creates, over=over)

    def creates(self, platform: str, ruling: int = 0) -> tuple[int, int]:
        """New records of people that wait, and those made since that ruling."""
        with reading(self._engine) as tx:
            left = creates_left(tx, self._keeping, platform)
            return left, creates_done(tx, self._keeping, platform, ruling)

    def strangers(self, platform: str, most: int | None = None) -> int:
        """Living records of people that do not carry our key; at most `most` are counted."""
        with reading(self._engine) as tx:
            return strangers(tx, self._keeping, platform, most)

    def preview(self, platform: str, now: datetime, samples: int | None = 10) -> Preview:
        """What would be written there; `samples` None: everybody."""
        with reading(self._engine) as tx:
            return preview(tx, self._keeping, platform, now, samples)


def allowed(tx: Transaction, platform: str) -> Allowed | None:
    """The last word on this platform; None: nobody has said anything. What was written before the question existed is over."""
    found = tx.one(
        "SELECT id, body FROM ruling WHERE kind = ? AND field = ? ORDER BY id DESC LIMIT 1",
        FIRST,
        platform,
    )
    if found is not None:
        body = orjson.loads(found[1])
        return Allowed(body.get("creates", 0), body.get("over", False), found[0])
    written = tx.one(
        "SELECT 1 FROM receipt r JOIN wanted w ON w.id = r.wanted"
        " WHERE r.state = 'written' AND w.platform = ? LIMIT 1",
        platform,
    )
    return None if written is None else Allowed(over=True)


def allow(
    tx: Transaction, platform: str, now: int, *, creates: int = 0, over: bool = False
) -> None:
    """Remember that this many new records may be made, or that there is nothing (more) to ask."""
    body = dumps({"creates": creates, "over": over})
    tx.insert(ledgers.ruling, [(tx.entry(), FIRST, None, None, None, platform, body, now)])


def creates_left(tx: Transaction, keeping: Keeping, platform: str) -> int:
    """New records of people that wait."""
    return tx.number(
        "SELECT count(*) FROM outbox WHERE platform = ? AND kind IN [?] AND record LIKE ? AND wanted > 0",
        platform,
        person_kinds(keeping, platform),
        NEW,
    )


def creates_done(tx: Transaction, keeping: Keeping, platform: str, ruling: int) -> int:
    """New records of people that were made since somebody allowed it."""
    return tx.number(
        "SELECT count(DISTINCT w.record) FROM receipt r JOIN wanted w ON w.id = r.wanted"
        " WHERE r.id > ? AND r.state = 'written' AND w.platform = ? AND w.kind IN [?] AND w.record LIKE ?",
        ruling,
        platform,
        person_kinds(keeping, platform),
        NEW,
    )
