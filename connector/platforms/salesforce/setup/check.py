"""What the mappings need and the organisation does not give: kinds, fields, rights, values, lengths, a key to find people by."""

from __future__ import annotations

from collections.abc import Iterator

from connector.decide.fit.fault import problems
from connector.decide.fit.mapped import faults
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.systems.shape import Place, Shape
from connector.platforms.salesforce.schema import Kind, Schema
from connector.platforms.salesforce.session import NAME


def shapes(schema: Schema, mappings: Mappings) -> dict[Place, Shape]:
    """Every kind that the mappings and outcomes name, in one call for all describes."""
    records = mappings.platforms[NAME].records
    tasks = [record.task.kind for record in records.values() if record.task]
    told = [each.about() for each in mappings.outcomes.get(NAME, ())]
    return schema.shapes(dict.fromkeys([*records, *told, *tasks]))


def missing(schema: Schema, mappings: Mappings) -> tuple[Problem, ...]:
    """Everything that is missing, in the mapping's order: what the daemon would put on the shelf, and keys that are no keys."""
    found = list(problems(faults(mappings, shapes(schema, mappings), {})))
    for name, record in mappings.platforms[NAME].records.items():
        kind = schema.kind(name)
        if kind is not None and record.external_id:
            found += _key(kind, record.external_id)
    return tuple(dict.fromkeys(found))


def _key(kind: Kind, prop: str) -> Iterator[Problem]:
    column = kind.columns.get(prop.lower())
    if column is not None and not (column.external_id and column.unique):
        yield Problem(
            f"{NAME}/{kind.name}.{prop}",
            "must be an external id and unique",
            "tick both in Salesforce",
            code="NOT_UNIQUE",
        )
