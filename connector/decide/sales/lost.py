"""A hand-over that the store has lost (it was set back to a backup) and the CRM still shows goes on as it is."""

from __future__ import annotations

from datetime import datetime

from connector.decide.sales.handover import answer_due, crm_owner
from connector.model.person.contact import Contact
from connector.model.person.decision import Routing, Step
from connector.model.person.standing import Handover, Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook

RULE = "handed over already"


def lost(
    book: Rulebook, standing: Standing, contact: Contact, roster: Roster, grade: str
) -> tuple[Standing, Routing, Step] | None:
    """The standing with that hand-over: its owner, its clock and its task are the ones that are there. None: nothing was lost.

    One that was made since, before we had read the record, never was. What a way back of ours has ended stays ended.
    """
    shown, owner = contact.handed, crm_owner(contact, roster)
    if (
        shown is None
        or shown.track != standing.track
        or owner is None
        or not _unknown(standing, shown.at)
    ):
        return None
    cycle, mine = book.lifecycle, standing.handover
    number = mine.number if mine else standing.handovers + 1
    due = shown.answer_due or answer_due(book.follow_up, grade, shown.at, owner[0])
    key = "" if shown.key == contact.key else shown.key
    line = cycle.rank(cycle.hand_over)
    stage = standing.stage if cycle.rank(standing.stage) >= line else cycle.hand_over
    known = standing.peak in cycle.stages and cycle.rank(standing.peak) >= cycle.rank(stage)
    after = standing.at(
        stage=stage,
        peak=standing.peak if known else stage,
        since=standing.since if stage == standing.stage else shown.at,
        owner=owner[0],
        handover=Handover(shown.at, owner[0], number, due, key=key),
        handovers=max(number, standing.handovers),
        handed=tuple(sorted({*standing.handed, shown.at})),
        rest_until=None,
        holding=(),
    )
    where = str(shown.where)
    return after, Routing(owner[0], RULE, where), Step(RULE, where, standing.stage, stage)


def _unknown(standing: Standing, at: datetime) -> bool:
    mine, reopened = standing.handover, standing.reopened_at
    if reopened is not None and at <= reopened:
        return False
    return mine is None or (mine.open and at != mine.at.replace(microsecond=0))
