"""One value of one field: checked and brought into the form in which it is kept and answered."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Field
from connector.sandbox.salesforce.org.times import read_date, read_datetime

Reader = Callable[[Field, Any], Any]
_EMAIL = re.compile(r"[^@\s,;:<>()\"]+@[^@\s.,;:<>()]+(\.[^@\s.,;:<>()]+)+")
TEXTUAL = frozenset({"string", "textarea", "longtextarea", "email", "phone", "url", "picklist", "multipicklist", "anytype"})  # fmt: skip
NUMERIC = frozenset({"int", "double", "currency", "percent"})


def coerce(field: Field, value: Any) -> Any:
    """The value as kept: UTC texts for times, 18-character ids, None for an empty string (api-contracts B.8)."""
    if value is None:
        return False if field.type == "boolean" else None
    read: Reader = _BY_TYPE.get(field.type, _text)
    return read(field, value)


def from_text(field: Field, text: str) -> Any:
    """A CSV cell as the value JSON would carry; a cell that is no number or boolean is refused by `coerce`."""
    if field.type == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if field.type in NUMERIC:
        try:
            return float(text) if "." in text or "e" in text.lower() else int(text[:40])
        except ValueError:
            return text
    return text


def _wrong(field: Field, value: Any, wanted: str) -> Refusal:
    shown = str(value).encode("utf-8", "replace").decode()[:80]
    return Refusal(
        400, "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {wanted} from {_token(value)} value {shown} or request may be "
        f"missing a required field at field {field.name}",
    )  # fmt: skip


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return f"VALUE_{str(value).upper()}"
    if isinstance(value, str):
        return "VALUE_STRING"
    if isinstance(value, int | float):
        return "VALUE_NUMBER"
    return "START_ARRAY" if isinstance(value, list) else "START_OBJECT"


def _text(field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(field, value, "string")
    text = str(value).strip()
    if field.type in ("string", "email", "phone", "url"):
        text = " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
    if not text:
        return None
    if len(text) > field.length > 0:
        raise Refusal(
            400, "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text} (max length={field.length})", [field.name],
        )  # fmt: skip
    return text


def _email(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    if text is not None and not _EMAIL.fullmatch(text):
        raise Refusal(
            400,
            "INVALID_EMAIL_ADDRESS",
            f"{field.label}: invalid email address: {text}",
            [field.name],
        )
    return text.lower() if text else None


def _choice(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    if text is None or not field.restricted or text in field.values:
        return text
    folded = {each.lower(): each for each in field.values}
    if text.lower() in folded:
        return folded[text.lower()]
    raise Refusal(
        400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{field.label}: bad value for restricted picklist field: {text}", [field.name],
    )  # fmt: skip


def _choices(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    if text is None:
        return None
    chosen = [part.strip() for part in text.split(";") if part.strip()]
    for part in chosen if field.restricted else ():
        if part not in field.values:
            raise Refusal(
                400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                f"{field.label}: bad value for restricted picklist field: {part}", [field.name],
            )  # fmt: skip
    return ";".join(dict.fromkeys(chosen)) or None


def _reference(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _wrong(field, value, "reference")
    if not value.strip():
        return None
    full = id18(value.strip())
    if full is None:
        raise Refusal(
            400,
            "MALFORMED_ID",
            f"{field.label}: id value of incorrect type: {value[:40]}",
            [field.name],
        )
    return full


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _wrong(field, value, "boolean")
    return value


def _number(field: Field, value: Any) -> int | float | None:
    if value == "":
        return None
    if isinstance(value, str):
        try:
            value = float(value) if len(value) < 40 else value
        except ValueError:
            raise _wrong(field, value, "double") from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(field, value, "int" if field.type == "int" else "double")
    if field.type == "int":
        if value != int(value):
            raise _wrong(field, value, "int")
        return _within(field, int(value), 10)
    places = 0 if field.type == "double" and field.scale == 0 else field.scale
    return _within(field, round(float(value), places), field.precision - field.scale)


def _within(field: Field, number: int | float, digits: int) -> int | float:
    if abs(number) >= 10**digits:
        raise Refusal(
            400, "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {number}", [field.name],
        )  # fmt: skip
    return number


def _date(field: Field, value: Any) -> str | None:
    if value == "":
        return None
    found = read_date(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong(field, value, "date")
    return found


def _datetime(field: Field, value: Any) -> str | None:
    if value == "":
        return None
    if isinstance(value, str):
        day = read_date(value) if len(value) == 10 else None
        found = f"{day}T00:00:00.000+0000" if day else read_datetime(value)
        if found is not None:
            return found
    raise _wrong(field, value, "datetime")


_BY_TYPE: dict[str, Reader] = {
    "email": _email, "picklist": _choice, "multipicklist": _choices, "reference": _reference, "id": _reference,
    "boolean": _boolean, "int": _number, "double": _number, "currency": _number, "percent": _number,
    "date": _date, "datetime": _datetime,
}  # fmt: skip
