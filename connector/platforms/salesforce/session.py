"""Our own HTTP session for simple-salesforce: deadlines, no redirects, headers that survive a repeat, counted refusals."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from connector.decide.fields.normal.owner import record_id
from connector.errors import Stopped
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection

NAME = "salesforce"
DEADLINES = (5.0, 60.0)
"""Seconds to connect, and between two bytes of an answer."""
NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}
"""The default is TRUE: a rule would overwrite the owner we set (api-contracts B.5)."""
HEED_ALERTS = {
    "Sforce-Duplicate-Rule-Header": "allowSave=false; includeRecordDetails=false; runAsCurrentUser=true"
}
PASS_ALERTS = {
    "Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true"
}
_AGAIN = timedelta(minutes=5)
_LOGIN = "/services/oauth2/token"
_EXPIRED = orjson.dumps(
    [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Session(requests.Session):
    """One connection pool. The headers of every write sit here and not at the call, because simple-salesforce repeats a
    call after a 401 without the call's own headers (api-contracts B.1)."""

    def __init__(self, connection: Connection, meter: Meter) -> None:
        super().__init__()
        self.headers.update({**NO_ASSIGNMENT, **HEED_ALERTS})
        self.auth = _as_it_is  # otherwise a .netrc entry would replace our token
        self.trust_env = not _on_this_machine(
            connection
        )  # a proxy of the environment leads away from it
        self.mount("https://", _adapter(connection))
        self._meter = meter
        self._here = threading.local()
        self.user = ""

    def request(self, method: Any, url: Any, *args: Any, lane: Any = None, **kwargs: Any) -> Any:
        """One exchange. Raises Stopped when a fresh token is refused, what the meter raises, and requests' own errors."""
        kwargs.setdefault("timeout", DEADLINES)
        kwargs["allow_redirects"] = False
        if str(url).endswith(_LOGIN):
            answer = super().request(method, url, *args, **kwargs)
            self.user = _user(answer) or self.user
            return answer
        self._meter.before(lane=lane)
        self._here.token = (kwargs.get("headers") or {}).get("Authorization", "")
        response = super().request(method, url, *args, **kwargs)
        self._meter.after(response.headers)
        self._count(response)
        return response

    def used(self) -> str:
        """The `Authorization` this thread sent last: whoever finds another one in force need not log in again."""
        return str(getattr(self._here, "token", ""))

    def _count(self, response: requests.Response) -> None:
        if response.status_code != 401:
            self._here.refused = 0
            return
        self._here.refused = getattr(self._here, "refused", 0) + 1
        if self._here.refused > 1:
            self._here.refused = 0
            raise Stopped(
                NAME,
                "a fresh login is refused again; check the integration user's access and policies",
                _AGAIN,
            )
        if not _is_list(response):
            # simple-salesforce reads `[0]["errorCode"]` of whatever a proxy answers here.
            response._content = _EXPIRED  # noqa: SLF001 - requests offers no other way to replace a body


def _user(login: requests.Response) -> str:
    """The last part of the identity URL that comes with a token (api-contracts B.2), as rows show it; "" if there is none."""
    try:
        found = orjson.loads(login.content)
        named = found.get("id") if isinstance(found, dict) else None
        return record_id(named.rpartition("/")[2]) or "" if isinstance(named, str) else ""
    except ValueError:  # no JSON, or no id
        return ""


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _is_list(response: requests.Response) -> bool:
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return False
    return (
        isinstance(found, list)
        and bool(found)
        and isinstance(found[0], dict)
        and "errorCode" in found[0]
    )


class Origin(HTTPAdapter):
    """Sends what is meant for Salesforce to a rehearsal's sandbox; simple-salesforce knows only https (api-contracts B.1)."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin.rstrip("/")

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        meant = urlsplit(str(request.url))
        query = f"?{meant.query}" if meant.query else ""
        request.url = f"{self._origin}{meant.path}{query}"
        request.headers["X-Original-Host"] = meant.netloc
        return super().send(request, *args, **kwargs)


def _adapter(connection: Connection) -> BaseAdapter:
    if connection.transport is not None:
        found: BaseAdapter = connection.transport
        return found
    if connection.url is None:
        return HTTPAdapter()
    if urlsplit(connection.url).scheme != "https" and not _on_this_machine(connection):
        raise Stopped(NAME, "the address must be https, or a sandbox on this machine")
    return Origin(connection.url)


def _on_this_machine(connection: Connection) -> bool:
    return connection.url is not None and urlsplit(connection.url).hostname in _LOOPBACK
