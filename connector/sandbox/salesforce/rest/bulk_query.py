"""Bulk API 2.0 query jobs: CSV results in pages with a locator (api-contracts B.10)."""

from __future__ import annotations

from typing import Any

from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.rest.bulk import DELIMITERS, ENDED, ENDINGS, Job, table
from connector.sandbox.salesforce.rest.calls import Call, Reply, actor_of, not_allowed
from connector.sandbox.salesforce.rest.site import Site
from connector.sandbox.salesforce.soql.parser import parse
from connector.sandbox.salesforce.soql.paths import field_of
from connector.sandbox.salesforce.soql.search import search

_PAGE = 50_000


def serve(site: Site, call: Call) -> Reply:
    """`call.path` is what follows `jobs/query`."""
    match call.path, call.method:
        case (), "POST":
            return _open(site, call)
        case (key,), "GET":
            site.count("bulk poll")
            return Reply(200, _polled(site, _job(site, key)).info(call))
        case (key,), "PATCH":
            return _abort(site, call, _job(site, key))
        case (key,), "DELETE":
            site.count("bulk delete")
            del site.jobs[_job(site, key).id]
            return Reply(204)
        case (key, "results"), "GET":
            return _results(site, call, _job(site, key))
    raise not_allowed(call, "GET,POST,PATCH,DELETE")


def _open(site: Site, call: Call) -> Reply:
    site.count("bulk query")
    body = call.object()
    text, operation = body.get("query"), body.get("operation")
    delimiter, ending = body.get("columnDelimiter", "COMMA"), body.get("lineEnding", "LF")
    if operation not in ("query", "queryAll") or not isinstance(text, str):
        raise Refusal(400, "INVALIDJOB", "InvalidJob : operation and query are required")
    if delimiter not in DELIMITERS or ending not in ENDINGS:
        raise Refusal(400, "INVALIDJOB", "InvalidJob : columnDelimiter or lineEnding is not valid")
    query = parse(text)
    kind = site.org.schema.kind(query.kind)
    if not query.fields:
        raise Refusal(
            400, "INVALIDJOB", "InvalidJob : aggregates are not supported by Bulk API 2.0 queries"
        )
    for path in query.fields:
        field_of(site.org, kind, path)
    actor = actor_of(site.org, call.headers)
    job = Job(
        site.serial("750"), operation, kind.name, actor, site.org.stamp(), delimiter, ending,
        state="UploadComplete", query=text,
    )  # fmt: skip
    site.jobs[job.id] = job
    return Reply(200, job.info(call))


def _job(site: Site, key: str) -> Job:
    job = site.jobs.get(id18(key) or "")
    if job is None or job.query is None:
        raise not_found()
    return job


def _abort(site: Site, call: Call, job: Job) -> Reply:
    site.count("bulk close")
    if call.object().get("state") != "Aborted" or job.state in ENDED:
        raise Refusal(400, "INVALIDJOBSTATE", f"InvalidJobState : the job is {job.state}")
    job.state = "Aborted"
    return Reply(200, job.info(call))


def _polled(site: Site, job: Job) -> Job:
    if job.state == "UploadComplete":
        job.state = "InProgress"
    elif job.state == "InProgress":
        job.polls += 1
    if job.state == "InProgress" and job.polls >= site.settings.bulk_polls:
        _run(site, job)
    return job


def _run(site: Site, job: Job) -> None:
    query = parse(job.query or "")
    kind = site.org.schema.kind(job.kind)
    try:
        getters = [field_of(site.org, kind, path)[1] for path in query.fields]
        rows = search(site.org, query, deleted=job.operation == "queryAll")
    except Refusal as refusal:
        job.state, job.error = "Failed", f"{refusal.code}: {refusal.message}"
        return
    job.columns = [".".join(path) for path in query.fields]
    job.good = [[_cell(get, row) for get in getters] for row in rows]
    job.state = "JobComplete"


def _cell(get: Any, row: Row) -> str:
    value = get(row)
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _results(site: Site, call: Call, job: Job) -> Reply:
    """`Sforce-Locator` says where to go on; the text `null` is the end."""
    site.count("bulk results")
    if job.state != "JobComplete":
        raise not_found()
    start, size = (
        _number(call.params.get("locator", "0")),
        _number(call.params.get("maxRecords", str(_PAGE))),
    )
    if start is None or not size:
        raise Refusal(400, "INVALIDLOCATOR", "InvalidLocator : locator or maxRecords is not valid")
    rows = job.good[start : start + size]
    more = start + size < len(job.good)
    headers = {
        "Sforce-Locator": str(start + size) if more else "null",
        "Sforce-NumberOfRecords": str(len(rows)),
    }
    return Reply(200, text=table(job, job.columns, rows), headers=headers)


def _number(text: str) -> int | None:
    if text == "null":
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
