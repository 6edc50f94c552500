"""Runs a parsed query: candidates from the indexes, the predicate, order, offset and limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.table import Row, Table
from connector.sandbox.salesforce.soql.conditions import Compiler, Predicate
from connector.sandbox.salesforce.soql.narrowing import Ids, Narrowed, Narrower, Since
from connector.sandbox.salesforce.soql.paths import field_of
from connector.sandbox.salesforce.soql.tree import Order, Query

_STAMP_ORDERS = ([("systemmodstamp",)], [("systemmodstamp",), ("id",)])


def search(org: Org, query: Query, *, deleted: bool = False, tooling: bool = False) -> list[Row]:
    """The rows of the answer in order; deleted rows only for queryAll. Raises a Refusal for unknown names."""
    kind = org.schema.kind(query.kind, tooling=tooling)
    table = org.table(kind)
    compiler = Compiler(org, kind, lambda inner: _column(org, inner))
    keep = _keep(compiler, query, deleted=deleted)
    sorters = [_sorter(org, kind, order) for order in query.order]
    narrowed = Narrower(org, table, compiler).narrow(query.where)
    rows, ordered = _candidates(org, table, narrowed, query)
    found: Iterable[Row] = (row for row in rows if keep(row))
    if query.order and not ordered:
        found = list(found)
        for sorter in reversed(sorters):
            sorter(found)
    stop = None if query.limit is None else query.offset + query.limit
    return list(islice(found, query.offset, stop))


def _column(org: Org, query: Query) -> list[Any]:
    """The values of the one field of a query inside an IN."""
    if len(query.fields) != 1 or query.limit is not None or query.order:
        raise Refusal(400, "MALFORMED_QUERY", "Semi join sub-selects may only have one plain field")
    kind = org.schema.kind(query.kind)
    _, get = field_of(org, kind, query.fields[0])
    return [get(row) for row in search(org, query)]


def _keep(compiler: Compiler, query: Query, *, deleted: bool) -> Predicate:
    if query.where is None:
        return (lambda _row: True) if deleted else (lambda row: not row["IsDeleted"])
    matches = compiler.predicate(query.where)
    if deleted:
        return matches
    return lambda row: not row["IsDeleted"] and matches(row)


def _candidates(
    org: Org, table: Table, narrowed: Narrowed, query: Query
) -> tuple[Iterator[Row], bool]:
    """Rows to look at, and whether they already come in the order asked for."""
    paths = [tuple(part.lower() for part in order.path) for order in query.order]
    by_stamp = paths in _STAMP_ORDERS and not any(order.descending for order in query.order)
    if isinstance(narrowed, Ids):
        rows = [table.rows[key] for key in sorted(narrowed.keys)]
        ordered = paths == [("id",)] and not query.order[0].descending
        return _seen(org, table, rows, narrowed), ordered and not table.late
    if isinstance(narrowed, Since) or by_stamp:
        stamp = narrowed.stamp if isinstance(narrowed, Since) else ""
        return _seen(org, table, table.since(stamp), narrowed), by_stamp and not table.late
    return _seen(org, table, table.rows.values(), narrowed), False


def _seen(org: Org, table: Table, rows: Iterable[Row], narrowed: Narrowed) -> Iterator[Row]:
    """The versions that queries see; an old version may match where the new one is not even a candidate."""
    if not table.late:
        yield from rows
        return
    now = org.clock.ms()
    candidates = {row["Id"]: row for row in rows}
    if narrowed is not None:
        candidates |= {key: table.rows[key] for key in table.late}
    for row in candidates.values():
        version = table.seen(row, now)
        if version is not None:
            yield version


def _sorter(org: Org, kind: Kind, order: Order) -> Callable[[Any], None]:
    field, get = field_of(org, kind, order.path)
    if field.type in ("longtextarea", "multipicklist", "anytype"):
        raise Refusal(
            400, "MALFORMED_QUERY", f"field '{field.name}' can not be sorted in a query call"
        )
    # A stable sort by value, then one by being null: nulls stand where the query wants them in both directions.
    textual = field.type not in ("id", "reference", "date", "datetime", "boolean", "int", "double", "currency", "percent")  # fmt: skip

    def value_of(row: Row) -> Any:
        value = get(row)
        return (
            ("" if textual else value) if value is None else (value.lower() if textual else value)
        )

    def sort(rows: list[Row]) -> None:
        empty = [row for row in rows if get(row) is None]
        full = [row for row in rows if get(row) is not None]
        full.sort(key=value_of, reverse=order.descending)
        rows[:] = empty + full if order.nulls_first else full + empty

    return sort
