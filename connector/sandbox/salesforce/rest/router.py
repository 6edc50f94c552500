"""Which module answers a call under `/services/data/vXX.0`."""

from __future__ import annotations

from dataclasses import replace

from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.rest import (
    bulk,
    bulk_query,
    changes,
    collections,
    composite,
    describe,
    queries,
    rows,
    tooling,
)
from connector.sandbox.salesforce.rest.calls import Call, Reply, not_allowed
from connector.sandbox.salesforce.rest.site import Site


def serve(site: Site, call: Call) -> Reply:
    """The answer of one resource; raises Refusal."""
    match tuple(part.lower() for part in call.path[:2]):
        case ():
            return describe.resources(call)
        case ("query" | "queryall", *_):
            return queries.serve(site, call)
        case ("limits",):
            return describe.limits(site, _get(call))
        case ("tooling", *_):
            return tooling.serve(site, replace(call, path=call.path[1:]))
        case ("sobjects",):
            return describe.everything(site, _get(call))
        case ("sobjects", _):
            return _sobject(site, call, site.org.schema.kind(call.path[1]))
        case ("composite", "sobjects"):
            return collections.serve(site, replace(call, path=call.path[2:]))
        case ("composite", "graph") if len(call.path) == 2 and not call.nested:
            return composite.graphs(site, call, serve)
        case ("composite",) if not call.nested:
            return composite.serve(site, call, serve)
        case ("jobs", "ingest") if not call.nested:
            return bulk.serve(site, replace(call, path=call.path[2:]))
        case ("jobs", "query") if not call.nested:
            return bulk_query.serve(site, replace(call, path=call.path[2:]))
    raise not_found()


def _get(call: Call) -> Call:
    if call.method not in ("GET", "HEAD"):
        raise not_allowed(call, "GET,HEAD")
    return call


def _sobject(site: Site, call: Call, kind: Kind) -> Reply:
    """`sobjects/{T}`, `/{id}`, `/describe`, `/updated`, `/deleted`, `/{externalField}/{value}`."""
    match call.path[2:]:
        case ():
            if call.method == "POST":
                return rows.create(site, call, kind)
            return describe.basic(site, _get(call), kind)
        case ("describe",):
            return describe.describe(site, _get(call), kind)
        case ("updated",):
            return changes.updated(site, _get(call), kind)
        case ("deleted",):
            return changes.deleted(site, _get(call), kind)
        case (text,):
            return rows.by_id(site, call, kind, text)
        case (field, value):
            return rows.by_external_id(site, call, kind, field, value)
    raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
