"""Tokens and the account itself (api-contracts A.2, A.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from connector.sandbox.hubspot.limits import Limits
from connector.sandbox.hubspot.records.refusal import Refusal, invalid
from connector.sandbox.hubspot.records.values import from_ms, iso
from connector.sandbox.hubspot.rest.calls import Call, Route, text
from connector.sandbox.hubspot.tokens import CLIENT, LIFETIME_S, REFRESH, Tokens
from connector.sandbox.wire import Response, answer

_USER_ID = 1_070_001
_APP_ID = 4711
SCOPES = [
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.lists.read",
    "crm.lists.write",
    "forms",
    "content",
    "business-intelligence",
    "communication_preferences.read",
    "communication_preferences.write",
    "oauth",
]


@dataclass(frozen=True, slots=True)
class Account:
    """The endpoints that speak of the caller and its account."""

    tokens: Tokens
    limits: Limits

    def route(self, method: str, rest: list[str]) -> Route | None:
        match method, rest:
            case "POST", ["oauth", "token"]:
                return Route("oauth token", self.token, public=True)
            case "POST", ["oauth", "token", "introspect"]:
                return Route("oauth introspect", self.introspect, public=True)
            case "POST", ["oauth", "token", "revoke"]:
                return Route("oauth revoke", self.revoke, public=True)
            case "GET", ["oauth", "access-tokens", token]:
                return Route("oauth introspect", partial(self.described, token), public=True)
            case "POST", ["oauth", "private-apps", "get", "access-token-info"]:
                return Route("access token info", self.info)
            case "GET", ["account-info", "details"]:
                return Route("account details", self.details)
            case "GET", ["account-info", "api-usage", "daily", "private-apps"]:
                return Route("api usage", self.usage)
        return None

    def token(self, call: Call) -> Response:
        """The newer paths say more than v1."""
        issued = self.tokens.issue(_form(call), call.portal.now())
        found: dict[str, object] = {
            "token_type": "bearer",
            "access_token": issued,
            "refresh_token": REFRESH,
            "expires_in": LIFETIME_S,
        }
        if call.version != "v1":
            found |= {
                "hub_id": call.portal.switches.portal_id,
                "user_id": _USER_ID,
                "scopes": SCOPES,
                "token_use": "access_token",
            }
        return answer(200, found)

    def introspect(self, call: Call) -> Response:
        form = _form(call)
        if (form.get("client_id"), form.get("client_secret")) != CLIENT:
            raise Refusal(400, "BAD_CLIENT_ID", "missing or invalid client id or client secret")
        return self.described(form.get("token", ""), call)

    def described(self, token: str, call: Call) -> Response:
        ends, now = self.tokens.issued.get(token), call.portal.now()
        if ends is None or ends <= now:
            raise Refusal(404, "INVALID_TOKEN", "Access token is unknown or has expired")
        found = {
            "token": token, "token_type": "access", "user": "integration@example.com", "hub_domain": "example.com",
            "scopes": SCOPES, "hub_id": call.portal.switches.portal_id, "app_id": _APP_ID, "user_id": _USER_ID,
            "expires_in": (ends - now) // 1000,
        }  # fmt: skip
        return answer(
            200,
            found
            if call.version == "v1"
            else {**found, "active": True, "token_use": "access_token"},
        )

    def revoke(self, call: Call) -> Response:
        form = _form(call)
        self.tokens.issued.pop(form.get("token", ""), None)
        self.tokens.revoked |= form.get("token") == REFRESH
        return answer(204)

    def info(self, call: Call) -> Response:
        if text(call.sent(), "tokenKey") != self.tokens.switches.token:
            raise invalid("tokenKey is not a token of a private app")
        scopes = sorted(call.portal.switches.scopes or SCOPES)
        hub = call.portal.switches.portal_id
        return answer(200, {"userId": _USER_ID, "hubId": hub, "appId": _APP_ID, "scopes": scopes})

    def details(self, call: Call) -> Response:
        switches = call.portal.switches
        shift = from_ms(call.portal.now()).astimezone(ZoneInfo(switches.timezone))
        offset = shift.strftime("%z")
        seconds = round((shift.utcoffset() or timedelta()).total_seconds())
        found = {
            "portalId": switches.portal_id, "accountType": "STANDARD", "timeZone": switches.timezone,
            "companyCurrency": switches.currency, "additionalCurrencies": [], "utcOffset": f"{offset[:3]}:{offset[3:]}",
            "utcOffsetMilliseconds": seconds * 1000, "uiDomain": "app-eu1.hubspot.com", "dataHostingLocation": "eu1",
        }  # fmt: skip
        return answer(200, found)

    def usage(self, call: Call) -> Response:
        now = call.portal.now()
        found = {
            "name": "private-apps-api-calls-daily",
            "usageLimit": self.limits.switches.daily_limit,
            "currentUsage": self.limits.used,
            "collectedAt": iso(now),
            "fetchStatus": "SUCCESS",
            "resetsAt": self.limits.resets_at(now).isoformat(),
        }
        return answer(200, {"results": [found]})


def _form(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.request.body.decode("utf-8", "replace"), keep_blank_values=True))
