"""What assets are about, and the interest that shows in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from connector.model.condition import Condition
from connector.model.rules.signal import Signal


class Cell(NamedTuple):
    """What an asset is about; "" where the catalogue does not say."""

    topic: str
    kind: str = ""  # white paper, webinar, price list ...
    phase: str = ""  # of the purchase
    language: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """One entry of the catalogue: the asset `name`, or all assets for which `when` holds (over `asset`)."""

    cell: Cell
    where: str
    name: str = ""
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The signal that keeps the strength of one cell in one kind of activity, and what such an activity weighs."""

    signal: Signal
    cell: Cell
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Interest:
    """`phases` in the order of the purchase. All strengths fade alike (`half_life`, None: never), so what somebody does decides
    which topic leads, not time. A topic counts from a strength of `least` on; `most` of them are shown.
    """

    assets: tuple[Asset, ...] = ()
    traces: tuple[Trace, ...] = ()
    phases: tuple[str, ...] = ()
    half_life: timedelta | None = None
    least: float = 0.5
    most: int = 3


NO_CATALOGUE = Interest()
