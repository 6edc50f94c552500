"""Hub values in the vendor's form, and when two forms are the same to the vendor."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from connector.decide.fields.lossy import Loss
from connector.decide.fields.normal.country import country
from connector.decide.fields.normal.language import language
from connector.decide.fields.normal.moment import day, moment
from connector.decide.fields.normal.money import money
from connector.decide.fields.normal.number import number
from connector.decide.fields.normal.owner import owner, record_id
from connector.decide.fields.normal.phone import phone
from connector.decide.fields.normal.text import spelled
from connector.decide.fields.normal.union import SEPARATOR, parts
from connector.decide.fields.normal.yes_no import yes_no
from connector.model.mapping.field import Form
from connector.model.mapping.property import Write
from connector.model.money import Money
from connector.model.systems.ref import Ref


class Unfit(ValueError):
    """A value that the property cannot take; `code` groups such rows on the shelf. The text never holds the value."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


class Formed(NamedTuple):
    """A form, and how it says less than the value does."""

    form: Any
    loss: Loss = ""


LEFT_OUT: Any = object()
"""The form of a value that the table lacks, where such a value is ignored: what the property shows stays."""


def to_form(write: Write, form: Form, value: Any) -> Any:
    """What is sent for a hub value; see `formed`."""
    return formed(write, form, value).form


def formed(write: Write, form: Form, value: Any) -> Formed:
    """What is sent for a hub value, LEFT_OUT for nothing. None gives `if_missing`, or what clears the property.

    Raises Unfit (a ValueError) for a value that the table lacks, that is too long or not of the property's type.
    """
    try:
        if value is None:
            if write.if_missing is None:
                return Formed(form.clear)
            return _cut(write, Formed(_shaped(write.if_missing, form)))
        if isinstance(value, tuple):
            return _cut(write, _several(write, form, value))
        return _cut(write, _one(write, form, value))
    except Unfit:
        raise
    except ValueError as error:
        raise Unfit("UNFIT_VALUE", str(error)) from None


def equal_forms(write: Write, form: Form, a: Any, b: Any) -> bool:
    """Whether the vendor would call both the same: an equivalence on forms.

    Numbers by value, times by the second, phones, countries and languages by what they mean, e-mail without case, lists in any
    order, text without white space at its end and with either line end; "" and None are one. Where values are typed JSON a checkbox is never null: None is False there (api-contracts B.8).
    """
    return bool(a == b and type(a) is type(b)) or _same(write, form, a) == _same(write, form, b)


def _several(write: Write, form: Form, value: tuple[Any, ...]) -> Formed:
    """A list as one text. Parts that the table lacks are left out, where they are ignored; if none is left, all is."""
    single = replace(write, type=write.of if write.type == "list" else write.type)
    text = replace(form, text=True)
    made = [_one(single, text, part) for part in value]
    kept = list(dict.fromkeys(str(one.form) for one in made if one.form is not LEFT_OUT))
    if not kept:
        return Formed(LEFT_OUT, "unmapped")
    loss: Loss = next((one.loss for one in made if one.loss), "")
    return Formed(SEPARATOR.join(kept), loss)


def _one(write: Write, form: Form, value: Any) -> Formed:
    if write.values is None:
        return _typed(write, form, value)
    key = _key(write.values, value)
    if key is not None:
        return Formed(_shaped(write.values[key], form))
    if write.unknown == "keep":
        return _typed(write, form, value)
    if write.unknown == "ignore":
        return Formed(LEFT_OUT, "unmapped")
    raise Unfit("UNKNOWN_VALUE", "has no value in the mapping's table for what is wanted")


def _typed(write: Write, form: Form, value: Any) -> Formed:
    kind = write.type
    if kind == "number":
        return _number(write, form, number(value))
    if kind == "money":
        return _amount(write, form, money(value, None, write.unit))
    if kind == "owner":
        return Formed(Ref.parse(str(owner(value))).id)
    if kind == "yes_no":
        return Formed(_shaped(yes_no(value), form))
    if kind == "date":
        return Formed(str(day(value)))
    if kind == "datetime":
        at = moment(value)
        return Formed(at.strftime(form.datetime) if at else form.clear)
    return Formed(_text(value, form))


