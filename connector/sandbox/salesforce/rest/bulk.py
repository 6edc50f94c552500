"""Bulk API 2.0 jobs: a state machine that moves on when it is polled (api-contracts B.10)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.salesforce.acts.removal import delete
from connector.sandbox.salesforce.acts.writing import insert, update
from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Actor
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.org.values import from_text
from connector.sandbox.salesforce.rest.calls import Call, Reply, actor_of, not_allowed
from connector.sandbox.salesforce.rest.rows import holders, save
from connector.sandbox.salesforce.rest.site import Site

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
DELIMITERS = {
    "COMMA": ",",
    "TAB": "\t",
    "SEMICOLON": ";",
    "PIPE": "|",
    "CARET": "^",
    "BACKQUOTE": "`",
}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
ENDED = ("JobComplete", "Failed", "Aborted")
_NOTHING = "#N/A"


@dataclass(slots=True)
class Job:
    """One job. Ingest: Open, UploadComplete, InProgress, JobComplete; a query starts at UploadComplete."""

    id: str
    operation: str
    kind: str
    actor: Actor
    created: str
    delimiter: str = "COMMA"
    ending: str = "LF"
    state: str = "Open"
    external: str | None = None
    query: str | None = None
    data: list[str] = field(default_factory=list)
    polls: int = 0
    error: str | None = None
    columns: list[str] = field(default_factory=list)
    good: list[list[str]] = field(default_factory=list)
    bad: list[list[str]] = field(default_factory=list)
    undone: list[list[str]] = field(default_factory=list)

    def info(self, call: Call) -> dict[str, Any]:
        path = "query" if self.query is not None else "ingest"
        found: dict[str, Any] = {
            "id": self.id, "operation": self.operation, "object": self.kind, "createdById": self.actor.user,
            "createdDate": self.created, "systemModstamp": self.created, "state": self.state,
            "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": float(call.number),
            "jobType": "V2Query" if self.query is not None else "V2Ingest", "lineEnding": self.ending,
            "columnDelimiter": self.delimiter, "retries": 0, "totalProcessingTime": 0,
            "numberRecordsProcessed": len(self.good) + len(self.bad),
        }  # fmt: skip
        if self.query is None:
            found["contentUrl"] = f"services/data/{call.version}/jobs/{path}/{self.id}/batches"
            found["numberRecordsFailed"] = len(self.bad)
            found["externalIdFieldName"] = self.external
        if self.error is not None:
            found["errorMessage"] = self.error
        return found


def serve(site: Site, call: Call) -> Reply:
    """`call.path` is what follows `jobs/ingest`."""
    match call.path, call.method:
        case (), "POST":
            return _open(site, call)
        case (), "GET":
            site.count("bulk list")
            jobs = [job.info(call) for job in site.jobs.values() if job.query is None]
            return Reply(200, {"done": True, "records": jobs, "nextRecordsUrl": None})
        case (key,), "GET":
            site.count("bulk poll")
            return Reply(200, _polled(site, _job(site, key)).info(call))
        case (key,), "PATCH":
            return _switch(site, call, _job(site, key))
        case (key,), "DELETE":
            return _forget(site, _job(site, key))
        case (key, "batches"), "PUT":
            return _upload(site, call, _job(site, key))
        case (key, name), "GET":
            return _results(site, _job(site, key), name.lower())
    raise not_allowed(call, "GET,POST,PATCH,PUT,DELETE")


def _open(site: Site, call: Call) -> Reply:
    site.count("bulk open")
    body = call.object()
    operation, name = body.get("operation"), body.get("object")
    if operation not in OPERATIONS or not isinstance(name, str):
        raise Refusal(400, "INVALIDJOB", "InvalidJob : operation and object are required")
    kind = site.org.schema.kind(name)
    external = body.get("externalIdFieldName")
    by = kind.find(external) if isinstance(external, str) else None
    if operation == "upsert" and (by is None or not (by.external_id or by.name == "Id")):
        raise Refusal(400, "INVALIDJOB", "InvalidJob : externalIdFieldName is not an external id")
    # A job runs assignment rules only when it names one (`assignmentRuleId`), unlike REST calls.
    rules = "TRUE" if body.get("assignmentRuleId") else "FALSE"
    actor = actor_of(site.org, {**call.headers, "sforce-auto-assign": rules})
    job = Job(
        site.serial("750"), operation, kind.name, actor, site.org.stamp(),
        delimiter=_chosen(body, "columnDelimiter", DELIMITERS, "COMMA"),
        ending=_chosen(body, "lineEnding", ENDINGS, "LF"), external=by.name if by else None,
    )  # fmt: skip
    site.jobs[job.id] = job
    return Reply(200, job.info(call))


def _chosen(body: Mapping[str, Any], name: str, known: Mapping[str, str], usual: str) -> str:
    value = body.get(name, usual)
    if not isinstance(value, str) or value not in known:
        raise Refusal(400, "INVALIDJOB", f"InvalidJob : {name} is not valid")
    return value


def _job(site: Site, key: str) -> Job:
    job = site.jobs.get(id18(key) or "")
    if job is None or job.query is not None:
        raise not_found()
    return job


def _upload(site: Site, call: Call, job: Job) -> Reply:
    site.count("bulk upload")
    if job.state != "Open":
        raise Refusal(400, "INVALIDJOBSTATE", f"InvalidJobState : the job is {job.state}")
    try:
        job.data.append(call.raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refusal(400, "INVALIDBATCH", "InvalidBatch : the data is not UTF-8") from None
    return Reply(201)


def _switch(site: Site, call: Call, job: Job) -> Reply:
    site.count("bulk close")
    state = call.object().get("state")
    if state == "Aborted" and job.state not in ENDED:
        job.state = "Aborted"
    elif state == "UploadComplete" and job.state == "Open":
        job.state = "UploadComplete"
    else:
        raise Refusal(400, "INVALIDJOBSTATE", f"InvalidJobState : a job that is {job.state} cannot become {state!r}")  # fmt: skip
    return Reply(200, job.info(call))


def _forget(site: Site, job: Job) -> Reply:
    site.count("bulk delete")
    if job.state not in ENDED and job.state != "UploadComplete":
        raise Refusal(400, "INVALIDJOBSTATE", f"InvalidJobState : the job is {job.state}")
    del site.jobs[job.id]
    return Reply(204)


def _polled(site: Site, job: Job) -> Job:
    """Each poll moves a closed job on: `bulk_polls` polls of InProgress, then the work is there."""
    if job.state == "UploadComplete":
        job.state, job.polls = "InProgress", 0
    elif job.state == "InProgress":
        job.polls += 1
    if job.state == "InProgress" and job.polls >= site.settings.bulk_polls:
        _work(site, job)
    return job


def _work(site: Site, job: Job) -> None:
    try:
        rows = list(_parsed(job))
    except csv.Error as error:
        job.state, job.error = "Failed", f"InvalidBatch : {error}"
        return
    job.state = "JobComplete"
    if not rows:
        return
    job.columns = rows[0]
    kind = site.org.schema.kind(job.kind)
    unknown = [name for name in job.columns if kind.find(name) is None and "." not in name]
    if unknown:
        job.state, job.error = "Failed", f"InvalidBatch : Field name not found : {unknown[0][:80]}"
        job.undone = rows[1:]
        return
    for cells in rows[1:]:
        _one(site, job, kind, cells)


def _parsed(job: Job) -> Sequence[list[str]]:
    text = io.StringIO("".join(job.data), newline="")
    return [row for row in csv.reader(text, delimiter=DELIMITERS[job.delimiter]) if row]


def _one(site: Site, job: Job, kind: Kind, cells: list[str]) -> None:
    site.sent(kind.name)
    key = ""
    try:
        if len(cells) != len(job.columns):
            raise Refusal(400, "INVALID_CSV", "the row has not as many cells as the header")
        values = _values(kind, dict(zip(job.columns, cells, strict=True)))
        key = str(values.get("Id") or "")
        with site.org.atomic():
            key, made = _apply(site, job, kind, values)
        job.good.append([key, str(made).lower(), *cells])
    except Refusal as refusal:
        fields = ",".join(refusal.fields or [])
        job.bad.append([key, f"{refusal.code}:{refusal.message}:{fields} --", *cells])


def _values(kind: Kind, cells: Mapping[str, str]) -> Row:
    """An empty cell changes nothing; `#N/A` empties the field."""
    found: Row = {}
    for name, text in cells.items():
        parent, _, key = name.partition(".")
        if text == "":
            continue
        if key:
            found[parent] = {key: text}
            continue
        field = kind.find(name)
        if field is not None:
            found[field.name] = None if text == _NOTHING else from_text(field, text)
    return found


def _apply(site: Site, job: Job, kind: Kind, values: Row) -> tuple[str, bool]:
    org = site.org
    if job.operation == "insert":
        return insert(org, kind, values, job.actor), True
    if job.operation == "upsert":
        return _upsert(site, job, kind, values)
    text = values.pop("Id", None)
    key = id18(text) if isinstance(text, str) else None
    if key is None:
        raise Refusal(400, "MISSING_ARGUMENT", "Id not specified", ["Id"])
    if job.operation == "update":
        update(org, kind, key, values, job.actor)
    else:
        delete(org, kind, key, job.actor)
    return key, False


def _upsert(site: Site, job: Job, kind: Kind, values: Row) -> tuple[str, bool]:
    by = kind.find(job.external or "")
    value = values.pop(by.name, None) if by is not None else None
    if by is None or value is None:
        raise Refusal(400, "MISSING_ARGUMENT", f"{job.external} not specified", [])
    ids = holders(site.org, kind, by, value)
    if len(ids) > 1:
        raise Refusal(
            400, "DUPLICATE_EXTERNAL_ID", "more than one record found for external id", [by.name]
        )
    return save(site.org, kind, by, value, values, ids[0] if ids else None, job.actor)


def _results(site: Site, job: Job, name: str) -> Reply:
    site.count("bulk results")
    match name:
        case "successfulresults":
            return Reply(200, text=table(job, ["sf__Id", "sf__Created", *job.columns], job.good))
        case "failedresults":
            return Reply(200, text=table(job, ["sf__Id", "sf__Error", *job.columns], job.bad))
        case "unprocessedrecords":
            return Reply(200, text=table(job, job.columns, job.undone))
    raise not_found()


def table(job: Job, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """CSV with every cell quoted, as the vendor sends it."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=DELIMITERS[job.delimiter],
        lineterminator=ENDINGS[job.ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
