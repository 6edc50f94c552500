"""What a property cannot hold of a value: said in words, and recognised when it comes back."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from connector.model.mapping.property import Write
from connector.model.money import Money

Loss = Literal["", "cut", "rounded", "unmapped"]


def may_lose(write: Write) -> bool:
    """Whether this property may show less than the value written to it."""
    return (
        (write.max_length is not None and write.too_long == "cut")
        or write.decimals is not None
        or (write.values is not None and not _one_to_one(write))
    )


def _one_to_one(write: Write) -> bool:
    forms = [str(form) for form in (write.values or {}).values()]
    return write.unknown != "ignore" and len(set(forms)) == len(forms)


def in_words(name: str, form: Any, value: Any, *, sent: bool) -> str:
    """What became of a value on its way into property `name`; `sent` is False for one that was left out."""
    if not sent:
        return f"{name} was left as it is: the mapping's table lacks the value"
    if isinstance(value, tuple):
        return f"{name} does not hold every part of the list"
    if isinstance(value, (int, float, Money)) and not isinstance(value, bool):
        return f"{name} was rounded to {form}"
    if isinstance(form, str) and isinstance(value, (str, date)):
        return f"{name} was cut to {len(form)} characters"
    return f"{name} holds less than the value"