def _text(value: Any, form: Form) -> str:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(form.datetime)
    if isinstance(value, (int, float)):
        return _plain(value)
    return spelled(value)


def _number(write: Write, form: Form, value: float | None) -> Formed:
    if value is None:
        return Formed(form.clear)
    if write.decimals is None:
        return Formed(_plain(value) if form.text else value)
    return _digits(write, form, Decimal(repr(value)))


def _amount(write: Write, form: Form, value: Money | None) -> Formed:
    if value is None:
        return Formed(form.clear)
    if not write.currency and value.currency != write.unit:
        raise Unfit("OTHER_CURRENCY", f"takes amounts in {write.unit or 'no currency'} only")
    return _digits(write, form, value.amount)


def _digits(write: Write, form: Form, exact: Decimal) -> Formed:
    kept = exact
    if write.decimals is not None:
        kept = exact.quantize(Decimal(1).scaleb(-write.decimals), ROUND_HALF_UP) + 0
    loss: Loss = "" if kept == exact else "rounded"
    if form.text:
        return Formed(format(kept.normalize(), "f"), loss)
    return Formed(int(kept) if kept == kept.to_integral_value() else float(kept), loss)


def _plain(value: float) -> str:
    """Digits without an exponent, which vendors' number properties do not all take."""
    return format(Decimal(repr(value)), "f")


def _shaped(value: Any, form: Form) -> Any:
    """A value that already is the vendor's, as text where everything is text (api-contracts A.5)."""
    if not form.text or isinstance(value, str):
        return value
    return _text(value, form) if isinstance(value, (bool, int, float, date)) else spelled(value)


def _key(table: Mapping[str, Any], value: Any) -> str | None:
    """The table's own spelling of a value."""
    name = spelled(value)
    if name in table:
        return name
    folded = {key.casefold(): key for key in table}
    return folded.get(name.casefold())


def _cut(write: Write, made: Formed) -> Formed:
    shaped, limit = made.form, write.max_length
    if limit is None or not isinstance(shaped, str) or _length(shaped) <= limit:
        return made
    if write.too_long == "refuse":
        raise Unfit("TOO_LONG", f"takes no more than {limit} characters")
    if write.type == "list":
        return Formed(_whole_parts(shaped, limit), "cut")
    kept = shaped[:limit]
    while _length(kept) > limit or unicodedata.combining(shaped[len(kept)]):
        kept = kept[:-1]
    return Formed(kept.rstrip(), "cut")


def _whole_parts(shaped: str, limit: int) -> str:
    """As many parts of a list as there is room for."""
    while shaped and _length(shaped) > limit:
        shaped = shaped.rpartition(SEPARATOR)[0]
    return shaped


def _length(shaped: str) -> int:
    """Characters as vendors count them, in UTF-16: an emoji is two."""
    return len(shaped) if shaped.isascii() else len(shaped.encode("utf-16-le")) // 2


def _same(write: Write, form: Form, shown: Any) -> Hashable:
    """A stand-in that is equal for forms which are the same to the vendor."""
    if write.type == "list":
        single = replace(write, type=write.of)
        return frozenset(_same(single, form, part) for part in parts(shown)) - {None} or None
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
    return text.casefold() if write.type == "email" or _by_label(write, form) else text


def _by_label(write: Write, form: Form) -> bool:
    """Salesforce's picklists take a value in any case and show it in their own; HubSpot's do neither (api-contracts A.5)."""
    return write.type == "choice" and not form.text


_READ: dict[str, Callable[[Any], Any]] = {
    "number": number,
    "money": number,
    "yes_no": yes_no,
    "date": day,
    "datetime": moment,
    "phone": phone,
    "country": country,
    "language": language,
    "owner": record_id,
}
