"""Normal forms of our field types: one value, however a system spells it.

Laws (tests hold them): `normalise` of a normal value is that value; blank is None; what cannot be used raises ValueError
whose text never holds the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connector.decide.fields.normal.consent import consent
from connector.decide.fields.normal.country import country
from connector.decide.fields.normal.email import email
from connector.decide.fields.normal.language import language
from connector.decide.fields.normal.moment import day, moment
from connector.decide.fields.normal.money import money
from connector.decide.fields.normal.number import number
from connector.decide.fields.normal.owner import owner
from connector.decide.fields.normal.phone import phone
from connector.decide.fields.normal.text import choice, text
from connector.decide.fields.normal.union import each
from connector.decide.fields.normal.yes_no import yes_no
from connector.model.mapping.field import FieldType

__all__ = ["ONE_ARGUMENT", "money", "normalise", "phone"]

ONE_ARGUMENT: Mapping[str, Callable[[Any], Any]] = {
    "text": text,
    "email": email,
    "country": country,
    "language": language,
    "number": number,
    "date": day,
    "datetime": moment,
    "choice": choice,
    "yes_no": yes_no,
    "owner": owner,
    "consent": consent,
}  # every type but phone, which needs a region, money, which needs a currency, and list


def normalise(
    type: FieldType,  # noqa: A002  the field's word
    raw: Any,
    region: str = "",
    *,
    of: FieldType = "text",
    currency: str = "",
) -> Any:
    """The normal value, or None for blank. `region` (ISO alpha-2) is where a phone number without country code lives,
    `of` what a list holds, `currency` (ISO 4217) that of an amount which names none.

    Raises ValueError, without the value in its text, for what the type cannot hold.
    """
    if type == "list":
        return each(lambda part: normalise(of, part, region))(raw)
    if type == "money":
        return money(raw, None, currency)
    if type == "phone":
        return phone(raw, region)
    return ONE_ARGUMENT[type](raw)
