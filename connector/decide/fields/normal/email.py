"""E-mail addresses as keys: lower-case, the domain in its ASCII (IDN) spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from connector.decide.fields.normal.text import spelled

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]{{2,63}}")
_INVISIBLE = dict.fromkeys(map(ord, "\0\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_LONGEST = 254  # RFC 5321's path, as email-validator has it


def email(raw: Any) -> str | None:
    """The address in lower case, or None for blank; no DNS is asked.

    The domain is kept in ASCII, so `x@müller.example` and its `xn--` spelling are one key. Raises ValueError.
    """
    if type(raw) is not str:
        raw = spelled(raw)
    address: str = raw.strip().lower()
    # A double hyphen may be a broken IDN label, which only the library can tell.
    if len(address) <= _LONGEST and _PLAIN.fullmatch(address) and "--" not in address:
        return address
    return _unusual(raw)


@lru_cache(8192)
def _unusual(raw: str) -> str | None:
    address = raw.translate(_INVISIBLE).strip()
    if not address:
        return None
    once = _validated(address)
    if _validated(once) != once:
        raise ValueError("is not a usable e-mail address")
    return once


def _validated(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=False, strict=True
        )
    except (EmailNotValidError, UnicodeError):
        # The library's text repeats parts of the address.
        raise ValueError("is not an e-mail address") from None
    domain = (found.ascii_domain or "").lower()
    if "." not in domain:
        raise ValueError("is not an e-mail address: its domain has no dot")
    return f"{unicodedata.normalize('NFC', found.local_part.lower())}@{domain}"
