"""Who we are at HubSpot: portal, scopes, limits (api-contracts A.2, A.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from connector.errors import Refused
from connector.model.problem import Problem
from connector.model.systems.change import Lane
from connector.platforms.budget import Limits
from connector.platforms.connection import Connection
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.failure import Forbidden
from connector.platforms.hubspot.reading.place import results
from connector.platforms.plugin import AccountInfo

LEAST = ("crm.objects.contacts.read", "crm.objects.contacts.write")


class Ear:
    """A meter that never refuses and remembers what the headers said."""

    def __init__(self) -> None:
        self.heard = Limits()

    def before(self, calls: int = 1, lane: Lane | None = None) -> None:
        """A handful of calls needs no budget."""

    def after(self, headers: Mapping[str, str]) -> None:
        self.heard = limits(headers) or self.heard


def account(connection: Connection) -> AccountInfo:
    """Three calls. Raises Stopped for a token that is not accepted."""
    ear = Ear()
    calls = Calls(connection, ear)
    token = calls.token_info() if connection.has("token") else {}
    details = calls.get("/account-info/v3/details", {}, "account details")
    scopes = tuple(sorted(str(scope) for scope in results(token, "scopes")))
    portal = str(details.get("portalId") or token.get("hubId") or "")
    return AccountInfo(
        platform=connection.name,
        id=portal,
        user=str(token.get("userId") or ""),
        url=f"https://{details.get('uiDomain') or 'app.hubspot.com'}/contacts/{portal}",
        edition=connection.values.get("edition", ""),
        timezone=str(details.get("timeZone") or "UTC"),
        limits=_usage(calls, ear.heard),
        scopes=scopes,
        problems=lacking(connection.name, scopes, dict.fromkeys(LEAST, "contacts"))
        if scopes
        else (),
    )


def lacking(where: str, have: tuple[str, ...], needed: Mapping[str, str]) -> tuple[Problem, ...]:
    """A problem per scope that is missing; `needed` says what for."""
    return tuple(
        Problem(
            where,
            f"the token lacks the scope {scope}, needed for {what}",
            "add it to the app in HubSpot and use the new token",
            code="MISSING_SCOPE",
        )
        for scope, what in needed.items()
        if scope not in have
    )


def limits(headers: Mapping[str, str]) -> Limits | None:
    """HubSpot's limit headers; searches carry none (api-contracts A.3)."""
    burst = _number(headers.get("x-hubspot-ratelimit-max"))
    if burst is None:
        return None
    daily, left = (
        _number(headers.get(f"x-hubspot-ratelimit-daily{part}")) for part in ("", "-remaining")
    )
    window = _number(headers.get("x-hubspot-ratelimit-interval-milliseconds"))
    return Limits(
        daily=daily,
        used=daily - left if daily is not None and left is not None else None,
        burst=burst,
        burst_left=_number(headers.get("x-hubspot-ratelimit-remaining")),
        window=None if window is None else timedelta(milliseconds=window),
    )


def _usage(calls: Calls, heard: Limits) -> Limits:
    """The day's counter exists for private apps only; the burst is told by headers alone."""
    try:
        found = calls.get("/account-info/v3/api-usage/daily/private-apps", {}, "api usage")
    except (Refused, Forbidden):
        return heard
    row = next((row for row in results(found) if isinstance(row, dict)), {})
    return replace(
        heard, daily=_number(row.get("usageLimit")), used=_number(row.get("currentUsage"))
    )


def _number(found: object) -> int | None:
    text = str(found)
    return int(text) if text.isdigit() else None
