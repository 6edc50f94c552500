"""Records updated or deleted in a window (api-contracts B.3, "updated" and "deleted")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.org.times import read_datetime, stamp
from connector.sandbox.salesforce.rest.calls import Call, Reply
from connector.sandbox.salesforce.rest.site import Site

_BACK = timedelta(days=30)
_BIN = timedelta(days=15)


def updated(site: Site, call: Call, kind: Kind) -> Reply:
    """Ids of living rows whose stamp lies in the window; the seconds of the bounds are ignored."""
    site.count(f"updated {kind.name}", nested=call.nested)
    start, end = _window(site, call)
    ids = [row["Id"] for row in _between(site, kind, start, end) if not row["IsDeleted"]]
    if len(ids) > site.org.switches.updated_cap:
        raise Refusal(400, "EXCEEDED_ID_LIMIT", "exceeded maximum number of ids")
    return Reply(200, {"ids": ids, "latestDateCovered": end})


def deleted(site: Site, call: Call, kind: Kind) -> Reply:
    site.count(f"deleted {kind.name}", nested=call.nested)
    start, end = _window(site, call)
    gone = [row for row in _between(site, kind, start, end) if row["IsDeleted"]]
    records = [{"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in gone]
    earliest = stamp(site.org.now() - _BIN)
    found = {"deletedRecords": records, "earliestDateAvailable": earliest, "latestDateCovered": end}
    return Reply(200, found)


def _window(site: Site, call: Call) -> tuple[str, str]:
    bounds = [
        read_datetime(call.params.get(name, "").replace(" ", "+")) for name in ("start", "end")
    ]
    start, end = bounds
    if start is None or end is None:
        raise Refusal(
            400, "INVALID_REPLICATION_DATE", "start and end must be dates with a time zone"
        )
    start, end = start[:17] + "00.000+0000", end[:17] + "00.000+0000"
    now = site.org.now()
    if start < stamp(now - _BACK):
        raise Refusal(400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date or more than 30 days ago")  # fmt: skip
    if end <= start:
        raise Refusal(
            400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute after startDate"
        )
    return start, min(end, stamp(now))


def _between(site: Site, kind: Kind, start: str, end: str) -> Iterator[Row]:
    table, now = site.org.table(kind), site.org.clock.ms()
    for row in table.since(start):
        if row["SystemModstamp"] > end:
            return
        if table.seen(row, now) is row:
            yield row
