"""One wanted form against one property: too long, not offered, of another type, too large."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, NamedTuple

from connector.decide.fit.suits import named
from connector.model.systems.shape import Property

# What every vendor takes as an address: stricter than the standard, as their own checks are.
_ADDRESS = re.compile(r"[^@\s,;:<>()\"]+@[^@\s.,;:<>()]+(\.[^@\s.,;:<>()]+)+")
_ID = re.compile(r"[A-Za-z0-9_-]+")
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d", re.ASCII
)  # other spellings of ISO 8601 are not taken everywhere
NOT_OFFERED, TOO_LONG, NOT_VALID = "NOT_IN_PICKLIST", "TOO_LONG", "NOT_VALID_FOR"
MISSING, WRONG_TYPE = "REQUIRED_MISSING", "WRONG_TYPE"


class Misfit(NamedTuple):
    """Why a property cannot take what is wanted. Neither text nor hint holds the value, which may be somebody's data."""

    code: str
    text: str
    hint: str = ""


def misfit(prop: Property, form: Any) -> Misfit | None:
    """Why this form would be refused; None if nothing is known against it. An empty form empties the property."""
    if form is None or form == "":
        if prop.required:
            return Misfit(MISSING, "may not be empty", "give it a value with if_missing")
        return None
    check = _CHECKS.get(prop.type)
    return None if check is None else check(prop, form)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like this one, or ""; upper and lower case do not count."""
    folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold()[:100], list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""


def length(text: str) -> int:
    """Characters as vendors count them, in UTF-16: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def not_valid(prop: Property, form: Any, controlling: Any) -> Misfit | None:
    """Why a dependent picklist would not take this beside what its controlling property will show."""
    controller = _folded(prop.valid, _worded(controlling)) if controlling is not None else ""
    allowed = prop.valid.get(controller, ())
    wanted = {part.lower() for part in _parts(prop, form)}
    if wanted <= {each.lower() for each in allowed}:
        return None
    text = f"does not offer this beside what {prop.controller} shows"
    return Misfit(
        NOT_VALID, text, f"map {prop.controller} to a value that allows it, or allow it there"
    )


def _words(prop: Property, form: Any) -> Misfit | None:
    if isinstance(form, bool) or not isinstance(form, str | int | float | Decimal):
        return _wrong(prop)
    text = _worded(form)
    if prop.length and length(text) > prop.length:
        hint = f"set max_length: {prop.length} and too_long: cut"
        return Misfit(TOO_LONG, f"takes no more than {prop.length} characters", hint)
    return None


def _address(prop: Property, form: Any) -> Misfit | None:
    if not isinstance(form, str) or not _ADDRESS.fullmatch(form.strip()):
        return _wrong(prop)
    return _words(prop, form)


def _choice(prop: Property, form: Any) -> Misfit | None:
    if isinstance(form, bool) or not isinstance(form, str | int | float | Decimal):
        return _wrong(prop)
    for part in _parts(prop, form):
        if prop.restricted and not prop.offers(part):
            close = nearest(part, prop.values)
            hint = f'the nearest it offers is "{close}"' if close else "add the value there"
            return Misfit(NOT_OFFERED, "does not offer this value", hint)
    return _words(prop, form)


def _number(prop: Property, form: Any) -> Misfit | None:
    if isinstance(form, bool) or not isinstance(form, int | float | Decimal | str):
        return _wrong(prop)
    try:
        found = Decimal(str(form).strip())
    except InvalidOperation:
        return _wrong(prop)
    if not found.is_finite() or "_" in str(form):
        return _wrong(prop)
    if prop.decimals == 0 and found != found.to_integral_value():
        return Misfit("TOO_MANY_DECIMALS", "takes whole numbers only", "round it in the mapping")
    if prop.whole and abs(found) >= Decimal(10) ** prop.whole:
        text = f"takes no more than {prop.whole} digits before the point"
        return Misfit("NUMBER_TOO_LARGE", text, "make the field longer")
    return None


def _yes_no(prop: Property, form: Any) -> Misfit | None:
    good = isinstance(form, bool) or (isinstance(form, str) and form.lower() in ("true", "false"))
    return None if good else _wrong(prop)


def _date(prop: Property, form: Any) -> Misfit | None:
    good = isinstance(form, str) and _DAY.fullmatch(form) and _parses(date.fromisoformat, form)
    return None if good else _wrong(prop)


def _datetime(prop: Property, form: Any) -> Misfit | None:
    good = isinstance(form, str) and _DAY.match(form) and _parses(datetime.fromisoformat, form)
    return None if good else _wrong(prop)


def _reference(prop: Property, form: Any) -> Misfit | None:
    return None if isinstance(form, str) and _ID.fullmatch(form) else _wrong(prop)


def _wrong(prop: Property) -> Misfit:
    hint = "compare the mapping's type with the property's"
    return Misfit(WRONG_TYPE, f"is {named(prop.type)}, and what is wanted is none", hint)


def _parses(read: Callable[[str], Any], form: str) -> bool:
    try:
        read(form)
    except ValueError:
        return False
    return True


def _parts(prop: Property, form: Any) -> list[str]:
    text = _worded(form)
    return (
        [part.strip() for part in text.split(";") if part.strip()]
        if prop.type == "choices"
        else [text]
    )


def _worded(form: Any) -> str:
    if isinstance(form, bool):
        return "true" if form else "false"
    return str(form).strip()


def _folded(names: Iterable[str], word: str) -> str:
    return next((name for name in names if name.lower() == word.lower()), "")


_CHECKS: Mapping[str, Callable[[Property, Any], Misfit | None]] = {
    "text": _words,
    "email": _address,
    "choice": _choice,
    "choices": _choice,
    "number": _number,
    "yes_no": _yes_no,
    "date": _date,
    "datetime": _datetime,
    "reference": _reference,
}
