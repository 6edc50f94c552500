"""Rows as the REST API shows them: attributes, selected fields, parents as nested objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.soql.paths import field_of, kind_name, step
from connector.sandbox.salesforce.soql.tree import Path

Shaper = Callable[[Row], dict[str, Any]]


def url(kind: str, key: str, version: str, *, tooling: bool = False) -> str:
    return f"/services/data/{version}/{'tooling/' if tooling else ''}sobjects/{kind}/{key}"


def shaper(org: Org, kind: Kind, fields: Sequence[Path], version: str) -> Shaper:
    """A function from a row to its JSON; raises INVALID_FIELD for unknown names."""
    names: list[str] = []
    parents: dict[str, list[Path]] = {}
    for path in fields:
        field_of(org, kind, path)
        if len(path) == 1:
            names.append(field_of(org, kind, path)[0].name)
        else:
            parents.setdefault(path[0].lower(), []).append(path)
    nested = [_parent(org, kind, paths, version) for paths in parents.values()]
    name, base = kind.name, url(kind.name, "", version, tooling=kind.tooling)

    def shape(row: Row) -> dict[str, Any]:
        found: dict[str, Any] = {"attributes": {"type": name, "url": base + row["Id"]}}
        for each in names:
            found[each] = row.get(each)
        for relationship, show in nested:
            found[relationship] = show(row)
        return found

    return shape


def _parent(
    org: Org, kind: Kind, paths: Iterable[Path], version: str
) -> tuple[str, Callable[[Row], Any]]:
    paths = list(paths)
    link, targets = step(org, kind, paths[0][0])
    key, relationship = link.name, link.relationship or paths[0][0]
    rests = [path[1:] for path in paths]
    if len(targets) > 1:
        return relationship, _polymorphic(org, kind, paths, key, version)
    show = shaper(org, targets[0], rests, version)

    def parent(row: Row) -> Any:
        found = org.find(row.get(key))
        return None if found is None else show(found)

    return relationship, parent


def _polymorphic(
    org: Org, kind: Kind, paths: Sequence[Path], key: str, version: str
) -> Callable[[Row], Any]:
    """Owner of a Lead, Who and What: an object of type `Name` with the address of the real record."""
    getters = []
    for path in paths:
        field, get = field_of(org, kind, path)
        getters.append((field.name, get))

    def parent(row: Row) -> Any:
        target = org.find(row.get(key))
        if target is None:
            return None
        real = kind_name(org, target["Id"]) or ""
        real = "Group" if real == "Queue" else real
        shown = {name: get(row) for name, get in getters}
        return {"attributes": {"type": "Name", "url": url(real, target["Id"], version)}, **shown}

    return parent
