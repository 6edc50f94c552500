"""The mappings' lines against the shapes, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from connector.decide.fields.inherit import reads, writes
from connector.decide.fit.fault import (
    FORMULA,
    READ_ONLY,
    REDUCED,
    REQUIRED,
    VALUE_REMOVED,
    Fault,
    Line,
    Stops,
    hidden,
    line_of,
    removed,
    retyped_now,
)
from connector.decide.fit.suits import retyped, shows, takes
from connector.decide.fit.value import WRONG_TYPE, misfit, nearest
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.outcome import OutcomeRead
from connector.model.mapping.property import Read, Write
from connector.model.mapping.record import Record
from connector.model.rules import Rulebook
from connector.model.systems.shape import Place, Property, Shape, Shapes

Vocabulary = Mapping[str, Sequence[str]]
_LIST = "list:"
_LABEL = "custom:"  # an option of the house's own, by its label


def vocabulary(book: Rulebook | None) -> Vocabulary:
    """The words that our own decisions may want to write, by source."""
    if book is None:
        return {}
    return {
        "stage": book.lifecycle.every(),
        "score.grade": list(book.scoring.grades),
        "score.band": list(dict.fromkeys(band.name for band in book.scoring.bands)),
        "stream": [stream.name for stream in book.nurture.streams],
        "stream.held_out": [stream.name for stream in book.nurture.streams],
    }


def faults(
    mappings: Mappings, shapes: Shapes, words: Vocabulary, before: Shapes | None = None
) -> tuple[Fault, ...]:
    """Everything that the shapes have against the mappings, in the mappings' order; a kind without a shape is not judged.

    `before` are the shapes that these replace: a property that is new beside one that is gone may be the same, renamed.
    """
    known = before or {}
    found: list[Fault] = []
    for platform in mappings.platforms.values():
        for record in platform.records.values():
            shape = shapes.get((platform.platform, record.kind))
            if shape is not None:
                old = known.get((platform.platform, record.kind))
                found += _record(platform, record, shape, words, old)
            found += _task(platform, record, shapes)
        for outcome in mappings.outcomes.get(platform.platform, ()):
            found += _outcome(platform.platform, outcome, shapes)
    return tuple(found)


def place_of(platform: PlatformMapping, record: Record) -> Place:
    return platform.platform, record.kind


def _record(
    platform: PlatformMapping,
    record: Record,
    shape: Shape,
    words: Vocabulary,
    before: Shape | None,
) -> Iterator[Fault]:
    place = place_of(platform, record)
    if not shape.visible:
        yield hidden(place, record.where)
        return
    taken = record.properties()
    for read in reads(platform, record):
        yield from _read(place, shape, read, Line(read.where, taken, before))
    written = writes(platform, record)
    for write in written:
        line = Line(write.where, taken, before)
        yield from _write(place, shape, write, line, _Ways(platform.form.text, record, words))
    if record.create is not None:
        yield from _create(place, shape, record, written)
    for name in (record.external_id, record.account):
        if name and shape.find(name) is None:
            stops: Stops = "create" if name == record.external_id else "read"
            yield removed(place, shape, name, Line(record.where, taken, before), stops)


class _Ways(NamedTuple):
    """How a kind is written: everything as text, records of ours created, the words of our own decisions."""

    text: bool
    record: Record
    words: Vocabulary


def _read(place: Place, shape: Shape, read: Read, line: Line) -> Iterator[Fault]:
    prop = shape.find(read.property)
    if prop is None:
        yield removed(place, shape, read.property, line, "read")
        return
    suits = shows(read.type, prop) if read.values is None else shows("choice", prop)
    if retyped(suits, prop):
        yield retyped_now(place, prop, read.property, read.type, read.where, "read")
    elif prop.silent:
        text = "is a formula: its value changes without the record's time of change, so edits are seen late or never"
        hint = f"let a flow copy it into a plain field and read that at {line_of(read.where)}"
        yield Fault(place, read.property, FORMULA, text, hint, read.where, "", "warning")


def _write(place: Place, shape: Shape, write: Write, line: Line, ways: _Ways) -> Iterator[Fault]:
    name, where = write.property, write.where
    if name.startswith(_LIST):
        return
    prop = shape.find(name)
    if prop is None:
        yield removed(place, shape, name, line, "write")
        return
    closed = _closed(write, prop, creates=ways.record.create is not None)
    if closed:
        cure = "take the line out" if prop.calculated else "grant the right to edit the field"
        hint = f"{cure}: {line_of(where)}"
        yield Fault(place, name, READ_ONLY, closed, hint, where, "write")
        return
    if write.values is None and retyped(takes(write.type, prop, text=ways.text), prop):
        yield retyped_now(place, prop, name, write.type, where, "write")
        return
    yield from _values(place, write, prop, ways.words)


def _closed(write: Write, prop: Property, *, creates: bool) -> str:
    """Why we may not write it; "" if we may."""
    if prop.calculated:
        return "is computed there and cannot be written"
    if not prop.updateable and not write.on_create_only:
        return "may not be written by us"
    if not prop.createable and (creates or write.on_create_only):
        return "may not be written by us when a record is created"
    return ""


def _values(place: Place, write: Write, prop: Property, words: Vocabulary) -> Iterator[Fault]:
    name, where = write.property, write.where
    forms = configured(write, words)
    refused = {form: why.code for form in forms if (why := misfit(prop, form))}
    lacking = list(refused)
    if lacking and set(refused.values()) == {WRONG_TYPE}:
        yield retyped_now(place, prop, name, write.type, where, "write")
        return
    if lacking:
        shown = ", ".join(f'"{form}"' for form in lacking)
        close = nearest(lacking[0], prop.values)
        made = f", or run: leadcycle install {place[0]}" if lacking[0].startswith(_LABEL) else ""
        other = f', or map it to another one (the nearest is "{close}")' if close else ""
        hint = f"add it there{made or other}: {line_of(where)}"
        text = f"does not offer {shown}; who should get it waits with this field, all else goes on"
        yield Fault(place, name, VALUE_REMOVED, text, hint, where, "value")
    if prop.length and write.max_length and write.max_length > prop.length:
        text = f"takes {prop.length} characters, the mapping allows {write.max_length}; longer texts wait"
        hint = f"set max_length: {prop.length} at {line_of(where)}"
        yield Fault(place, name, REDUCED, text, hint, where, "value")


def configured(write: Write, words: Vocabulary) -> Sequence[str]:
    """Forms this line may write that the configuration names: a missing one is the configuration's matter, not a person's."""
    if write.values is not None:
        return [form for form in write.values.values() if isinstance(form, str) and form]
    return words.get(write.source, ())


def _create(
    place: Place, shape: Shape, record: Record, written: Sequence[Write]
) -> Iterator[Fault]:
    if not shape.createable:
        yield _no_create(place, record.where, "create")
    given = {write.property.casefold() for write in written} | {record.external_id.casefold()}
    for prop in shape.properties.values():
        if prop.required and prop.name.casefold() not in given:
            text = "must be given when a record is created, and no mapping line gives it"
            hint = f"write it at {line_of(record.where)}, or give it a default there"
            yield Fault(place, prop.name, REQUIRED, text, hint, record.where, "create")


def _no_create(place: Place, where: str, what: Literal["kind", "create"]) -> Fault:
    text = "we may not create these records"
    hint = "give the integration user the right to create"
    return Fault(place, "", "NO_CREATE", text, hint, where, what)


def _task(platform: PlatformMapping, record: Record, shapes: Shapes) -> Iterator[Fault]:
    task = record.task
    shape = shapes.get((platform.platform, task.kind)) if task else None
    if task is None or shape is None:
        return
    place = (platform.platform, task.kind)
    if not shape.visible:
        yield hidden(place, task.where)
    elif not shape.createable:
        yield _no_create(place, task.where, "kind")
    elif shape.find(task.key) is None:
        yield removed(place, shape, task.key, Line(task.where), "kind")


def _outcome(platform: str, outcome: OutcomeRead, shapes: Shapes) -> Iterator[Fault]:
    kind = outcome.about()
    shape = shapes.get((platform, kind))
    if shape is None:
        return
    if not shape.visible:
        yield hidden((platform, kind), outcome.where)
        return
    at = "" if outcome.at == "history" else outcome.at
    named_ = (outcome.property, outcome.reason, outcome.amount, outcome.currency, outcome.stage, at)
    for name in dict.fromkeys(each.rpartition(".")[2] for each in named_ if each):
        if shape.find(name) is None:
            yield removed((platform, kind), shape, name, Line(outcome.where), "read")
