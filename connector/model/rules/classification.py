"""What somebody is, and how they came to us: the first rule that holds says it."""

from __future__ import annotations

from dataclasses import dataclass

from connector.model.condition import Condition

ORIGINS = ("inbound", "referral", "outbound", "bought_list", "unknown")
KINDS = ("b2b", "b2c")


@dataclass(frozen=True, slots=True)
class Placing:
    """One rule: whom it concerns, and what it calls them."""

    name: str
    value: str | bool
    when: Condition
    where: str


@dataclass(frozen=True, slots=True)
class Classification:
    """`kinds` say b2b or b2c, `targeted` yes or no, `origins` one of ORIGINS; from top to bottom, the first that holds.

    `began` are date fields that say when a record of the person began, beside the first activity.
    """

    kinds: tuple[Placing, ...] = ()
    targeted: tuple[Placing, ...] = ()
    origins: tuple[Placing, ...] = ()
    began: tuple[str, ...] = ()


NOTHING_SAID = Classification()


@dataclass(frozen=True, slots=True)
class TouchRule:
    """Activities that belong to a channel: of this kind, and fulfilling `when` (over `asset` and the detail's members)."""

    kind: str
    when: Condition
    where: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where money is spent, or not (`free`). `touches` claims activities, `match` people whose first touch nothing claims."""

    name: str
    where: str
    match: Condition | None = None
    touches: tuple[TouchRule, ...] = ()
    free: bool = False
