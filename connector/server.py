"""Floor 5: the daemon's face on the loopback: health, metrics, the operators' page, webhooks that only say "look again"."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from jinja2 import Environment
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

BODY_LIMIT = 1 << 20
STALE = timedelta(
    minutes=5
)  # HubSpot: older requests must be refused (api-contracts A.14); we bound the future too
_DECODED = {
    "3A": ":",
    "2F": "/",
    "3F": "?",
    "40": "@",
    "21": "!",
    "24": "$",
    "27": "'",
    "28": "(",
    "29": ")",
    "2A": "*",
    "2C": ",",
    "3B": ";",
}
_ENCODED = re.compile("%(" + "|".join(_DECODED) + ")", re.IGNORECASE)
_STAMP = re.compile(r"[0-9]{10,15}")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>leadcycle</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;color:#222}table{border-collapse:collapse;margin:1rem 0}
td,th{padding:.3rem .8rem;border-bottom:1px solid #ddd;text-align:left}.bad{color:#a00}</style>
<h1>leadcycle</h1>
<p class="{{ '' if healthy else 'bad' }}">{{ 'All is well.' if healthy else 'Something needs a person.' }}</p>
<table>{% for name, value in rows %}<tr><th>{{ name }}</th><td>{{ value }}</td></tr>{% endfor %}</table>
{% if troubles %}<h2>Troubles</h2><table>{% for name, cause in troubles %}<tr><th>{{ name }}</th><td>{{ cause }}</td></tr>{% endfor %}</table>{% endif %}
</html>"""


@dataclass(frozen=True, slots=True)
class Health:
    """What the daemon knows of itself. `figures` become metrics `leadcycle_<name>`; no ids, no addresses."""

    healthy: bool
    figures: Mapping[str, float]
    troubles: Mapping[str, str]
    streams: Mapping[str, float]  # "platform/stream" -> seconds since the last good read
    alarms: Mapping[str, str] = field(default_factory=dict)  # what waits for a person's word, why


@dataclass(frozen=True, slots=True)
class Webhooks:
    """HubSpot's app secrets (current and previous) and the public URL it calls; `nudge` is told that something changed."""

    secrets: Sequence[str]
    url: str
    nudge: Callable[[], None]


def application(
    health: Callable[[], Health], clock: Callable[[], datetime], webhooks: Webhooks | None = None
) -> Starlette:
    """The ASGI application. Nothing here changes state except a webhook's nudge; without `webhooks` there is no such address."""
    page = Environment(autoescape=True).from_string(_PAGE)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(health))

    def show_health(_: Request) -> Response:
        found = health()
        return JSONResponse(
            {"status": "ok" if found.healthy else "attention"},
            status_code=200 if found.healthy else 503,
            headers=_HEADERS,
        )

    def show_metrics(_: Request) -> Response:
        return Response(
            generate_latest(registry), media_type="text/plain; version=0.0.4", headers=_HEADERS
        )

    def show_page(_: Request) -> Response:
        found = health()
        rows = [(name.replace("_", " "), f"{value:g}") for name, value in found.figures.items()]
        rows += [(f"{stream} read", f"{age:.0f} s ago") for stream, age in found.streams.items()]
        troubles = {**found.troubles, **found.alarms}
        text = page.render(healthy=found.healthy, rows=rows, troubles=troubles.items())
        return HTMLResponse(text, headers=_HEADERS)

    routes = [
        Route("/", show_page),
        Route("/health", show_health),
        Route("/metrics", show_metrics),
    ]
    if webhooks is not None:
        take = _receiver(webhooks, clock)
        routes.append(Route("/webhooks/hubspot", take, methods=["POST"]))
    return Starlette(routes=routes)


def _receiver(
    webhooks: Webhooks, clock: Callable[[], datetime]
) -> Callable[[Request], Awaitable[Response]]:
    async def take(request: Request) -> Response:
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        if not genuine(request.method, webhooks, request.headers, body, clock()):
            return Response(status_code=401)
        webhooks.nudge()
        return Response(status_code=204)

    return take


def genuine(method: str, webhooks: Webhooks, headers: Headers, body: bytes, now: datetime) -> bool:
    """HubSpot's signature v3 over the configured public URL and the raw bytes (api-contracts A.14); never raises.

    Each of the two headers must be there exactly once. A secret that is not set signs nothing.
    """
    stamp = _only(headers, "x-hubspot-request-timestamp")
    signature = _only(headers, "x-hubspot-signature-v3")
    if not _STAMP.fullmatch(stamp) or not signature.isascii():
        return False
    if abs(now.timestamp() * 1000 - int(stamp)) > STALE.total_seconds() * 1000:
        return False
    signed = b"".join([method.encode(), decoded(webhooks.url).encode(), body, stamp.encode()])
    return any(
        hmac.compare_digest(signature.encode(), _sign(secret, signed))
        for secret in webhooks.secrets
        if secret
    )


def _only(headers: Headers, name: str) -> str:
    found = headers.getlist(name)
    return found[0] if len(found) == 1 else ""


def decoded(url: str) -> str:
    """The URL as HubSpot signs it: exactly twelve escapes are decoded, in the query too; the fragment is dropped."""
    return _ENCODED.sub(lambda found: _DECODED[found.group(1).upper()], url.split("#", 1)[0])


def _sign(secret: str, signed: bytes) -> bytes:
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())


async def _bounded(request: Request) -> bytes | None:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


class _Figures(Collector):
    """Reads the figures when somebody asks for metrics, not before."""

    def __init__(self, health: Callable[[], Health]) -> None:
        self._health = health

    def collect(self) -> list[Metric]:
        found = self._health()
        metrics: list[Metric] = [
            GaugeMetricFamily(f"leadcycle_{name}", name.replace("_", " "), value=value)
            for name, value in found.figures.items()
        ]
        ages = GaugeMetricFamily(
            "leadcycle_stream_age_seconds", "Seconds since the last good read", labels=["stream"]
        )
        for stream, age in found.streams.items():
            ages.add_metric([stream], age)
        stopped = GaugeMetricFamily(
            "leadcycle_platform_stopped", "1 while a platform is paused", labels=["platform"]
        )
        for platform in found.troubles:
            stopped.add_metric([platform], 1)
        return [*metrics, ages, stopped]


class Server:
    """The application on a thread of its own."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        settings: dict[str, Any] = {
            "log_level": "warning",
            "access_log": False,
            "lifespan": "off",
            "server_header": False,
        }
        self._host, self._port = host, port
        self._server = uvicorn.Server(uvicorn.Config(app, **settings))
        self._thread: threading.Thread | None = None

    def start(self) -> int:
        """Listens; returns the port. Raises OSError if that is not possible: the port is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.create_server((self._host, self._port), family=family)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="server", daemon=True
        )
        self._thread.start()
        return int(listener.getsockname()[1])

    def stop(self, patience: float = 10.0) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(patience)
