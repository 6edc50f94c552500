"""Turns stay fair through the store: absences, caps, evaluators that race, and evaluators that die before or after the commit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from connector.config import compile_text
from connector.model.systems.ref import Ref
from connector.sync.evaluate import evaluate_one

J, L, A = (f"{name}@nordring.example" for name in ("j.brandt", "l.petersen", "a.wolff"))
WEIGHTS = {J: 2, L: 1, A: 1}
MOST = 5
LEADS = 30
POOL = f"north:  {{members: [{J}, {L}, {A}]"
LAST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Office:
    """Sales in the north as they really are: kept apart from the store, which has to come to the same."""

    away: set[str] = field(default_factory=set)
    waiting: list[tuple[str, int]] = field(default_factory=list)  # who has not answered which lead
    given: list[tuple[str, frozenset[str]]] = field(default_factory=list)  # to whom, who could

    def present(self) -> frozenset[str]:
        """Who can get a lead now."""
        busy = Counter(owner for owner, _ in self.waiting)
        return frozenset(k for k in WEIGHTS if k not in self.away and busy[k] < MOST)

    def unfair(self) -> list[str]:
        """Pairs and stretches in which both took part all the time and one got more than a turn of each ahead of the other."""
        found = []
        for one, other in combinations(WEIGHTS, 2):
            allowed = 1 / WEIGHTS[one] + 1 / WEIGHTS[other] + 1e-9
            for start in range(len(self.given)):
                ahead = 0.0
                for owner, present in self.given[start:]:
                    if not {one, other} <= present:
                        break
                    ahead += (owner == one) / WEIGHTS[one] - (owner == other) / WEIGHTS[other]
                    if abs(ahead) > allowed:
                        found.append(f"{one} {other} from {start}: {ahead}")
                        break
        return found


@pytest.fixture
def office(house, example):
    text = example.text["rules/routing.yaml"]
    weighed = text.replace(POOL, f"{POOL}, weights: {{{J}: 2}}, max_open: {MOST}")
    assert weighed != text
    loaded = compile_text({**example.text, "rules/routing.yaml": weighed})
    assert loaded.ok
    house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)
    house.loaded = loaded
    house.users(J, L, A)
    return Office()


def arrive(house, number):
    house.page(
        house.contact(
            number,
            email=f"p{number}@kern{number}.example",
            jobtitle="Head of Purchasing",
            country="DE",
            zip="30159",
            company="Kern",
        ),
        activities=[house.act(f"a{number}", number)],
    )


def decided(house, dossier, roster):
    return evaluate_one(house.book, house.mappings, dossier, roster, house.now)


def turn_up(house, office, key, away):
    (office.away.add if away else office.away.discard)(key)
    number = [J, L, A].index(key) + 1
    until = "2026-12-31" if away else None
    house.crm(
        house.record(
            "User", f"005{number:015d}", Email=key, IsActive=True, Leadcycle_Away_Until__c=until
        )
    )


def settle(office, one):
    """What was recorded, in the office's own books: a lead that was given away, or one that is answered."""
    (decision,) = one.decisions
    number = int(next(ref.id for ref in one.dossier.contact.refs if ref.platform == "hubspot"))
    if decision.routing is not None:
        owner = decision.routing.owner
        office.given.append((owner, office.present()))
        office.waiting += [(owner, number)] if owner in WEIGHTS else []
    elif decision.standing.handover is not None and not decision.standing.handover.open:
        office.waiting = [one for one in office.waiting if one[1] != number]


def hand_over(house, office, rng):
    """Two evaluators load the same state; one or both may die before or after the commit."""
    dossiers = list(house.store.due(house.now, 2))
    roster = house.store.roster()
    for dossier in dossiers:
        one = decided(house, dossier, roster)
        if rng.random() < 0.15:
            continue  # it died before the commit: the contact is still due
        if not house.store.record([one], roster.version, house.now):
            again = house.store.roster()
            assert again.version != roster.version
            one = decided(house, dossier, again)
            assert house.store.record([one], again.version, house.now)
        settle(office, one)


@pytest.mark.parametrize("seed", [3, 11])
def test_nobody_is_more_than_a_turn_ahead(house, office, seed):
    rng = Random(seed)
    turn_up(house, office, A, away=True)  # a long holiday: nobody may be flooded on return
    for number in range(1, LEADS + 1):
        house.later(minutes=7)
        if number == LEADS // 2:
            turn_up(house, office, A, away=False)
        arrive(house, number)
        if rng.random() < 0.15:
            key = rng.choice([J, L])
            turn_up(house, office, key, key not in office.away)
        for _, answered in [one for one in office.waiting if rng.random() < 0.12]:
            told = house.outcome(Ref("hubspot", "contacts", str(answered)), "accepted")
            house.page(outcomes=[told])
        if rng.random() < 0.6:
            hand_over(house, office, rng)
    while house.store.due(house.now, 1):
        hand_over(house, office, rng)
    assert len(office.given) == LEADS
    assert all(owner in present or not present for owner, present in office.given)
    assert office.unfair() == []
    told = [
        one.routing.owner
        for one in house.store.told.assignments(datetime(2026, 1, 1, tzinfo=UTC), LAST)
    ]
    assert told == [owner for owner, _ in office.given]
    assert len(house.store.told.handovers(house.now - timedelta(days=1), LAST)) == LEADS
