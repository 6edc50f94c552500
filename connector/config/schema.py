"""JSON Schemas for editors, and the same schemas as a map of what may stand where."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

from connector.config.yaml import Path

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def schema_of(document: type[BaseModel]) -> dict[str, Any]:
    """The document's JSON Schema (2020-12)."""
    return {"$schema": DIALECT, **document.model_json_schema(by_alias=True)}


def keys_at(schema: dict[str, Any], path: Path, data: Any = None) -> tuple[str, ...]:
    """The keys that the mapping `data` at this path may have."""
    names = [
        name
        for found in _at(schema, path)
        if _fits(found, data)
        for name in found.get("properties", {})
    ]
    return tuple(dict.fromkeys(names))


def _fits(found: dict[str, Any], data: Any) -> bool:
    """Whether the alternative's fixed words (`type: hubspot`) are those of the data."""
    if not isinstance(data, dict):
        return True
    for name, inner in found.get("properties", {}).items():
        if "const" in inner and name in data and data[name] != inner["const"]:
            return False
        if data.get(name) in inner.get("not", {}).get("enum", ()):
            return False
    return True


def title_at(schema: dict[str, Any], path: Path) -> str:
    """The name of the model at this path, or ""."""
    return next(iter(titles_at(schema, path)), "")


def titles_at(schema: dict[str, Any], path: Path) -> tuple[str, ...]:
    """The names of all models that may stand at this path."""
    models = (found for found in _at(schema, path) if "properties" in found and "title" in found)
    return tuple(str(found["title"]) for found in models)


def _at(schema: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """All alternatives that may stand there; a step that only pydantic knows (a union's branch) is left out."""
    found = _open(schema, schema)
    for step in path:
        below = [inner for outer in found for inner in _below(schema, outer, step)]
        found = below or found
    return found


def _below(schema: dict[str, Any], outer: dict[str, Any], step: str | int) -> list[dict[str, Any]]:
    if isinstance(step, int):
        inner = outer.get("items")
    else:
        inner = outer.get("properties", {}).get(step, outer.get("additionalProperties"))
    return _open(schema, inner) if isinstance(inner, dict) else []


def _open(schema: dict[str, Any], inner: dict[str, Any]) -> list[dict[str, Any]]:
    """References and alternatives resolved."""
    if "$ref" in inner:
        name = str(inner["$ref"]).rpartition("/")[2]
        return _open(schema, schema["$defs"][name])
    for word in ("anyOf", "oneOf"):
        if word in inner:
            return [found for part in inner[word] for found in _open(schema, part)]
    return [inner]
