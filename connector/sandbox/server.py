"""The sandbox over HTTP on 127.0.0.1: each vendor under its name, the operator's side under `/sandbox`.

A raw ASGI function rather than a router: a vendor must see the path as it was sent, and a quarter of a year in a minute
leaves no room for what a router does for each request.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from connector.sandbox.wire import Dropped, Request, Response, answer
from connector.sandbox.world import World

HOST = "127.0.0.1"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Sockets = dict[tuple[str, int], asyncio.Transport]


class Operator:
    """What the person at the controls may ask and do."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle(self, request: Request) -> Response:
        """Answer a request to `/sandbox`, given without that; 400 for what makes no sense."""
        try:
            match request.method, request.path:
                case "GET", "/health":
                    return answer(200, {"status": "ok"})
                case "GET", "/clock":
                    return self._clock()
                case "POST", "/clock":
                    self._world.advance(self._moment(_sent(request)))
                    return self._clock()
                case "GET", "/report":
                    return answer(200, self._world.report())
                case "POST", "/faults":
                    self._world.faults.rate.update(_rates(_sent(request)))
                    return answer(200, self._world.faults.rate)
                case "POST", "/quiet":
                    self._world.quiet = True
                    return answer(200, {"quiet": True})
        except ValueError as problem:
            return answer(400, {"error": str(problem)})
        return answer(404, {"error": f"nothing is at {request.method} /sandbox{request.path}"})

    def _clock(self) -> Response:
        return answer(200, {"now": self._world.clock.now().isoformat()})

    def _moment(self, sent: dict[str, Any]) -> datetime:
        """`{"to": ISO time with its zone}` or `{"by": seconds}`."""
        match sent:
            case {"to": str(text)}:
                moment = datetime.fromisoformat(text)
                if moment.tzinfo is None:
                    raise ValueError(f"{text} has no time zone")
                return moment
            case {"by": int() | float() as seconds} if not isinstance(seconds, bool):
                try:
                    return self._world.clock.now() + timedelta(seconds=seconds)
                except OverflowError:
                    raise ValueError(f"{seconds} seconds lead out of the calendar") from None
        raise ValueError('{"to": "2026-01-05T08:00:00Z"} or {"by": 3600} is expected')


def _sent(request: Request) -> dict[str, Any]:
    found = request.json()
    if not isinstance(found, dict):
        raise ValueError("a JSON object is expected")
    return found


def _rates(sent: dict[str, Any]) -> dict[str, float]:
    for name, rate in sent.items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ValueError(f"{name}: a rate from 0 to 1 is expected, not {rate}")
    return {name: float(rate) for name, rate in sent.items()}


class Application:
    """The ASGI function: the first part of the path chooses who answers."""

    def __init__(self, world: World) -> None:
        self._doors = {**world.vendors(), "sandbox": Operator(world)}
        self._lock = world.lock
        self.sockets: Sockets = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        name, _, rest = scope["raw_path"].decode("latin-1").removeprefix("/").partition("/")
        door = self._doors.get(name)
        if door is None:
            await _reply(send, answer(404, {"error": f"nobody lives at /{name}"}))
            return
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        try:
            with self._lock:
                response = door.handle(
                    Request(
                        scope["method"],
                        f"/{rest}",
                        scope["query_string"].decode("latin-1"),
                        headers,
                        body,
                    )
                )
        except Dropped:
            self.sockets[scope["client"]].abort()
            await receive()  # the server itself learns of it, and does not answer in our place
            return
        await _reply(send, response)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _reply(send: Send, response: Response) -> None:
    headers = {"Content-Length": str(len(response.body)), **response.headers}
    encoded = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": response.body})


def _protocol(sockets: Sockets) -> type[H11Protocol]:
    """uvicorn's own protocol, which also lets us reach the socket of a request, to break it."""

    class Reachable(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # always TCP here
            super().connection_made(transport)
            sockets[transport.get_extra_info("peername")] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            sockets.pop(self.transport.get_extra_info("peername"), None)
            super().connection_lost(exc)

    return Reachable


def _server(world: World) -> uvicorn.Server:
    application = Application(world)
    config = uvicorn.Config(
        application,
        http=_protocol(application.sockets),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def _listening(port: int) -> socket.socket:
    """A bound socket, so that the port is known before anybody serves it; 0 picks a free one."""
    # The protocol is named because asyncio switches the delay of small packets off only where it is.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen(128)
    except OSError:
        found.close()
        raise
    return found


@contextmanager
def serving(world: World, port: int = 0) -> Iterator[str]:
    """Serve in a thread of its own; yields `http://127.0.0.1:PORT`. The thread has ended when this ends."""
    server, bound = _server(world), _listening(port)
    # The socket listens already, so a client that comes before the thread is up just waits.
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [bound]}, name="sandbox", daemon=True
    )
    thread.start()
    try:
        yield f"http://{HOST}:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


def run(world: World, port: int, ready: Callable[[str], None] | None = None) -> None:
    """Serve in the foreground until SIGTERM or SIGINT; `ready` is told the address as soon as calls are taken."""
    bound = _listening(port)
    try:
        if ready is not None:
            ready(f"http://{HOST}:{bound.getsockname()[1]}")
        _server(world).run(sockets=[bound])
    finally:
        bound.close()
