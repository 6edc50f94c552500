"""What the mappings need and the organisation does not give: kinds, fields, rights, lengths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.model.mapping import Mappings, OutcomeRead, PlatformMapping, Record, Write
from connector.model.problem import Problem
from connector.platforms.salesforce.reading.kinds import about, bare, needed
from connector.platforms.salesforce.schema import Column, Kind, Schema
from connector.platforms.salesforce.session import NAME

_INSTALL = "run: leadcycle install salesforce"
_GRANT = "give the integration user the permission set Leadcycle_Integration, or this right"
_LEAD_ONLY = frozenset({"Company", "Status", "LeadSource"})
"""A converted lead's contact has a company and no status; these writes do not follow the person."""


def missing(schema: Schema, mappings: Mappings) -> tuple[Problem, ...]:
    """Every field and right that is missing, in the mapping's order; one call for all describes."""
    mapping = mappings.platforms[NAME]
    outcomes = mappings.outcomes.get(NAME, ())
    tasks = [record.task for record in mapping.records.values() if record.task]
    names = [*mapping.records, *(about(each) for each in outcomes), *(task.kind for task in tasks)]
    schema.load(names)
    found = [problem for name in mapping.records for problem in _record(schema, mapping, name)]
    for task in tasks:
        found += _task(schema.kind(task.kind), task.kind, task.key)
    found += [problem for each in outcomes for problem in _outcome(schema.kind(about(each)), each)]
    return tuple(dict.fromkeys(found))


def _record(schema: Schema, mapping: PlatformMapping, name: str) -> Iterator[Problem]:
    record, kind = mapping.records[name], schema.kind(name)
    if kind is None:
        yield Problem(
            _at(name),
            "there is no such kind of record, or we may not see it",
            _GRANT,
            code="NO_KIND",
        )
        return
    same = mapping.records.get(record.same_as)
    for read in record.read:
        yield from _visible(kind, read.property)
    for write in (*record.write, *_inherited(record, same)):
        yield from _writable(kind, write, create=record.create is not None)
    yield from _key(kind, record.external_id)
    if record.create is not None and not kind.createable:
        yield Problem(_at(name), "we may not create these records", _GRANT, code="NO_CREATE")


def _inherited(record: Record, same: Record | None) -> Iterable[Write]:
    own = {write.property for write in record.write}
    return [w for w in same.write if w.property not in own | _LEAD_ONLY] if same else ()


def _visible(kind: Kind, prop: str) -> Iterator[Problem]:
    if kind.actual(prop) is None:
        yield Problem(
            _at(kind.name, prop),
            "there is no such field, or we may not see it",
            _hint(prop),
            code="NO_FIELD",
        )


def _writable(kind: Kind, write: Write, *, create: bool) -> Iterator[Problem]:
    actual = kind.actual(write.property)
    if actual is None:
        yield from _visible(kind, write.property)
        return
    column = kind.columns[actual.lower()]
    needs_update = not write.on_create_only
    if (needs_update and not column.updateable) or (create and not column.createable):
        yield Problem(
            _at(kind.name, write.property), "we may not write this field", _GRANT, code="NO_EDIT"
        )
    yield from _fits(kind, column, write)


def _fits(kind: Kind, column: Column, write: Write) -> Iterator[Problem]:
    if write.max_length and column.length and write.max_length > column.length:
        said = f"max_length {write.max_length} is more than the field's {column.length}"
        yield Problem(
            _at(kind.name, write.property), said, "lower max_length", "warning", "TOO_LONG"
        )
    offered = {each.lower() for each in column.values}
    for value in (write.values or {}).values():
        if column.restricted and isinstance(value, str) and value.lower() not in offered:
            said = f"the picklist does not offer {value!r}"
            yield Problem(
                _at(kind.name, write.property), said, "add the value in Salesforce", code="NO_VALUE"
            )


def _key(kind: Kind, prop: str) -> Iterator[Problem]:
    if not prop:
        return
    column = kind.columns.get(prop.lower())
    if column is None:
        yield Problem(
            _at(kind.name, prop), "the external id field is missing", _INSTALL, code="NO_FIELD"
        )
    elif not (column.external_id and column.unique):
        yield Problem(
            _at(kind.name, prop),
            "must be an external id and unique",
            "tick both in Salesforce",
            code="NOT_UNIQUE",
        )


def _task(kind: Kind | None, name: str, key: str) -> Iterator[Problem]:
    if kind is None or not kind.createable:
        yield Problem(_at(name), "we may not create tasks", _GRANT, code="NO_CREATE")
    elif kind.actual(key) is None:
        yield Problem(
            _at(name, key), "the field that holds our key is missing", _INSTALL, code="NO_FIELD"
        )


def _outcome(kind: Kind | None, outcome: OutcomeRead) -> Iterator[Problem]:
    if kind is None:
        yield Problem(
            _at(about(outcome)),
            f"needed for {outcome.outcome}, and we may not see it",
            _GRANT,
            code="NO_KIND",
        )
        return
    for prop in needed(outcome):
        yield from _visible(kind, bare(prop))


def _hint(prop: str) -> str:
    return (
        _INSTALL
        if prop.startswith("Leadcycle_")
        else "correct the name in the mapping, or grant the field"
    )


def _at(kind: str, prop: str = "") -> str:
    return f"{NAME}/{kind}.{prop}" if prop else f"{NAME}/{kind}"
