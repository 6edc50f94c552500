"""Who gets a lead: rules from top to bottom, pools that take turns, a fallback that never fails."""

from __future__ import annotations

from datetime import datetime

from connector.decide.conditions.condition import Get, failing
from connector.decide.ready import ready
from connector.decide.routing.key_account import key_account
from connector.decide.routing.pool import from_pool
from connector.decide.routing.search import Search
from connector.errors import Bug
from connector.model.condition import ALWAYS, Condition
from connector.model.person.contact import Contact
from connector.model.person.decision import Routing
from connector.model.roster import Roster
from connector.model.rules import Pool, RouteRule, Rulebook

FALLBACK = "fallback"
"""What the rule is called that is no rule."""


def route(
    book: Rulebook,
    contact: Contact,
    get: Get,
    roster: Roster,
    now: datetime,
    former: tuple[str, ...] = (),
    *,
    again: bool = False,
) -> Routing:
    """The owner of a lead at `now`, by the first rule that yields one; `get` gives the facts its conditions name.

    `former` are the keys of owners who had this lead before, the latest last: a pool gives it to one of them only if there is
    nobody else. `again`: the lead is taken from the latest because nothing came of it, so that no rule, be it for a pool, a
    person or an account's owner, gives it to a former owner. Raises Bug if not even the fallback names anybody.
    """
    search = Search(book, get, roster, now, tuple(map(roster.main, former)), again)
    for rule, when in ready(book).routes:
        routing = _by_rule(search, contact, rule, when)
        if routing is not None:
            return routing
    fallback = RouteRule(FALLBACK, ALWAYS, book.routes.fallback, book.routes.fallback_where)
    return _assigned(search, contact, fallback) or _last_resort(search)


def _by_rule(search: Search, contact: Contact, rule: RouteRule, when: Condition) -> Routing | None:
    reasons = failing(when, search.get)
    if reasons:
        search.skip(rule.name, ", ".join(reasons), rule.where)
        return None
    return _assigned(search, contact, rule)


def _assigned(search: Search, contact: Contact, rule: RouteRule) -> Routing | None:
    """The owner this rule yields now, or None with everyone passed over noted."""
    assign = rule.assign
    if assign.to == "pool":
        return _by_turn(search, rule)
    if assign.to == "queue":
        owner = _queue(search, rule)
    elif assign.to == "person":
        owner = _person(search, rule, assign.name.lower())
    elif assign.to == "key_account":
        owner = _key_account(search, rule)
    else:
        owner = _account_owner(search, contact, rule)
    return Routing(owner, rule.name, rule.where, "", tuple(search.skipped)) if owner else None


def _by_turn(search: Search, rule: RouteRule) -> Routing | None:
    pool = _pool(search, rule)
    if pool is None:
        return None
    turn = from_pool(search, pool, rule.where)
    if turn is None:
        search.skip(rule.name, f"nobody in pool {pool.name} is available", rule.where)
        return None
    skipped = tuple(search.skipped)
    return Routing(turn.key, rule.name, rule.where, pool.name, skipped, turn.taken)


def _pool(search: Search, rule: RouteRule) -> Pool | None:
    """The pool by its name, or by that of the fact's value."""
    assign = rule.assign
    if not assign.by:
        return search.routes.pool(assign.name)
    value = search.get(assign.by)
    if value is None or value == "":
        search.skip(rule.name, f"{assign.by} is unknown", rule.where)
        return None
    name = str(value).casefold()
    found = next((pool for pool in search.routes.pools if pool.name.casefold() == name), None)
    if found is None:
        search.skip(rule.name, f"no pool is called like the {assign.by}", rule.where)
    return found


def _person(search: Search, rule: RouteRule, key: str) -> str:
    """The person, else who answers instead; a rule that yields neither is passed over by its name."""
    why = search.unavailable(key)
    found = (
        key if not why else search.stand_in(key, why, rule.where) if _covered(search, key) else ""
    )
    if found and _had_it(search, rule, found):
        search.skip(rule.name, f"{found} had this lead before", rule.where)
        return ""
    if not found:
        search.skip(rule.name, f"{key} is {why}", rule.where)
    return found


def _covered(search: Search, key: str) -> bool:
    return any(not search.unavailable(one) for one in search.roster.stand_ins(key))


def _had_it(search: Search, rule: RouteRule, key: str) -> bool:
    return (rule.skip_former or search.again) and key in search.former


def _account_owner(search: Search, contact: Contact, rule: RouteRule) -> str:
    """The owner of the company, also while away: the account stays theirs."""
    account = contact.account
    owner = search.roster.of(account.owner) if account is not None else None
    if owner is None:
        known = account is not None and account.owner is not None
        why = "not in the roster" if known else "unknown"
        search.skip(rule.name, f"the account's owner is {why}", rule.where)
        return ""
    if not owner.active or _had_it(search, rule, owner.key):
        return _person(search, rule, owner.key)
    return owner.key


def _key_account(search: Search, rule: RouteRule) -> str:
    found = key_account(search.routes, search.get)
    if found is None:
        search.skip(rule.name, "no key account", rule.where)
        return ""
    return _person(search, rule, found.owner)


def _queue(search: Search, rule: RouteRule) -> str:
    key = rule.assign.name
    owner = search.roster.owners.get(key)
    if owner is not None and not owner.active:
        search.skip(rule.name, f"queue {key} is not active", rule.where)
        return ""
    return key


def _last_resort(search: Search) -> Routing:
    """The fallback by name, available or not: a lead without any owner would be worse."""
    fallback, where = search.routes.fallback, search.routes.fallback_where
    owner = fallback.name.lower() if fallback.to == "person" else fallback.name
    if fallback.to == "pool":
        pool = search.routes.pool(fallback.name)
        members = () if pool is None else pool.members
        owners = search.roster.owners
        active = [key for key in members if key in owners and owners[key].active]
        owner = next(iter([*active, *members]), "")
    if not owner:
        raise Bug("the fallback of the routing rules names nobody")
    return Routing(owner, FALLBACK, where, "", tuple(search.skipped))
