"""People who act at random, in both systems, and a journal of what they did that the oracle reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from house import House
from journal import Journal
from prospects import Prospects
from reps import Reps

from connector.sandbox.hubspot.records.refusal import Refusal as HubSpotRefusal
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.wire import Request

_REFUSED = (Refusal, HubSpotRefusal, KeyError)


class Crowd:
    """Draws one act after the other; an act nobody can do now is skipped."""

    def __init__(self, house: House, dice: random.Random) -> None:
        self.house, self.dice, self.journal = house, dice, Journal()
        people = self.prospects = Prospects(house, dice, self.journal)
        reps = self.reps = Reps(house, dice, self.journal, people)
        self._weights: Mapping[Callable[[], bool], int] = {
            people.arrive: 10,
            people.submit: 16,
            people.ask_for_service: 4,
            people.visit: 14,
            people.webinar: 3,
            people.mail: 8,
            people.scan_mail: 1,
            people.edit_contact: 10,
            people.move_mailbox: 1,
            people.merge_contacts: 2,
            people.delete_contact: 2,
            people.restore_contact: 2,
            people.unsubscribe: 2,
            people.touch_all: 1,
            reps.accept: 8,
            reps.reject: 6,
            reps.call: 6,
            reps.edit_lead: 10,
            reps.pass_on: 4,
            reps.pause: 2,
            reps.ask_for_contract: 2,
            reps.go_away: 1,
            reps.convert: 6,
            reps.move_deal: 12,
            reps.delete_lead: 2,
            reps.undelete_lead: 2,
            reps.merge_leads: 1,
            reps.opt_out_in_crm: 1,
            reps.type_in: 2,
        }
        self._harmless = [
            people.submit,
            people.visit,
            people.mail,
            reps.accept,
            reps.call,
            people.touch_all,
        ]

    def arrive(self) -> None:
        """One more person."""
        self.prospects.arrive()

    def act(self) -> None:
        """One deed, of those that are possible now."""
        # What the vendor carries out late it does at its next request: before anybody sits down in front of it.
        self.house.crm.handle(Request("GET", "/services/data"))
        acts, weights = list(self._weights), list(self._weights.values())
        for _ in range(20):
            if self._try(self.dice.choices(acts, weights)[0]):
                return

    def meanwhile(self) -> None:
        """Something that happens between two of our calls and cannot race with a shared field."""
        self._try(self.dice.choice(self._harmless))

    def _try(self, deed: Callable[[], bool]) -> bool:
        try:
            done = deed()
        except _REFUSED:
            return False
        if done:
            self.journal.done[deed.__name__] += 1
            self.journal.acts.append(f"{self.house.now:%m-%d %H:%M:%S} {deed.__name__}")
        return done
