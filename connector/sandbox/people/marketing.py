"""Marketing: campaigns, webinars, imports, and tidying up."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from connector.sandbox.company.furniture import Company
from connector.sandbox.company.words import LAST_DE
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.people.agenda import Agenda, at_work
from connector.sandbox.people.market import Market

_WEBINARS = ("Dichtungen richtig auslegen", "Seals for food", "Hydraulik ohne Leckage")


class Marketing:
    """One team with one pair of dice."""

    def __init__(
        self, hubspot: HubSpot, company: Company, market: Market, agenda: Agenda, rng: random.Random
    ) -> None:
        self._hubspot, self._company, self._market, self._agenda, self._rng = (
            hubspot,
            company,
            market,
            agenda,
            rng,
        )
        self._campaigns = 0

    def begin(self, now: datetime) -> None:
        self._agenda.plan(at_work(now + timedelta(days=8, hours=2)), self._campaign)
        self._agenda.plan(at_work(now + timedelta(days=15, hours=4)), self._webinar)
        self._agenda.plan(at_work(now + timedelta(days=4, hours=6)), self._tidy)
        self._agenda.plan(at_work(now + timedelta(days=28, hours=5)), self._bulk_edit)

    def _campaign(self, now: datetime) -> None:
        self._campaigns += 1
        self._market.mailing(now, f"Newsletter {self._campaigns}")
        self._agenda.plan(at_work(now + timedelta(days=21)), self._campaign)

    def _webinar(self, now: datetime) -> None:
        self._market.webinar(now, self._rng.choice(_WEBINARS))
        self._agenda.plan(at_work(now + timedelta(days=14)), self._webinar)

    def _tidy(self, now: datetime) -> None:
        """Merge people who came twice, type in cards from a fair, spell a country out."""
        for person in self._market.known:
            if person.second_contact and self._rng.random() < 0.7:
                person.contact = self._hubspot.merge(
                    "contacts", person.contact, person.second_contact
                )
                person.second_contact = ""
        for _ in range(self._rng.randrange(3)):
            self._market.imported(now, self._rng.choice(LAST_DE))
        for person in self._rng.sample(self._market.known, k=min(3, len(self._market.known))):
            self._hubspot.update("contacts", person.contact, {"jobtitle": person.title}, at=now)
        self._agenda.plan(at_work(now + timedelta(days=7)), self._tidy)

    def _bulk_edit(self, now: datetime) -> None:
        """A batch job stamps every contact with one and the same time."""
        self._hubspot.touch_all("contacts", at=now)
        self._agenda.plan(at_work(now + timedelta(days=31)), self._bulk_edit)
