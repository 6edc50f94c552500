"""A decoded call and its answer, the same for an HTTP request and for a part of a composite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.wire import Response, answer

DEEPEST = 60  # levels of JSON; more than any resource needs, less than what a stack bears


@dataclass(frozen=True, slots=True)
class Call:
    """`path` is decoded and starts after the version; header names are in lower case."""

    method: str
    path: tuple[str, ...]
    version: str  # `v66.0`
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    content: Any = None
    nested: bool = False

    def json(self) -> Any:
        """The body as JSON; raises JSON_PARSER_ERROR."""
        if self.nested:
            return self.content
        try:
            found = orjson.loads(self.raw)
        except orjson.JSONDecodeError as error:
            raise Refusal(400, "JSON_PARSER_ERROR", f"{error.msg} at [line:{error.lineno}, column:{error.colno}]") from None  # fmt: skip

        if self.raw.count(b"[") + self.raw.count(b"{") > DEEPEST and _too_deep(found):
            raise Refusal(400, "JSON_PARSER_ERROR", "The body is too deeply nested")
        return found

    def object(self) -> dict[str, Any]:
        """The body as a JSON object; raises JSON_PARSER_ERROR."""
        found = self.json()
        if not isinstance(found, dict):
            raise Refusal(400, "JSON_PARSER_ERROR", "Expected an object at [line:1, column:1]")
        return found

    @property
    def number(self) -> int:
        return int(self.version[1:3])

    def base(self) -> str:
        return f"/services/data/{self.version}"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and JSON content; `text` instead of it for CSV and HTML. None as content is an empty body."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: bytes | None = None
    media: str = "text/csv"

    def response(self, headers: Mapping[str, str]) -> Response:
        merged = {**headers, **self.headers}
        if self.text is not None:
            return Response(self.status, self.text, {"Content-Type": self.media, **merged})
        return answer(self.status, self.content, merged)


def _too_deep(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for parts in inner for each in parts if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def refused(refusal: Refusal) -> Reply:
    """An error array (api-contracts B.3, "Data errors")."""
    return Reply(refusal.status, [refusal.item()], refusal.headers)


def not_allowed(call: Call, allowed: str) -> Refusal:
    return Refusal(
        405, "METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed. Allowed are {allowed}"
    )


def actor_of(org: Org, headers: Mapping[str, str]) -> Actor:
    """The API user with what the headers switch: assignment rules run unless they are refused (api-contracts B.5)."""
    rules = headers.get("sforce-duplicate-rule-header", "").replace(" ", "").lower()
    return Actor(
        org.integration_user,
        api=True,
        auto_assign=headers.get("sforce-auto-assign", "TRUE").strip().upper() != "FALSE",
        allow_save="allowsave=true" in rules.split(";"),
    )
