"""A plan on its way: put into force, and who still waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.errors import Outdated
from connector.store.deciding.dossiers import Due
from connector.store.due import PLANNED, RULES, Why, plan_all, touch
from connector.store.keeping import Keeping
from connector.store.rollout.images import give_back
from connector.store.rollout.kept import Plan, approve
from connector.store.rulebooks import Force, force, put_into_force
from connector.store.sql.transaction import Transaction
from connector.store.systems import streams

PLAN = Why(PLANNED.cause, RULES.lane)


def begin(
    tx: Transaction,
    plan: Plan,
    texts: Mapping[str, str],
    keeping: Keeping,
    allowed: int,
    again: Sequence[str],
    now: int,
) -> int:
    """Its rules come into force, and everybody who is as the plan saw them waits for it. Once: a second call changes nothing.

    Whoever has been touched since is due as with any change of the rules. Raises Outdated if something else came into force
    since the plan was made.
    """
    before = force(tx)
    if before is not None and before.plan == plan.id:
        return before.activation
    _unchanged(before, plan)
    touched = touched_since(tx, plan.known)
    lanes: dict[int, int] = dict(
        tx.rows("SELECT contact, lane FROM look WHERE contact IN [?] AND at <= ?", touched, now)
    )
    activation = put_into_force(tx, texts, keeping, now, plan.id)
    approve(tx, plan.id, allowed, now)
    plan_all(tx, now)
    for lane in range(RULES.lane + 1):
        some = [one for one in touched if min(lanes.get(one, RULES.lane), RULES.lane) == lane]
        touch(tx, dict.fromkeys(some, PLAN), now, lane)
    if plan.undoes is not None:
        give_back(tx, keeping, plan, now)
    for platform in again:
        _from_the_beginning(tx, platform, now)
    return activation


def _from_the_beginning(tx: Transaction, platform: str, now: int) -> None:
    """Old records are read by the new mapping, too."""
    rows = tx.rows("SELECT stream FROM cursor WHERE platform = ? ORDER BY stream", platform)
    for (stream,) in rows:
        streams.rewind(tx, platform, stream, None, "another mapping", now)


def touched_since(tx: Transaction, known: int) -> list[int]:
    """Whom a fact has reached, or a decision, after that row of the ledgers."""
    rows = tx.rows(
        "SELECT l.contact FROM look l JOIN contact c ON c.id = l.contact WHERE l.mark > ? AND c.survivor IS NULL"
        " UNION SELECT d.contact FROM decision d JOIN contact c ON c.id = d.contact"
        " WHERE d.id > ? AND c.survivor IS NULL ORDER BY 1",
        known,
        known,
    )
    return [contact for (contact,) in rows]


def waiting(tx: Transaction, after: int, limit: int) -> list[Due]:
    """Who waits for the plan, in the order in which it was made."""
    rows = tx.rows(
        "SELECT contact, mark, lane FROM look WHERE contact > ? AND lane = ? ORDER BY contact LIMIT ?",
        after,
        PLANNED.lane,
        limit,
    )
    return [Due(*row) for row in rows]


def left(tx: Transaction) -> int:
    """How many wait for a plan that is being carried out."""
    return tx.number("SELECT count(*) FROM look WHERE lane = ?", PLANNED.lane)


def _unchanged(before: Force | None, plan: Plan) -> None:
    if before is None or before.activation != plan.activation:
        raise Outdated("other rules came into force since this plan was made: plan again")


def still(tx: Transaction, contacts: Sequence[int]) -> set[int]:
    """Those of these who wait for the plan still."""
    rows = tx.rows(
        "SELECT contact FROM look WHERE contact IN [?] AND lane = ?", list(contacts), PLANNED.lane
    )
    return {contact for (contact,) in rows}
