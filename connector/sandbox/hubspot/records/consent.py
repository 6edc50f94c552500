"""Who wants which mail: statuses per address and subscription (api-contracts A.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SUBSCRIPTIONS: Mapping[str, str] = {
    "301": "Marketing Information",
    "302": "Product News",
    "303": "One to One",
}
LEGAL_BASES = frozenset(
    [
        "LEGITIMATE_INTEREST_PQL",
        "LEGITIMATE_INTEREST_CLIENT",
        "PERFORMANCE_OF_CONTRACT",
        "CONSENT_WITH_NOTICE",
        "NON_GDPR",
        "PROCESS_AND_STORE",
        "LEGITIMATE_INTEREST_OTHER",
    ]
)


@dataclass(frozen=True, slots=True)
class Status:
    """`wants` is None where nobody has said anything."""

    wants: bool | None
    ms: int
    legal_basis: str | None = None
    explanation: str | None = None
    portal_wide: bool = False


@dataclass(slots=True)
class Consent:
    """Addresses in lower case. An opt-out of everything is stronger than any subscription."""

    statuses: dict[str, dict[str, Status]] = field(default_factory=dict)
    opted_out: dict[str, int] = field(default_factory=dict)

    def status(self, email: str, subscription: str) -> Status:
        address = email.lower()
        if address in self.opted_out:
            return Status(False, self.opted_out[address], portal_wide=True)
        return self.statuses.get(address, {}).get(subscription, Status(None, 0))

    def put(self, email: str, subscription: str, status: Status) -> None:
        self.statuses.setdefault(email.lower(), {})[subscription] = status

    def opt_out(self, email: str, ms: int) -> None:
        self.opted_out.setdefault(email.lower(), ms)
