"""The emulated Salesforce: one organisation that answers HTTP requests, and the people in it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from connector.sandbox.automation import Later, Rewrite
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import door
from connector.sandbox.salesforce.acts.duplicates import duplicate_leads
from connector.sandbox.salesforce.hands import Hands
from connector.sandbox.salesforce.org.seed import seed
from connector.sandbox.salesforce.org.state import Flow, Org, Scheduled, Switches
from connector.sandbox.salesforce.rest.site import Budget, Sessions, Settings, Site
from connector.sandbox.wire import Request, Response


class Salesforce(Hands):
    """`handle` answers as Salesforce does (api-contracts B, F); the inherited hands are what people do.

    Keywords are the fields of `Settings` (what is chosen once) and of `Switches` (changed at run time through
    `switches`); an unknown one is a TypeError. The faults are listed in `quirks.FAULTS`.
    """

    def __init__(self, clock: Clock, faults: Faults, **words: Any) -> None:
        named = Settings.__dataclass_fields__
        settings = Settings(**{name: value for name, value in words.items() if name in named})
        org = Org(clock, faults)
        seed(org, settings.username)
        org.switches = Switches(
            **{name: value for name, value in words.items() if name not in named}
        )
        super().__init__(org)
        self.settings = settings
        self.switches = org.switches
        budget, sessions = Budget(settings.daily_limit), Sessions(org, settings.session_minutes)
        self._site = Site(org, settings, budget, sessions)

    def handle(self, request: Request) -> Response:
        """Any bytes get an answer; only a fault that ends the connection raises, namely `Dropped`."""
        return door.serve(self._site, request)

    @property
    def integration_user(self) -> str:
        """Who stands in CreatedById and LastModifiedById of API writes."""
        return self._org.integration_user

    @property
    def business_user(self) -> str:
        """The administrator: acts when a hand is not told `by` whom."""
        return self._org.business_user

    @property
    def flows(self) -> list[Flow]:
        """Automations `(kind, row) -> changed fields`, run in an API write when `salesforce.flow_rewrites` strikes."""
        return self._org.flows

    @property
    def triggers(self) -> list[Rewrite]:
        """Automations that run in every write, of people too, as the writer: they trim, re-case, reformat, or set back."""
        return self._org.triggers

    @property
    def later(self) -> Later:
        """What scheduled flows have still to do; the world does it when its time comes."""
        return self._org.later

    def schedule(self, rewrite: Rewrite, *, after: timedelta, by: str) -> None:
        """From now on this flow looks at every record so long after it was written, and acts as the user `by`."""
        self._org.scheduled.append(Scheduled(rewrite, after, by))

    @property
    def read_only(self) -> set[str]:
        """Kinds that the API user may not write (INSUFFICIENT_ACCESS_OR_READONLY)."""
        return self._org.read_only

    @property
    def calls(self) -> Counter[str]:
        """Answered calls by resource; what a composite holds is counted as `composite/...` besides."""
        return self._site.calls

    @property
    def total_calls(self) -> int:
        """Calls against the daily limit; a composite is one, a token is none."""
        return self._site.total_calls

    @property
    def writes(self) -> Counter[str]:
        """Rows that API calls asked to create, change or delete, by kind."""
        return self._org.writes

    @property
    def writes_total(self) -> int:
        return sum(self._org.writes.values())

    @property
    def rows_changed(self) -> int:
        """Rows that API calls created, deleted, or gave a new value."""
        return self._org.rows_changed

    def duplicate_leads(self) -> int:
        """Open Leads with the e-mail or Leadcycle_Key__c of another one, or younger than a Contact of their e-mail."""
        return duplicate_leads(self._org)

    def expire_sessions(self) -> None:
        """Every access token ends; the next call answers INVALID_SESSION_ID."""
        self._site.sessions.close_all()

    def revoke(self, *, revoked: bool = True) -> None:
        """An administrator revokes the app (failure catalogue 78): sessions end and no new token is given."""
        self._site.revoked = revoked
        self.expire_sessions()

    def others_call(self, calls: int) -> None:
        """Other integrations of the organisation use up part of the shared daily limit (failure catalogue 77)."""
        self._site.budget.spend(self._org.clock.ms(), calls)
