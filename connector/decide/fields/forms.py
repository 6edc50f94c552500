"""Hub values in the vendor's form, and when two forms are the same to the vendor."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connector.decide.fields.normal.moment import day, moment
from connector.decide.fields.normal.number import number
from connector.decide.fields.normal.owner import owner
from connector.decide.fields.normal.text import spelled
from connector.decide.fields.normal.union import SEPARATOR
from connector.decide.fields.normal.yes_no import yes_no
from connector.model.mapping import Form, Write
from connector.model.ref import Ref


class Unfit(ValueError):
    """A value that the property cannot take; `code` groups such rows on the shelf. The text never holds the value."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


def to_form(write: Write, form: Form, value: Any) -> Any:
    """What is sent for a hub value. None gives `if_missing`, or what clears the property.

    Raises Unfit (a ValueError) for a value that the table lacks, that is too long or not of the property's type.
    """
    if value is None:
        if write.if_missing is None:
            return form.clear
        return _cut(write, _shaped(write.if_missing, form))
    if write.values is not None:
        return _cut(write, _shaped(_translated(write, value), form))
    try:
        return _cut(write, _typed(write, form, value))
    except Unfit:
        raise
    except ValueError as error:
        raise Unfit("UNFIT_VALUE", str(error)) from None


def equal_forms(write: Write, form: Form, a: Any, b: Any) -> bool:
    """Whether the vendor would call both the same: an equivalence on forms.

    Numbers by value, times by the second, e-mail without case, text without white space at its end and with either line end;
    "" and None are one. Where values are typed JSON a checkbox is never null: None is False there (api-contracts B.8).
    """
    return bool(a == b and type(a) is type(b)) or _same(write, form, a) == _same(write, form, b)


def _typed(write: Write, form: Form, value: Any) -> Any:
    kind = write.type
    if kind == "owner":
        return Ref.parse(str(owner(value))).id
    if kind == "number":
        return _number(number(value), form)
    if kind == "yes_no":
        return _shaped(yes_no(value), form)
    if kind == "date":
        return str(day(value))
    if kind == "datetime":
        at = moment(value)
        return at.strftime(form.datetime) if at else form.clear
    return _text(value, form)


def _text(value: Any, form: Form) -> str:
    if isinstance(value, tuple):
        return SEPARATOR.join(_text(part, form) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(form.datetime)
    if isinstance(value, (int, float)):
        return _plain(value)
    return spelled(value)


def _number(value: float | None, form: Form) -> Any:
    return _plain(value or 0) if form.text else value


def _plain(value: float) -> str:
    """Digits without an exponent, which vendors' number properties do not all take."""
    return format(Decimal(repr(value)), "f")


def _shaped(value: Any, form: Form) -> Any:
    """A value that already is the vendor's, as text where everything is text (api-contracts A.5)."""
    if not form.text or isinstance(value, str):
        return value
    return _text(value, form) if isinstance(value, (bool, int, float, date)) else spelled(value)


def _translated(write: Write, value: Any) -> Any:
    table = write.values or {}
    key = spelled(value)
    if key in table:
        return table[key]
    folded = {name.casefold(): form for name, form in table.items()}
    if key.casefold() not in folded:
        raise Unfit("UNKNOWN_VALUE", "has no value in the mapping's table for what is wanted")
    return folded[key.casefold()]


def _cut(write: Write, shaped: Any) -> Any:
    limit = write.max_length
    if limit is None or not isinstance(shaped, str) or _length(shaped) <= limit:
        return shaped
    if write.too_long == "refuse":
        raise Unfit("TOO_LONG", f"takes no more than {limit} characters")
    kept = shaped[:limit]
    while _length(kept) > limit or unicodedata.combining(shaped[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip()


def _length(shaped: str) -> int:
    """Characters as vendors count them, in UTF-16: an emoji is two."""
    return len(shaped) if shaped.isascii() else len(shaped.encode("utf-16-le")) // 2


def _same(write: Write, form: Form, shown: Any) -> Hashable:
    """A stand-in that is equal for forms which are the same to the vendor."""
    plain = write.values is None
    if shown is None or (isinstance(shown, str) and not shown.strip()):
        empty = plain and write.type == "yes_no" and not form.text
        return ("yes_no", False) if empty else None
    if plain and write.type in _READ:
        try:
            return (write.type, _READ[write.type](shown))
        except ValueError:
            pass  # not of the type (an `if_missing`, say): compared as text
    text = spelled(shown) if isinstance(shown, (bool, int, float, Decimal, date)) else str(shown)
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.casefold() if write.type == "email" else text


_READ: dict[str, Callable[[Any], Any]] = {
    "number": number,
    "yes_no": yes_no,
    "date": day,
    "datetime": moment,
}
