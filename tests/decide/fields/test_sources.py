"""What mappings may ask of a decision, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.facts import vocabulary
from connector.decide.fields.sources import facts
from connector.model.condition import ALWAYS
from connector.model.person.contact import Account
from connector.model.person.standing import Standing
from connector.model.rules import Profile

NAMES = sorted(vocabulary(("country", "email", "job_title", "stage.main"))["create"])


@pytest.mark.parametrize("email", ["a@rival.example", "k.weber@pumpen.example"])
@pytest.mark.parametrize("acts", [(), ("webinar",), ("webinar", "sample")])
def test_a_record_is_made_by_the_facts_at_the_end_of_the_decision(
    house: Any, email: str, acts: tuple[str, ...]
) -> None:
    """Every name that `create` and `scope` may use."""
    book = house.rulebook()
    special = (replace(book.scoring.profile, name="buyers", when=ALWAYS),)
    assert isinstance(special[0], Profile)
    book = replace(book, scoring=replace(book.scoring, special=special))
    person = house.person(email=email, account=Account("a", (), {}, None))
    done = [getattr(house, act)(house.now) for act in acts]
    at_the_end: dict[str, Any] = {}

    def see(get: Callable[[str], Any]) -> None:
        at_the_end.update({name: get(name) for name in NAMES})

    sums = house.strengths(book, done, house.now)
    decision = decide(book, person, sums, Standing(), house.roster(), house.now, see=see)
    get = facts(book, decision, person, house.roster())
    told_later = {"stream", "owner", "asks", "handovers", "asked_stream"}  # after the walk
    assert {name: get(name) for name in NAMES if name not in told_later} == {
        name: value for name, value in at_the_end.items() if name not in told_later
    }
    assert get("model") == "buyers"
    assert get("excluded") == ("competitor" if email == "a@rival.example" else None)
