"""A portal of its own for every test, and a short way to call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.wire import Request, Response

START = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


@dataclass
class Api:
    """Calls the portal as a program does; `last` is the whole last answer."""

    hubspot: HubSpot
    last: Response = field(default_factory=lambda: Response(0))
    token: str = "sandbox-hubspot"

    def __call__(self, method: str, target: str, body: Any = None, **headers: str) -> Any:
        path, _, query = target.partition("?")
        sent = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        named = {"authorization": f"Bearer {self.token}", **headers}
        self.last = self.hubspot.handle(Request(method, path, query, named, sent))
        json = self.last.headers.get("Content-Type", "").startswith("application/json")
        return orjson.loads(self.last.body) if json else self.last.body

    @property
    def status(self) -> int:
        return self.last.status

    def search(self, kind: str, *filters: dict[str, Any], **more: Any) -> Any:
        return self(
            "POST",
            f"/crm/v3/objects/{kind}/search",
            {"filterGroups": [{"filters": list(filters)}], **more},
        )


@pytest.fixture(scope="session")
def portal_with() -> Callable[..., Api]:
    """For tests that need many portals: `portal_with({"hubspot.search_lag": 1}, search_lag_s=5)`."""

    def build(rates: dict[str, float] | None = None, **switches: Any) -> Api:
        return Api(HubSpot(Clock(START), Faults(3, dict(rates or {})), **switches))

    return build


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def faults() -> Faults:
    return Faults(seed=1)


@pytest.fixture
def hubspot(clock: Clock, faults: Faults) -> HubSpot:
    return HubSpot(clock, faults)


@pytest.fixture
def api(hubspot: HubSpot) -> Api:
    return Api(hubspot)


@pytest.fixture
def contact(hubspot: HubSpot) -> Callable[..., str]:
    """Create a contact by hand: `contact("ada@example.com", lifecyclestage="lead")`."""

    def create(email: str, **properties: str) -> str:
        return hubspot.create("contacts", {"email": email, **properties})

    return create
