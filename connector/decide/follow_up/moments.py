"""When time alone changes the follow-up: the end of a clock, the next rung, the end of a pause, the day silence becomes suspicious."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connector.decide.follow_up.ladder import pending
from connector.decide.follow_up.suspicions import open_suspicions
from connector.model.person.contact import Contact
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook


def moments(book: Rulebook, contact: Contact, standing: Standing) -> Iterator[datetime]:
    """All of them that are known, past ones included."""
    handover, rules = standing.handover, book.follow_up
    if handover is None:
        return
    clocks = {clock.name: clock for clock in rules.all_clocks}
    for run in handover.runs:
        clock = clocks.get(run.clock)
        if run.running and clock is not None:
            yield from (at for at in (run.due, run.turns_at) if at is not None)
            yield from pending(rules, clock, run)
    if rules.suspicions:
        for _, since in open_suspicions(rules, book.lifecycle, standing, contact):
            yield since
