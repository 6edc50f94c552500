"""The crowd as one actor that the world lets act."""

from __future__ import annotations

import random
from datetime import datetime
from typing import TYPE_CHECKING

from connector.sandbox.company import furnish
from connector.sandbox.people.agenda import Agenda
from connector.sandbox.people.market import Market
from connector.sandbox.people.marketing import Marketing
from connector.sandbox.people.sales import Sales

if TYPE_CHECKING:
    from connector.sandbox.world import World


class People:
    """Same seed, same deeds, however time is advanced. `a_day` is how many new prospects a working day brings."""

    def __init__(
        self, world: World, *, seed: int = 0, a_day: float = 14.0, installed: bool = True
    ) -> None:
        self._agenda = Agenda()
        company = furnish(world.hubspot, world.salesforce, seed, installed=installed)
        now = world.clock.now()
        self.market = Market(world.hubspot, company, self._agenda, seed, a_day)
        self.marketing = Marketing(
            world.hubspot, company, self.market, self._agenda, random.Random(f"{seed}:marketing")
        )
        self.sales = Sales(world.salesforce, company, self.market, self._agenda, seed)
        self.market.begin(now)
        self.marketing.begin(now)
        self.sales.begin(now)

    def next_at(self) -> datetime | None:
        return self._agenda.next_at()

    def act(self, now: datetime) -> None:
        self._agenda.act(now)
