"""The roster while a plan goes through everybody: each decision moves it on as recording it would."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from connector.model.person.decision import Decision
from connector.model.person.dossier import Decided
from connector.model.person.standing import Standing
from connector.model.roster import Roster


class Seats:
    """`roster` is as it would be after everything that was taken so far."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster

    def take(self, decided: Decided) -> bool:
        """Whether this moved the roster on."""
        moved = [self._turn(one) | self._open(one) for one in decided.decisions]
        return any(moved)

    def _turn(self, decision: Decision) -> bool:
        routing = decision.routing
        if routing is None:
            return False
        if routing.pool:
            seat = (routing.pool, routing.owner)
            turn = routing.turn or self.roster.turns.get(seat, 0.0) + 1
            # The store gives turns back as floats: 3 and 3.0 are not the same bytes.
            self.roster = replace(self.roster, turns={**self.roster.turns, seat: float(turn)})
        return True

    def _open(self, decision: Decision) -> bool:
        moved = Counter({_waiting(decision.standing): 1})
        moved.subtract([_waiting(decision.before)])
        del moved[""]
        moved = Counter({owner: by for owner, by in moved.items() if by})
        if moved:
            counted = Counter(self.roster.open)
            for owner, by in moved.items():
                counted[self.roster.aliases.get(owner, owner)] += by
            self.roster = replace(self.roster, open={o: n for o, n in counted.items() if n})
        return bool(moved)


def _waiting(standing: Standing) -> str:
    """Who has not answered this hand-over."""
    handover = standing.handover
    return "" if handover is None or handover.answered_at is not None else handover.owner
