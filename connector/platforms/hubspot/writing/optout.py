"""Somebody objected elsewhere: HubSpot is told by unsubscribing the address from everything (api-contracts A.13).

`hs_email_optout` follows from that; a plain write of the property would be no opt-out for HubSpot's own mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.errors import Refused, Unclear
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.writing.row import OPT_OUT, Row


def unsubscribe(calls: Calls, rows: Sequence[Row]) -> None:
    """One call for each row that asks for it, after one that reads the addresses. Raises TryLater, Stopped."""
    asking = [row for row in rows if row.optout]
    if not asking:
        return
    addresses = _addresses(calls, asking)
    for row in asking:
        _one(calls, row, addresses.get(row.id, ""))


def _one(calls: Calls, row: Row, address: str) -> None:
    if not address:
        row.close("refused", "NO_ADDRESS", "only an address can be unsubscribed, and there is none")
        return
    try:
        calls.unsubscribe(address, row.change.lane)
    except Refused as refusal:
        row.close("refused", refusal.code, refusal.message)
    except Unclear as error:
        row.close("unclear", "UNCLEAR", str(error))
    else:
        row.touched = True
        row.done[OPT_OUT] = row.change.fields[OPT_OUT]


def _addresses(calls: Calls, rows: Iterable[Row]) -> dict[str, str]:
    by_kind: dict[str, list[str]] = {}
    for row in rows:
        by_kind.setdefault(row.change.ref.kind, []).append(row.id)
    found: dict[str, str] = {}
    for kind, ids in by_kind.items():
        for first in range(0, len(ids), 100):
            for record in calls.records(kind, ids[first : first + 100], ("email",)):
                shown = record.get("properties") or {}
                found[str(record.get("id"))] = str(shown.get("email") or "")
    return found
