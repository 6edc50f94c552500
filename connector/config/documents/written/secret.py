"""Secrets are named in the project file, never written there."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from connector.config.documents.written.document import Part, told
from connector.config.documents.written.patterns import VARIABLE

CURE = "write {env: NAME_OF_A_VARIABLE} or {file: PATH}, and change this secret: it stood in a file"


class SecretDocument(Part):
    """Where a secret is found."""

    env: Annotated[str, Field(pattern=VARIABLE)] | None = Field(
        default=None, description="An environment variable."
    )
    file: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="A file that holds nothing else."
    )

    @model_validator(mode="after")
    def _one(self) -> SecretDocument:
        if len(self.model_fields_set) != 1:
            raise told("not exactly one place of a secret", "write {env: NAME} or {file: PATH}")
        return self


def named(value: Any) -> Any:
    if isinstance(value, str | int | float):
        raise told("a secret stands here in plain text", CURE)
    return value


def database(value: Any) -> Any:
    """A database's address; one that carries a password is a secret."""
    if isinstance(value, str) and re.match(r"[a-z0-9+]+://[^/@]*:[^/@]+@", value):
        raise told("a password stands here in plain text", CURE)
    return value


SecretRef = Annotated[SecretDocument, BeforeValidator(named, json_schema_input_type=SecretDocument)]
DatabaseUrl = Annotated[
    str | SecretDocument, BeforeValidator(database, json_schema_input_type=str | SecretDocument)
]
