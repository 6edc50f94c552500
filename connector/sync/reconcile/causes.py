"""The causes a difference may have."""

from __future__ import annotations

from datetime import timedelta

from connector.sync.reconcile.difference import Cause

FRESH = timedelta(minutes=5)
"""How far every stream reads back: a search index lags by up to a minute (api-contracts A.7), a transaction may come late (B.6)."""

NOT_PULLED = Cause("NOT_PULLED", "changed there, and not read yet: the next reading brings it")
JUST_NOW = Cause(
    "JUST_NOW", "changed within the last minutes: the search shows it a little later, and every reading goes back that far"
)  # fmt: skip
NOT_READABLE = Cause("NOT_READABLE", "the system shows a row that nobody can read")
DELETED = Cause("DELETED", "deleted there; it is known with one of the next readings of deletions")
MOVED = Cause("MOVED", "merged or converted there, and not read yet")
SENT = Cause("SENT", "sent, and nobody knows yet whether it arrived: it is looked up")
PENDING = Cause("PENDING", "waits in the outbox")
DUE = Cause("DUE", "somebody concerned is due for a decision")
HIDDEN = Cause("HIDDEN", "the property is not shown any more: removed there, or hidden from us")
UNMAPPED = Cause("UNMAPPED", "the mapping does not name the property any more")
HELD = Cause("HELD", "first contact: waits until somebody has seen the counts")
CALCULATED = Cause(
    "CALCULATED",
    "calculated there: such a change moves no time of change, so that no reading sees it",
    "leadcycle run --from-start {stream}",
)
MISSED = Cause(
    "MISSED", "changed there long ago, and no reading has brought it", "leadcycle run --from-start {stream}"
)  # fmt: skip
MISSED_DELETION = Cause(
    "MISSED_DELETION",
    "deleted, merged or converted there long ago, and no reading has brought it",
    "leadcycle run --from-start {stream}",
)
ERASED = Cause(
    "ERASED",
    "neither there nor in the recycle bin: erased for good, which no reading can see",
    "leadcycle reconcile {platform} --bury",
)
WENT_BACK = Cause(
    "WENT_BACK",
    "shows an older version than was seen before, as after a restored backup",
    "edit or save the record there, so that its time of change is news",
)
FORGOTTEN = Cause(
    "FORGOTTEN",
    "a decision wants something else there, and nothing is on its way",
    "leadcycle run --decide-all",
)


def shelved(code: str) -> Cause:
    return Cause("SHELF", f"waits on the shelf ({code}): leadcycle shelf list")


def at(cause: Cause, platform: str, stream: str) -> Cause:
    """The same with its cure for this stream."""
    return cause._replace(cure=cause.cure.format(platform=platform, stream=f"{platform}/{stream}"))
