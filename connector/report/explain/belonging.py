"""What the rules call a contact, how they came, and what they are interested in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.decide.facts import Facts
from connector.decide.place.catalogue import entries
from connector.decide.place.interest import Interests, interests
from connector.decide.place.placing import evidence, placed, touched
from connector.model.person.decision import Placed
from connector.model.person.touch import Touch
from connector.model.roster import Roster
from connector.model.rules import Cell
from connector.report.explain.view import View


@dataclass(frozen=True, slots=True)
class Content:
    """An asset of the catalogue that somebody consumed."""

    asset: str
    cell: Cell
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Belonging:
    """`placed` with the facts each rule asked about; `content` the latest first."""

    placed: tuple[tuple[Placed, Mapping[str, Any]], ...]
    first_touch: Touch | None
    interests: Interests
    content: tuple[Content, ...]

    def as_json(self) -> dict[str, Any]:
        touch = self.first_touch
        return {
            **{one.what: _rule(one, facts) for one, facts in self.placed},
            "first_touch": None
            if touch is None
            else {
                "at": touch.at.isoformat(),
                "evidence": touch.evidence,
                "kind": touch.kind,
                "asset": touch.asset,
            },
            "interest": {
                "topics": [
                    {"topic": name, "strength": strength}
                    for name, strength in self.interests.topics
                ],
                "phase": self.interests.phase,
                "kinds": list(self.interests.kinds),
                "content": [
                    {
                        "asset": one.asset,
                        **one.cell._asdict(),
                        "times": one.times,
                        "last": one.last.isoformat(),
                    }
                    for one in self.content
                ],
            },
        }


def belonging(view: View) -> Belonging:
    """As known at the moment of the view, by the rules of that moment."""
    contact, book = view.dossier.contact, view.book
    get = Facts(contact, Roster(), book).get
    found = placed(book, contact, get)
    return Belonging(
        tuple((one, dict(evidence(book, one, get))) for one in found),
        touched(book, contact),
        interests(book.interest, view.dossier.strengths),
        tuple(_content(view)),
    )


def _content(view: View) -> Iterator[Content]:
    entry = entries(view.book.interest)
    seen: dict[str, Content] = {}
    if not view.book.interest.assets:
        return
    for one in view.store.told.consumed_by(view.contact, view.at):
        found = entry(one.asset)
        if found is not None:
            before = seen.get(one.asset)
            times = one.times + (before.times if before else 0)
            last = max(one.last, before.last) if before else one.last
            seen[one.asset] = Content(one.asset, found.cell, times, last)
    yield from sorted(seen.values(), key=lambda one: (one.last, one.asset), reverse=True)


def _rule(one: Placed, facts: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: _plain(value) for name, value in facts.items()}
    return {"value": one.value, "rule": one.rule, "where": one.where, "facts": shown}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else str(value)
