"""One table: status and the vendor's code -> what cures it (api-contracts A.3, A.4). Messages carry codes, never values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import orjson

from connector.errors import LeadcycleError, Refused, Stopped, TryLater, Unclear

_RETRY = timedelta(seconds=5)
_LOCK = timedelta(seconds=2)  # locks last two seconds
_WINDOWS: Mapping[str, timedelta] = {
    "SECONDLY": timedelta(seconds=1),
    "TEN_SECONDLY_ROLLING": timedelta(seconds=10),
}
_HINTS: Mapping[int, str] = {
    401: "the token is not valid; set a current one",
    403: "the token lacks a right",
}
_LONGEST_WAIT = timedelta(hours=24)
MISSING = frozenset({"OBJECT_NOT_FOUND", "HTTP_404"})
"""Codes of a record, list or property that is not there."""


class Forbidden(Stopped):
    """A right or an edition is missing for this call; others may still go."""


class PropertyFault(NamedTuple):
    """One property HubSpot would not take."""

    name: str
    code: str


class Answer(NamedTuple):
    """One answer of HubSpot, not yet judged. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


def judged(answer: Answer, what: str, *, writes: bool, platform: str = "hubspot") -> LeadcycleError:
    """The error for an answer that is not good. `what` names the call, e.g. `search contacts`.

    A write that a server failed on may have happened: Unclear. A read is asked again.
    """
    status, body = answer.status, members(answer.body)
    code = code_of(status, body)
    if status in (401, 403):
        family = Forbidden if status == 403 else Stopped
        return family(platform, f"{what}: {status} {code}, {_HINTS[status]}{_needs(body)}")
    if status == 429:
        return _limited(answer, body, code, what, platform)
    if status in (423, 477):
        return TryLater(
            f"{platform}: {what}: {status} {code}", retry_after(answer.headers) or _LOCK, code
        )
    if 300 <= status < 400 or status >= 500:
        if writes:
            return Unclear(f"{platform}: {what}: {status} {code}")
        return TryLater(
            f"{platform}: {what}: {status} {code}", retry_after(answer.headers) or _RETRY, code
        )
    return Refused(None, code, f"{what}: {described(body)}")


def _limited(
    answer: Answer, body: Mapping[str, Any], code: str, what: str, platform: str
) -> LeadcycleError:
    policy = str(body.get("policyName") or "")
    wait = retry_after(answer.headers)
    if policy == "DAILY":
        return Stopped(
            platform,
            "the account's API calls of today are used up; they are back at midnight of the account",
            wait,
        )
    return TryLater(
        f"{platform}: {what}: 429 {policy or code}",
        wait or _WINDOWS.get(policy, _WINDOWS["TEN_SECONDLY_ROLLING"]),
        policy or code,
    )


def broken(what: str, *, writes: bool, sent: bool, platform: str = "hubspot") -> LeadcycleError:
    """The error for a connection that broke, a deadline that passed, or a body that was cut off."""
    if not sent:
        return TryLater(f"{platform}: {what}: no connection", _RETRY, "CONNECTION")
    if writes:
        return Unclear(f"{platform}: {what}: no whole answer")
    return TryLater(f"{platform}: {what}: no whole answer", timedelta(), "CONNECTION")


def members(body: bytes) -> Mapping[str, Any]:
    """The error body's members; all are optional, and a maintenance page has none."""
    try:
        found = orjson.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def code_of(status: int, body: Mapping[str, Any]) -> str:
    """The vendor's word for the reason: the first property's code, else the category (every member is optional)."""
    faults = property_faults(body)
    if faults:
        return faults[0].code
    return (
        _word(body.get("category"))
        or _word(body.get("errorType"))
        or _word(body.get("subCategory"))
        or f"HTTP_{status}"
    )


def property_faults(body: Mapping[str, Any]) -> tuple[PropertyFault, ...]:
    """Properties named in `errors`, or in the JSON array that is hidden inside the message (api-contracts A.4)."""
    listed = [_listed(row) for row in _rows(body.get("errors"))]
    found = tuple(fault for fault in listed if fault.name)
    return found or tuple(_hidden(str(body.get("message") or "")))


def described(body: Mapping[str, Any]) -> str:
    """What may be shown: property names and codes."""
    faults = property_faults(body)
    if faults:
        return ", ".join(f"property {fault.name}: {fault.code}" for fault in faults)
    return _word(body.get("category")) or "the request was refused"


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in seconds; None if it is absent or a date."""
    text = headers.get("retry-after", "")
    return (
        min(timedelta(seconds=int(text)), _LONGEST_WAIT)
        if text.isdigit() and len(text) < 9
        else None
    )


def _needs(body: Mapping[str, Any]) -> str:
    scopes = [
        str(scope)
        for row in _rows(body.get("errors"))
        for scope in _context(row, "requiredGranularScopes")
    ]
    return f" ({', '.join(scopes)})" if scopes else ""


def _listed(row: Mapping[str, Any]) -> PropertyFault:
    names = [*_context(row, "propertyName"), *_context(row, "properties")]
    return PropertyFault(str(names[0]) if names else "", _word(row.get("code")) or "INVALID")


def _hidden(message: str) -> list[PropertyFault]:
    start = message.find("[{")
    if start < 0:
        return []
    try:
        rows = orjson.loads(message[start:])
    except ValueError:
        return []
    return [
        PropertyFault(str(row.get("name") or ""), _word(row.get("error")) or "INVALID")
        for row in _rows(rows)
    ]


def _rows(found: object) -> Sequence[Mapping[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _context(row: Mapping[str, Any], name: str) -> Sequence[Any]:
    context = row.get("context")
    found = context.get(name) if isinstance(context, dict) else None
    return found if isinstance(found, list) else []


def _word(found: object) -> str:
    """A code is one word of capitals; anything else might be somebody's data."""
    text = found if isinstance(found, str) else ""
    return text if len(text) < 80 and text.replace("_", "").replace(".", "").isalnum() else ""
