"""Why a lead did not go to somebody: from what was recorded of the search, and from the rules it was made by."""

from __future__ import annotations

from collections.abc import Iterator

from connector.model.person.decision import Routing
from connector.model.roster import Roster
from connector.model.rules import RouteRule, Rulebook

TURN = "not their turn"
KINDS = (
    ("stands before, and has had as much", TURN),
    ("has had ", TURN),
    ("it is the turn of ", TURN),
    (", the most is ", "too many open leads"),
    (" open lead", TURN),
    ("had this lead before", "had it before"),
    ("away until ", "away"),
    ("not active", "has left"),
    ("not in the roster", "not in the roster"),
    ("takes no turns", "takes no turns"),
    ("is not at work ", "not at work"),
    ("does not speak ", "another language"),
)
"""What a reason has in it, and what it is counted as; the first counts."""


def kind_of(why: str) -> str:
    """What a reason is counted as."""
    return next((kind for part, kind in KINDS if part in why), "another rule")


def why_not(book: Rulebook, routing: Routing, owner: str, roster: Roster) -> tuple[str, ...]:
    """Every reason, in the order of the rules; empty if the lead went to `owner` (the key)."""
    if routing.owner == owner:
        return ()
    told = [f"{one.why} ({one.where})" for one in routing.skipped if one.who == owner]
    return tuple(told) or tuple(_by_rules(book, routing, owner, roster))


def _by_rules(book: Rulebook, routing: Routing, owner: str, roster: Roster) -> Iterator[str]:
    """Rules that would have given it to them, and why they did not."""
    passed, gave = {one.who: one.why for one in routing.skipped}, False
    known = False
    for rule in book.routes.rules:
        gave = gave or rule.name == routing.rule
        if not _may_give(book, rule, owner):
            continue
        known = True
        if rule.name in passed:
            yield f"rule {rule.name}: {passed[rule.name]} ({rule.where})"
        elif rule.name == routing.rule and routing.pool:
            yield f"rule {rule.name} gave it to pool {routing.pool}, they are in {_pools(book, owner)} ({rule.where})"
        elif gave:
            yield f"rule {rule.name} comes after {routing.rule}, which gave it away ({rule.where})"
    if not known:
        yield _at_most(book, owner, roster)


def _at_most(book: Rulebook, owner: str, roster: Roster) -> str:
    """How somebody whom no rule names could get a lead at all."""
    if any(owner in roster.stand_ins(key) for key in _people(book)):
        return "only as a substitute"
    if owner not in roster.owners and owner not in _people(book):
        return "nobody is known by this address"
    accounts = any(rule.assign.to == "account_owner" for rule in book.routes.rules)
    return "only as the owner of an account" if accounts else "no rule gives anything to them"


def _pools(book: Rulebook, owner: str) -> str:
    return " and ".join(pool.name for pool in book.routes.pools if owner in pool.members)


def _may_give(book: Rulebook, rule: RouteRule, owner: str) -> bool:
    """Whether a rule names somebody; an account may be anybody's."""
    assign = rule.assign
    if assign.to == "pool":
        pools = book.routes.pools if assign.by else [book.routes.pool(assign.name)]
        return any(pool is not None and owner in pool.members for pool in pools)
    if assign.to == "key_account":
        return any(one.owner == owner for one in book.routes.key_accounts)
    return assign.name.casefold() == owner.casefold()


def _people(book: Rulebook) -> set[str]:
    """Everybody whom the rules name."""
    routes = book.routes
    named = {member for pool in routes.pools for member in pool.members}
    named |= {rule.assign.name for rule in routes.rules if rule.assign.to == "person"}
    return named | {one.owner for one in routes.key_accounts}
