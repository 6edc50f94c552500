"""Who is to own a record in one system, and when we may say so.

A new hand-over gives the record to whom the rules name. From then on whoever changes the owner in any of the systems stands;
what we wrote ourselves follows. Only from somebody who has left, an unanswered lead goes on to the substitute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connector.model.mapping.mappings import PlatformMapping
from connector.model.mapping.property import Write
from connector.model.mapping.record import Record
from connector.model.person.contact import Contact, Observed, Value
from connector.model.person.decision import Decision
from connector.model.person.standing import MAIN
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.systems.ref import Ref

TABLE = "mappings/owners.yaml"
UNMAPPED = "OWNER_UNMAPPED"
NOBODY: Any = object()
"""What a field of type `owner` is where a platform does not know this owner: nothing is written, nothing emptied."""


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
    owner = roster.named(key)
    if owner is None:
        text = f"the lead's owner is not known in {platform}"
        hint = "add the user there with the e-mail named in rules/routing.yaml"
        return Ownership(problem=Problem(where, text, hint, code="OWNER_INACTIVE"))
    ref = owner.ref(platform)
    if ref is None:
        text = f"the lead's owner is nobody we know in {platform}"
        unmapped = Problem(where, text, _line(owner.key, platform), code=UNMAPPED)
        return Ownership(queue=owner.queue, problem=unmapped)
    if not owner.works_in(platform):
        text = f"the lead's owner is not active in {platform}"
        hint = f"give the lead to somebody else, or name a substitute in {TABLE}"
        return Ownership(problem=Problem(where, text, hint, code="OWNER_INACTIVE"))
    return Ownership(ref, owner.queue)


def may_assign(
    decision: Decision,
    contact: Contact,
    ref: Ref,
    seen: Observed | None,
    roster: Roster,
    *,
    continues: bool,
) -> bool:
    """An existing record gets its owner with a hand-over; whoever changed the owner since then stands.

    A record that `continues` the lead (its contact after conversion) comes with an owner of its own, seen for the first time:
    once sales has answered, that one stands, and so does it when the person is handed over in another track than `main`. What nobody but us has written since is ours to change. A choice made by hand gives
    way to a later one made by hand in another system (two leads of one person in one system are two choices), and an unanswered
    lead of somebody who has left to whoever answers instead.
    """
    handover = decision.standing.handover
    if handover is None or (continues and not (handover.open and decision.track == MAIN)):
        return False
    if seen is None or seen.at < handover.at or seen.ours:
        return True
    later = _chosen_by_hand(contact)
    elsewhere = later is not None and later.source.platform != ref.platform
    if later is not None and elsewhere and later.at > max(seen.at, handover.at):
        return True
    return handover.open and decision.standing.owner in _stand_ins(seen, roster)


def may_empty(decision: Decision, seen: Observed | None) -> bool:
    """An answer that was there before the hand-over says nothing about it; a later one is sales' own."""
    handover = decision.standing.handover
    return handover is not None and handover.open and seen is not None and seen.at < handover.at


def takes(mapping: PlatformMapping, record: Record, write: Write, owner: Ref) -> bool:
    """Whether this property takes such an owner: a queue owns only what the platform lets it own (api-contracts B.8)."""
    return owner.kind != "Group" or f"{record.kind}.{write.property}" in mapping.form.queues


def creatable(
    mapping: PlatformMapping, record: Record, writes: Iterable[Write], owned: Ownership, where: str
) -> Problem | None:
    """Why a new record would have no owner, or a wrong one; None: it can be made."""
    owners = [write for write in writes if write.source == "owner"]
    if not owners or owned.problem is not None:
        return owned.problem if owners else None
    if owned.ref is None or all(takes(mapping, record, write, owned.ref) for write in owners):
        return None
    text = f"a queue cannot own a {record.kind} of {mapping.platform}"
    return Problem(where, text, "let rules/routing.yaml name a person", code="OWNER_QUEUE")


def translated(value: Any, roster: Roster, platform: str, where: str) -> Any | Problem:
    """The same person's record on this platform, as text, for a field of type `owner`. A Problem where there is none.

    A ref of the platform's own stays as it is, known or not: it says what the platform says. A queue that another platform
    does not know is NOBODY there.
    """
    if value is None:
        return None
    ref = Ref.parse(str(value))
    if ref.platform == platform:
        return str(ref)
    owner = roster.of(ref)
    found = None if owner is None else owner.ref(platform)
    if found is None and owner is not None and owner.queue:
        return NOBODY
    if found is None:
        text = f"the owner {ref} is nobody we know in {platform}"
        known = f'{ref.platform}: "{ref.id}", ' if owner is None else ""
        hint = _line("their address" if owner is None else owner.key, platform, known)
        return Problem(where, text, hint, code=UNMAPPED)
    return str(found)


def _line(name: str, platform: str, known: str = "") -> str:
    return f'add to {TABLE}: "{name}: {{ids: {{{known}{platform}: their id there}}}}"'


def _chosen_by_hand(contact: Contact) -> Value | None:
    """The owner that counts, if a person chose it: none that we wrote ourselves."""
    found = contact.fields.get("owner")
    if found is None:
        return None
    shown = contact.observed.get(found.source, {}).values()
    by_hand = any((s.value, s.at, s.ours) == (found.value, found.at, False) for s in shown)
    return found if by_hand else None


def _stand_ins(seen: Observed, roster: Roster) -> tuple[str, ...]:
    """Who answers instead of the one a record shows, if that one has left."""
    try:
        shown = roster.of(Ref.parse(str(seen.value)))
    except ValueError:
        return ()
    return tuple(roster.stand_ins(shown.key)) if shown is not None and not shown.active else ()
