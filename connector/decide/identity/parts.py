"""What a part of a key says of a record: a value in the form in which it is compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connector.decide.identity.words.companies import company_name
from connector.decide.identity.words.folding import fold
from connector.decide.identity.words.sounds import english, german
from connector.model.identity import Part, PartForm

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NO_DIGIT = re.compile(r"\D")
Values = Mapping[str, Any]


def parts_of(part: Part, values: Values) -> tuple[str, ...]:
    """What the record shows of this part, () while any of its fields is unknown; several where a field holds a list."""
    texts = [tuple(_texts(values.get(name))) for name in part.fields]
    if not all(texts):
        return ()
    whole = texts[0] if len(texts) == 1 else (" ".join(each[0] for each in texts),)
    formed = (_FORMS[part.form](text) for text in whole)
    cut = (text[: part.first] if part.first else text for text in formed)
    return tuple(dict.fromkeys(text for text in cut if text))


def _texts(value: Any) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, tuple | list):
        return [str(each) for each in value if each not in (None, "")]
    text = str(value)
    return (text,) if text else ()


def _year(text: str) -> str:
    found = _DAY.match(text)
    return found[1] if found else ""


def _month_and_day(text: str) -> str:
    found = _DAY.match(text)
    return f"{found[2]}-{found[3]}" if found else ""


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", text)


def _sorted_words(text: str) -> str:
    return " ".join(sorted(fold(text).split()))


_FORMS: Mapping[PartForm, Callable[[str], str]] = {
    "same": fold,
    "year": _year,
    "month_and_day": _month_and_day,
    "digits": _digits,
    "sorted_words": _sorted_words,
    "sounds_german": german,
    "sounds_english": english,
    "company_name": company_name,
}
