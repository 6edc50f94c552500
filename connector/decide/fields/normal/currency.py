"""Currencies as ISO 4217 codes, from codes, signs and names in many languages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from connector.decide.fields.normal.country import LOCALES
from connector.decide.fields.normal.text import spelled

_SHARED = frozenset({"$", "¥", "kr", "£"})  # signs of several currencies: alone they name none


def currency(raw: Any) -> str | None:
    """`EUR` from EUR, eur, € or Euro; None for blank. Raises ValueError for what no currency, or several, are called."""
    word = (raw if type(raw) is str else spelled(raw)).strip()
    if not word:
        return None
    if is_code(code := word.upper()):
        return code
    found = called(word)
    if len(found) != 1 or _plain(word) in _SHARED:
        raise ValueError("is not a currency we know")
    return next(iter(found))


def is_code(code: str) -> bool:
    """Whether Babel knows this code, former currencies included."""
    return code in codes()


def agrees(word: str, code: str) -> bool:
    """Whether a sign, name or code may stand for this currency: `$` for every dollar."""
    if word.upper() == code:
        return True
    return code in called(word) or (_plain(word) in _SHARED and _sign(code).endswith(_plain(word)))


def called(word: str) -> frozenset[str]:
    """The currencies that have this sign or name in any of our languages."""
    return _index().get(_plain(word), frozenset())


@lru_cache(512)
def minor(code: str) -> Decimal:
    """The least amount of a currency: 0.01 of most, 1 of the yen."""
    from babel.numbers import get_currency_precision

    return Decimal(1).scaleb(-get_currency_precision(code))


def rounded(amount: Decimal, code: str) -> Decimal:
    """To the minor unit, halves away from zero, as people round money; zero has no sign."""
    return amount.quantize(minor(code), ROUND_HALF_UP) + 0


def _plain(word: str) -> str:
    return word.casefold().rstrip(".")


@lru_cache(1)
def codes() -> frozenset[str]:
    """Every ISO 4217 code that Babel knows."""
    from babel.core import get_global

    return frozenset(str(code) for code in get_global("all_currencies"))


@lru_cache(512)
def _sign(code: str) -> str:
    from babel import Locale

    signs = {str(Locale.parse(name).currency_symbols.get(code, "")) for name in ("en", "sv", "nb")}
    return max((_plain(sign) for sign in signs if not is_code(sign)), key=len, default="")


@lru_cache(1)
def _index() -> dict[str, frozenset[str]]:
    """Signs and names; built on first use, because Babel's locale data take a tenth of a second to load."""
    from babel import Locale

    found: dict[str, frozenset[str]] = {}
    for name in LOCALES:
        locale = Locale.parse(name)
        for words in (locale.currency_symbols, locale.currencies):
            for code, word in words.items():
                key = _plain(str(word))
                found[key] = found.get(key, frozenset()) | {str(code)}
    return found
