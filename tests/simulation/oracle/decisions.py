"""Every decision made anew from what was known then, by the simple rules; and whoever is at rest has nowhere to go."""

from __future__ import annotations

from collections.abc import Iterator

from naive import then
from naive.decided import Naive, at_rest, differing
from naive.routes import wrong_owner

from connector.decide.fields.scope import AFTER
from oracle.view import View


def decisions(view: View) -> Iterator[str]:
    active = view.house.parts.active
    for one in then.made(view.house.store._engine, active.mappings, active.book):
        decision, person = one.decision, then.person(one)
        naive = Naive(person, AFTER if AFTER in decision.waits else "")
        for what in (*differing(naive, decision), *wrong_owner(person, decision)):
            yield f"I2: decision {one.number} about {decision.contact} ({decision.track}) at {decision.at}: {what}"


def rest(view: View) -> Iterator[str]:
    for person in view.known():
        for one in then.now(view.house.store, person.number, view.house.now):
            for what in at_rest(Naive(one), one.before):
                yield f"I5: contact {person.number} ({one.track}) is at rest, and {what}"
