"""Who is to own a record in one system, and when we may say so."""

from __future__ import annotations

from dataclasses import dataclass

from connector.model.contact import Observed
from connector.model.decision import Decision
from connector.model.problem import Problem
from connector.model.ref import Ref
from connector.model.roster import Roster


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owner's record on this platform, or why there is none. Both None: nobody is to own it."""

    ref: Ref | None = None
    queue: bool = False
    problem: Problem | None = None


def ownership(decision: Decision, roster: Roster, platform: str, where: str) -> Ownership:
    """The standing's owner as this platform knows them. An inactive or unknown one is a problem, told at `where`."""
    key = decision.standing.owner
    if not key:
        return Ownership()
    owner = roster.owners.get(key)
    ref = owner.ref(platform) if owner else None
    if owner is None or ref is None:
        text = f"the lead's owner is not known in {platform}"
        hint = "add the user there with the e-mail named in rules/routing.yaml"
        return Ownership(problem=Problem(where, text, hint, code="OWNER_INACTIVE"))
    if not owner.active:
        text = f"the lead's owner is not active in {platform}"
        hint = "give the lead to somebody else, or take the person out of rules/routing.yaml"
        return Ownership(problem=Problem(where, text, hint, code="OWNER_INACTIVE"))
    return Ownership(ref, owner.queue)


def may_assign(decision: Decision, seen: Observed | None, *, continues: bool) -> bool:
    """An existing record gets its owner with a hand-over; whoever changed the owner since then stands.

    A record that `continues` the lead (its contact after conversion) comes with an owner of its own, seen for the first time:
    once sales has answered, that one stands.
    """
    handover = decision.standing.handover
    if handover is None or (continues and not handover.open):
        return False
    return seen is None or seen.at < handover.at


def may_empty(decision: Decision, seen: Observed | None) -> bool:
    """An answer that was there before the hand-over says nothing about it; a later one is sales' own."""
    handover = decision.standing.handover
    return handover is not None and handover.open and seen is not None and seen.at < handover.at
