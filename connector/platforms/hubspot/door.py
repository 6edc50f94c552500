"""The only way to HubSpot. hubspot-api-client builds every call; how it travels and what its answer means is ours.

Bare, the client has no deadlines, opens a connection per call, knows no date paths, and its models cost 25 times the request
(api-contracts A.1); so each of its packages gets an ApiClient of ours, and answers are read raw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from connector.errors import Refused, Stopped
from connector.model.systems.change import Lane
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.failure import Answer
from connector.platforms.hubspot.tokens import Tokens
from connector.platforms.hubspot.transport import Broken, NotSent, Transport
from connector.platforms.retry import patiently

Members = dict[str, Any]


class Door:
    """The way of one connection: budget, token, patience and judgement around every call."""

    def __init__(self, connection: Connection, meter: Meter, lane: Lane | None = None) -> None:
        self.name = connection.name
        self._connection, self._meter, self._lane = connection, meter, lane
        self._transport = Transport(connection, meter)
        self._tokens = Tokens(connection, self._renew)
        self._apis: dict[str, Any] = {}

    def read(self, what: str, call: Callable[[], Answer]) -> Members:
        return patiently(
            lambda: self._asked(what, call, writes=False, lane=self._lane), self._connection.sleep
        )

    def write(self, what: str, call: Callable[[], Answer], lane: Lane | None = None) -> Members:
        return self._asked(what, call, writes=True, lane=lane)

    def token(self) -> str:
        """The access token itself, for the one call that asks about it."""
        return self._tokens.current()

    def _asked(
        self, what: str, call: Callable[[], Answer], *, writes: bool, lane: Lane | None
    ) -> Members:
        """One call; after a 401 exactly one more, since nothing was done and the token may just have ended."""
        answer = self._answered(what, call, writes=writes, lane=lane)
        if answer.status == 401:
            answer = self._answered(what, call, writes=writes, lane=lane)
        if not answer.good:
            raise failure.judged(answer, what, writes=writes, platform=self.name)
        if not answer.body:
            return {}
        try:
            found = orjson.loads(answer.body)
        except ValueError:
            raise failure.broken(what, writes=writes, sent=True, platform=self.name) from None
        if not isinstance(found, dict):
            raise Refused(None, "UNREADABLE", f"{what}: the answer is not an object")
        return found

    def _answered(
        self, what: str, call: Callable[[], Answer], *, writes: bool, lane: Lane | None
    ) -> Answer:
        self._meter.before(1, lane)
        try:
            return call()
        except NotSent:
            raise failure.broken(what, writes=writes, sent=False, platform=self.name) from None
        except Broken:
            raise failure.broken(what, writes=writes, sent=True, platform=self.name) from None

    def _renew(self, grant: Mapping[str, str]) -> Mapping[str, Any]:
        self._meter.before(1)
        try:
            answer = self._transport.send("POST", "/oauth/v1/token", form=list(grant.items()))
        except (NotSent, Broken):
            raise failure.broken(
                "token refresh", writes=False, sent=True, platform=self.name
            ) from None
        if answer.status in (400, 401, 403):
            raise Stopped(self.name, "the refresh token is not accepted any more; connect again")
        if not answer.good:
            raise failure.judged(answer, "token refresh", writes=False, platform=self.name)
        found = failure.members(answer.body)
        if "access_token" not in found:
            raise failure.broken("token refresh", writes=False, sent=True, platform=self.name)
        return found

    def _travel(self, method: str, path: str, query: Any, content: Any) -> Answer:
        token = self._tokens.current()
        answer = self._transport.send(
            method, path, query or (), {"Authorization": f"Bearer {token}"}, content
        )
        if answer.status == 401 and self._tokens.renewable:
            self._tokens.forget(token)
        return answer

    def bare(
        self, method: str, path: str, *, query: Members | None = None, content: Any = None
    ) -> Answer:
        found: Answer = self.api("crm.objects", "BasicApi").api_client.call_api(
            path,
            method,
            query_params=list((query or {}).items()),
            body=content,
            _preload_content=False,
        )
        return found

    def api(self, package: str, api: str) -> Any:
        """An API object of the client, kept, with our ApiClient inside."""
        key = f"{package}.{api}"
        if key not in self._apis:
            self._apis[key] = self._built(package, api)
        return self._apis[key]

    def _built(self, package: str, api: str) -> Any:
        from hubspot import HubSpot  # 100 ms: only who calls pays

        client = HubSpot(access_token="-", host=self._transport.host, api_factory=self._factory)  # noqa: S106 - _travel sets the real one
        for part in package.split("."):
            client = getattr(client, part)
        return getattr(client, _property_of(api))

    def _factory(self, package: Any, api: str, config: Mapping[str, Any]) -> Any:
        """What the client calls to make an API object: our transport under its method signatures."""
        travel = self._travel
        host = self._transport.host

        class Client(package.ApiClient):  # type: ignore[misc]  # the client library is untyped
            def request(
                self,
                method: str,
                url: str,
                query_params: Any = None,
                headers: Any = None,  # noqa: ARG002 - ours are set in the transport
                post_params: Any = None,  # noqa: ARG002
                body: Any = None,
                _preload_content: bool = True,
                _request_timeout: Any = None,
            ) -> Answer:
                return travel(method, url.removeprefix(host), query_params, body)

        configuration = package.Configuration()
        configuration.host = config["host"]
        return getattr(package, api)(api_client=Client(configuration=configuration))


def _property_of(api: str) -> str:
    """`BasicApi` -> `basic_api`, as the client's discovery spells it."""
    return api.removesuffix("Api").lower() + "_api"
