"""The whole sandbox: two vendors, one clock, one set of faults, and perhaps people who act by themselves."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Protocol

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.wire import Vendor

START = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
"""A Monday, eight o'clock in Berlin."""
_SALES_KINDS = ("Lead", "Contact", "Account", "Opportunity", "Task", "Event")
_MOST_DEEDS = 10_000_000
"""More deeds than this in one advance mean that somebody never gets done."""


class People(Protocol):
    """Somebody who acts: when next, and what then."""

    def next_at(self) -> datetime | None: ...

    def act(self, now: datetime) -> None: ...


class World:
    """Everything that exists in one sandbox. `salesforce` may be None while only HubSpot is wanted."""

    def __init__(
        self,
        clock: Clock,
        faults: Faults,
        hubspot: HubSpot,
        salesforce: Any = None,
        people: People | None = None,
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.hubspot = hubspot
        self.salesforce = salesforce
        self.people = people
        self.quiet = False
        """On: people do nothing any more, time alone goes on."""
        self.lock = threading.RLock()
        """Held while people act; the server holds it for each request, so that nobody acts within one."""

    @classmethod
    def build(
        cls,
        seed: int = 0,
        start: datetime = START,
        faults: Mapping[str, float] | None = None,
        **switches: Any,
    ) -> World:
        """A new world, without people. `hubspot_backward="reject"` turns a switch of HubSpot's, `salesforce_...` one of Salesforce's."""
        clock, struck = Clock(start), Faults(seed, dict(faults or {}))
        for name in switches:
            if not name.startswith(("hubspot_", "salesforce_")):
                raise TypeError(
                    f"{name} is not a switch: hubspot_... or salesforce_... is expected"
                )
        hubspot = HubSpot(clock, struck, **_of("hubspot_", switches))
        salesforce = import_module("connector.sandbox.salesforce").Salesforce(
            clock, struck, **_of("salesforce_", switches)
        )
        return cls(clock, struck, hubspot, salesforce)

    def vendors(self) -> dict[str, Vendor]:
        """By the name that is their path on the server."""
        found: dict[str, Vendor] = {"hubspot": self.hubspot}
        if self.salesforce is not None:
            found["salesforce"] = self.salesforce
        return found

    def advance(self, to: datetime) -> datetime:
        """Let time pass; people and scheduled automations act in the order of their times, the clock at that moment."""
        with self.lock:
            for _ in range(_MOST_DEEDS):
                found = self._next(to)
                if found is None:
                    return self.clock.advance(to)
                moment, who = found
                # Somebody whose time is past (they were quiet for a while) acts now.
                who.act(self.clock.advance(max(moment, self.clock.now())))
            raise RuntimeError(f"people did not get done before {to.isoformat()}")

    def _next(self, to: datetime) -> tuple[datetime, People] | None:
        """Whose turn it is, and when; automations before people."""
        acting: list[People] = [
            vendor.later for vendor in (self.hubspot, self.salesforce) if vendor is not None
        ]
        if self.people is not None and not self.quiet:
            acting.append(self.people)
        turns = [(at, who) for who in acting if (at := who.next_at()) is not None and at <= to]
        return min(turns, key=lambda turn: turn[0], default=None)

    def report(self) -> dict[str, Any]:
        """Calls, rows written and records per vendor, duplicate leads, and what the clock says."""
        with self.lock:
            found: dict[str, Any] = {"now": self.clock.now().isoformat(), "quiet": self.quiet}
            found |= {name: _counted(vendor) for name, vendor in self.vendors().items()}
            found["duplicate_leads"] = _called(self.salesforce, "duplicate_leads")
            found["faults_fired"] = dict(self.faults.fired)
            return found


def _of(prefix: str, switches: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value
        for name, value in switches.items()
        if name.startswith(prefix)
    }


def _called(thing: object, name: str) -> Any:
    """What a method without arguments returns; None where it does not exist."""
    found: Callable[[], Any] | None = getattr(thing, name, None)
    return found() if callable(found) else None


def _records(vendor: object) -> dict[str, int]:
    """Live records per kind, of the kinds there are any of."""
    counts: Callable[[], dict[str, int]] | None = getattr(vendor, "counts", None)
    if counts is not None:
        return counts()
    rows: Callable[[str], Iterable[object]] | None = getattr(vendor, "rows", None)
    found = {kind: sum(1 for _ in rows(kind)) for kind in _SALES_KINDS} if rows else {}
    return {kind: count for kind, count in found.items() if count}


def _tallied(vendor: object, name: str) -> dict[str, int]:
    return dict(getattr(vendor, name, Counter()))


def _counted(vendor: object) -> dict[str, Any]:
    return {
        "calls": _tallied(vendor, "calls"),
        "total_calls": getattr(vendor, "total_calls", None),
        "rows_written": getattr(vendor, "writes_total", None),
        "writes": _tallied(vendor, "writes"),
        "records": _records(vendor),
    }
