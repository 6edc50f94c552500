"""Pools: fewest leads, working hours, languages; who had a lead before; why it is somebody else's turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.decide.facts import Facts
from connector.decide.routing.route import route
from connector.decide.routing.why_not import kind_of
from connector.model.condition import ALWAYS
from connector.model.person.contact import Account
from connector.model.person.decision import Routing
from connector.model.roster import Away, Roster
from connector.model.rules import (
    Assign,
    KeyAccount,
    Patch,
    Pool,
    RouteRule,
    Routes,
    Rulebook,
    Territories,
)
from connector.model.systems.ref import Ref

MEMBERS = ("j@x.example", "l@x.example", "a@x.example")
NIGHT = timedelta(hours=14)  # after ten on a Tuesday morning: midnight


def pooled(house: Any, *rules: RouteRule, **more: Any) -> Rulebook:
    pool = Pool("p", MEMBERS, "r:1", **more)
    given = rules or (RouteRule("all", ALWAYS, Assign("pool", "p"), "r:2"),)
    return house.rulebook(routes=Routes(given, (pool,), Assign("queue", "Unassigned"), "r:9"))


def routed(
    house: Any,
    book: Rulebook,
    roster: Roster | None = None,
    now: datetime | None = None,
    former: tuple[str, ...] = (),
    again: bool = False,
    **fields: Any,
) -> Routing:
    contact, roster = house.person(**fields), roster or house.roster()
    get = Facts(contact, roster, book).get
    return route(book, contact, get, roster, now or house.now, former, again=again)


def why(routing: Routing) -> dict[str, str]:
    return {one.who: one.why for one in routing.skipped}


def test_everybody_who_waits_is_told_why(house: Any) -> None:
    roster = house.roster(
        turns={("p", "j@x.example"): 3, ("p", "l@x.example"): 2, ("p", "a@x.example"): 2}
    )
    found = routed(house, pooled(house), roster)
    assert (found.owner, why(found)) == (
        "l@x.example",
        {
            "j@x.example": "has had 3 turns, l@x.example 2",
            "a@x.example": "l@x.example stands before, and has had as much",
        },
    )


def test_the_fewest_open_leads_for_the_weight(house: Any) -> None:
    book = pooled(house, method="least_open", weights=(("j@x.example", 2),))
    roster = house.roster(open={"j@x.example": 5, "l@x.example": 3, "a@x.example": 4})
    found = routed(house, book, roster)
    assert (found.owner, found.turn) == ("j@x.example", 1)
    assert why(found)["l@x.example"] == "has 3 open leads, j@x.example 5 (weight 2)"
    turns = {("p", "l@x.example"): 1}
    level = house.roster(open={"j@x.example": 6, "l@x.example": 3, "a@x.example": 3}, turns=turns)
    assert routed(house, book, level).owner == "j@x.example"
    level = house.roster(open={"j@x.example": 8, "l@x.example": 3, "a@x.example": 3}, turns=turns)
    assert routed(house, book, level).owner == "a@x.example"


def test_as_many_open_leads_and_more_turns(house: Any) -> None:
    """The reason is what tells them apart, not what they have in common."""
    turns = {("p", key): count for key, count in zip(MEMBERS, (5, 3, 3), strict=True)}
    roster = house.roster(open=dict.fromkeys(MEMBERS, 2), turns=turns)
    found = routed(house, pooled(house, method="least_open"), roster)
    assert (found.owner, why(found)) == (
        "l@x.example",
        {
            "j@x.example": "has had 5 turns, l@x.example 3",
            "a@x.example": "l@x.example stands before, and has had as much",
        },
    )


def test_who_stood_in_with_a_larger_weight_counts_by_the_level_of_the_others(house: Any) -> None:
    """`s` has had forty turns for somebody else; nobody is told that `s` had fewer than they."""
    turns = {("p", key): 10 for key in MEMBERS} | {("p", "s@x.example"): 40}
    roster = house.roster(turns=turns, j={"away_until": house.now + timedelta(days=1)})
    roster = replace(roster, substitutes={"j@x.example": "s@x.example"})
    found = routed(house, pooled(house), roster)
    said = "it is the turn of s@x.example by the level of the others"
    assert (found.owner, found.turn) == ("s@x.example", 10.0)
    assert why(found)["l@x.example"] == why(found)["a@x.example"] == said
    assert {kind_of(said)} == {"not their turn"}


SPEAKS = {"j@x.example": ("de",), "l@x.example": ("en",), "a@x.example": ("en",)}


@pytest.mark.parametrize(
    ("former", "language", "again", "owner"),
    [
        ((), "prefer", False, "j@x.example"),
        (("j@x.example",), "prefer", False, "l@x.example"),
        (("j@x.example",), "prefer", True, "l@x.example"),
        (("j@x.example",), "only", False, "j@x.example"),
        (("j@x.example",), "only", True, "Unassigned"),
        (MEMBERS, "prefer", False, "j@x.example"),
        (MEMBERS, "prefer", True, "Unassigned"),
    ],
)
def test_former_owners_come_after_everybody_else(
    house: Any, former: tuple[str, ...], language: Any, again: bool, owner: str
) -> None:
    """Also after those who do not speak the language; where the lead was taken away, not at all."""
    roster = replace(house.roster(), speaks=SPEAKS)
    found = routed(house, pooled(house, language=language), roster, former=former, again=again)
    assert found.owner == owner
    had = [who for who, said in why(found).items() if said == "had this lead before"]
    assert had == ([] if owner in former else list(former))


def test_who_had_it_under_an_older_address_had_it(house: Any) -> None:
    roster = replace(house.roster(), aliases={"old@x.example": "j@x.example"})
    assert routed(house, pooled(house), roster, former=("old@x.example",)).owner == "l@x.example"


@pytest.mark.parametrize(
    ("later", "hours", "rule"),
    [
        (timedelta(), "prefer", "all"),
        (timedelta(), "only", "all"),
        (NIGHT, "prefer", "all"),
        (NIGHT, "only", "fallback"),
    ],
)
def test_working_hours(house: Any, later: timedelta, hours: Any, rule: str) -> None:
    """Nobody waits: at night it goes to who works next, or, with `only`, on to the next rule."""
    found = routed(house, pooled(house, hours=hours), now=house.now + later)
    assert found.rule == rule
    if rule == "fallback":
        assert why(found)["j@x.example"] == "is not at work before 2026-11-18 07:00 UTC"


def test_languages(house: Any) -> None:
    speaks = {"j@x.example": ("de",), "l@x.example": ("de", "fr"), "s@x.example": ("fr",)}
    roster = replace(house.roster(), speaks=speaks)
    prefer, only = (pooled(house, language=word) for word in ("prefer", "only"))
    turns = {("p", "l@x.example"): 9, ("p", "a@x.example"): 10}
    busy = replace(roster, turns=turns)
    assert routed(house, prefer, busy, language="de").owner == "j@x.example"
    french = routed(house, prefer, busy, language="fr")
    assert (french.owner, why(french)["j@x.example"]) == ("l@x.example", "does not speak fr")
    assert routed(house, prefer, busy, language=None).owner == "j@x.example"
    nobody = replace(roster, speaks=dict.fromkeys(MEMBERS, ("de",)))
    assert routed(house, prefer, nobody, language="fr").rule == "all"
    assert routed(house, only, nobody, language="fr").rule == "fallback"


def test_days_of_absence(house: Any) -> None:
    span = Away(house.now - timedelta(days=1), house.now + timedelta(days=3))
    roster = replace(house.roster(), absences={"j@x.example": (span,)})
    found = routed(house, pooled(house), roster)
    assert (found.owner, why(found)["j@x.example"]) == ("l@x.example", "away until 2026-11-20")
    assert routed(house, pooled(house), roster, now=span.until).owner == "j@x.example"
    assert (
        routed(house, pooled(house), roster, now=span.since - timedelta(seconds=1)).owner
        == "j@x.example"
    )


def test_the_longer_of_two_absences_counts(house: Any) -> None:
    span = Away(house.now - timedelta(days=1), house.now + timedelta(days=3))
    crm = house.roster(j={"away_until": house.now + timedelta(days=9)})
    roster = replace(
        crm, absences={"j@x.example": (span,)}, aliases={"old@x.example": "j@x.example"}
    )
    assert roster.away_until("old@x.example", house.now) == house.now + timedelta(days=9)
    assert roster.away_until("l@x.example", house.now) is None
    assert roster.away_until("nobody@x.example", house.now) is None


def test_a_pool_by_territory(house: Any) -> None:
    rule = RouteRule("by-territory", ALWAYS, Assign("pool", by="territory"), "r:2")
    book = pooled(house, rule)
    table = Territories((Patch("P", "DE", "2", "2"), Patch("nowhere", "DE")))
    book = replace(book, routes=replace(book.routes, territories=table))
    assert routed(house, book).pool == "p"
    lost = routed(house, book, postal_code="80331")
    assert (lost.rule, why(lost)["by-territory"]) == (
        "fallback",
        "no pool is called like the territory",
    )
    assert why(routed(house, book, country="FR"))["by-territory"] == "territory is unknown"


def test_a_key_account(house: Any) -> None:
    rule = RouteRule("key", ALWAYS, Assign("key_account"), "r:2")
    book = pooled(house, rule)
    keys = (KeyAccount("pumpen.example", "s@x.example"),)
    book = replace(book, routes=replace(book.routes, key_accounts=keys))
    assert routed(house, book).owner == "s@x.example"
    assert why(routed(house, book, email="a@b.example"))["key"] == "no key account"


ACCOUNT = Account("a", (), {}, Ref("salesforce", "User", "0054"))


@pytest.mark.parametrize(
    ("skip_former", "again", "owner"),
    [(False, False, "s@x.example"), (True, False, "j@x.example"), (False, True, "j@x.example")],
)
@pytest.mark.parametrize("assign", [Assign("person", "s@x.example"), Assign("account_owner")])
def test_who_had_it_before_where_asked(
    house: Any, assign: Assign, skip_former: bool, again: bool, owner: str
) -> None:
    rules = (
        RouteRule("mine", ALWAYS, assign, "r:2", skip_former),
        RouteRule("pool", ALWAYS, Assign("pool", "p"), "r:3"),
    )
    found = routed(
        house, pooled(house, *rules), former=("s@x.example",), again=again, account=ACCOUNT
    )
    assert found.owner == owner
    if owner == "j@x.example":
        assert why(found)["mine"] == "s@x.example had this lead before"


def test_the_hours_are_those_of_each_person(house: Any) -> None:
    """At eleven at night in Berlin it is afternoon in New York."""
    book = pooled(house, hours="only")
    office = book.follow_up.calendar
    abroad = replace(book.follow_up, calendars={"us": replace(office, timezone="America/New_York")})
    book = replace(book, follow_up=replace(abroad, by_owner={"a@x.example": "us"}))
    night = house.now + timedelta(hours=11)
    assert routed(house, book, now=night).owner == "a@x.example"
    assert routed(house, book).owner == "j@x.example"
