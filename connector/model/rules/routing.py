"""Who gets a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connector.model.condition import Condition


@dataclass(frozen=True, slots=True)
class Pool:
    """People who take turns. `weights` gives turns per member (default 1); `max_open` caps unanswered leads per member."""

    name: str
    members: tuple[str, ...]  # owner keys: lower-case e-mail
    where: str
    weights: tuple[tuple[str, int], ...] = ()
    max_open: int | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """`to` says what `name` is: a person's e-mail, a pool, a queue, or the account's owner (name empty)."""

    to: Literal["person", "pool", "queue", "account_owner"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class RouteRule:
    name: str
    when: Condition
    assign: Assign
    where: str


@dataclass(frozen=True, slots=True)
class Routes:
    """Rules from top to bottom, the first that yields an owner wins; the fallback is never empty."""

    rules: tuple[RouteRule, ...]
    pools: tuple[Pool, ...]
    fallback: Assign
    fallback_where: str = ""

    def pool(self, name: str) -> Pool | None:
        return next((pool for pool in self.pools if pool.name == name), None)
