"""Numbers, in the machine's spelling and in people's.

Written by hand, because a library wants to know whose spelling a text has, and nobody tells; a test reads everything that
Babel writes in a dozen languages.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

_MACHINE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_GROUPED = re.compile(
    r"([+-]?)([1-9][0-9]{0,2}(?P<by>[ .,'’\u00a0\u202f\u2009])[0-9]{3}(?:(?P=by)[0-9]{3})*)(?:(?!(?P=by))[.,]([0-9]+))?"
)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_TOO_LARGE = 10**18  # above it neither a 64-bit integer nor a float keeps the value
LONGEST = 400  # characters


def number(raw: Any) -> int | float | None:
    """An int, or a float where there is a fraction; None for blank.

    Text is first taken as vendors write numbers: a single point is the decimal point, so `1.234` is a little more than one
    (HubSpot sends numbers as such text, api-contracts A.5). Then as people write them: `1.234,50`, `1,234.50`, `1 234`,
    `1'234`, `1.234.567`, `12,5`. The one doubtful case, a single comma before three digits, is a thousand: `1,234` is 1234.
    Raises ValueError for all else, and from 10^18 on.
    """
    if type(raw) is int:
        found: int | float = raw
    elif isinstance(raw, str):
        if not (raw := raw.strip()):
            return None
        found = _from_text(raw)
    elif raw is None:
        return None
    elif isinstance(raw, (float, Decimal)):
        found = float(raw)
    else:
        raise ValueError("is not a number")
    if abs(found) >= _TOO_LARGE or not math.isfinite(found):
        raise ValueError("is too large a number")
    return int(found) if found == int(found) else found


def _from_text(raw: str) -> int | float:
    found = digits(raw)
    return int(found) if found.lstrip("+-").isdigit() else float(found)


def digits(raw: str) -> str:
    """The number's spelling by machines, with a point before the fraction. Raises ValueError for what is no number."""
    raw = raw.replace("−", "-")
    if len(raw) > LONGEST:
        raise ValueError("is too long for a number")
    if _MACHINE.fullmatch(raw):
        return raw
    if grouped := _GROUPED.fullmatch(raw):
        sign, whole, _, fraction = grouped.groups()
        found = sign + "".join(c for c in whole if c.isdigit())
        return f"{found}.{fraction}" if fraction else found
    if _DECIMAL_COMMA.fullmatch(raw):
        return raw.replace(",", ".")
    raise ValueError("is not a number")
