"""Routing: the first rule that yields an owner, fair turns, and everyone passed over on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.facts import Facts
from connector.decide.routing.route import route
from connector.errors import Bug
from connector.model.condition import ALWAYS
from connector.model.person.contact import Account
from connector.model.person.decision import Routing, Skipped
from connector.model.roster import Roster
from connector.model.rules import Assign, Pool, RouteRule, Routes, Rulebook
from connector.model.systems.ref import Ref


def routed(
    house: Any,
    book: Rulebook,
    contact: Any = None,
    roster: Roster | None = None,
    former: tuple[str, ...] = (),
) -> Routing:
    contact, roster = contact or house.person(), roster or house.roster()
    return route(book, contact, Facts(contact, roster).get, roster, house.now, former)


def skipped(routing: Routing) -> dict[str, str]:
    return {skip.who: skip.why for skip in routing.skipped}


def firm(owner: str) -> Account:
    return Account("a", (), {}, Ref("salesforce", "User", owner))


def test_the_account_owner_comes_first(house: Any, book: Rulebook) -> None:
    routing = routed(house, book, house.person(account=firm("0054")))
    assert routing == Routing("s@x.example", "existing-account", "r:5")


def test_an_account_stays_with_its_owner_while_away(house: Any, book: Rulebook) -> None:
    away = house.roster(s={"away_until": house.now + house.days(9)})
    assert routed(house, book, house.person(account=firm("0054")), away).owner == "s@x.example"


@pytest.mark.parametrize(
    ("owner", "change", "why"),
    [
        ("0054", {"s": {"active": False}}, "s@x.example is not active"),
        ("005X", {}, "the account's owner is not in the roster"),
    ],
)
def test_a_lost_account_owner_is_passed_over(
    house: Any, book: Rulebook, owner: str, change: dict[str, Any], why: str
) -> None:
    routing = routed(house, book, house.person(account=firm(owner)), house.roster(**change))
    assert (routing.rule, skipped(routing)["existing-account"]) == ("north", why)


def test_a_person_by_name(house: Any, book: Rulebook) -> None:
    contact = house.person(email="a@KEY.example")
    assert routed(house, book, contact) == Routing(
        "s@x.example",
        "key-account",
        "r:6",
        skipped=(Skipped("existing-account", "account_owner is unknown", "r:5"),),
    )
    away = house.roster(s={"away_until": house.now + house.days(2)})
    passed = routed(house, book, contact, away)
    assert (passed.rule, skipped(passed)["key-account"]) == (
        "north",
        "s@x.example is away until 2026-11-19",
    )


def test_why_rules_do_not_apply_names_no_value(house: Any, book: Rulebook) -> None:
    routing = routed(house, book, house.person(postal_code="80331"))
    assert (routing.rule, routing.owner) == ("south", "s@x.example")
    assert skipped(routing) == {
        "existing-account": "account_owner is unknown",
        "key-account": "email_domain does not match",
        "north": "postal_code does not match",
        "m@x.example": "s@x.example stands before, and has had as much",
    }


def test_turns_go_round(house: Any, book: Rulebook) -> None:
    turns: dict[tuple[str, str], int] = {}
    got = []
    for _ in range(6):
        routing = routed(house, book, roster=house.roster(turns=turns))
        turns[(routing.pool, routing.owner)] = routing.turn
        got.append(routing.owner[0])
    assert "".join(got) == "jlajla"


def test_weights_give_more_turns(house: Any, book: Rulebook) -> None:
    turns: dict[tuple[str, str], int] = {}
    got = []
    for _ in range(6):
        routing = routed(house, book, house.person(country="AT"), house.roster(turns=turns))
        turns[(routing.pool, routing.owner)] = routing.turn
        got.append(routing.owner[0])
    assert (got.count("s"), got.count("m")) == (4, 2)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"j": {"active": False}}, "not active"),
        ({"j": {"away_until": "soon"}}, "away until 2026-11-20"),
    ],
)
def test_who_cannot_is_passed_over(
    house: Any, book: Rulebook, change: dict[str, Any], why: str
) -> None:
    if "away_until" in change["j"]:
        change = {"j": {"away_until": house.now + house.days(3)}}
    routing = routed(house, book, roster=house.roster(**change))
    assert (routing.owner, skipped(routing)["j@x.example"]) == ("l@x.example", why)


def test_who_is_back_at_this_moment_takes_part(house: Any, book: Rulebook) -> None:
    back = house.roster(j={"away_until": house.now})
    assert routed(house, book, roster=back).owner == "j@x.example"


def test_a_full_desk_and_an_empty_pool(house: Any, book: Rulebook) -> None:
    contact = house.person(country="AT")
    one = routed(house, book, contact, house.roster(open={"s@x.example": 5}))
    assert (one.owner, skipped(one)["s@x.example"]) == (
        "m@x.example",
        "has 5 open leads, the most is 5",
    )
    none = routed(house, book, contact, house.roster(open={"s@x.example": 5, "m@x.example": 6}))
    assert (none.owner, none.rule, none.where, none.pool, none.turn) == (
        "Unassigned",
        "fallback",
        "r:9",
        "",
        0,
    )
    assert skipped(none)["south"] == "nobody in pool south is available"


def test_a_member_nobody_knows_is_passed_over(house: Any, book: Rulebook) -> None:
    roster = house.roster()
    without = replace(roster, owners={k: o for k, o in roster.owners.items() if k[0] != "j"})
    routing = routed(house, book, roster=without)
    assert (routing.owner, skipped(routing)["j@x.example"]) == ("l@x.example", "not in the roster")


def test_a_former_owner_only_if_there_is_nobody_else(house: Any, book: Rulebook) -> None:
    former = ("j@x.example", "a@x.example")
    other = routed(house, book, former=former)
    assert (other.owner, skipped(other)["j@x.example"]) == ("l@x.example", "had this lead before")
    alone = routed(house, book, roster=house.roster(l={"active": False}), former=former)
    assert alone.owner == "j@x.example"


def only(pool: Pool, *rules: RouteRule, fallback: Assign | None = None) -> Routes:
    return Routes(rules, (pool,), fallback or Assign("pool", pool.name), "r:9")


def test_the_fallback_never_fails(house: Any) -> None:
    members = ("j@x.example", "l@x.example")
    gone = house.roster(j={"active": False}, l={"away_until": house.now + house.days(1)})
    by_pool = house.rulebook(routes=only(Pool("p", members, "r:1")))
    routing = routed(house, by_pool, roster=gone)
    assert (routing.owner, routing.rule, routing.pool) == ("l@x.example", "fallback", "")
    assert routed(house, by_pool).pool == "p"
    by_name = house.rulebook(
        routes=only(Pool("p", members, "r:1"), fallback=Assign("person", "J@x.example"))
    )
    assert routed(house, by_name, roster=gone).owner == "j@x.example"
    with pytest.raises(Bug, match="names nobody"):
        routed(house, house.rulebook(routes=only(Pool("p", (), "r:1"))))


def test_a_weight_of_zero_takes_no_turns(house: Any) -> None:
    pool = Pool("p", ("j@x.example", "l@x.example"), "r:1", (("j@x.example", 0),))
    routing = routed(house, house.rulebook(routes=only(pool)))
    assert (routing.owner, skipped(routing)["j@x.example"]) == ("l@x.example", "takes no turns")


KEYS = tuple(f"{letter}@x.example" for letter in "jlasm")
WEIGHTS = st.lists(st.integers(1, 4), min_size=5, max_size=5)


def shares(house: Any, weights: list[int], days: list[set[int]], each: int) -> list[list[int]]:
    """How many leads each member got by the end of each day, some being away on each."""
    pool = Pool("p", KEYS, "r:1", tuple(zip(KEYS, weights, strict=True)))
    book = house.rulebook(routes=only(pool, RouteRule("all", ALWAYS, Assign("pool", "p"), "r:2")))
    turns: dict[tuple[str, str], int] = {}
    got = [0] * 5
    history = []
    for absent in days:
        away = {KEYS[n][0]: {"away_until": house.now + timedelta(days=1)} for n in absent}
        for _ in range(each):
            routing = routed(house, book, roster=house.roster(turns=turns, **away))
            if routing.pool:
                turns[(routing.pool, routing.owner)] = routing.turn
                got[KEYS.index(routing.owner)] += 1
        history.append(list(got))
    return history


@given(WEIGHTS, st.integers(1, 40))
def test_shares_stay_within_one_turn_of_the_weights(
    house: Any, weights: list[int], leads: int
) -> None:
    (got,) = shares(house, weights, [set()], leads)
    ratios = [count / weight for count, weight in zip(got, weights, strict=True)]
    assert sum(got) == leads
    assert max(ratios) - min(ratios) <= 1


@given(WEIGHTS, st.lists(st.sets(st.integers(0, 4), max_size=4), min_size=1, max_size=6))
def test_shares_of_a_day_stay_fair_among_those_present(
    house: Any, weights: list[int], days: list[set[int]]
) -> None:
    """An absence is neither made up for nor punished: within each day nobody is more than two turns ahead."""
    history = [[0] * 5, *shares(house, weights, days, 9)]
    for absent, before, after in zip(days, history, history[1:], strict=False):
        got = [b - a for a, b in zip(before, after, strict=True)]
        ratios = [got[n] / weights[n] for n in range(5) if n not in absent]
        assert all(got[n] == 0 for n in absent)
        assert max(ratios) - min(ratios) <= 2


def test_a_holiday_brings_no_flood(house: Any) -> None:
    away, back = shares(house, [1] * 5, [{0}, set()], 40)
    assert away[0] == 0
    assert max(back[n] - away[n] for n in range(5)) == back[0] == 9


def test_a_new_member_begins_at_the_level_of_the_pool(house: Any) -> None:
    pool = Pool("p", KEYS, "r:1")
    book = house.rulebook(routes=only(pool, RouteRule("all", ALWAYS, Assign("pool", "p"), "r:2")))
    turns = {("p", key): 500 for key in KEYS[:4]}
    routing = routed(house, book, roster=house.roster(turns=turns))
    assert (routing.owner, routing.turn) == (KEYS[4], 500)


def standing_in(house: Any, substitutes: dict[str, str], **changes: Any) -> Roster:
    return replace(house.roster(**changes), substitutes=substitutes)


LEFT = {"active": False}


def test_a_substitute_takes_the_turns_of_somebody_who_cannot(house: Any, book: Rulebook) -> None:
    roster = standing_in(house, {"j@x.example": "s@x.example"}, j=LEFT)
    routing = routed(house, book, roster=roster)
    assert (routing.owner, routing.rule, routing.pool) == ("s@x.example", "north", "north")
    assert skipped(routing)["j@x.example"] == "not active, s@x.example answers instead"


def test_a_substitute_with_turns_of_their_own_gets_no_more(house: Any, book: Rulebook) -> None:
    roster = standing_in(house, {"j@x.example": "l@x.example"}, j=LEFT)
    routing = routed(house, book, roster=roster)
    assert routing.owner in {"l@x.example", "a@x.example"}
    assert skipped(routing)["j@x.example"] == "not active"


def test_the_first_of_a_chain_who_is_there_answers(house: Any, book: Rulebook) -> None:
    chain = {"s@x.example": "j@x.example", "j@x.example": "m@x.example"}
    contact = house.person(email="a@key.example")
    away = {"away_until": house.now + house.days(2)}
    assert routed(house, book, contact, standing_in(house, chain, s=LEFT)).owner == "j@x.example"
    both = standing_in(house, chain, s=LEFT, j=away)
    found = routed(house, book, contact, both)
    assert (found.owner, found.rule) == ("m@x.example", "key-account")
    nobody = standing_in(house, chain, s=LEFT, j=away, m=LEFT)
    passed = routed(house, book, contact, nobody)
    assert skipped(passed)["key-account"] == "s@x.example is not active"
    assert passed.rule == "north"


def test_the_account_of_somebody_who_left_goes_to_the_substitute(
    house: Any, book: Rulebook
) -> None:
    roster = standing_in(house, {"s@x.example": "m@x.example"}, s=LEFT)
    routing = routed(house, book, house.person(account=firm("0054")), roster)
    assert (routing.owner, routing.rule) == ("m@x.example", "existing-account")


def test_standing_in_brings_no_flood(house: Any, book: Rulebook) -> None:
    """Whoever stands in begins at the level at which the last turn was given."""
    turns = {("north", "j@x.example"): 9, ("north", "l@x.example"): 9, ("north", "a@x.example"): 8}
    roster = standing_in(house, {"j@x.example": "s@x.example"}, j=LEFT, turns=turns)
    routing = routed(house, book, roster=roster)
    assert (routing.owner, routing.turn) == ("s@x.example", 9)


def test_another_address_is_the_same_person(house: Any, book: Rulebook) -> None:
    roster = house.roster()
    owners = {key: owner for key, owner in roster.owners.items() if key != "s@x.example"}
    other = replace(roster.owners["s@x.example"], key="sk@x.example")
    known = replace(
        roster, owners={**owners, "sk@x.example": other}, aliases={"s@x.example": "sk@x.example"}
    )
    assert known.named("s@x.example") is other
    assert routed(house, book, house.person(email="a@key.example"), known).owner == "s@x.example"
