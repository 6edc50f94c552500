"""Changes out of the outbox into a target; unclear ones are looked up first, never simply sent again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.errors import Bug, Stopped, TryLater, Unclear
from connector.model.systems.blast import Blast
from connector.model.systems.change import Change, Lane, Receipt, State
from connector.model.systems.port import Target
from connector.store import Store
from connector.store.systems.shapes import SHAPE_CODES
from connector.sync.settle import settle

LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one bounded push did, by the state of its receipts."""

    sent: int = 0
    written: int = 0
    retry: int = 0
    refused: int = 0
    unclear: int = 0
    reshaped: bool = False  # a refusal may mean that what the records hold has changed


def push(
    target: Target,
    platform: str,
    store: Store,
    now: datetime,
    *,
    lanes: Sequence[Lane] | None = None,
    limit: int = 200,
    tries: int = 5,
    epoch: int | None = None,
    blast: Blast | None = None,
) -> Pushed:
    """Lease, write and settle at most `limit` changes. Raises TryLater or Stopped after the leased changes went back."""
    leased = store.lease(platform, limit, now, lanes=lanes, epoch=epoch, blast=blast)
    try:
        receipts = _asked(target.write, leased, now)
    except (TryLater, Stopped) as error:
        # The port promises that nothing was written, so the attempt is settled as one to be tried again and costs no try.
        settle(store, [_again(change, error) for change in leased], now, tries=None, epoch=epoch)
        raise
    except Unclear as error:
        receipts = [_unclear(change, str(error)) for change in leased]
    return _settled(receipts, store, now, tries, epoch)


def look_up(
    target: Target,
    platform: str,
    store: Store,
    now: datetime,
    *,
    limit: int = 200,
    tries: int = 5,
    epoch: int | None = None,
) -> Pushed:
    """Find out what became of changes whose attempt has no receipt: a crash or a timeout came in between.

    What cannot be told yet is looked up again after a while. Raises TryLater or Stopped; then nothing is known that was not before.
    """
    doubtful = store.unclear(platform, limit, now)
    try:
        found = _asked(target.look_up, doubtful, now)
    except Unclear as error:
        found = [_unclear(change, str(error)) for change in doubtful]
    receipts = [
        replace(receipt, retry_after=LOOK_AGAIN)
        if receipt.state == "unclear" and receipt.retry_after is None
        else receipt
        for receipt in found
    ]
    return _settled(receipts, store, now, tries, epoch)


def _asked(
    ask: Callable[[Sequence[Change], datetime], Sequence[Receipt]],
    changes: Sequence[Change],
    now: datetime,
) -> Sequence[Receipt]:
    if not changes:
        return ()
    receipts = ask(changes, now)
    if len(receipts) != len(changes):
        raise Bug(f"{len(changes)} changes were sent and {len(receipts)} receipts came back")
    return receipts


def _settled(
    receipts: Sequence[Receipt], store: Store, now: datetime, tries: int, epoch: int | None
) -> Pushed:
    if not receipts:
        return Pushed()
    settle(store, receipts, now, tries=tries, epoch=epoch)
    return Pushed(
        sent=len(receipts),
        written=_count(receipts, "written"),
        retry=_count(receipts, "retry"),
        refused=_count(receipts, "refused"),
        unclear=_count(receipts, "unclear"),
        reshaped=any(
            receipt.state == "refused" and receipt.code in SHAPE_CODES for receipt in receipts
        ),
    )


def _unclear(change: Change, message: str) -> Receipt:
    return Receipt(change, "unclear", code="UNCLEAR", message=message)


def _again(change: Change, error: TryLater | Stopped) -> Receipt:
    return Receipt(
        change, "retry", code=type(error).__name__, message=str(error), retry_after=error.after
    )


def _count(receipts: Sequence[Receipt], state: State) -> int:
    return sum(receipt.state == state for receipt in receipts)
