"""Amounts of money, in the machine's spelling and in people's."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from connector.decide.fields.normal.currency import agrees, currency, is_code, minor, rounded
from connector.decide.fields.normal.number import LONGEST, digits
from connector.model.money import Money

_MOST_DIGITS = 15  # a JSON number, which both vendors' amounts are, keeps no more exactly
_SPELLED = re.compile(r"([^0-9]*)([0-9](?:.*[0-9])?)([^0-9]*)", re.DOTALL)
_NO_CENTS = re.compile(r"[.,][-–—]{1,2}")  # 1.234,- and 1.234,-- of German price lists
_ONE_POINT = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_THOUSANDTH = Decimal("0.001")


def money(raw: Any, named: Any = None, usual: str = "") -> Money | None:
    """An amount with its currency; None for a blank amount.

    The currency is the one `named` by the record's own property (code, sign or name), else the one written beside the
    amount (`1.234,50 €`, `CHF 1'200.-`), else the `usual` one (an ISO code) of the field. Numbers are spelled as in
    `number`; beside a currency `1.234 €` is a thousand, because nobody writes a third decimal there.
    Raises ValueError for what is no amount, has no currency, or has two.
    """
    if isinstance(raw, Money):
        return _checked(raw.amount, raw.currency)
    code = currency(named)
    if isinstance(raw, str):
        if not (raw := raw.strip()):
            return None
        return _from_text(raw, code, usual)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        raise ValueError("is not an amount of money")
    return _checked(raw if isinstance(raw, Decimal) else Decimal(str(raw)), code or usual)


def _from_text(raw: str, code: str | None, usual: str) -> Money:
    if len(raw) > LONGEST:
        raise ValueError("is too long for an amount of money")
    raw = raw.replace("−", "-")
    machine = _decimal(raw)
    if machine is not None:
        return _checked(machine, code or usual)
    found = _SPELLED.fullmatch(raw)
    if found is None:
        raise ValueError("is not an amount of money")
    before, number, after = found[1], found[2], _NO_CENTS.sub("", found[3], count=1)
    sign = "-" if "-" in before else ""
    words = [word for each in (before.replace("-", "", 1), after) if (word := each.strip())]
    known = _meant(words, code, usual)
    if _ONE_POINT.fullmatch(number) and minor(known) > _THOUSANDTH:
        number = number.replace(".", "")
    amount = _decimal(sign + number)
    if amount is None:
        raise ValueError("is not an amount of money")
    return _checked(amount, known)


def _meant(words: list[str], code: str | None, usual: str) -> str:
    """The currency that the words beside an amount name; it must be the one that the record names, if it names one."""
    if not words:
        return code or usual
    expected = code or (usual if agrees(words[0], usual) else currency(words[0]))
    if expected is None or not all(agrees(word, expected) for word in words):
        raise ValueError("names two currencies")
    return expected


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(digits(text))
    except ValueError:
        return None


def _checked(amount: Decimal, code: str) -> Money:
    if not code:
        raise ValueError("is an amount without a currency")
    if not is_code(code):
        raise ValueError("is an amount in a currency we do not know")
    if not amount.is_finite() or amount.adjusted() >= _MOST_DIGITS:
        raise ValueError("is too large an amount")
    found = rounded(amount, code)
    if len(found.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError("is too large an amount")
    return Money(found, code)
