"""How we prove who we are: a private app's token, or an access token that is renewed before it ends (api-contracts A.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.platforms.connection import Connection

_EARLY = timedelta(seconds=60)
_LIFETIME = timedelta(minutes=30)


class Tokens:
    """Gives the access token; with refresh credentials it renews it, one thread at a time.

    A token is renewed by its age: a 401 says nothing about that (api-contracts A.2). `renew` asks HubSpot and returns the
    token answer's members.
    """

    def __init__(
        self, connection: Connection, renew: Callable[[Mapping[str, str]], Mapping[str, Any]]
    ) -> None:
        self._connection, self._renew = connection, renew
        self._lock = threading.Lock()
        self._token, self._until = "", datetime.min.replace(tzinfo=UTC)
        self._refresh_token = (
            connection.secret("refresh_token") if connection.has("refresh_token") else ""
        )

    @property
    def renewable(self) -> bool:
        return bool(self._refresh_token)

    def current(self) -> str:
        """A token that is good for the next minute; raises Stopped where credentials are missing."""
        if not self.renewable:
            return self._connection.secret("token")
        with self._lock:
            now = self._connection.clock()
            if not self._token or now >= self._until - _EARLY:
                self._take(self._renew(self._grant()), now)
            return self._token

    def forget(self, token: str) -> None:
        """This token was refused as expired; the next call renews it, unless another thread has already done so."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _grant(self) -> Mapping[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": self._connection.secret("client_id"),
            "client_secret": self._connection.secret("client_secret"),
            "refresh_token": self._refresh_token,
        }

    def _take(self, found: Mapping[str, Any], now: datetime) -> None:
        self._token = str(found["access_token"])
        self._refresh_token = str(found.get("refresh_token") or self._refresh_token)
        seconds = found.get("expires_in")
        self._until = now + (timedelta(seconds=seconds) if isinstance(seconds, int) else _LIFETIME)
