"""Texts of rules in all the languages they were written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from connector.config.documents.written.label import Labelled


def labels(documents: Iterator[BaseModel | None]) -> Mapping[str, Mapping[str, str]]:
    """By the text that a label goes by; of two that go by the same the first one's."""
    found: dict[str, Mapping[str, str]] = {}
    for document in documents:
        for label in _labels(document):
            found.setdefault(str(label), dict(label.texts))
    return found


def _labels(value: Any) -> Iterator[Labelled]:
    if isinstance(value, Labelled):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _labels(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _labels(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _labels(inner)
