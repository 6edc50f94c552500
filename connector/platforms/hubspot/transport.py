"""One HTTP call: the versioned path, a deadline, no redirects, one pooled connection; the answer is returned unread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.hubspot.failure import Answer
from connector.platforms.hubspot.paths import versioned

HOST = "https://api.hubapi.com"
_CONNECT, _READ = 5.0, 30.0  # seconds, each for one step
_WHOLE = timedelta(minutes=2)
_LARGEST = 64 * 1024 * 1024  # bytes; a page of HubSpot's is below one million
_PIECE = 1 << 16
_FORM = "application/x-www-form-urlencoded"


class NotSent(Exception):
    """No connection could be made: nothing reached HubSpot."""


class Broken(Exception):
    """The connection broke after the request left us."""


class Transport:
    """Sends bytes to one HubSpot. `pool` is a urllib3 PoolManager or something with its `request`."""

    def __init__(self, connection: Connection, meter: Meter) -> None:
        self.host = (connection.url or HOST).rstrip("/")
        self._version = connection.values.get("paths", "v3")
        self._meter, self._clock = meter, connection.clock
        self._pool = connection.transport

    def send(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        content: Any = None,
        form: Sequence[tuple[str, Any]] = (),
    ) -> Answer:
        """Raises NotSent or Broken where there is no whole answer; the budget is told its headers."""
        url = self.host + versioned(path, self._version)
        if query:
            url += "?" + urlencode([(name, _text(value)) for name, value in query])
        sent = {"Accept": "application/json", **(headers or {})}
        body = b"" if content is None else orjson.dumps(content)
        if form:
            body, sent["Content-Type"] = urlencode(form).encode(), _FORM
        elif content is not None:
            sent["Content-Type"] = "application/json"
        answer = self._exchange(method, url, sent, body)
        self._meter.after(answer.headers)
        return answer

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        import urllib3
        from urllib3 import exceptions

        if self._pool is None:
            self._pool = urllib3.PoolManager(num_pools=2, maxsize=4)
        timeout = urllib3.Timeout(connect=_CONNECT, read=_READ)
        deadline = self._clock() + _WHOLE
        try:
            found = self._pool.request(
                method, url, body=body or None, headers=dict(headers),
                timeout=timeout, redirect=False, retries=False, preload_content=False,
            )  # fmt: skip
            content = _whole(found, self._clock, deadline)
        except (
            exceptions.NewConnectionError,
            exceptions.ConnectTimeoutError,
            exceptions.NameResolutionError,
        ) as error:
            raise NotSent(type(error).__name__) from None
        except (exceptions.HTTPError, OSError) as error:
            raise Broken(type(error).__name__) from None
        return Answer(
            found.status, {name.lower(): value for name, value in found.headers.items()}, content
        )


def _whole(found: Any, clock: Callable[[], datetime], deadline: datetime) -> bytes:
    """The body; a server that trickles, or that does not end, is as broken as one that hangs up."""
    parts: list[bytes] = []
    size = 0
    for part in found.stream(_PIECE):
        parts.append(part)
        size += len(part)
        if size > _LARGEST or clock() > deadline:
            found.close()
            raise Broken("the answer does not end")
    found.release_conn()
    return b"".join(parts)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
