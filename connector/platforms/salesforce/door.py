"""The only way to Salesforce: simple-salesforce over our own session, answers raw, errors by one table."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

import orjson
import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector.errors import LeadcycleError, Refused, Stopped, TryLater
from connector.model.systems.change import Lane
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.retry import patiently
from connector.platforms.salesforce.client import client_class
from connector.platforms.salesforce.parts import (
    HEAVY,
    Answer,
    Part,
    Row,
    after_version,
    answers_of,
    query_part,
)
from connector.platforms.salesforce.session import NAME, Session
from connector.platforms.salesforce.verdict import failed_call, lost

VERSION = "66.0"
_VERSION = re.compile(r"\d\d\.0")


class Door:
    """Reads raise TryLater or Stopped; writes also Unclear; both Refused when the request itself is rejected."""

    def __init__(self, connection: Connection, meter: Meter) -> None:
        self._connection = connection
        self.version = connection.values.get("version", VERSION)
        if not _VERSION.fullmatch(self.version):
            raise Stopped(NAME, "version must be written like 66.0")
        self.session = Session(connection, meter)
        self.lane: Lane | None = None  # how urgent the work is for which calls are made now
        self._lock = threading.Lock()
        self._opened: Any = None

    @property
    def instance(self) -> str:
        """The host that answers for this organisation."""
        return str(self._client().sf_instance)

    @property
    def user(self) -> str:
        """The id of the user we are, as the login told it; "" before the first login."""
        return self.session.user

    def get(self, path: str) -> Any:
        return patiently_read(lambda: self._call("GET", path, None, write=False), self._connection)

    def userinfo(self) -> Any:
        return patiently_read(
            lambda: self._guarded(lambda: self._client().oauth2("userinfo"), write=False),
            self._connection,
        )

    def send(self, method: str, path: str, body: Any, lane: Lane | None = None) -> Any:
        """One write outside composites: bulk jobs and the installer."""
        return self._call(method, path, body, write=True, lane=lane)

    def composite(
        self, parts: Sequence[Part], *, write: bool, lane: Lane | None = None
    ) -> list[Answer]:
        """All parts in one API call, answers in order. A part that failed is an Answer, never an exception."""
        body = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": [self._part(n, part) for n, part in enumerate(parts)]}  # fmt: skip

        def call() -> list[Answer]:
            return answers_of(
                self._call("POST", "composite", body, write=write, lane=lane),
                len(parts),
                write=write,
            )

        return call() if write else patiently_read(call, self._connection)

    def read(self, parts: Sequence[Part], heavy: int = HEAVY) -> list[Answer]:
        """Any number of reads in as few calls as possible. Raises when Salesforce is out of breath for one of them."""
        found: list[Answer] = []
        for start in range(0, len(parts), heavy):
            found.extend(self.composite(parts[start : start + heavy], write=False))
        for answer in found:
            if not answer.good:
                error = failed_call(answer.status, answer.body, write=False)
                if not isinstance(error, Refused):
                    raise error
        return found

    def rows(self, texts: Sequence[str], *, everything: bool = False) -> list[list[Row]]:
        """All rows of every query, whatever the length of pages. Raises Refused for a query Salesforce does not take."""
        parts = [query_part(text, everything=everything) for text in texts]
        return [
            self._rest(answer, part) for answer, part in zip(self.read(parts), parts, strict=True)
        ]

    def _rest(self, answer: Answer, part: Part, tries: int = 3) -> list[Row]:
        found: list[Row] = []
        while True:
            if not answer.good:
                error = failed_call(answer.status, answer.body, write=False)
                if (
                    not isinstance(error, Refused)
                    or error.code != "INVALID_QUERY_LOCATOR"
                    or tries == 0
                ):
                    raise error
                return self._rest(
                    self.read([part])[0], part, tries - 1
                )  # locators end: from the start
            found.extend(answer.body["records"])
            if answer.body.get("done", True):
                return found
            answer = self.read([Part("GET", after_version(answer.body["nextRecordsUrl"]))])[0]

    def _part(self, number: int, part: Part) -> dict[str, Any]:
        made: dict[str, Any] = {
            "method": part.method,
            "url": f"/services/data/v{self.version}/{part.path}",
            "referenceId": f"r{number}",
        }
        if part.body is not None:
            made["body"] = part.body
        if part.headers:
            made["httpHeaders"] = dict(part.headers)
        return made

    def _call(
        self, method: str, path: str, body: Any, *, write: bool, lane: Lane | None = None
    ) -> Any:
        extra: dict[str, Any] = {"lane": lane or self.lane}
        if isinstance(body, bytes):
            extra |= {"data": body, "headers": {"Content-Type": "text/csv"}}
        elif body is not None:
            extra["data"] = orjson.dumps(body)
        return self._guarded(
            lambda: self._client().restful(path, method=method, **extra), write=write
        )

    def _guarded(self, call: Any, *, write: bool) -> Any:
        from simple_salesforce.exceptions import SalesforceError

        try:
            return call()
        except LeadcycleError:
            raise
        except SalesforceError as error:
            raise failed_call(error.status, error.content, write=write) from None
        except requests.RequestException as error:
            if _never_sent(error):
                raise TryLater(f"{NAME}: cannot be reached", None, "UNREACHABLE") from None
            raise lost(type(error).__name__, write=write) from None
        except (ValueError, KeyError, TypeError) as error:
            raise lost(f"unreadable answer ({type(error).__name__})", write=write) from None

    def _client(self) -> Any:
        with self._lock:
            if self._opened is None:
                self._opened = client_class()(self._connection, self.session, self.version)
            return self._opened


def patiently_read(call: Any, connection: Connection) -> Any:
    """A read, repeated as retry.py allows; what still fails waits as long as the daemon's policy says."""
    try:
        return patiently(call, connection.sleep)
    except TryLater as error:
        raise TryLater(str(error), error.after or None, error.code) from None


def _never_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
