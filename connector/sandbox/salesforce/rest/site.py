"""The running instance: the organisation with its sessions, daily budget, open cursors, jobs and counts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.state import Org

if TYPE_CHECKING:
    from connector.sandbox.salesforce.rest.bulk import Job
    from connector.sandbox.salesforce.rest.calls import Call
    from connector.sandbox.salesforce.rest.queries import Cursor

DAY_MS = 86_400_000
_BUCKET_MS = 60_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation chooses once."""

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox
    username: str = "leadcycle@nordring.example"
    refresh_token: str = "sandbox-refresh"  # noqa: S105 - opens nothing but the sandbox
    instance_url: str = "https://nordring.my.salesforce.com"
    public_key: str | None = None
    daily_limit: int = 150_000
    version_min: int = 31
    version_max: int = 68
    session_minutes: int = 120
    bulk_polls: int = 1


class Budget:
    """Calls in the last 24 hours of virtual time, to the minute (api-contracts B.11)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buckets: deque[list[int]] = deque()
        self._used = 0

    def used(self, now_ms: int) -> int:
        while self._buckets and self._buckets[0][0] <= now_ms - DAY_MS:
            self._used -= self._buckets.popleft()[1]
        return self._used

    def spend(self, now_ms: int, calls: int = 1) -> None:
        minute = now_ms - now_ms % _BUCKET_MS
        if not self._buckets or self._buckets[-1][0] != minute:
            self._buckets.append([minute, 0])
        self._buckets[-1][1] += calls
        self._used += calls

    def charge(self, now_ms: int) -> None:
        """Take one call; raises REQUEST_LIMIT_EXCEEDED: 403, never 429 (api-contracts B.4)."""
        if self.used(now_ms) >= self.limit:
            raise Refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.spend(now_ms)


class Sessions:
    """Access tokens by the virtual time of their last use; there is no `expires_in` (api-contracts B.2)."""

    def __init__(self, org: Org, minutes: int) -> None:
        self._org = org
        self._idle_ms = minutes * 60_000
        self._used: dict[str, int] = {}
        self._serial = 0

    def open(self) -> str:
        self._serial += 1
        stream = self._org.faults.stream("salesforce.token")
        secret = "".join(
            stream.choice("ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz23456789") for _ in range(64)
        )
        organization = next(self._org.rows("Organization"))["Id"][:15]
        token = f"{organization}!AQ{self._serial:04d}{secret}"
        self._used[token] = self._org.clock.ms()
        return token

    def check(self, token: str) -> None:
        """Raises INVALID_SESSION_ID for an unknown, ended or idle session."""
        now, used = self._org.clock.ms(), self._used.get(token)
        if used is None or now - used > self._idle_ms:
            self._used.pop(token, None)
            raise Refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self._used[token] = now

    def close_all(self) -> None:
        self._used.clear()


@dataclass(slots=True)
class Site:
    org: Org
    settings: Settings
    budget: Budget
    sessions: Sessions
    calls: Counter[str] = field(default_factory=Counter)
    total_calls: int = 0
    revoked: bool = False
    cursors: dict[str, Cursor] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    delayed: list[tuple[int, Call]] = field(
        default_factory=list
    )  # (due ms, a write nobody waits for)

    def limit_info(self) -> Mapping[str, str]:
        """`Sforce-Limit-Info` is on every REST answer (api-contracts B.5)."""
        used = self.budget.used(self.org.clock.ms())
        return {"Sforce-Limit-Info": f"api-usage={used}/{self.budget.limit}"}

    def serial(self, prefix: str) -> str:
        return self.org.minter.mint(prefix)

    def count(self, name: str, *, nested: bool = False) -> None:
        self.calls[f"composite/{name}" if nested else name] += 1

    def sent(self, kind: str, rows: int = 1) -> None:
        """Rows that an API call asked to write, whatever became of them."""
        self.org.writes[kind] += rows
