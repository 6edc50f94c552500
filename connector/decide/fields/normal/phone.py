"""Phone numbers in E.164."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from connector.decide.fields.normal.text import spelled

# Country codes whose only national prefix is a single 0, and how long a number may be. For these the number needs no
# library; a test compares every length with phonenumbers.
_LENGTHS = {
    "49": range(4, 14),
    "43": range(4, 14),
    "41": (9,),
    "33": (9,),
    "31": range(5, 12),
    "32": (8, 9),
}
_CODES = {"DE": "49", "AT": "43", "CH": "41", "FR": "33", "NL": "31", "BE": "32"}
_SEPARATORS = str.maketrans("", "", " -/.()\u00a0")
_WITH_CODE = re.compile(r"(?:\+|00)(49|43|41|33|31|32)0?([1-9][0-9]{3,12})")
_NATIONAL = re.compile(r"0([1-9][0-9]{3,12})")


def phone(raw: Any, region: str = "") -> str | None:
    """`+49511…`, or None for blank. `region` is where a number without country code lives. An extension is dropped.

    A number must have a possible length; whether it is in service nobody can know from here. Raises ValueError.
    """
    if type(raw) is not str:
        raw = spelled(raw)
    raw = raw.strip()
    if not raw:
        return None
    return _plain(raw, region) or _parsed(raw, region)


def _plain(raw: str, region: str) -> str | None:
    """The common spellings of the countries above, without loading the library (5 times as fast)."""
    home = _CODES.get(region)
    digits = raw.translate(_SEPARATORS)
    if digits[:1] == "+" or (home and digits[:2] == "00"):
        found = _WITH_CODE.fullmatch(digits)
        code, number = found.groups() if found else ("", "")
    else:
        found = _NATIONAL.fullmatch(digits)
        code, number = (home or "", found[1]) if found else ("", "")
    return f"+{code}{number}" if len(number) in _LENGTHS.get(code, ()) else None


@lru_cache(65536)
def _parsed(raw: str, region: str) -> str:
    found = _e164(raw, region)
    # A zero left behind the country code would be taken for a prefix, and dropped, at the next reading.
    if _e164(found, "") != found:
        raise ValueError("is not a possible phone number")
    return found


def _e164(raw: str, region: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(raw, region or None)
    except phonenumbers.NumberParseException:
        raise ValueError("is not a phone number") from None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("is not a possible phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
