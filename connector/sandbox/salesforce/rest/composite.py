"""Several calls in one, with references between them: composite and graphs (api-contracts B.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.rest.calls import Call, Reply, not_allowed, refused
from connector.sandbox.salesforce.rest.site import Site

Serve = Callable[[Site, Call], Reply]
MOST, MOST_HEAVY = 25, 5
MOST_GRAPHS, MOST_NODES = 75, 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"@\{([A-Za-z]\w*)((?:\.\w+|\[\d{1,6}\])*)\}", re.ASCII)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class _Halted(Exception):
    """A subrequest refers to one that has no such value."""


def serve(site: Site, call: Call, inner: Serve) -> Reply:
    """Always 200 when well-formed; one API call whatever it holds."""
    if call.method != "POST":
        raise not_allowed(call, "POST")
    site.count("composite")
    body = call.object()
    parts = _parts(body.get("compositeRequest"), MOST, heavy=MOST_HEAVY)
    results = _run(site, parts, inner, all_or_none=body.get("allOrNone") is True)
    return Reply(200, {"compositeResponse": results})


def graphs(site: Site, call: Call, inner: Serve) -> Reply:
    """Each graph is all or nothing, independent of the others."""
    if call.method != "POST":
        raise not_allowed(call, "POST")
    site.count("composite graph")
    listed = call.object().get("graphs")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_GRAPHS:
        raise _bad(f"graphs must be a list of 1 to {MOST_GRAPHS}")
    prepared = []
    for each in listed:
        if not isinstance(each, dict) or not isinstance(each.get("graphId"), str):
            raise _bad("every graph needs a graphId")
        prepared.append((each["graphId"], _parts(each.get("compositeRequest"), MOST_NODES)))
    found = []
    for name, parts in prepared:
        results = _run(site, parts, inner, all_or_none=True)
        good = all(result["httpStatusCode"] < 300 for result in results)
        found.append(
            {"graphId": name, "graphResponse": {"compositeResponse": results}, "isSuccessful": good}
        )
    return Reply(200, {"graphs": found})


def _bad(message: str) -> Refusal:
    return Refusal(400, "INVALID_INPUT", message)


def _parts(listed: Any, most: int, heavy: int | None = None) -> list[dict[str, Any]]:
    if not isinstance(listed, list) or not listed:
        raise _bad("compositeRequest must be a list of subrequests")
    if len(listed) > most:
        raise Refusal(400, "LIMIT_EXCEEDED", f"The request contains more than {most} subrequests")
    for each in listed:
        if (
            not isinstance(each, dict)
            or each.get("method") not in _METHODS
            or not isinstance(each.get("url"), str)
        ):
            raise _bad("every subrequest needs a method and a url")
        name = each.get("referenceId")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _bad("every subrequest needs a referenceId of letters, digits and underscores")
    names = [each["referenceId"] for each in listed]
    if len(set(names)) < len(names):
        raise _bad("referenceIds must be unique within a request")
    if heavy is not None and sum(_heavy(each["url"]) for each in listed) > heavy:
        raise Refusal(
            400,
            "LIMIT_EXCEEDED",
            f"The request contains more than {heavy} queries and sObject Collections",
        )
    return listed


def _heavy(url: str) -> bool:
    """Queries and collections: at most five in one composite (B.3)."""
    parts = url.partition("?")[0].lower().split("/")
    return any(part in ("query", "queryall") for part in parts[:5]) or parts[4:6] == [
        "composite",
        "sobjects",
    ]


def _run(
    site: Site, parts: list[dict[str, Any]], inner: Serve, *, all_or_none: bool
) -> list[dict[str, Any]]:
    answers: dict[str, Any] = {}
    results: list[dict[str, Any]] = []
    with site.org.transaction() as rollback:
        for part in parts:
            reply = _one(site, part, inner, answers)
            if reply.status < 300:
                answers[part["referenceId"]] = reply.content
            results.append(_result(part, reply))
            if all_or_none and not _good(reply):
                rollback()
                return _all_halted(parts, part["referenceId"], results[-1])
    return results


def _good(reply: Reply) -> bool:
    """A collection answers 200 although records failed: they count for all-or-none too."""
    listed = reply.content if isinstance(reply.content, list) else []
    failed = any(isinstance(each, dict) and each.get("success") is False for each in listed)
    return reply.status < 300 and not failed


def _all_halted(
    parts: list[dict[str, Any]], culprit: str, result: dict[str, Any]
) -> list[dict[str, Any]]:
    message = (
        "The transaction was rolled back since another operation in the same transaction failed."
    )
    halted = refused(Refusal(400, "PROCESSING_HALTED", message))
    return [result if part["referenceId"] == culprit else _result(part, halted) for part in parts]


def _result(part: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    return {
        "body": reply.content,
        "httpHeaders": dict(reply.headers),
        "httpStatusCode": reply.status,
        "referenceId": part["referenceId"],
    }


def _one(site: Site, part: dict[str, Any], inner: Serve, answers: dict[str, Any]) -> Reply:
    try:
        return inner(site, _call(part, answers))
    except _Halted as halt:
        return refused(Refusal(400, "PROCESSING_HALTED", str(halt)))
    except Refusal as refusal:
        return refused(refusal)


def _call(part: dict[str, Any], answers: dict[str, Any]) -> Call:
    """The subrequest as a call. Only its own `httpHeaders` count, not those of the composite (the stricter reading)."""
    url = _filled(part["url"], answers)
    path, _, query = str(url).partition("?")
    pieces = [unquote(piece) for piece in path.split("/") if piece]
    if (
        pieces[:2] != ["services", "data"]
        or len(pieces) < 4
        or not re.fullmatch(r"v\d\d\.0", pieces[2], re.ASCII)
    ):
        raise not_found()
    if pieces[3].lower() == "composite" and [p.lower() for p in pieces[4:5]] != ["sobjects"]:
        raise _bad("a composite cannot hold another composite")
    given = part.get("httpHeaders")
    headers = {str(k).lower(): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    body = _filled(part.get("body"), answers)
    params = dict(parse_qsl(query, keep_blank_values=True))
    return Call(
        part["method"], tuple(pieces[3:]), pieces[2], params, headers, b"", body, nested=True
    )


def _filled(value: Any, answers: dict[str, Any]) -> Any:
    """The value with every `@{reference.path}` replaced; raises _Halted when there is nothing to put in."""
    if isinstance(value, dict):
        return {key: _filled(each, answers) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, answers) for each in value]
    if not isinstance(value, str) or "@{" not in value:
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole:
        return _look(whole, answers)
    return _REFERENCE.sub(lambda hit: _as_text(_look(hit, answers)), value)


def _look(hit: re.Match[str], answers: dict[str, Any]) -> Any:
    found: Any = answers.get(hit[1])
    for name, index in _STEP.findall(hit[2]):
        if name and isinstance(found, dict):
            found = found.get(name)
        elif index and isinstance(found, list) and int(index) < len(found):
            found = found[int(index)]
        else:
            found = None
    if found is None:
        raise _Halted(
            f"Invalid reference specified. No value for {hit[1]}{hit[2]} found in {hit[1]}"
        )
    return found


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
