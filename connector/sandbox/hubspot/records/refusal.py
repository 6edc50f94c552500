"""What HubSpot says when it will not do something (api-contracts A.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson


class Refusal(ValueError):
    """An answer with an error: status, category and message, with further members of the body in `more`."""

    def __init__(self, status: int, category: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.more = more
        self.headers: Mapping[str, str] = {}


def invalid(message: str, **more: Any) -> Refusal:
    return Refusal(400, "VALIDATION_ERROR", message, **more)


def missing(message: str = "resource not found", **more: Any) -> Refusal:
    return Refusal(404, "OBJECT_NOT_FOUND", message, **more)


def invalid_properties(problems: Sequence[Mapping[str, Any]]) -> Refusal:
    """The property errors as a JSON array inside the message, and the same as `errors` (api-contracts A.4)."""
    listed = orjson.dumps(list(problems)).decode()
    errors = [
        {
            "message": found["message"],
            "code": found["error"],
            "context": {"propertyName": [found["name"]]},
        }
        for found in problems
    ]
    return invalid(f"Property values were not valid: {listed}", errors=errors)


def lacking(scopes: Iterable[str]) -> Refusal:
    """403 MISSING_SCOPES; where exactly the scopes are named is not documented (api-contracts A.2)."""
    message = "This app hasn't been granted all required scopes to make this call."
    errors = [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": list(scopes)},
        }
    ]
    return Refusal(403, "MISSING_SCOPES", message, errors=errors)
