"""The only way to Salesforce: simple-salesforce over our own session, answers raw, errors by one table."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector.errors import LeadcycleError, Refused, Stopped, TryLater
from connector.model.systems.change import Lane
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.retry import patiently
from connector.platforms.salesforce.login import credentials, failed_login
from connector.platforms.salesforce.session import NAME, Session
from connector.platforms.salesforce.verdict import failed_call, lost

VERSION = "66.0"
HEAVY = 5
"""Queries and collections in one composite (api-contracts B.3)."""
PARTS = 25
URI_ROOM = 12_000
"""Bytes of an encoded query: a URI ends at 16,384 (api-contracts B.3) and our columns share it with the IN list."""
_VERSION = re.compile(r"\d\d\.0")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One subrequest of a composite; `path` starts after the version."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] | None = None  # subrequests do not inherit the call's


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


def soql(template: str, *values: Any) -> str:
    """SOQL with every value quoted; `{:literal}` only for names that describe has shown us."""
    from simple_salesforce.format import format_soql

    return str(format_soql(template, *values))


def query_part(text: str, *, everything: bool = False) -> Part:
    """`everything` finds deleted and merged records too."""
    return Part("GET", f"{'queryAll' if everything else 'query'}?q={quote(text, safe='')}")


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
            return _answers(
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
            answer = self.read([Part("GET", _after_version(answer.body["nextRecordsUrl"]))])[0]

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
                self._opened = _client_class()(self._connection, self.session, self.version)
            return self._opened


def patiently_read(call: Any, connection: Connection) -> Any:
    """A read, repeated as retry.py allows; what still fails waits as long as the daemon's policy says."""
    try:
        return patiently(call, connection.sleep)
    except TryLater as error:
        raise TryLater(str(error), error.after or None, error.code) from None


def _answers(content: Any, count: int, *, write: bool) -> list[Answer]:
    listed = content.get("compositeResponse") if isinstance(content, dict) else None
    if not isinstance(listed, list) or len(listed) != count:
        raise lost("composite answered with another shape", write=write)
    try:
        by_name = {
            each["referenceId"]: Answer(int(each["httpStatusCode"]), each.get("body"))
            for each in listed
        }
        return [by_name[f"r{number}"] for number in range(count)]
    except (KeyError, TypeError, ValueError):
        raise lost("composite answered with another shape", write=write) from None


def _after_version(path: str) -> str:
    """`/services/data/v66.0/query/01g…-2000` -> `query/01g…-2000`."""
    return path.split("/", 4)[4]


def _never_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


@lru_cache(maxsize=1)
def _client_class() -> Any:
    """Made on first use: importing simple-salesforce costs a fifth of a second."""
    from simple_salesforce.api import Salesforce
    from simple_salesforce.exceptions import SalesforceAuthenticationFailed

    class Client(Salesforce):
        """simple-salesforce with single-flight logins whose failures are ours to name, and orjson for bodies."""

        session_id = ""

        def __init__(self, connection: Connection, session: Session, version: str) -> None:
            self._single, self._ours = threading.Lock(), session
            known: dict[str, Any] = {**credentials(connection)}
            super().__init__(session=session, version=version, **known)
            self.headers.pop("X-PrettyPrint", None)

        def _generate_headers(self) -> None:
            super()._generate_headers()
            self.headers.pop("X-PrettyPrint", None)

        def _refresh_session(self) -> None:
            """Raises Stopped for refused credentials, TryLater while the login cannot answer. Nothing was written."""
            with self._single:
                used = self._ours.used()
                if self.session_id and used and used != f"Bearer {self.session_id}":
                    return  # another thread has logged in meanwhile
                self._log_in()

        def _log_in(self) -> None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter(
                        "ignore"
                    )  # advice on a refused login; ours says it in one sentence
                    super()._refresh_session()
            except SalesforceAuthenticationFailed as error:
                raise failed_login(error.code) from None
            except (requests.RequestException, AttributeError, TypeError, KeyError, ValueError):
                raise TryLater(f"{NAME}: the login did not answer", None, "LOGIN") from None

        def parse_result_to_json(self, result: requests.Response) -> Any:
            kind = str(result.headers.get("Content-Type", ""))
            if "csv" in kind:
                return result.content
            return orjson.loads(result.content) if result.content else {}

    return Client
