"""Which channels get the credit for a person, and how whole amounts are split without a rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from connector.model.costs import Model

NOBODY = ""
"""The channel of people whom no channel brought."""


class Touched(NamedTuple):
    """A touch with a channel."""

    at: datetime
    channel: str


def credit(
    touches: Sequence[Touched], at: datetime, model: Model, window: timedelta | None
) -> dict[str, Fraction]:
    """Shares by channel that sum to exactly 1, for what somebody reached at `at`.

    Only touches until then count, and with a `window` only those at most so long before. `first` and `last` give all to one touch,
    `linear` the same to each. At the same moment the touch that comes first in `touches` is the earlier one. Without any
    touch that counts, NOBODY gets it.
    """
    counted = [
        touch
        for touch in sorted(touches, key=lambda touch: touch.at)
        if touch.at <= at and (window is None or touch.at >= at - window)
    ]
    if not counted:
        return {NOBODY: Fraction(1)}
    if model != "linear":
        return {counted[0 if model == "first" else -1].channel: Fraction(1)}
    shares: dict[str, Fraction] = {}
    for touch in counted:
        shares[touch.channel] = shares.get(touch.channel, Fraction(0)) + Fraction(1, len(counted))
    return shares


def split(amount: Decimal, shares: Mapping[str, Fraction], unit: Decimal) -> dict[str, Decimal]:
    """The amount in parts of whole units that sum to it exactly; `shares` sum to 1, `amount` is a multiple of `unit`.

    What is left after rounding down goes to the largest remainders, of equal ones to the name that sorts first.
    """
    units = Fraction(amount) / Fraction(unit)
    exact = {name: share * units for name, share in shares.items()}
    whole = {name: value.__floor__() for name, value in exact.items()}
    left = int(units) - sum(whole.values())
    order = sorted(exact, key=lambda name: (whole[name] - exact[name], name))
    for name in order[:left]:
        whole[name] += 1
    return {name: count * unit for name, count in whole.items()}
