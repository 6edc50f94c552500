"""From a request to an answer: find the resource, let the caller in, count, let a fault strike, do it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.hubspot.account import Account
from connector.sandbox.hubspot.limits import Limits, exceeded
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import Refusal, lacking
from connector.sandbox.hubspot.rest import (
    associations,
    directory,
    objects,
    properties,
    segments,
    streams,
    wishes,
)
from connector.sandbox.hubspot.rest.calls import Call, Route
from connector.sandbox.hubspot.rest.paths import place
from connector.sandbox.hubspot.tokens import Tokens, unknown_token
from connector.sandbox.wire import Dropped, Request, Response, answer

Router = Callable[[str, list[str]], Route | None]
_LONGEST_PATH = 16_000
_NOT_FOUND = b"<html>\n<head>\n<title>Error 404 Not Found</title>\n</head>\n<body><h2>HTTP ERROR 404</h2></body>\n</html>\n"
_MAINTENANCE = b"<!DOCTYPE html>\n<html><head><title>HubSpot is down for maintenance</title></head><body>We will be back soon.</body></html>"
_HTML = {"Content-Type": "text/html;charset=utf-8"}


@dataclass(slots=True)
class Gate:
    """`open` answers any request; only the faults that break a connection raise `Dropped`."""

    portal: Portal
    tokens: Tokens
    limits: Limits
    calls: Counter[str] = field(default_factory=Counter)
    routers: tuple[tuple[tuple[str, ...], Router], ...] = ()

    def __post_init__(self) -> None:
        self.routers = _routers(Account(self.tokens, self.limits).route)

    def open(self, request: Request) -> Response:
        found = self._route(request)
        if found is None:
            self.calls["unknown path"] += 1
            return Response(404, _NOT_FOUND, _HTML)
        route, call = found
        self.calls[route.label] += 1
        oauth = False
        try:
            oauth = self._admit(route, call)
            self._before(route)
            reply = route.run(call)
        except Refusal as refusal:
            return self._error(refusal, route, oauth=oauth)
        return self._after(route, self._named(reply, route, oauth=oauth))

    def _route(self, request: Request) -> tuple[Route, Call] | None:
        if len(request.path) > _LONGEST_PATH:
            return None
        where = place(request.path)
        if where is None:
            return None
        parts, version = where
        method = request.method.upper()
        for prefix, router in self.routers:
            if parts[: len(prefix)] == prefix:
                route = router(method, list(parts[len(prefix) :]))
                if route:
                    return route, Call(self.portal, request, version, request.params())
        return None

    def _admit(self, route: Route, call: Call) -> bool:
        """Who is it, may they, and is there any allowance left; whether they came by OAuth."""
        if route.public:
            return True
        if self.portal.faults.strikes("hubspot.unauthorized"):
            raise unknown_token()
        switches, now = self.portal.switches, self.portal.now()
        oauth = self.tokens.admit(call.request.headers, now)
        if not switches.user_may:
            message = "The user behind this token does not have the permissions to do this."
            raise Refusal(403, "USER_DOES_NOT_HAVE_PERMISSIONS", message)
        if switches.scopes is not None and not switches.scopes.issuperset(route.scopes):
            raise lacking(route.scopes)
        if route.enterprise and switches.edition != "enterprise":
            raise streams.unavailable()
        self.limits.count(now, search=route.search)
        return oauth

    def _before(self, route: Route) -> None:
        """Faults that strike before anything happens."""
        strikes, switches = self.portal.faults.strikes, self.portal.switches
        if strikes("hubspot.reset"):
            raise Dropped("reset before anything happened")
        if strikes("hubspot.daily429"):
            raise exceeded("DAILY", switches)
        if route.search and strikes("hubspot.secondly429"):
            raise exceeded("SECONDLY", switches)
        if not route.search and strikes("hubspot.burst429"):
            raise exceeded("TEN_SECONDLY_ROLLING", switches)
        if strikes("hubspot.error500"):
            raise Refusal(500, "INTERNAL_ERROR", "internal error")
        if strikes("hubspot.bad_gateway"):
            raise Refusal(502, "BAD_GATEWAY", "Bad Gateway")
        if strikes("hubspot.html503"):
            raise _Page()
        if route.writes and strikes("hubspot.locked423"):
            raise Refusal(
                423,
                "LOCKED",
                "This resource is locked by another write; try again in two seconds or later",
            )
        if strikes("hubspot.migration477"):
            moving = Refusal(477, "MIGRATION_IN_PROGRESS", "Migration in progress")
            moving.headers = {"Retry-After": "60"}
            raise moving

    def _after(self, route: Route, reply: Response) -> Response:
        """Faults that strike when the work is done."""
        strikes = self.portal.faults.strikes
        if route.writes and strikes("hubspot.reset_after_commit"):
            raise Dropped("reset after the write")
        if route.writes and strikes("hubspot.after_commit_500"):
            return self._error(Refusal(502, "BAD_GATEWAY", "Bad Gateway"), route, oauth=False)
        if reply.status == 200 and reply.body and strikes("hubspot.truncated"):
            return Response(200, reply.body[: len(reply.body) // 2], reply.headers)
        return reply

    def _named(self, reply: Response, route: Route, *, oauth: bool) -> Response:
        """Rate headers on everything but searches (api-contracts A.3)."""
        if route.search or route.public:
            return reply
        return Response(
            reply.status, reply.body, {**reply.headers, **self.limits.headers(oauth=oauth)}
        )

    def _error(self, refusal: Refusal, route: Route, *, oauth: bool) -> Response:
        if isinstance(refusal, _Page):
            return Response(503, _MAINTENANCE, _HTML)
        body: dict[str, Any] = {
            "status": "error",
            "message": refusal.message,
            "correlationId": str(
                uuid.UUID(int=self.portal.faults.stream("hubspot.correlation").getrandbits(128))
            ),
        }
        if refusal.status != 429:
            body["category"] = refusal.category
        return self._named(
            answer(refusal.status, {**body, **refusal.more}, refusal.headers), route, oauth=oauth
        )


class _Page(Refusal):
    """A maintenance page instead of an error body."""

    def __init__(self) -> None:
        super().__init__(503, "", "down for maintenance")


def _whole(router: Router, name: str) -> Router:
    """A router that wants to see the prefix, too."""
    return lambda method, rest: router(method, [name, *rest])


def _routers(account: Router) -> tuple[tuple[tuple[str, ...], Router], ...]:
    """The families by the first parts of their paths; a family that does not know a path leaves it to the next."""
    return (
        (("crm", "objects"), objects.route),
        (("crm", "objects"), associations.of_record),
        (("crm", "associations"), associations.batches),
        (("crm", "properties"), properties.route),
        (("crm", "owners"), directory.owners),
        (("crm", "pipelines"), directory.pipelines),
        (("crm", "lists"), segments.route),
        (("communication-preferences",), wishes.route),
        (("oauth",), _whole(account, "oauth")),
        (("account-info",), _whole(account, "account-info")),
        ((), streams.route),
    )
