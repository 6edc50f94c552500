"""Companies that have a manager of their own, by the domain of the person's address or of the company."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connector.decide.conditions.operators.domain import host_of
from connector.decide.once import once
from connector.model.rules import Routes
from connector.model.rules.territory import KeyAccount

Get = Callable[[str], Any]


@once(size=16)
def _by_domain(routes: Routes) -> Mapping[str, KeyAccount]:
    return {one.domain: one for one in routes.key_accounts}


def _domains(get: Get) -> Iterator[str]:
    """The address's and the company's, each followed by what it is a part of: mail.x.example is x.example, too."""
    for name in ("email_domain", "domain"):
        text = host_of(get(name))
        while "." in text:
            yield text
            text = text.partition(".")[2]


def key_account(routes: Routes, get: Get) -> KeyAccount | None:
    """The key account somebody belongs to, the longest domain first."""
    if not routes.key_accounts:
        return None
    known = _by_domain(routes)
    return next((known[domain] for domain in _domains(get) if domain in known), None)
