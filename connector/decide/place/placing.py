"""What somebody is called by the rules, with the rule that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connector.decide.conditions.condition import Get, Holds, compiled, tests
from connector.decide.fields.free_mail import company_domain
from connector.decide.once import once
from connector.decide.place.channel import brought_by
from connector.decide.place.first import first_touch
from connector.model.person.contact import Contact
from connector.model.person.decision import Placed
from connector.model.person.touch import Touch
from connector.model.rules import Placing, Rulebook

UNKNOWN = "unknown"
Found = Callable[[Rulebook, Contact, Get], Placed | None]
Rules = tuple[tuple[Holds, Placed], ...]


@once(size=16)
def _ready(book: Rulebook) -> Mapping[str, Rules]:
    rules = book.classification

    def made(what: str, some: tuple[Placing, ...]) -> Rules:
        return tuple(
            (compiled(one.when), Placed(what, one.value, one.name, one.where)) for one in some
        )

    return {
        "classification": made("classification", rules.kinds),
        "targeted": made("targeted", rules.targeted),
        "origin": made("origin", rules.origins),
    }


def touched(book: Rulebook, contact: Contact) -> Touch | None:
    """The first touch of a contact by these rules."""
    return first_touch(contact, book.classification.began, book.timezone)


def free_mail(book: Rulebook, contact: Contact) -> bool | None:
    """Whether the e-mail address is at a provider for everyone; None without an address."""
    email = contact.value("email")
    if not isinstance(email, str) or "@" not in email:
        return None
    return company_domain(email.lower(), book.free_mail) is None


def _first_rule(what: str) -> Found:
    def found(book: Rulebook, _: Contact, get: Get) -> Placed | None:
        return next((placed for holds, placed in _ready(book)[what] if holds(get)), None)

    return found


def _origin(book: Rulebook, _: Contact, get: Get) -> Placed | None:
    """Where there are rules and none of them holds, the origin is unknown."""
    rules = _ready(book)["origin"]
    found = next((placed for holds, placed in rules if holds(get)), None)
    return found or (Placed("origin", UNKNOWN, "", "") if rules else None)


def _channel(book: Rulebook, contact: Contact, get: Get) -> Placed | None:
    if not book.channels:
        return None
    claim = brought_by(book, touched(book, contact), get)
    return None if claim is None else Placed("channel", claim.channel, claim.channel, claim.where)


PLACES: Mapping[str, Found] = {
    "classification": _first_rule("classification"),
    "targeted": _first_rule("targeted"),
    "origin": _origin,
    "channel": _channel,
}
"""In the order in which one may ask for those before it."""


@once(size=16)
def _said(book: Rulebook) -> tuple[Found, ...]:
    """Those places about which there are rules."""
    return tuple(found for what, found in PLACES.items() if says(book, what))


def placed(book: Rulebook, contact: Contact, get: Get) -> tuple[Placed, ...]:
    """Everything that the rules call this contact; `get` gives the facts their conditions name."""
    found = [place(book, contact, get) for place in _said(book)]
    return tuple([one for one in found if one is not None])


def says(book: Rulebook, what: str) -> bool:
    """Whether there are rules for it at all."""
    return bool(book.channels if what == "channel" else _ready(book)[what])


def value(book: Rulebook, contact: Contact, what: str, get: Get) -> Any:
    """The same as a fact; None where no rule says anything."""
    found = PLACES[what](book, contact, get)
    return None if found is None else found.value


def evidence(book: Rulebook, one: Placed, get: Get) -> Iterator[tuple[str, Any]]:
    """The facts that the rule asked about, each once and as they are known."""
    rules = book.classification
    conditions = {
        rule.where: rule.when for rule in (*rules.kinds, *rules.targeted, *rules.origins)
    } | {channel.where: channel.match for channel in book.channels if channel.match is not None}
    condition = conditions.get(one.where)
    asked = () if condition is None else tests(condition)
    for name in dict.fromkeys(test.field for test in asked):
        known = get(name)
        if known not in (None, "", ()):
            yield name, known
