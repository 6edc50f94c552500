"""Mappings and shapes compiled: what is left out, what is looked at, per kind of record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from connector.decide.fields.inherit import writes
from connector.decide.fit.fault import REDUCED, REMOVED, RETYPED, Fault
from connector.decide.fit.mapped import faults, place_of
from connector.decide.fit.value import MISSING, TOO_LONG, Misfit, misfit, not_valid
from connector.decide.once import once
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.systems.shape import Place, Property, Shapes

_OURS = frozenset({"stage", "score.grade", "score.band", "stream"})


class KindFit(NamedTuple):
    """One kind; `lines` say where each property stands. `closed` properties are never written, `unread` ones never read; of `told` ones a
    fault of the mapping line tells what does not fit, of `short` ones what is too long. `dependent` are pairs (property,
    controlling property). Not `creates`: no record can be created; not `visible`: nothing of it
    is read or written."""

    properties: Mapping[str, Property]
    lines: Mapping[str, str]
    closed: frozenset[str]
    unread: frozenset[str]
    told: frozenset[str]
    short: frozenset[str]
    required: frozenset[str]
    dependent: tuple[tuple[str, str], ...]
    visible: bool
    creates: bool

    def misfits(
        self, forms: Mapping[str, Any], shown: Mapping[str, Any], *, create: bool
    ) -> dict[str, Misfit | None]:
        """What must be left out of a change, by property, with the reason (None: the mapping line's fault says it)."""
        found: dict[str, Misfit | None] = {name: None for name in forms if name in self.closed}
        for name, form in forms.items():
            prop = self.properties.get(name)
            if prop is not None and name not in found:
                self._note(found, name, misfit(prop, form))
        for name, controller in self.dependent:
            self._depends(found, name, controller, forms, shown)
        if create:
            for name in self.required - forms.keys():
                self._note(found, name, Misfit(MISSING, "must be given when a record is created"))
        return found

    def waits(self, left_out: Iterable[str]) -> bool:
        """Whether a create cannot go without these."""
        return not self.required.isdisjoint(left_out)

    def _note(self, found: dict[str, Misfit | None], name: str, why: Misfit | None) -> None:
        if why is not None:
            told = (name in self.told and why.code != MISSING) or (
                name in self.short and why.code == TOO_LONG
            )
            found[name] = None if told else why

    def _depends(
        self,
        found: dict[str, Misfit | None],
        name: str,
        controller: str,
        forms: Mapping[str, Any],
        shown: Mapping[str, Any],
    ) -> None:
        """A dependent value is held against what its controlling property will show once this change is through."""
        form = forms.get(name)
        if form in (None, "") or name in found:
            return
        going = controller in forms and controller not in found
        beside = forms[controller] if going else shown.get(controller)
        why = not_valid(self.properties[name], form, beside)
        if why is not None:
            found[name] = why


Fits = Mapping[Place, KindFit]
NONE: Fits = {}


@once(size=4)
def fitting(shapes: Shapes) -> Callable[[Mappings], Fits]:
    """Per mappings, what these shapes take; both known by identity."""
    return once(size=4)(lambda mappings: _fits(mappings, shapes))


def _fits(mappings: Mappings, shapes: Shapes) -> Fits:
    by_place: dict[Place, list[Fault]] = {}
    for fault in faults(mappings, shapes, {}):
        by_place.setdefault(fault.place, []).append(fault)
    found: dict[Place, KindFit] = {}
    for platform in mappings.platforms.values():
        for record in platform.records.values():
            place = place_of(platform, record)
            shape = shapes.get(place)
            if shape is not None:
                lines = writes(platform, record)
                found[place] = _kind(by_place.get(place, []), shape.properties, lines)
            about_task = (platform.platform, record.task.kind if record.task else "")
            if about_task in shapes:
                found.setdefault(about_task, _kind(by_place.get(about_task, []), {}, ()))
    return found


def _kind(
    found: Sequence[Fault], properties: Mapping[str, Property], lines: Sequence[Write]
) -> KindFit:
    stopped: dict[str, set[str]] = {}
    for fault in found:
        stopped.setdefault(fault.stops, set()).add(fault.name)
    names = {line.property.casefold(): line.property for line in lines}
    written = {name: prop for key, name in names.items() if (prop := properties.get(key))}
    return KindFit(
        properties=written,
        lines={line.property: line.where for line in lines},
        closed=frozenset(stopped.get("write", ())),
        unread=frozenset(fault.name for fault in found if fault.code in (REMOVED, RETYPED)),
        told=frozenset(line.property for line in lines if _configured(line)),
        short=frozenset(fault.name for fault in found if fault.code == REDUCED),
        required=frozenset(name for name, prop in written.items() if prop.required),
        dependent=tuple(
            (name, names.get(prop.controller.casefold(), prop.controller))
            for name, prop in written.items()
            if prop.controller and prop.valid
        ),
        visible="kind" not in stopped,
        creates="kind" not in stopped and "create" not in stopped,
    )


def _configured(line: Write) -> bool:
    return line.values is not None or line.source in _OURS
