"""Up to 200 records in one call: insert, update, upsert, delete, retrieve (api-contracts B.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from connector.sandbox.salesforce.acts.removal import delete
from connector.sandbox.salesforce.acts.writing import insert, update
from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal, no_column, no_kind, not_found
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Actor
from connector.sandbox.salesforce.rest.calls import Call, Reply, actor_of, not_allowed
from connector.sandbox.salesforce.rest.rows import holders, save
from connector.sandbox.salesforce.rest.site import Site
from connector.sandbox.salesforce.soql.shape import shaper

MOST = 200
Result = dict[str, Any]
Step = Callable[[], Result]


def serve(site: Site, call: Call) -> Reply:
    """`call.path` is what follows `composite/sobjects`."""
    match call.path, call.method:
        case (), "POST":
            return _write(site, call, "insert")
        case (), "PATCH":
            return _write(site, call, "update")
        case (), "DELETE":
            return _delete(site, call)
        case (kind,), "GET" | "POST":
            return _retrieve(site, call, site.org.schema.kind(kind))
        case (kind, external), "PATCH":
            return _upsert(site, call, site.org.schema.kind(kind), external)
    raise not_allowed(call, "GET,POST,PATCH,DELETE")


def _write(site: Site, call: Call, verb: str) -> Reply:
    site.count(f"collections {verb}", nested=call.nested)
    body = call.object()
    actor = actor_of(site.org, call.headers)
    work = _insert if verb == "insert" else _update
    steps = [work(site, record, actor) for record in _records(body)]
    return Reply(200, run(site, steps, all_or_none=body.get("allOrNone") is True))


def _records(body: dict[str, Any]) -> list[dict[str, Any]]:
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise Refusal(
            400, "JSON_PARSER_ERROR", "The 'records' property must be an array of objects"
        )
    if len(records) > MOST:
        raise _too_many()
    return records


def _too_many() -> Refusal:
    return Refusal(
        400, "EXCEEDED_ID_LIMIT",
        f"record limit reached. cannot submit more than {MOST} records into this call",
    )  # fmt: skip


def run(site: Site, steps: Sequence[Step], *, all_or_none: bool) -> list[Result]:
    """Every step's save result in order; with all-or-none one failure takes the good ones back (B.3).

    A value that cannot be read at all (JSON_PARSER_ERROR) refuses the whole call: the request is parsed first.
    """
    with site.org.transaction() as rollback:
        results = []
        for step in steps:
            try:
                with site.org.atomic():
                    results.append(step())
            except Refusal as refusal:
                if refusal.code == "JSON_PARSER_ERROR":
                    rollback()
                    raise
                results.append({"success": False, "errors": [refusal.outcome()]})
        if all_or_none and not all(result["success"] for result in results):
            rollback()
            results = [_rolled_back(result) for result in results]
    return results


def _rolled_back(result: Result) -> Result:
    if not result["success"]:
        return result
    error = Refusal(
        400, "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
    )  # fmt: skip
    return {"success": False, "errors": [error.outcome()]}


def _kind(site: Site, record: dict[str, Any]) -> Kind:
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise no_kind(str(name))
    return site.org.schema.kind(name)


def _done(key: str) -> Result:
    return {"id": key, "success": True, "errors": []}


def _insert(site: Site, record: dict[str, Any], actor: Actor) -> Step:
    def step() -> Result:
        kind = _kind(site, record)
        site.sent(kind.name)
        return _done(insert(site.org, kind, record, actor))

    return step


def _update(site: Site, record: dict[str, Any], actor: Actor) -> Step:
    def step() -> Result:
        kind = _kind(site, record)
        site.sent(kind.name)
        named = {name: value for name, value in record.items() if name.lower() == "id"}
        text = next(iter(named.values()), None)
        key = id18(text) if isinstance(text, str) else None
        if key is None:
            raise Refusal(400, "MISSING_ARGUMENT", "Id not specified in an update call", ["Id"])
        values = {name: value for name, value in record.items() if name not in named}
        update(site.org, kind, key, values, actor)
        return _done(key)

    return step


def _upsert(site: Site, call: Call, kind: Kind, external: str) -> Reply:
    """One kind, external ids only; the same key twice in one call fails both (B.3)."""
    site.count(f"collections upsert {kind.name}", nested=call.nested)
    body = call.object()
    field = kind.find(external)
    if field is None or not (field.external_id or field.name == "Id"):
        raise not_found(
            f"Provided external ID field does not exist or is not accessible: {external[:80]}"
        )
    actor = actor_of(site.org, call.headers)
    name, records = field.name, _records(body)
    seen = Counter(str(each.get(name)).lower() for each in records)

    def step_for(record: dict[str, Any]) -> Step:
        def step() -> Result:
            site.sent(kind.name)
            value = record.get(name)
            if value in (None, ""):
                raise Refusal(400, "MISSING_ARGUMENT", f"{name} not specified", [name])
            if seen[str(value).lower()] > 1:
                raise Refusal(
                    400, "DUPLICATE_VALUE", f"Duplicate external id specified: {value}", [name]
                )
            ids = holders(site.org, kind, field, value)
            if len(ids) > 1:
                raise Refusal(
                    300,
                    "MULTIPLE_CHOICES",
                    f"{name}: more than one record found for external id",
                    [name],
                )
            values = {key: each for key, each in record.items() if key != name}
            key, made = save(site.org, kind, field, value, values, ids[0] if ids else None, actor)
            return {**_done(key), "created": made}

        return step

    steps = [step_for(record) for record in records]
    return Reply(200, run(site, steps, all_or_none=body.get("allOrNone") is True))


def _delete(site: Site, call: Call) -> Reply:
    site.count("collections delete", nested=call.nested)
    actor = actor_of(site.org, call.headers)
    ids = [each.strip() for each in call.params.get("ids", "").split(",") if each.strip()]
    if len(ids) > MOST:
        raise _too_many()

    def step_for(text: str) -> Step:
        def step() -> Result:
            key = id18(text)
            kind = site.org.schema.of_id(key) if key else None
            if key is None or kind is None:
                raise Refusal(400, "MALFORMED_ID", f"malformed id {text[:40]}")
            site.sent(kind.name)
            delete(site.org, kind, key, actor)
            return _done(key)

        return step

    all_or_none = call.params.get("allOrNone", "").lower() == "true"
    return Reply(200, run(site, [step_for(text) for text in ids], all_or_none=all_or_none))


def _retrieve(site: Site, call: Call, kind: Kind) -> Reply:
    """A missing record is null in its place."""
    site.count(f"collections get {kind.name}", nested=call.nested)
    ids, names = _wanted(call)
    if len(ids) > 2000:
        raise _too_many()
    for name in names:
        if kind.find(name.split(".")[0]) is None and "." not in name:
            raise no_column(name[:80], kind.name)
    show = shaper(site.org, kind, [tuple(name.split(".")) for name in names], call.version)
    rows = site.org.table(kind).rows
    found = [rows.get(id18(text) or "") for text in ids]
    return Reply(200, [None if row is None or row["IsDeleted"] else show(row) for row in found])


def _wanted(call: Call) -> tuple[list[str], list[str]]:
    if call.method == "GET":
        ids, names = (call.params.get(each, "").split(",") for each in ("ids", "fields"))
    else:
        body = call.object()
        ids, names = body.get("ids", []), body.get("fields", [])
    for each in (ids, names):
        if (
            not isinstance(each, list)
            or not each
            or not all(isinstance(e, str) and e for e in each)
        ):
            raise Refusal(400, "MISSING_ARGUMENT", "ids and fields must be given")
    return ids, names
