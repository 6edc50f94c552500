"""What a portal is and how it behaves where the documentation leaves a choice; every switch may be turned at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Switches:
    """Defaults describe a Professional-size account that may read events (api-contracts A.3, A.5, A.7, A.15)."""

    token: str = "sandbox-hubspot"  # noqa: S105 - a password to nowhere
    portal_id: int = 145678901
    timezone: str = "Europe/Berlin"
    currency: str = "EUR"
    daily_limit: int = 650_000
    burst: int = 190
    """Requests in ten seconds; counted only while `burst_limits` is on, because a virtual clock may stand still."""
    search_per_second: int = 5
    burst_limits: bool = False
    retry_after: bool = False
    """Whether a 429 carries Retry-After; the real one often does not."""
    backward: Literal["keep", "reject", "allow"] = "keep"
    """What a lifecyclestage written backwards gets: 200 with the old value, 400, or its way."""
    stamp_unchanged: bool = False
    """Whether writing the values that are already there moves the modification time."""
    merged_id: Literal["new", "primary"] = "new"
    """Since January 2025 a merge makes a third record; before, the primary one stayed."""
    search_lag_s: float = 60.0
    """The longest time the index may be behind when the fault hubspot.search_lag strikes."""
    search_cap: int = 10_000
    edition: Literal["enterprise", "professional"] = "enterprise"
    scopes: frozenset[str] | None = None
    """Scopes the token has; None means all."""
    user_may: bool = True
    """Off: the token's owner lost the super-admin right (row 81)."""
    token_state: Literal["good", "expired", "revoked"] = "good"  # noqa: S105 - a state, no secret
    """What the private-app token is answered with; a persistent 401 is row 82."""
    rules_everywhere: bool = False
    """Whether admin-defined rules bind the older paths too, not only 2026-09 (row 17)."""
