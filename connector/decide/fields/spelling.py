"""Whether what a system shows is only its own spelling of what we sent.

Vendors and the automations inside them trim, cut, round, re-case and re-format what is written; such a value still is ours. A
different value is not, whoever wrote it: a stage that was set back, an owner who was exchanged.
"""

from __future__ import annotations

import html
import re
import unicodedata
from decimal import Decimal
from typing import Any

from connector.decide.fields.normal.moment import moment

_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[+-]?\d{1,18}([.,]\d{1,18})?")
_DIALLED = re.compile(r"[\d\s()+./-]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIALLABLE = 6
"""Digits at the end that make two telephone numbers one: a country code or a trunk zero may stand before them."""
_PREFIX = 4
_LONG = 20
"""Characters of a text that was cut; a shorter one may be another choice (`Customer` for `Customer lost`)."""
_SIGNIFICANT = 3
"""In so short a text signs mean something (`A+`, `A-`)."""


def respelled(sent: Any, shown: Any) -> bool:
    """Whether `shown` says nothing else than `sent` did. What was emptied, or filled from nothing, does."""
    if _blank(sent) or _blank(shown):
        return (_blank(sent) or sent is False) and (_blank(shown) or shown is False)
    one, other = str(sent).strip(), str(shown).strip()
    if isinstance(sent, bool) or isinstance(shown, bool):
        return one.casefold() == other.casefold()
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return _rounded(one, other) or _dialled(one, other)
    if _DAY.match(one) and _DAY.match(other):
        return one == other or _timed(one, other)
    return (
        _bare(one) == _bare(other) or _cut(one, other) or _dialled(one, other) or _mixed(one, other)
    )


def _blank(form: Any) -> bool:
    return form is None or (isinstance(form, str) and not form.strip())


def _rounded(sent: str, shown: str) -> bool:
    """The same number with fewer decimals; whole numbers lose none."""
    whole, less = Decimal(sent.replace(",", ".")), Decimal(shown.replace(",", "."))
    if whole == less:
        return True
    step = Decimal(1).scaleb(min(0, int(less.as_tuple().exponent)))
    return whole != whole.to_integral_value() and abs(whole - less) < step


def _timed(sent: str, shown: str) -> bool:
    """The same second, or the day of it."""
    if _DAY.fullmatch(shown):
        return sent.startswith(shown)
    try:
        return moment(sent) == moment(shown)
    except ValueError:
        return False


def _bare(text: str) -> str:
    """Letters and digits only, without case and accents."""
    folded = html.unescape(text).casefold().strip()
    plain = unicodedata.normalize("NFKD", folded)
    found = _SIGNS.sub("", "".join(char for char in plain if not unicodedata.combining(char)))
    return found if len(folded) > _SIGNIFICANT and found else folded


def _cut(sent: str, shown: str) -> bool:
    one, other = _bare(sent), _bare(shown)
    return len(shown) >= _LONG and len(one) > len(other) and one.startswith(other)


def _dialled(sent: str, shown: str) -> bool:
    if not (_DIALLED.fullmatch(sent) and _DIALLED.fullmatch(shown)):
        return False
    digits = [re.sub(r"\D", "", text).lstrip("0") for text in (sent, shown)]
    shorter, longer = sorted(digits, key=len)
    return len(longer) - _PREFIX <= len(shorter) >= _DIALLABLE and longer.endswith(shorter)


def _mixed(sent: str, shown: str) -> bool:
    """A choice of several in another order."""
    one, other = (sorted(map(_bare, text.split(";"))) for text in (sent, shown))
    return ";" in sent and one == other
