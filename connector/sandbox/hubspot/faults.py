"""Every fault this vendor knows, by the name it has in `Faults.rate` (numbers: rows of the failure catalogue)."""

from __future__ import annotations

from collections.abc import Mapping

FAULTS: Mapping[str, str] = {
    "hubspot.search_lag": "1: a written record is found by search only after up to `search_lag_s` seconds",
    "hubspot.shuffled_ids": "7: a new record gets an id ahead of its turn, so id order is not creation order",
    "hubspot.batch_shuffled": "10: a batch is carried out, and answered, in random order",
    "hubspot.batch_partial": "14: an input with an objectWriteTraceId fails inside a 207 answer",
    "hubspot.duplicate_events": "19: a page of events or submissions repeats one of its items",
    "hubspot.webhook_duplicate": "19: a webhook event is delivered twice",
    "hubspot.webhook_reused_id": "19: a webhook event carries the eventId of the one before",
    "hubspot.webhook_shuffle": "20: webhook events leave in random order",
    "hubspot.webhook_lost": "21: a webhook event is never delivered",
    "hubspot.webhook_no_source": "27: a webhook event lacks changeSource",
    "hubspot.after_commit_500": "30: a write is carried out, then answered 502",
    "hubspot.reset_after_commit": "30: a write is carried out, then the connection breaks",
    "hubspot.reset": "61: the connection breaks before anything happens",
    "hubspot.truncated": "61: a 200 whose body ends half-way",
    "hubspot.html503": "62: a maintenance page in HTML",
    "hubspot.error500": "a plain 500, nothing carried out",
    "hubspot.bad_gateway": "a 502, nothing carried out",
    "hubspot.locked423": "a write meets a lock: 423, lasts two seconds",
    "hubspot.migration477": "the portal is being moved: 477 with Retry-After",
    "hubspot.secondly429": "75, 76: a search above the five a second",
    "hubspot.burst429": "75: above the ten-second limit",
    "hubspot.daily429": "75: the day's calls are used up",
    "hubspot.unauthorized": "82: a 401 for a token that is fine",
}
