"""Who gets a lead: rules from top to bottom, pools that take turns, a fallback that never fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import floor

from connector.decide.condition import Get, failing
from connector.decide.ready import ready
from connector.errors import Bug
from connector.model.condition import Condition
from connector.model.contact import Contact
from connector.model.decision import Routing, Skipped
from connector.model.roster import Roster
from connector.model.rules import Assign, Pool, RouteRule, Routes, Rulebook


@dataclass(slots=True)
class _Search:
    """One search for an owner; it notes everyone it passes over."""

    routes: Routes
    contact: Contact
    roster: Roster
    now: datetime
    former: tuple[str, ...]
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, who: str, why: str, where: str) -> None:
        self.skipped.append(Skipped(who, why, where))

    def unavailable(self, key: str) -> str:
        """Why a person cannot get a lead at this moment, or ""."""
        owner = self.roster.named(key)
        if owner is None:
            return "not in the roster"
        if not owner.active:
            return "not active"
        if owner.away_until is not None and owner.away_until > self.now:
            return f"away until {owner.away_until:%Y-%m-%d}"
        return ""

    def stand_in(self, key: str, why: str, where: str, others: tuple[str, ...] = ()) -> str:
        """Who answers instead of somebody who cannot, or ""; none of the `others`, who have turns of their own."""
        found = (one for one in self.roster.stand_ins(key) if not self.unavailable(one))
        instead = next(found, "")
        instead = "" if instead in others else instead
        self.skip(key, f"{why}, {instead} answers instead" if instead else why, where)
        return instead


def _member_why(search: _Search, pool: Pool, key: str) -> str:
    """Why a member of a pool is not eligible, or ""."""
    why = search.unavailable(key)
    if not why and dict(pool.weights).get(key, 1) <= 0:
        why = "takes no turns"
    return why or _full(search, pool, key)


def _full(search: _Search, pool: Pool, key: str) -> str:
    count = search.roster.open.get(key, 0)
    if pool.max_open is not None and count >= pool.max_open:
        return f"has {count} open leads, the most is {pool.max_open}"
    return ""


def _turn(roster: Roster, pool: Pool, key: str, weight: int) -> int:
    """The owner's count after this turn. Whoever was away, or is new, is lifted to the level at which the last turn was
    given, so that coming back (or standing in) does not bring a flood.
    """
    weights = dict(pool.weights)
    others = [member for member in pool.members if weights.get(member, 1) > 0]
    level = max(
        (roster.turns.get((pool.name, m), 0) - 1) / weights.get(m, 1) for m in others or (key,)
    )
    turns = roster.turns.get((pool.name, key), 0)
    return max(turns, floor(level * weight + 1e-9)) + 1


def _seats(search: _Search, pool: Pool, where: str) -> dict[str, str]:
    """Everybody eligible: who answers, by the member whose turn it is. Only who cannot answer is stood in for, not who is busy."""
    seats = {}
    for member in pool.members:
        why = _member_why(search, pool, member)
        if not why:
            seats[member] = member
        elif search.unavailable(member):
            instead = search.stand_in(member, why, pool.where or where, pool.members)
            full = _full(search, pool, instead) if instead else ""
            if full:
                search.skip(instead, full, pool.where or where)
            elif instead:
                seats[member] = instead
        else:
            search.skip(member, why, pool.where or where)
    return seats


def _from_pool(search: _Search, pool: Pool, where: str) -> tuple[str, int]:
    """Who has had the fewest turns for the weight, with that weight; former owners only if there is nobody else."""
    weights, turns = dict(pool.weights), search.roster.turns
    seats = [(key, weights.get(member, 1)) for member, key in _seats(search, pool, where).items()]
    others = [seat for seat in seats if seat[0] not in search.former]
    if others:
        for key, _ in seats:
            if key in search.former:
                search.skip(key, "had this lead before", pool.where or where)
    return min(
        others or seats,
        key=lambda seat: turns.get((pool.name, seat[0]), 0) / max(1, seat[1]),
        default=("", 1),
    )


def _person(search: _Search, key: str, name: str, where: str) -> str:
    """The person, else who answers instead; a rule that yields neither is passed over by its name."""
    why = search.unavailable(key)
    if not why:
        return key
    instead = search.stand_in(key, why, where) if _stood_in(search, key) else ""
    if not instead:
        search.skip(name, f"{key} is {why}", where)
    return instead


def _stood_in(search: _Search, key: str) -> bool:
    return any(not search.unavailable(one) for one in search.roster.stand_ins(key))


def _account_owner(search: _Search, name: str, where: str) -> str:
    """The owner of the company, also while away: the account stays theirs."""
    account = search.contact.account
    owner = search.roster.of(account.owner) if account is not None else None
    if owner is None:
        known = account is not None and account.owner is not None
        search.skip(
            name, f"the account's owner is {'not in the roster' if known else 'unknown'}", where
        )
        return ""
    return owner.key if owner.active else _person(search, owner.key, name, where)


def _queue(search: _Search, key: str, name: str, where: str) -> str:
    owner = search.roster.owners.get(key)
    if owner is not None and not owner.active:
        search.skip(name, f"queue {key} is not active", where)
        return ""
    return key


def _assigned(search: _Search, assign: Assign, name: str, where: str) -> Routing | None:
    """The owner an assignment yields now, or None with everyone passed over noted."""
    if assign.to == "pool":
        pool = search.routes.pool(assign.name)
        owner, weight = ("", 1) if pool is None else _from_pool(search, pool, where)
        if pool is None or not owner:
            search.skip(name, f"nobody in pool {assign.name} is available", where)
            return None
        turn = _turn(search.roster, pool, owner, weight)
        return Routing(owner, name, where, pool.name, tuple(search.skipped), turn)
    if assign.to == "queue":
        owner = _queue(search, assign.name, name, where)
    elif assign.to == "person":
        owner = _person(search, assign.name.lower(), name, where)
    else:
        owner = _account_owner(search, name, where)
    return Routing(owner, name, where, "", tuple(search.skipped)) if owner else None


def _by_rule(search: _Search, rule: RouteRule, when: Condition, get: Get) -> Routing | None:
    reasons = failing(when, get)
    if reasons:
        search.skip(rule.name, ", ".join(reasons), rule.where)
        return None
    return _assigned(search, rule.assign, rule.name, rule.where)


def _last_resort(search: _Search) -> Routing:
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
    return Routing(owner, "fallback", where, "", tuple(search.skipped))


def route(
    book: Rulebook,
    contact: Contact,
    get: Get,
    roster: Roster,
    now: datetime,
    former: tuple[str, ...] = (),
) -> Routing:
    """The owner of a lead at `now`, by the first rule that yields one; `get` gives the facts its conditions name.

    `former` are the keys of owners who had this lead before. Raises Bug if not even the fallback names anybody.
    """
    routes = book.routes
    search = _Search(routes, contact, roster, now, former)
    for rule, when in ready(book).routes:
        routing = _by_rule(search, rule, when, get)
        if routing is not None:
            return routing
    found = _assigned(search, routes.fallback, "fallback", routes.fallback_where)
    return found or _last_resort(search)
