"""Mapping lines that a system's records cannot serve as they are: one fault a line, whoever it concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from connector.decide.fit.suits import named
from connector.decide.fit.value import nearest
from connector.model.problem import Level, Problem
from connector.model.systems.shape import Place, Property, Shape

Stops = Literal["", "kind", "read", "write", "create", "value"]
"""What a fault keeps from going on: the whole kind, reading or writing one property, creating records, single values of
a property, or nothing (a warning)."""
REMOVED, RETYPED, READ_ONLY, VALUE_REMOVED, REDUCED = (
    "FIELD_REMOVED",
    "FIELD_RETYPED",
    "FIELD_READ_ONLY",
    "VALUE_REMOVED",
    "LENGTH_REDUCED",
)
HIDDEN, REQUIRED, FORMULA = "KIND_HIDDEN", "REQUIRED_FIELD", "FORMULA_FIELD"
_LIKELY = 0.75  # names as alike as this may be one that was renamed
_OURS = "leadcycle_"  # the fields that `leadcycle install` makes


class Line(NamedTuple):
    """Where a property stands in the mapping, which properties that kind's other lines name, and what the kind held before."""

    where: str
    taken: Collection[str] = ()
    before: Shape | None = None


class Fault(NamedTuple):
    """One line of a mapping and what the system has against it. `name` is the property, "" where it is the kind itself."""

    place: Place
    name: str
    code: str
    text: str
    hint: str
    where: str
    stops: Stops
    level: Level = "error"

    @property
    def record(self) -> str:
        """`salesforce/Lead.Industry`."""
        platform, kind = self.place
        return f"{platform}/{kind}.{self.name}" if self.name else f"{platform}/{kind}"

    def problem(self) -> Problem:
        return Problem(self.record, self.text, self.hint, self.level, self.code)


def problems(found: Iterable[Fault]) -> tuple[Problem, ...]:
    """One problem for each property and code, however many lines name it."""
    rows: dict[tuple[str, str], Problem] = {}
    for fault in found:
        rows.setdefault((fault.record, fault.code), fault.problem())
    return tuple(rows.values())


def removed(place: Place, shape: Shape, name: str, line: Line, stops: Stops) -> Fault:
    close = _renamed(shape, name, line)
    cures = [f"correct {line_of(line.where)} if it is called {close} now"] if close else []
    if name.casefold().startswith(_OURS):
        cures.append(f"run: leadcycle install {place[0]} (for {line_of(line.where)})")
    else:
        cures += ["put the field back or grant it to us", f"take it out of {line_of(line.where)}"]
    text = "is not there, or we may not see it; what was known of it stays"
    return Fault(place, name, REMOVED, text, ", or ".join(cures), line.where, stops)


def _renamed(shape: Shape, name: str, line: Line) -> str:
    """What it may be called now: the one that is new and of its type, else a name very much like it."""
    others = [each for each in shape.properties.values() if each.name not in line.taken]
    old = line.before.find(name) if line.before is not None else None
    if old is None or line.before is None:
        return nearest(name, (each.name for each in others), _LIKELY)
    new = [
        each.name for each in others if each.type == old.type and not line.before.find(each.name)
    ]
    return new[0] if len(new) == 1 else nearest(name, new, 0.0)


def retyped_now(
    place: Place, prop: Property, name: str, type_: str, where: str, stops: Stops
) -> Fault:
    before = f" (it was {named(prop.was)})" if prop.was else ""
    text = f"is {named(prop.type)} now{before}; the mapping takes it for {type_}"
    hint = f"change the type at {line_of(where)}, or the field back; `leadcycle shelf retry` if it is right as it is"
    return Fault(place, name, RETYPED, text, hint, where, stops)


def hidden(place: Place, where: str) -> Fault:
    text = "there is no such kind of record, or we may not see it; nothing of it is read or written"
    hint = f"give the integration user read access, or take it out of {line_of(where)}"
    return Fault(place, "", HIDDEN, text, hint, where, "kind")


def line_of(where: str) -> str:
    """`mappings/salesforce.yaml:21`, without the column."""
    file, _, rest = where.partition(":")
    return f"{file}:{rest.partition(':')[0]}" if rest else file or "the mapping"
