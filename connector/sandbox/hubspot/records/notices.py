"""Changes as webhooks would tell them: collected while somebody listens, delivered as signed requests (api-contracts A.14)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from connector.sandbox.faults import Faults
from connector.sandbox.hubspot.records.standard import SINGULAR
from connector.sandbox.hubspot.records.table import Stamp

A_REQUEST = 100
"""Most events in one delivery."""
_DECODED = {
    code: chr(int(code[1:], 16))
    for code in ["%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B"]
}
_CODES = re.compile("|".join(_DECODED), re.IGNORECASE)

Delivery = tuple[dict[str, str], bytes]


def signed_uri(url: str) -> str:
    """The address as it is signed: twelve escapes are decoded, all others stay."""
    return _CODES.sub(lambda found: _DECODED[found[0].upper()], url)


def headers(secret: str, url: str, body: bytes, ms: int) -> dict[str, str]:
    """Both signatures HubSpot sends: v1 over the body, v3 over method, address, body and time."""
    source = b"POST" + signed_uri(url).encode() + body + str(ms).encode()
    third = base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) - WebHooks",
        "X-HubSpot-Signature": hashlib.sha256(secret.encode() + body).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
        "X-HubSpot-Signature-v3": third,
        "X-HubSpot-Request-Timestamp": str(ms),
    }


@dataclass(slots=True)
class Notices:
    """Nothing is collected until `listen` names an address and a secret."""

    url: str = ""
    secret: str = ""
    app_id: int = 0
    properties: frozenset[str] | None = None
    """Properties whose changes are told; None means all."""
    pending: list[dict[str, Any]] = field(default_factory=list)
    next_id: int = 1_000_001

    def listen(
        self, url: str, secret: str, *, app_id: int = 4711, properties: frozenset[str] | None = None
    ) -> None:
        self.url, self.secret, self.app_id, self.properties = url, secret, app_id, properties

    def tell(self, what: str, kind: str, id_: int, stamp: Stamp, **more: Any) -> None:
        """One event, such as `creation` or `propertyChange` of a record."""
        if not self.url:
            return
        self.pending.append(
            {
                "objectId": id_,
                "changeSource": stamp.source,
                "sourceId": stamp.source_id,
                "eventId": self.next_id,
                "subscriptionId": 25,
                "appId": self.app_id,
                "occurredAt": stamp.ms,
                "subscriptionType": f"{SINGULAR[kind]}.{what}",
                "attemptNumber": 0,
                **more,
            }
        )
        self.next_id += 1

    def tell_changes(self, kind: str, id_: int, stamp: Stamp, changed: Mapping[str, str]) -> None:
        for name, value in changed.items():
            if self.properties is None or name in self.properties:
                self.tell(
                    "propertyChange", kind, id_, stamp, propertyName=name, propertyValue=value
                )

    def deliveries(self, portal_id: int, now: int, faults: Faults) -> list[Delivery]:
        """All pending events as signed requests; they are pending no longer."""
        events = self._muddled([{**event, "portalId": portal_id} for event in self.pending], faults)
        self.pending.clear()
        parts = (events[start : start + A_REQUEST] for start in range(0, len(events), A_REQUEST))
        bodies = (orjson.dumps(part) for part in parts)
        return [(headers(self.secret, self.url, body, now), body) for body in bodies]

    def _muddled(self, events: list[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for event in events:
            if faults.strikes("hubspot.webhook_lost"):
                continue
            if found and faults.strikes("hubspot.webhook_reused_id"):
                event["eventId"] = found[-1]["eventId"]
            if faults.strikes("hubspot.webhook_no_source"):
                del event["changeSource"]
            found.extend([event, event] if faults.strikes("hubspot.webhook_duplicate") else [event])
        if faults.strikes("hubspot.webhook_shuffle"):
            faults.stream("hubspot.webhook_order").shuffle(found)
        return found
