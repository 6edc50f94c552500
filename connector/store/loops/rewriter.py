"""Who changes our values back, in words an administrator can act on."""

from __future__ import annotations

import orjson

from connector.decide.rounds import Round
from connector.model.systems.ref import Ref
from connector.store.intake.records.echo import SECOND
from connector.store.loops.us import us
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes


def rewriter(tx: Transaction, platform: str, last: Round) -> str:
    """The user, by the name the owners' records have; an automation where no person can have done it."""
    by = last.found.by
    if by is None:
        return f"a user or an automation that {platform} does not name"
    who, ours = _name(tx, by), us(tx, platform)
    if (
        ours is None
    ):  # it names users at the screen only: whether an automation came after them is not known
        return f"{who}, the last user that {platform} names, or an automation"
    if by == ours:
        return f"an automation running as {who}, our own user"
    if abs(last.found.at - last.written.at) < SECOND:
        return f"an automation running as {who}"
    return who


def _name(tx: Transaction, text: str) -> str:
    ref = Ref.parse(text)
    found = tx.one(
        "SELECT o.body FROM owner o JOIN ref r ON r.id = o.ref WHERE r.home = ? AND r.key = ?",
        Homes(tx).known(ref.platform, ref.kind) or 0,
        ref.id,
    )
    name = orjson.loads(found[0]).get("name") if found is not None else None
    return f"{name} ({text})" if name else f"the user {text}"
