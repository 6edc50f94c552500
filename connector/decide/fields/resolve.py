"""Which value wins when systems disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from connector.decide.fields.plan import shown_by
from connector.decide.fields.repeats import originals
from connector.decide.fields.wins import RESTRICTIVE, newest, preference, winner
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Observed, Value
from connector.model.systems.ref import Ref

Rivals = dict[str, tuple[Field, list[Value]]]
_CHOSEN: Mapping[str, Ref] = {}


def resolve(field: Field, shown: Sequence[Value]) -> tuple[Value | None, tuple[Value, ...]]:
    """The winning value, and those that differ from it, newest first. The order of `shown` does not matter.

    A None counts only where a blank erases, and then wins and loses like a value.
    """
    counted = [v for v in shown if v.value is not None or field.blank == "erase"]
    won = winner(field, counted)
    if field.wins == "union":
        return won, ()
    losers = [v for v in counted if won is None or v.value != won.value]
    losers.sort(key=lambda value: preference(field, value))
    return won, tuple(losers)


def fields_of(
    mappings: Mappings,
    observed: Mapping[Ref, Mapping[str, Observed]],
    chosen: Mapping[str, Ref] = _CHOSEN,
) -> Mapping[str, Value]:
    """Every field's winning value over all refs of one contact (or account). A field nobody shows is absent.

    A system that still shows what we wrote there has not been edited: it only repeats what somebody else said, and counts where
    nobody says anything. Two kinds of rules differ: a union keeps every part, and an objection we have passed on stands until
    somebody edits that field later. A property that was emptied counts as a blank where a blank erases (then the value may be
    None); where a blank never counts, we remember its last value while nobody shows another. A form that cannot be read shows nothing. `chosen` names the record that wins a field of `wins: manual`.
    """
    plans = shown_by(mappings)
    found: dict[str, Value] = {}
    kept: Rivals = {}
    echoes: Rivals = {}
    rivals: Rivals = {}
    for ref, properties in observed.items():
        for key, name, field, listed in plans.get(ref[:2], ()):
            seen = properties.get(key)
            if seen is None or not listed:
                continue
            shown = seen[1]
            if shown is None and (field.blank != "erase" or seen[0] not in (None, "")):
                continue
            value = Value(shown, ref, seen[2])
            if seen[0] is None and shown is not None:  # it was emptied where a blank never counts
                kept.setdefault(name, (field, []))[1].append(value)
            elif seen[3]:
                echoes.setdefault(name, (field, []))[1].append(value)
            elif name not in found:
                found[name] = value
            elif name in rivals:
                rivals[name][1].append(value)
            else:
                rivals[name] = (field, [found[name], value])
    for name, (field, copies) in echoes.items():
        _echo(name, field, copies, found, rivals)
    for name, (field, values) in rivals.items():
        told = originals(mappings, observed, name, values)
        won = _chosen(chosen.get(name), told) or winner(field, told)
        if won is not None:
            found[name] = won
    for name, (field, values) in kept.items():
        if name not in found:
            found[name] = newest(field, values)
    return found


def contested(
    mappings: Mappings, observed: Mapping[Ref, Mapping[str, Observed]]
) -> Mapping[str, Mapping[Ref, Observed]]:
    """Fields of `wins: manual` in which people's values differ, with the records that show them."""
    found: dict[str, dict[Ref, Observed]] = {}
    for ref, properties in observed.items():
        for key, name, field, _ in shown_by(mappings).get(ref[:2], ()):
            seen = properties.get(key)
            if field.wins != "manual" or seen is None or seen.ours:
                continue
            if seen.value is not None or (field.blank == "erase" and seen.form in (None, "")):
                found.setdefault(name, {})[ref] = seen
    told = {name: _told(mappings, observed, name, shown) for name, shown in found.items()}
    return {name: shown for name, shown in told.items() if _differ(list(shown.values()))}


def _told(
    mappings: Mappings,
    observed: Mapping[Ref, Mapping[str, Observed]],
    name: str,
    shown: Mapping[Ref, Observed],
) -> Mapping[Ref, Observed]:
    """Without records that only repeat another's value with less in it."""
    values = [Value(seen.value, ref, seen.at) for ref, seen in shown.items()]
    kept = {value.source for value in originals(mappings, observed, name, values)}
    return {ref: seen for ref, seen in shown.items() if ref in kept}


def _differ(shown: Sequence[Observed]) -> bool:
    return any(one.value != shown[0].value for one in shown)


def _chosen(ref: Ref | None, values: Sequence[Value]) -> Value | None:
    return next((value for value in values if value.source == ref), None) if ref else None


def _echo(
    name: str, field: Field, copies: list[Value], found: dict[str, Value], rivals: Rivals
) -> None:
    """What we wrote ourselves, beside what others say (or alone)."""
    said = found.get(name)
    if said is None:
        every = field.wins == "union" or field.wins in RESTRICTIVE
        won = winner(field, copies) if every else newest(field, copies)
        if won is not None:
            found[name] = won
        return
    values = rivals.get(name, (field, [said]))[1]
    standing = copies if field.wins == "union" else ()
    if field.wins in RESTRICTIVE:
        latest = max(value.at for value in values)
        standing = [copy for copy in copies if copy.at >= latest]
    if standing:
        rivals[name] = (field, list(chain(values, standing)))
