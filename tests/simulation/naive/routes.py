"""Who may get a lead: the account's owner, a key account's, the pool of the territory, the queue. Whose turn it is, is not told here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from naive.person import Person
from naive.places import territory

POOLS = {
    "north": {"j.brandt", "l.petersen", "a.wolff"},
    "south": {"s.keller", "m.lindner"},
    "west": {"t.vogel", "r.aydin"},
    "export": {"e.rossi", "p.smith"},
    "service": {"l.petersen", "r.aydin"},
    "drawings": {"j.brandt", "m.lindner"},
}
KEY_ACCOUNTS = {"hansa-pumpen.example": "s.keller", "rheinhydraulik.example": "s.keller"}
QUEUE = "Leadcycle Unassigned"
AT = "@nordring.example"


def wrong_owner(person: Person, decision: Any) -> Iterator[str]:
    """What is wrong with whom a decision gave the lead to; a second owner of an unanswered lead is anybody of the pool."""
    routing = decision.routing
    if routing is None or routing.rule == "handed over already":
        return
    again = any(step.rule.endswith(": reassign") for step in decision.steps)
    if again and routing.owner in (*decision.before.former_owners, decision.before.owner):
        yield f"{routing.owner} had the lead before"
    allowed = _allowed(person, again=again)
    if routing.owner not in allowed and not _away(decision, routing):
        yield f"{routing.owner} got it by {routing.rule}, allowed are {sorted(allowed)}"


def _allowed(person: Person, *, again: bool) -> set[str]:
    """By the first rule that says anything; of an unanswered lead's second owner by any of them."""
    found = [_names(pool) for pool in _pools(person)] + [{QUEUE}]
    if person.track != "service" and person.account_owner:
        found.insert(0, {person.account_owner})
    return set().union(*found) if again else found[0]


def _pools(person: Person) -> Iterator[set[str]]:
    if person.track == "service":
        yield POOLS["service"]
    if person.domain in KEY_ACCOUNTS:
        yield {KEY_ACCOUNTS[person.domain]}
    if "Made to drawing" in (person.get("products") or ()):
        yield POOLS["drawings"]
    if person.get("language") == "it":
        yield {"e.rossi"}
    if territory(person):
        yield POOLS[territory(person)]


def _names(pool: set[str]) -> set[str]:
    return {f"{name}{AT}" for name in pool}


def _away(decision: Any, routing: Any) -> bool:
    """Somebody who would have had it was not there: the rule below gives it, and says so."""
    return any("away until" in one.why or "open leads" in one.why for one in routing.skipped)
