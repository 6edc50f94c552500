"""One record: by id, by external id, and creation (api-contracts B.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.salesforce.acts.removal import delete
from connector.sandbox.salesforce.acts.writing import insert, update
from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal, deleted, no_column, not_found
from connector.sandbox.salesforce.org.schema import Field, Kind
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.org.times import http_date, read_http_date
from connector.sandbox.salesforce.rest.calls import Call, Reply, actor_of, not_allowed
from connector.sandbox.salesforce.rest.site import Site
from connector.sandbox.salesforce.soql.shape import shaper, url


def create(site: Site, call: Call, kind: Kind) -> Reply:
    site.count(f"create {kind.name}", nested=call.nested)
    values = call.object()
    site.sent(kind.name)
    with site.org.atomic():
        key = insert(site.org, kind, values, actor_of(site.org, call.headers))
    location = {"Location": url(kind.name, key, call.version)}
    return Reply(201, {"id": key, "success": True, "errors": []}, location)


def by_id(site: Site, call: Call, kind: Kind, text: str) -> Reply:
    """15- or 18-character ids are the same record; an id of another kind is not found."""
    key = id18(text)
    if key is None or site.org.schema.of_id(key) is not kind:
        raise not_found()
    match call.method:
        case "GET" | "HEAD":
            site.count(f"get {kind.name}", nested=call.nested)
            return _shown(site, call, kind, _row(site.org, kind, key))
        case "PATCH":
            site.count(f"update {kind.name}", nested=call.nested)
            return _patch(site, call, kind, key)
        case "DELETE":
            site.count(f"delete {kind.name}", nested=call.nested)
            site.sent(kind.name)
            with site.org.atomic():
                delete(site.org, kind, key, actor_of(site.org, call.headers))
            return Reply(204)
    raise not_allowed(call, "HEAD,GET,PATCH,DELETE")


def by_external_id(site: Site, call: Call, kind: Kind, name: str, value: str) -> Reply:
    """GET, PATCH (upsert) and DELETE by an external id; several matches answer 300 and change nothing."""
    field = _external(kind, name)
    site.count(
        f"{_VERBS.get(call.method, call.method)} {kind.name} by {field.name}", nested=call.nested
    )
    ids = holders(site.org, kind, field, value)
    if len(ids) > 1:
        return Reply(300, [url(kind.name, key, call.version) for key in ids])
    if call.method == "PATCH":
        return _upsert(site, call, kind, field, value, ids[0] if ids else None)
    if not ids:
        raise not_found()
    if call.method in ("GET", "HEAD"):
        return _shown(site, call, kind, _row(site.org, kind, ids[0]))
    if call.method == "DELETE":
        site.sent(kind.name)
        with site.org.atomic():
            delete(site.org, kind, ids[0], actor_of(site.org, call.headers))
        return Reply(204)
    raise not_allowed(call, "HEAD,GET,PATCH,DELETE")


_VERBS = {"GET": "get", "HEAD": "get", "PATCH": "upsert", "DELETE": "delete"}


def holders(org: Org, kind: Kind, field: Field, value: Any) -> list[str]:
    """Ids of living rows that hold this external id; a value no field could hold has none."""
    table = org.table(kind)
    if field.name == "Id":
        key = id18(value) if isinstance(value, str) else None
        return [key] if key in table.rows and not table.rows[key]["IsDeleted"] and key else []
    plain = _number(value) if field.type in ("double", "int") else value
    if not isinstance(plain, str | int | float):
        return []
    return [key for key in table.ids_with(field.name, plain) if not table.rows[key]["IsDeleted"]]


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def save(
    org: Org,
    kind: Kind,
    field: Field,
    value: Any,
    values: Mapping[str, Any],
    key: str | None,
    actor: Actor,
) -> tuple[str, bool]:
    """The upsert itself: id and whether it was created; the key must not be in the body (api-contracts B.3)."""
    if any(name.lower() == field.name.lower() for name in values):
        raise Refusal(
            400, "INVALID_FIELD", f"The {field.name} field should not be specified in the sobject data.",
            [field.name],
        )  # fmt: skip
    if key is not None:
        update(org, kind, key, values, actor)
        return key, False
    if field.name == "Id":
        raise not_found()
    return insert(org, kind, {**values, field.name: value}, actor), True


def _upsert(site: Site, call: Call, kind: Kind, field: Field, value: str, key: str | None) -> Reply:
    values = call.object()
    if key is None and call.params.get("updateOnly", "").lower() == "true":
        raise not_found()
    site.sent(kind.name)
    with site.org.atomic():
        found, made = save(
            site.org, kind, field, value, values, key, actor_of(site.org, call.headers)
        )
    if not made and call.number < 46:
        return Reply(204)
    return Reply(
        201 if made else 200, {"id": found, "success": True, "errors": [], "created": made}
    )


def _external(kind: Kind, name: str) -> Field:
    field = kind.find(name)
    if field is None or not (field.external_id or field.name == "Id"):
        raise not_found(
            f"Provided external ID field does not exist or is not accessible: {name[:80]}"
        )
    return field


def _row(org: Org, kind: Kind, key: str) -> Row:
    row = org.table(kind).rows.get(key)
    if row is None:
        raise not_found(f"Provided external ID field does not exist or is not accessible: {key}")
    if row["IsDeleted"]:
        raise deleted()
    return row


def _shown(site: Site, call: Call, kind: Kind, row: Row) -> Reply:
    since = call.headers.get("if-modified-since")
    if since is not None and (moment := read_http_date(since)) and row["SystemModstamp"] <= moment:
        return Reply(304)
    named = [name.strip() for name in call.params.get("fields", "").split(",") if name.strip()]
    paths = [tuple(name.split(".")) for name in named] or [(each.name,) for each in kind.visible()]
    for path in paths:
        if not all(path) or (len(path) == 1 and kind.find(path[0]) is None):
            raise no_column(".".join(path)[:80], kind.name)
    headers = {"Last-Modified": http_date(row["SystemModstamp"])}
    if kind.name == "Account":
        headers["ETag"] = etag(row)
    return Reply(200, shaper(site.org, kind, paths, call.version)(row), headers)


def etag(row: Row) -> str:
    """Account alone has an ETag (api-contracts B.5)."""
    return f'"{row["SystemModstamp"]}"'


def _patch(site: Site, call: Call, kind: Kind, key: str) -> Reply:
    values = call.object()
    _precondition(site.org, call, kind, key)
    if any(name.lower() == "id" for name in values):
        raise Refusal(
            400,
            "INVALID_FIELD",
            "The Id field should not be specified in the sobject data.",
            ["Id"],
        )
    site.sent(kind.name)
    with site.org.atomic():
        update(site.org, kind, key, values, actor_of(site.org, call.headers))
    return Reply(204)


def _precondition(org: Org, call: Call, kind: Kind, key: str) -> None:
    """If-Unmodified-Since in whole seconds, If-Match for Account; a date nobody can read is a 400 (B.5)."""
    since, tag = call.headers.get("if-unmodified-since"), call.headers.get("if-match")
    row = org.table(kind).rows.get(key)
    if since is not None:
        moment = read_http_date(since)
        if moment is None:
            raise Refusal(400, "INVALID_HTTP_HEADER", "invalid date in If-Unmodified-Since")
        if row is not None and row["SystemModstamp"] > moment:
            raise Refusal(412, "PRECONDITION_FAILED", "The record has been modified since")
    if (
        tag is not None
        and kind.name == "Account"
        and row is not None
        and tag not in ("*", etag(row))
    ):
        raise Refusal(412, "PRECONDITION_FAILED", "The entity tag does not match")
