"""Kept strengths, and those read from the log, equal a full recomputation: any order of arrival, duplicates, merges."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import fsum

import pytest

from connector.decide.scoring.score import score
from connector.model.systems.fact import Activity, Move
from connector.model.systems.ref import Ref
from connector.store.sql.database import reading
from connector.store.sql.transaction import Transaction

PEOPLE = 3
DAY = timedelta(days=1)
FORMS = ("Demo request", "Sample order", "Whitepaper Hydraulik", "Whitepaper Werkstoffe")


def _acts(house, chance: random.Random, number: int) -> list[Activity]:
    """What one person did in sixty days, some of it by a machine."""
    acts = []
    for place in range(chance.randrange(4, 12)):
        at = house.now - timedelta(seconds=chance.randrange(60 * 86_400))
        key = f"{number}:{place}"
        if chance.random() < 0.5:
            acts.append(house.act(key, number, asset=chance.choice(FORMS), at=at))
            continue
        detail = {
            "mail": chance.randrange(2),
            "link": "/a",
            "after_sending": chance.choice([3, 90]),
        }
        detail |= {"machine": True} if chance.random() < 0.2 else {}
        acts.append(
            house.act(key, number, kind="email_clicked", asset="News", at=at, detail=detail)
        )
    return acts + (_burst(house, chance, number) if chance.random() < 0.7 else [])


def _burst(house, chance: random.Random, number: int) -> list[Activity]:
    begin = house.now - timedelta(seconds=chance.randrange(30 * 86_400))
    return [
        house.act(
            f"{number}:burst{place}",
            number,
            kind="email_clicked",
            asset="Offer",
            at=begin + timedelta(seconds=place),
            detail={"mail": 7, "link": f"/{place}", "after_sending": 600},
        )
        for place in range(chance.choice([2, 3, 4]))
    ]


def _sum(times: Sequence[datetime], now: datetime, half_life: float) -> float:
    return fsum(2.0 ** -((now - at) / (half_life * DAY)) for at in times)


def _scanned(act: Activity, clicks: Sequence[Activity]) -> bool:
    """Three different links of one mail within five seconds, this one among them."""
    near = [one for one in clicks if one.detail["mail"] == act.detail["mail"]]
    return any(
        begin.at <= act.at <= begin.at + timedelta(seconds=5)
        and len(
            {o.detail["link"] for o in near if begin.at <= o.at <= begin.at + timedelta(seconds=5)}
        )
        >= 3
        for begin in near
    )


def _expected(acts: Sequence[Activity], now: datetime) -> dict[str, float]:
    """Rule by rule of the example, from the text of rules/scoring.yaml."""
    forms = [one for one in acts if one.kind == "form_submitted"]
    clicks = [one for one in acts if one.kind == "email_clicked"]
    papers: dict[str, datetime] = {}
    for one in sorted(forms, key=lambda each: each.at):
        if one.asset.startswith("Whitepaper"):
            papers.setdefault(one.asset, one.at)
    marked = [one for one in clicks if one.detail.get("machine")]
    at_once = [one for one in clicks if one not in marked and one.detail["after_sending"] < 10]
    scanned = [o for o in clicks if o not in marked and o not in at_once and _scanned(o, clicks)]
    people = [one for one in clicks if one not in (*marked, *at_once, *scanned)]
    return {
        "demo_request": _sum([o.at for o in forms if o.asset == "Demo request"], now, 45),
        "sample_order": _sum([o.at for o in forms if o.asset == "Sample order"], now, 45),
        "whitepaper": _sum(list(papers.values()), now, 30),
        "mail_clicked": _sum([one.at for one in people], now, 14),
        "machine:marked-by-hubspot:email_clicked": len(marked),
        "machine:clicked-at-once": len(at_once),
        "machine:link-scanner": len(scanned),
    }


def _agree(house, contact: int, acts: Sequence[Activity]) -> None:
    found = house.dossier(contact).strengths
    for name, expected in _expected(acts, house.now).items():
        kept = found[name].sum if name in found else 0.0
        assert kept == pytest.approx(expected, abs=1e-6), (name, contact)


@pytest.mark.parametrize("seed", range(4))
def test_strengths_equal_a_full_recomputation(house, seed: int) -> None:
    chance = random.Random(seed)
    house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in range(1, PEOPLE + 1)))
    whose = {n: _acts(house, chance, n) for n in range(1, PEOPLE + 1)}
    arriving = [act for acts in whose.values() for act in acts]
    arriving += chance.sample(arriving, len(arriving) // 3)
    stays = Ref(
        "hubspot", "contacts", "1"
    )  # under which some of 2's are shown, before the merge or after it
    arriving += [act._replace(ref=stays) for act in whose[2] if chance.random() < 0.4]
    chance.shuffle(arriving)
    merged_after = chance.randrange(len(arriving))
    for place in range(0, len(arriving), 4):
        house.page(activities=arriving[place : place + 4])
        if place <= merged_after < place + 4:
            old = Ref("hubspot", "contacts", "2")
            house.page(moved=[Move(old, stays, "merged", house.now)])
    house.later(days=chance.randrange(1, 40))
    one, other = house.store.contacts()
    _agree(house, one, whose[1] + whose[2])
    _agree(house, other, whose[3])
    with reading(house.store._engine) as tx:
        kept = tx.rows("SELECT * FROM strength ORDER BY ref, signal")
    house.store.rebuild("strength", house.now)
    with reading(house.store._engine) as tx:
        assert tx.rows("SELECT * FROM strength ORDER BY ref, signal") == kept


def test_what_a_machine_did_stays_in_the_log_and_is_told(house) -> None:
    house.page(house.contact(1, email="a@kern.example"))
    detail = {"machine": True, "mail": 1, "link": "/a", "after_sending": 1}
    clicks = [
        house.act(f"c{n}", kind="email_clicked", asset="News", detail=detail) for n in range(3)
    ]
    house.page(activities=clicks)
    dossier = house.dossier()
    found = score(house.book, dossier.contact, dossier.strengths, house.now)
    told = [(r.rule, r.points, r.label) for r in found.reasons if r.axis == "machine"]
    assert told == [("marked-by-hubspot", 0.0, "3 × email clicked")]
    assert (found.activity, house.store.counts()["activities"]) == (0.0, 3)


def test_other_points_read_no_activity(house, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signals whose sums are kept: a change of points, caps, groups or thresholds asks the strengths alone."""
    scoring = house.book.scoring
    kept = tuple(s for s in scoring.activities.signals if s.kept)
    acts = replace(scoring.activities, signals=kept, machines=())
    plain = replace(house.book, digest="plain", scoring=replace(scoring, activities=acts))
    house.store.activate({}, plain, house.mappings, house.now)
    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    dearer = tuple(replace(s, points=s.points * 2, cap=9.0, group="") for s in kept)
    other = replace(scoring, activities=replace(acts, signals=dearer, groups=()))
    asked: list[str] = []
    _listen(monkeypatch, asked.append)
    house.store.activate({}, replace(plain, digest="d2", scoring=other), house.mappings, house.now)
    assert house.dossier().strengths["demo_request"].sum == 1.0
    assert asked
    logs = [text for text in asked if "FROM activity" in text and "MIN(" not in text]
    assert not logs  # the earliest activity alone is read, for the first touch


def _listen(monkeypatch: pytest.MonkeyPatch, hear: Callable[[str], None]) -> None:
    rows = Transaction.rows

    def heard(self: Transaction, text: str, *values: object) -> object:
        hear(text)
        return rows(self, text, *values)

    monkeypatch.setattr(Transaction, "rows", heard)
