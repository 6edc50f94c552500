"""What all documents have in common: nothing unknown is accepted, nothing is converted silently."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

TOLD = "told"  # the error type of sentences that are ours already


def told(message: str, hint: str = "") -> PydanticCustomError:
    """A validation error whose sentence is shown as it is."""
    return PydanticCustomError(TOLD, "{message}", {"message": message, "hint": hint})


class Part(BaseModel):
    """A mapping inside a document."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Document(Part):
    """A whole file."""

    version: Literal[1] = Field(description="Version of the file format; always 1.")
