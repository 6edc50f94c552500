"""Receipts into the store: written, due again later, or onto the shelf after too many tries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tenacity import RetryCallState, Retrying, wait_exponential

from connector.model.systems.change import Receipt
from connector.store import Store

WAITING = frozenset({"WAITS_FOR_PERSON"})
"""Waits for another change of the same contact, which has tries of its own: never given up by itself."""
BLAMELESS = frozenset(
    {
        "NOT_WRITTEN",
        "NOT_THERE",
        "UNCLEAR",
        "STOPPED",
        "TRYLATER",
        "CONNECTION",
        "BAD_GATEWAY",
        "INTERNAL_ERROR",
        "BASE_CHANGED",
        "TAKEN",
        "LOCKED",
        "UNABLE_TO_LOCK_ROW",
        "SERVER_UNAVAILABLE",
        "REQUEST_LIMIT_EXCEEDED",
        "MIGRATION_IN_PROGRESS",
        "SECONDLY",
        "TEN_SECONDLY_ROLLING",
    }
)
"""Nothing is wrong with the record: the system was busy or gave no answer, or the edit that stopped us is still unread."""
LONGER = 4  # times as many tries for those: about half a day instead of some minutes
_PACE = wait_exponential(multiplier=10, min=10, max=3600)  # seconds: 10, 20, 40 ... one hour


def wait_after(attempts: int) -> timedelta:
    """How long a change rests after its n-th failed attempt, when the vendor named no time."""
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = max(1, attempts)
    return timedelta(seconds=_PACE(state))


def settle(
    store: Store,
    receipts: Sequence[Receipt],
    now: datetime,
    *,
    tries: int | None = 5,
    epoch: int | None = None,
) -> None:
    """Commit what the system answered. `tries` None: a retry is nobody's fault and never ends on the shelf."""
    store.settle([_judged(receipt, tries) for receipt in receipts], now, epoch=epoch)


def _judged(receipt: Receipt, tries: int | None) -> Receipt:
    if receipt.state != "retry":
        return receipt
    attempts = receipt.change.attempts
    if tries is not None and receipt.code not in WAITING and attempts >= _most(receipt, tries):
        return replace(
            receipt,
            state="refused",
            hint=receipt.hint
            or f"given up after {attempts} attempts; `leadcycle shelf retry` starts again",
        )
    if receipt.retry_after is None:
        return replace(receipt, retry_after=wait_after(attempts))
    return receipt


def _most(receipt: Receipt, tries: int) -> int:
    blameless = receipt.code in BLAMELESS or receipt.code.startswith("HTTP_5")
    return tries * LONGER if blameless else tries
