"""What one change is going to say: forms, the values they stand for, and what they lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.decide.fields.forms import Formed, Unfit
from connector.decide.fields.normal.currency import currency
from connector.model.mapping.property import Write
from connector.model.money import Money
from connector.model.person.contact import Observed
from connector.model.systems.change import Over


class Content:
    """Properties of one record, one by one."""

    __slots__ = ("_currencies", "forms", "lossy", "over", "shared", "sources", "values")

    def __init__(self) -> None:
        self.forms: dict[str, Any] = {}
        self.lossy: list[str] = []
        self.over: dict[str, Over] = {}
        self.values: dict[str, Any] = {}
        self.sources: list[str] = []
        self.shared: list[str] = []
        self._currencies: dict[str, str] = {}

    def put(self, write: Write, made: Formed, value: Any) -> None:
        """Note what is written; an amount goes with its currency, never one without the other."""
        self._put(write, write.property, made.form, value)
        if made.loss:
            self.lossy.append(write.property)
        if write.currency and isinstance(value, Money):
            self._put(write, write.currency, value.currency, None)

    def leave(self, write: Write, made: Formed) -> None:
        """Note that a value is not written because the mapping's table lacks it and says to ignore such values."""
        if made.loss:
            self.lossy.append(write.property)

    def enlist(self, name: str, member: bool, source: str) -> None:
        """Note that the person joins or leaves a mailing list."""
        self.forms[name] = self.values[name] = member
        self.sources.append(source)

    def name_currency(self, write: Write, value: Any) -> None:
        """Raises Unfit if another amount of this record has its currency in the same property, and it is another one."""
        if write.currency and isinstance(value, Money):
            first = self._currencies.setdefault(write.currency, value.currency)
            if first != value.currency:
                text = f"would need another currency in {write.currency} than a line above it"
                raise Unfit("OTHER_CURRENCY", text)

    def _put(self, write: Write, name: str, form: Any, value: Any) -> None:
        self.forms[name] = form
        self.values[name] = value
        self.sources.append(write.source)
        if write.shared and name not in self.shared:
            self.shared.append(name)


def names_currency(write: Write, value: Any, observed: Mapping[str, Observed]) -> bool:
    """Whether the record shows the currency of an amount already; True for all that is no amount."""
    if not write.currency or not isinstance(value, Money):
        return True
    seen = observed.get(write.currency)
    try:
        return seen is not None and currency(seen.form) == value.currency
    except ValueError:
        return False
