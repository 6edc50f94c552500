"""Every fault of the emulated Salesforce by its switch (`faults.rate[name]`), and what it does."""

from __future__ import annotations

from collections.abc import Mapping

FAULTS: Mapping[str, str] = {
    "salesforce.lock": "one row of a write answers UNABLE_TO_LOCK_ROW; the others go through",
    "salesforce.error500": "500 UNKNOWN_EXCEPTION before anything happens",
    "salesforce.html503": "503 with the HTML of a maintenance page before anything happens",
    "salesforce.after_commit_500": "a write is committed, the answer is 503 SERVER_UNAVAILABLE",
    "salesforce.reset": "the connection ends before anything happens",
    "salesforce.reset_after_commit": "a write is committed, then the connection ends without an answer",
    "salesforce.delayed_commit": "the connection ends, and the write is committed up to `delay_s` seconds later",
    "salesforce.truncated": "a 2xx answer arrives with only the first half of its body",
    "salesforce.session_expired": "all sessions end; the call answers 401 INVALID_SESSION_ID",
    "salesforce.late_visible": "queries see a person's write up to `late_s` seconds later, with its older stamp",
    "salesforce.short_pages": "a query page holds fewer rows than the batch size although more follow",
    "salesforce.locator_expired": "the next page of a query answers INVALID_QUERY_LOCATOR",
    "salesforce.flow_rewrites": "the functions in `flows` change the row within our own write",
}
MAINTENANCE = (
    b"<html><head><title>Maintenance</title></head>"
    b"<body><h1>We are down for maintenance.</h1><p>Sorry for the inconvenience.</p></body></html>"
)
