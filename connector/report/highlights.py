"""A few contacts worth a look: a win, a green banana, somebody who took a long way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connector.store import Handed, Store


@dataclass(frozen=True, slots=True)
class Highlight:
    email: str
    why: str


def highlights(
    store: Store, since: datetime, until: datetime, count: int = 3
) -> tuple[Highlight, ...]:
    """At most `count`, each for another reason; contacts without an e-mail address are passed over."""
    handed = store.told.handovers(since, until)
    wishes: tuple[tuple[Callable[[Handed], bool], Callable[[Handed], str]], ...] = (
        (
            lambda one: one.result == "won",
            lambda one: (
                f"won, {one.amount or 0:,.0f} in the CRM's currency, handed over {one.at:%d %b}"
            ),
        ),
        (
            lambda one: one.reason == "Too early",
            lambda one: f"a green banana: rejected as too early by {one.owner}",
        ),
        (
            lambda one: not one.answer and not one.moved_on,
            lambda one: f"not answered yet by {one.owner}",
        ),
        (lambda one: one.result == "lost", lambda _: "lost after an opportunity"),
        (lambda one: one.answer == "rejected", lambda one: f"rejected: {one.reason}"),
        (lambda _: True, lambda one: f"handed over {one.at:%d %b} to {one.owner}"),
    )
    found: list[Highlight] = []
    taken: set[int] = set()
    for fits, words in wishes:
        for one in handed if len(found) < count else ():
            email = (
                _address(store, one.contact, until)
                if fits(one) and one.contact not in taken
                else ""
            )
            if email:
                taken.add(one.contact)
                found.append(Highlight(email, words(one)))
                break
    return tuple(found + _others(store, until, count - len(found), taken))


def _others(store: Store, now: datetime, count: int, taken: set[int]) -> list[Highlight]:
    """Where hardly anybody was handed over yet: any contact with an address."""
    found: list[Highlight] = []
    for contact in store.contacts(limit=200) if count else ():
        email = "" if contact in taken else _address(store, contact, now)
        if email and len(found) < count:
            found.append(Highlight(email, "not handed over yet"))
    return found


def _address(store: Store, contact: int, now: datetime) -> str:
    try:
        return str(store.dossier(contact, now).contact.value("email") or "")
    except KeyError:
        return ""
