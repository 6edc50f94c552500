"""From an HTTP request to an answer: addresses, versions, sessions, the daily limit, faults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, unquote

from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.quirks import MAINTENANCE
from connector.sandbox.salesforce.rest import describe, oauth, router, soap
from connector.sandbox.salesforce.rest.calls import Call, Reply, refused
from connector.sandbox.salesforce.rest.site import Site
from connector.sandbox.wire import Dropped, Request, Response

LONGEST_URI = 16_384  # bytes (api-contracts B.3)
_WRITES = ("POST", "PATCH", "PUT", "DELETE")
_VERSION = re.compile(r"v(\d{1,3})\.0", re.ASCII)
_HTML = "text/html; charset=utf-8"


def serve(site: Site, request: Request) -> Response:
    """Any bytes have an answer; only the faults that end the connection raise `Dropped`."""
    _catch_up(site)
    path, query = _readable(request.path), _readable(request.query)
    if len(path) + len(query) + 1 > LONGEST_URI:
        return _html(414, b"<html><body><h1>Error 414 URI Too Long</h1></body></html>")
    parts = tuple(unquote(part, errors="replace") for part in path.split("/") if part)
    match tuple(part.lower() for part in parts[:3]):
        case ("services", "oauth2", "token"):
            return oauth.token(site, request).response({})
        case ("services", "oauth2", "userinfo"):
            return _user_info(site, request).response({})
        case ("services", "soap", "u" | "c"):
            return soap.serve(site, request.body).response({})
        case ("services", "data"):
            return describe.versions(site).response({})
        case ("services", "data", _):
            return _data(site, request, parts, query)
    return _html(404, b"<html><body><h1>URL No Longer Exists</h1></body></html>")


def _catch_up(site: Site) -> None:
    """Commit the writes of `salesforce.delayed_commit` whose time has come; nobody hears how they fared."""
    now = site.org.clock.ms()
    due = [call for at, call in site.delayed if at <= now] if site.delayed else []
    site.delayed = [(at, call) for at, call in site.delayed if at > now]
    for call in due:
        with suppress(Refusal):
            router.serve(site, call)


def _readable(text: str) -> str:
    """Text that can be answered: a request line carries no lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _html(status: int, page: bytes) -> Response:
    return Response(status, page, {"Content-Type": _HTML})


def _bearer(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "oauth") else ""


def _user_info(site: Site, request: Request) -> Reply:
    try:
        site.sessions.check(_bearer(request.headers))
    except Refusal:
        return Reply(403, text=b"Bad_OAuth_Token", media="text/plain")
    return describe.user_info(site)


def _data(site: Site, request: Request, parts: tuple[str, ...], query: str) -> Response:
    params = dict(parse_qsl(query, keep_blank_values=True))
    call = Call(request.method, parts[3:], parts[2].lower(), params, request.headers, request.body)
    try:
        _check_version(site, call.version)
        _admit(site, call)
        reply = _faulty(site, call)
    except Refusal as refusal:
        reply = refused(refusal)
        return reply.response({} if refusal.status in (401, 410) else site.limit_info())
    answered = _cut(site, reply.response(site.limit_info()))
    return Response(answered.status, b"", answered.headers) if call.method == "HEAD" else answered


def _check_version(site: Site, version: str) -> None:
    """A retired version answers 410 GONE, one that does not exist yet 404 (api-contracts B)."""
    found = _VERSION.fullmatch(version)
    if found is None or int(found[1]) > site.settings.version_max:
        raise not_found()
    if int(found[1]) < site.settings.version_min:
        raise Refusal(410, "GONE", f"The requested API version {version} is no longer available")


def _admit(site: Site, call: Call) -> None:
    """Session, daily limit, permission: in this order; a refused call costs nothing."""
    if site.org.faults.strikes("salesforce.session_expired"):
        site.sessions.close_all()
    site.sessions.check(_bearer(call.headers))
    site.budget.charge(site.org.clock.ms())
    site.total_calls += 1
    if site.org.switches.api_disabled:
        raise Refusal(
            403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"
        )


def _faulty(site: Site, call: Call) -> Reply:
    strikes = site.org.faults.strikes
    if strikes("salesforce.reset"):
        raise Dropped
    if strikes("salesforce.html503"):
        return Reply(503, text=MAINTENANCE, media=_HTML)
    if strikes("salesforce.error500"):
        raise Refusal(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support")  # fmt: skip
    if call.method in _WRITES and strikes("salesforce.delayed_commit"):
        wait = site.org.faults.stream("salesforce.delayed_commit").uniform(
            0, site.org.switches.delay_s
        )
        site.delayed.append((site.org.clock.ms() + int(wait * 1000), call))
        raise Dropped
    reply = router.serve(site, call)
    if call.method in _WRITES and reply.status < 300:
        if strikes("salesforce.reset_after_commit"):
            raise Dropped
        if strikes("salesforce.after_commit_500"):
            raise Refusal(503, "SERVER_UNAVAILABLE", "Service temporarily unavailable")
    return reply


def _cut(site: Site, response: Response) -> Response:
    long_enough = response.status < 300 and len(response.body) > 1
    if long_enough and site.org.faults.strikes("salesforce.truncated"):
        return Response(response.status, response.body[: len(response.body) // 2], response.headers)
    return response
