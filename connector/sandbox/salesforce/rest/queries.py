"""query, queryAll and the pages that follow (api-contracts B.3, B.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.rest.calls import Call, Reply, not_allowed
from connector.sandbox.salesforce.rest.site import DAY_MS, Site
from connector.sandbox.salesforce.soql.parser import parse
from connector.sandbox.salesforce.soql.search import search
from connector.sandbox.salesforce.soql.shape import Shaper, shaper

PAGE = 2000
_KEPT = 100
_BATCH = re.compile(r"batchSize\s*=\s*(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Rows are immutable versions, so the pages of one query show the moment at which it ran."""

    rows: list[Row]
    shape: Shaper
    opened_ms: int
    size: int
    base: str


def serve(site: Site, call: Call, *, tooling: bool = False) -> Reply:
    if call.method not in ("GET", "HEAD"):
        raise not_allowed(call, "GET,HEAD")
    if len(call.path) > 1:
        return _more(site, call)
    everything = call.path[0].lower() == "queryall"
    site.count("tooling query" if tooling else call.path[0], nested=call.nested)
    text = call.params.get("q")
    if not text:
        raise Refusal(400, "MALFORMED_QUERY", "unexpected token: <EOF>")
    return _first(site, call, text, everything=everything, tooling=tooling)


def _first(site: Site, call: Call, text: str, *, everything: bool, tooling: bool) -> Reply:
    query = parse(text)
    org = site.org
    kind = org.schema.kind(query.kind, tooling=tooling)
    show = shaper(org, kind, query.fields, call.version)
    rows = search(org, query, deleted=everything, tooling=tooling)
    if not query.fields:
        return Reply(200, {"totalSize": len(rows), "done": True, "records": []})
    size = min(PAGE, max(200, _asked(call)))
    base = f"{call.base()}{'/tooling' if tooling else ''}/query"
    cursor = Cursor(rows, show, org.clock.ms(), size, base)
    return Reply(200, _page(site, cursor, None, 0))


def _asked(call: Call) -> int:
    """`Sforce-Query-Options: batchSize=200..2000` is a hint."""
    found = _BATCH.search(call.headers.get("sforce-query-options", ""))
    return int(found[1]) if found else PAGE


def _page(site: Site, cursor: Cursor, key: str | None, start: int) -> dict[str, Any]:
    size = cursor.size
    faults = site.org.faults
    if len(cursor.rows) - start > 1 and faults.strikes("salesforce.short_pages"):
        most = min(size, len(cursor.rows) - start - 1)
        size = faults.stream("salesforce.short_pages").randint(1, most)
    stop = start + size
    done = stop >= len(cursor.rows)
    found: dict[str, Any] = {"totalSize": len(cursor.rows), "done": done}
    if not done:
        key = key or _keep(site, cursor)
        found["nextRecordsUrl"] = f"{cursor.base}/{key}-{stop}"
    found["records"] = [cursor.shape(row) for row in cursor.rows[start:stop]]
    return found


def _keep(site: Site, cursor: Cursor) -> str:
    key = site.serial("01g")
    site.cursors[key] = cursor
    while len(site.cursors) > _KEPT:
        del site.cursors[next(iter(site.cursors))]
    return key


def _more(site: Site, call: Call) -> Reply:
    """A locator lives two days (B.3)."""
    site.count("query more", nested=call.nested)
    key, _, start = call.path[1].rpartition("-")
    cursor = site.cursors.get(key)
    too_old = cursor is not None and site.org.clock.ms() - cursor.opened_ms > 2 * DAY_MS
    lost = too_old or site.org.faults.strikes("salesforce.locator_expired")
    if cursor is None or lost or not (start.isascii() and start.isdigit() and len(start) < 10):
        site.cursors.pop(key, None)
        raise Refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return Reply(200, _page(site, cursor, key, int(start)))
