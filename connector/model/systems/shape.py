"""What a system says its records hold: one kind of record, property by property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PropertyType = Literal[
    "text",
    "email",
    "choice",
    "choices",
    "number",
    "date",
    "datetime",
    "yes_no",
    "reference",
    "other",
]
LARGE = 10_000  # values; a list longer than that is not worth keeping, the system itself checks it


@dataclass(frozen=True, slots=True)
class Property:
    """One property as the integration user may use it.

    `length` counts characters, `whole` digits before the point (0: no limit known); `decimals` 0 means whole numbers only.
    `values` are those a person may choose today, `also` other spellings that name one of them. `valid` lists, for each value of
    the `controller`, the values it lets through. `was` is the type it had before it was changed, until somebody has looked.
    """

    name: str
    type: PropertyType
    length: int = 0
    whole: int = 0
    decimals: int | None = None
    values: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    restricted: bool = False
    exact: bool = False  # values count with upper and lower case
    nillable: bool = True
    defaulted: bool = False
    createable: bool = True
    updateable: bool = True
    calculated: bool = False
    silent: bool = False  # its changes do not move the record's time of change
    controller: str = ""
    valid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    was: str = ""

    @property
    def required(self) -> bool:
        """A record cannot be created without it."""
        return not (self.nillable or self.defaulted or self.type == "yes_no") and self.createable

    def offers(self, value: str) -> bool:
        """Whether this value may be chosen, as the system compares them."""
        if value in self.values or value in self.also:
            return True
        return not self.exact and value.lower() in {each.lower() for each in self.values}


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of record on one platform; `properties` by folded name. Not `visible`: there is no such kind, or we may not see it."""

    platform: str
    kind: str
    properties: Mapping[str, Property] = field(default_factory=dict)
    createable: bool = True
    updateable: bool = True
    visible: bool = True

    def find(self, name: str) -> Property | None:
        """The property of this name, in any case."""
        return self.properties.get(name.casefold())


Place = tuple[str, str]
"""Platform and kind."""
Shapes = Mapping[Place, Shape]


def folded(properties: tuple[Property, ...]) -> dict[str, Property]:
    """Properties as a shape keeps them."""
    return {each.name.casefold(): each for each in properties}
