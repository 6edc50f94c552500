"""A refusal as Salesforce words it: an array item with `errorCode`, or with `statusCode` inside collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """One error (api-contracts B.3 "Data errors", B.4); `fields` is None where Salesforce sends none."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Sequence[str] | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = None if fields is None else list(fields)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def item(self) -> dict[str, Any]:
        """One element of the error array of a single call."""
        found: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields is not None:
            found["fields"] = self.fields
        return found

    def outcome(self) -> dict[str, Any]:
        """One element of `errors` in a collection's save result: `statusCode`, not `errorCode` (B.3)."""
        return {
            **self.extra,
            "statusCode": self.code,
            "message": self.message,
            "fields": self.fields or [],
        }


def not_found(message: str = "The requested resource does not exist") -> Refusal:
    return Refusal(404, "NOT_FOUND", message)


def deleted() -> Refusal:
    return Refusal(404, "ENTITY_IS_DELETED", "entity is deleted", [])


def no_column(name: str, kind: str) -> Refusal:
    return Refusal(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {kind}")


def no_kind(name: str) -> Refusal:
    return Refusal(
        400, "INVALID_TYPE", f"sObject type '{name}' is not supported. If you are attempting to use "
        "a custom object, be sure to append the '__c' after the entity name. Please reference your "
        "WSDL or the describe call for the appropriate names.",
    )  # fmt: skip
