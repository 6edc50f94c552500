"""One organisation on a virtual clock, a raw client, and the real simple-salesforce client in process."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
import requests
from requests.adapters import BaseAdapter
from simple_salesforce import Salesforce as Client

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce
from connector.sandbox.wire import Dropped, Request, Response

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BASIC = "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret"


class Api:
    """Raw calls with a session of their own; `status, body` is the answer."""

    def __init__(self, salesforce: Salesforce) -> None:
        self.salesforce = salesforce
        self.headers: dict[str, str] = {"sforce-auto-assign": "FALSE"}
        self.log_in()

    def log_in(self) -> None:
        answer = self.salesforce.handle(
            Request("POST", "/services/oauth2/token", body=BASIC.encode())
        )
        self.headers["authorization"] = f"Bearer {orjson.loads(answer.body)['access_token']}"

    def raw(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        version: str = "v66.0",
        headers: Any = None,
        **params: str,
    ) -> Response:
        whole = path if path.startswith("/services/") else f"/services/data/{version}{path}"
        whole, _, query = whole.partition("?")
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        merged = {**self.headers, **(headers or {})}
        return self.salesforce.handle(
            Request(method, whole, query or urlencode(params), merged, data)
        )

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        answer = self.raw(method, path, body, **more)
        return answer.status, orjson.loads(answer.body) if answer.body else None

    def query(
        self, soql: str, *, path: str = "/query", headers: Any = None
    ) -> list[dict[str, Any]]:
        """All records, over all pages."""
        status, page = self("GET", path, q=soql, headers=headers)
        assert status == 200, page
        records: list[dict[str, Any]] = page["records"]
        while not page["done"]:
            status, page = self("GET", page["nextRecordsUrl"])
            assert status == 200, page
            records += page["records"]
        return records

    def ids(self, soql: str, **more: Any) -> list[str]:
        return [record["Id"] for record in self.query(soql, **more)]


class InProcess(BaseAdapter):
    """requests -> `handle`, so that the client needs no socket and no TLS."""

    def __init__(self, salesforce: Salesforce) -> None:
        super().__init__()
        self.salesforce = salesforce
        self.seen: list[Request] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(request.url)
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        headers["host"] = str(parts.netloc)
        asked = Request(str(request.method), str(parts.path), str(parts.query), headers, body)
        self.seen.append(asked)
        try:
            given = self.salesforce.handle(asked)
        except Dropped as dropped:
            raise requests.ConnectionError("connection reset") from dropped
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = given.status, str(request.url), request
        answer.headers.update(given.headers)
        answer.raw = io.BytesIO(given.body)
        return answer

    def close(self) -> None: ...


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def faults() -> Faults:
    return Faults(seed=1)


def _organisation(clock: Clock, faults: Faults, **words: Any) -> Salesforce:
    made = Salesforce(clock, faults, **words)
    made.add_field("Lead", "Leadcycle_Key__c", "string", length=40, external_id=True, unique=True)
    made.add_field(
        "Contact", "Leadcycle_Key__c", "string", length=40, external_id=True, unique=True
    )
    made.add_field("Lead", "Leadcycle_Stage__c", "picklist", values=["MQL", "SQL"], restricted=True)
    return made


@pytest.fixture
def salesforce(clock: Clock, faults: Faults) -> Salesforce:
    return _organisation(clock, faults)


@pytest.fixture(scope="session")
def fresh() -> Callable[..., tuple[Salesforce, Api]]:
    """A new organisation with its client for every example of a property."""

    def build(**words: Any) -> tuple[Salesforce, Api]:
        made = _organisation(Clock(START), Faults(), **words)
        return made, Api(made)

    return build


@pytest.fixture
def api(salesforce: Salesforce) -> Api:
    return Api(salesforce)


@pytest.fixture
def adapter(salesforce: Salesforce) -> InProcess:
    return InProcess(salesforce)


@pytest.fixture
def client(adapter: InProcess) -> Iterator[Client]:
    """The real client, logged in with client credentials on the organisation's own domain."""
    with requests.Session() as session:
        session.mount("https://", adapter)
        yield Client(
            domain="nordring.my", consumer_key="sandbox-client", consumer_secret="sandbox-secret",
            version="66.0", session=session,
        )  # fmt: skip


@pytest.fixture
def lead(salesforce: Salesforce) -> str:
    return salesforce.create(
        "Lead", {"LastName": "Beispiel", "Company": "Muster GmbH", "Email": "eva@muster.de"}
    )
