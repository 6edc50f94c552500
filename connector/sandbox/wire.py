"""The one shape of a request and an answer that every emulated vendor understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as a vendor sees it; `path` is percent-encoded and starts with a slash, `query` is raw."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""

    def params(self) -> dict[str, list[str]]:
        """The query, decoded; a repeated name keeps every value in order."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    def json(self) -> Any:
        """The body as JSON; raises `orjson.JSONDecodeError` (a ValueError) for anything else."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(status: int, content: Any = None, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; `None` as content means an empty body."""
    named = dict(headers or {})
    if content is None:
        return Response(status, b"", named)
    named.setdefault("Content-Type", "application/json;charset=utf-8")
    return Response(status, orjson.dumps(content), named)


class Dropped(Exception):
    """The vendor breaks the connection instead of answering; the only thing `handle` may raise, and only by a fault."""


class Vendor(Protocol):
    """What the HTTP server and the in-process transport call."""

    def handle(self, request: Request) -> Response: ...
