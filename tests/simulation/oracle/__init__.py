"""What must hold at rest, worked out naively from the two systems, the people's journal and the bare rows of the store.

Nothing here uses the product's rules, arithmetic or queries; the shipped example's rules are written down once more in `naive`.
"""

from __future__ import annotations

from house import House
from journal import Journal

from oracle import clocks, decisions, deeds, ledgers, records
from oracle.view import View


class Oracle:
    def __init__(self, house: House, journal: Journal) -> None:
        self.view = View(house, journal)

    def violations(self) -> list[str]:
        """Everything that does not hold, in words."""
        view = self.view
        return [
            *records.duplicates(view),
            *ledgers.conservation(view),
            *ledgers.shelf(view),
            *records.stages(view),
            *records.edits(view),
            *records.consent(view),
            *records.streams(view),
            *records.answers(view),
            *records.owners(view),
            *clocks.clocks(view),
            *deeds.activities(view),
            *ledgers.sums(view),
            *decisions.decisions(view),
            *decisions.rest(view),
        ]

    def rebuilds(self) -> list[str]:
        """Every projection comes back as it was; drops them all, one after the other."""
        return list(ledgers.rebuilds(self.view))
