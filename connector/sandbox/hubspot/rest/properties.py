"""Property definitions and their groups (api-contracts A.9)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from connector.sandbox.hubspot.records.fields import Property, Schema
from connector.sandbox.hubspot.records.refusal import Refusal, invalid, missing
from connector.sandbox.hubspot.rest.calls import Call, Route, completed, rows, text
from connector.sandbox.wire import Response, answer

MOST_UNIQUE = 10
"""Properties with unique values one kind may have."""


def route(method: str, rest: list[str]) -> Route | None:
    """`/crm/v3/properties/{kind}...`, without `/crm/v3/properties`."""
    match method, rest:
        case "GET", [kind]:
            return Route("list properties", partial(listed, kind))
        case "POST", [kind]:
            return Route("create properties", partial(create, kind), writes=True)
        case "POST", [kind, "batch", ("create" | "read" | "archive") as verb]:
            return Route(
                f"batch {verb} properties", partial(_BATCHES[verb], kind), writes=verb != "read"
            )
        case "GET", [kind, "groups"]:
            return Route("list property groups", partial(groups, kind))
        case "POST", [kind, "groups"]:
            return Route("create property groups", partial(create_group, kind), writes=True)
        case "GET", [kind, "groups", name]:
            return Route("get property groups", partial(group, kind, name))
        case "GET", [kind, name]:
            return Route("get properties", partial(get, kind, name))
        case "PATCH", [kind, name]:
            return Route("update properties", partial(update, kind, name), writes=True)
        case "DELETE", [kind, name]:
            return Route("delete properties", partial(archive, kind, name), writes=True)
    return None


def _schema(kind: str, call: Call) -> Schema:
    return call.portal.schemas[call.portal.kind(kind)]


def _property(schema: Schema, name: str, *, archived: bool = False) -> Property:
    found = schema.properties.get(name)
    if found is None or (found.archived_at is not None) != archived:
        raise missing(f'Property "{name}" does not exist')
    return found


def listed(kind: str, call: Call) -> Response:
    archived = call.flag("archived")
    found = _schema(kind, call).properties.values()
    return answer(
        200,
        {"results": [prop.shown() for prop in found if (prop.archived_at is not None) == archived]},
    )


def get(kind: str, name: str, call: Call) -> Response:
    return answer(200, _property(_schema(kind, call), name, archived=call.flag("archived")).shown())


def options(raw: Any) -> dict[str, str]:
    found = rows({"options": raw or []}, 5000, "options")
    return {text(row, "value"): text(row, "label") for row in found}


def _created(kind: str, call: Call, sent: Mapping[str, Any]) -> Property:
    """409 for a name that is taken: undocumented, so better asked for before (api-contracts A.9)."""
    schema = _schema(kind, call)
    prop = Property(
        text(sent, "name"),
        text(sent, "label"),
        text(sent, "type"),
        text(sent, "fieldType"),
        text(sent, "groupName"),
        options(sent.get("options")),
        unique=bool(sent.get("hasUniqueValue")),
        hubspot_defined=False,
        description=str(sent.get("description") or ""),
        created=call.portal.now(),
    )
    if prop.group not in schema.groups:
        raise invalid(f'Property group "{prop.group}" does not exist')
    if prop.type == "enumeration" and not prop.options:
        raise invalid(f'Property "{prop.name}" of type enumeration needs options')
    if prop.unique and len(schema.unique()) > MOST_UNIQUE:
        raise invalid(f"No more than {MOST_UNIQUE} properties with unique values are possible")
    try:
        schema.add(prop)
    except KeyError:
        raise Refusal(409, "CONFLICT", f"A property named '{prop.name}' already exists.") from None
    except ValueError as refusal:
        raise invalid(str(refusal)) from None
    call.portal.tally("properties", 1, 1)
    return prop


def create(kind: str, call: Call) -> Response:
    return answer(201, _created(kind, call, call.sent()).shown())


def update(kind: str, name: str, call: Call) -> Response:
    """Label, description, group, options; names and uniqueness stay for ever."""
    prop, sent = _property(_schema(kind, call), name), call.sent()
    prop.label = str(sent.get("label") or prop.label)
    prop.description = str(sent.get("description") or prop.description)
    prop.group = str(sent.get("groupName") or prop.group)
    if sent.get("options") is not None:
        prop.options = options(sent["options"])
    return answer(200, prop.shown())


def archive(kind: str, name: str, call: Call) -> Response:
    prop = _property(_schema(kind, call), name)
    if prop.hubspot_defined:
        raise invalid(f'Property "{name}" is defined by HubSpot and cannot be archived')
    prop.archived_at = call.portal.now()
    return answer(204)


def batch_create(kind: str, call: Call) -> Response:
    results: list[Any] = []
    errors: list[Any] = []
    for row in rows(call.sent(), 100):
        try:
            results.append(_created(kind, call, row).shown())
        except Refusal as refusal:
            context = {"name": [str(row.get("name"))]}
            errors.append(
                {
                    "status": "error",
                    "category": refusal.category,
                    "message": refusal.message,
                    "context": context,
                }
            )
    return completed(call.portal, results, errors, 201)


def batch_read(kind: str, call: Call) -> Response:
    schema = _schema(kind, call)
    names = [text(row, "name") for row in rows(call.sent(), 100)]
    lost = [name for name in names if not schema.live(name)]
    errors = (
        [
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "message": "not found",
                "context": {"name": lost},
            }
        ]
        if lost
        else None
    )
    return completed(
        call.portal, [_property(schema, name).shown() for name in schema.known(names)], errors
    )


def batch_archive(kind: str, call: Call) -> Response:
    """204 regardless of what was there."""
    schema = _schema(kind, call)
    for row in rows(call.sent(), 100):
        prop = schema.live(text(row, "name"))
        if prop and not prop.hubspot_defined:
            prop.archived_at = call.portal.now()
    return answer(204)


_BATCHES = {"create": batch_create, "read": batch_read, "archive": batch_archive}


def _group(name: str, label: str) -> dict[str, Any]:
    return {"name": name, "label": label, "displayOrder": -1, "archived": False}


def groups(kind: str, call: Call) -> Response:
    return answer(200, {"results": [_group(*item) for item in _schema(kind, call).groups.items()]})


def group(kind: str, name: str, call: Call) -> Response:
    label = _schema(kind, call).groups.get(name)
    if label is None:
        raise missing(f'Property group "{name}" does not exist')
    return answer(200, _group(name, label))


def create_group(kind: str, call: Call) -> Response:
    schema, sent = _schema(kind, call), call.sent()
    name, label = text(sent, "name"), text(sent, "label")
    if name in schema.groups:
        raise Refusal(409, "CONFLICT", f"A property group named '{name}' already exists.")
    schema.groups[name] = label
    return answer(201, _group(name, label))
