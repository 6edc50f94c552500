"""Of one contact's decisions in several tracks: which one systems show, and which one says who owns the records."""

from __future__ import annotations

from collections.abc import Sequence

from connector.model.person.decision import Decision
from connector.model.person.standing import MAIN


def leading(made: Sequence[Decision]) -> Decision:
    """The decision that systems show: of the hand-overs that go on the open ones first, of these the latest; none: `main`."""
    if len(made) == 1:
        return made[0]
    return max(made, key=lambda one: (*_goes_on(one), one.track == MAIN))


def owning(made: Sequence[Decision]) -> Decision:
    """The decision that says who owns the person's records: `main`, as long as somebody has it there."""
    main = next((one for one in made if one.track == MAIN), None)
    return main if main is not None and main.standing.owner else leading(made)


def _goes_on(decision: Decision) -> tuple[bool, bool, float]:
    handover = decision.standing.handover
    if handover is None:
        return False, False, 0.0
    return True, handover.open, handover.at.timestamp()
