"""What the organisation shows us: kinds and fields by describe, the allow-list of every name we put into a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.errors import Refused
from connector.model.systems.shape import Place, Shape
from connector.platforms.salesforce.describe import described
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.parts import PARTS, Part
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.verdict import failed_call


@dataclass(frozen=True, slots=True)
class Column:
    """One field by which records may be found."""

    name: str
    external_id: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One sObject as the integration user may use it."""

    name: str
    columns: Mapping[str, Column]
    shape: Shape

    @property
    def createable(self) -> bool:
        return self.shape.createable

    @property
    def updateable(self) -> bool:
        return self.shape.updateable

    def known(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that exist here, spelled as Salesforce spells them, without doubles."""
        found = (self.actual(name) for name in names)
        return tuple(dict.fromkeys(name for name in found if name))

    def actual(self, name: str) -> str | None:
        """The field that holds a property. A Contact keeps the address a Lead has plainly as its mailing address, and
        conversion copies it there; so a mapping written for Lead is followed."""
        column = self.columns.get(name.lower())
        if column is None and self.name == "Contact":
            column = self.columns.get(f"mailing{name.lower()}")
        return None if column is None else column.name


class Schema:
    """Describes are asked once, all in one call, and kept until `forget`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._kinds: dict[str, Kind | None] = {}

    def load(self, names: Iterable[str]) -> None:
        wanted = [name for name in dict.fromkeys(names) if name not in self._kinds]
        for start in range(0, len(wanted), PARTS):
            some = wanted[start : start + PARTS]
            parts = [Part("GET", f"sobjects/{name}/describe") for name in some]
            for name, answer in zip(some, self._door.composite(parts, write=False), strict=True):
                if not answer.good:
                    error = failed_call(answer.status, answer.body, write=False)
                    if not isinstance(error, Refused):
                        raise error
                self._kinds[name] = _kind(name, answer.body) if answer.good else None

    def kind(self, name: str) -> Kind | None:
        """None: there is no such kind, or we may not see it."""
        if name not in self._kinds:
            self.load([name])
        return self._kinds[name]

    def shapes(self, names: Iterable[str]) -> dict[Place, Shape]:
        """The shapes of these kinds; one that is not there, or that we may not see, is not visible."""
        wanted = list(names)
        self.load(wanted)
        return {
            (NAME, name): kind.shape if (kind := self._kinds[name]) else unseen(name)
            for name in wanted
        }

    def forget(self) -> None:
        """An administrator changed something: ask again."""
        self._kinds.clear()


def unseen(name: str) -> Shape:
    return Shape(NAME, name, visible=False)


def _kind(name: str, body: Mapping[str, Any]) -> Kind:
    columns = {str(each["name"]).lower(): _column(each) for each in body.get("fields", ())}
    return Kind(str(body.get("name", name)), columns, described(name, body))


def _column(each: Mapping[str, Any]) -> Column:
    return Column(
        name=str(each["name"]),
        external_id=bool(each.get("externalId")),
        unique=bool(each.get("unique")),
    )
