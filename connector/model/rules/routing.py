"""Who gets a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connector.model.condition import Condition
from connector.model.rules.territory import NOWHERE, KeyAccount, Territories

Preference = Literal["", "prefer", "only"]


@dataclass(frozen=True, slots=True)
class Pool:
    """People who take turns. `weights` gives turns per member (default 1); `max_open` caps unanswered leads per member.

    `method`: whose turn it is, or who has the fewest unanswered leads for the weight. `hours`: members at work go first, or
    nobody else gets anything; `language` the same of members who speak the lead's language.
    """

    name: str
    members: tuple[str, ...]  # owner keys: lower-case e-mail
    where: str
    weights: tuple[tuple[str, int], ...] = ()
    max_open: int | None = None
    method: Literal["round_robin", "least_open"] = "round_robin"
    hours: Preference = ""
    language: Preference = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """`to` says what `name` is: a person's e-mail, a pool, a queue, or the owner of the account or key account (name empty).

    `by`: the fact whose value is the pool's name.
    """

    to: Literal["person", "pool", "queue", "account_owner", "key_account"]
    name: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class RouteRule:
    """`skip_former`: a person or account owner who had this lead before does not get it again."""

    name: str
    when: Condition
    assign: Assign
    where: str
    skip_former: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """Rules from top to bottom, the first that yields an owner wins; the fallback is never empty."""

    rules: tuple[RouteRule, ...]
    pools: tuple[Pool, ...]
    fallback: Assign
    fallback_where: str = ""
    territories: Territories = NOWHERE
    key_accounts: tuple[KeyAccount, ...] = ()

    def pool(self, name: str) -> Pool | None:
        return next((pool for pool in self.pools if pool.name == name), None)
