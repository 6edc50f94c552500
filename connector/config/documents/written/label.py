"""What people read of a rule: a text, or one for each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticKnownError

from connector.config.documents.written.document import told

Tongue = Literal["de", "en"]
TONGUES: tuple[Tongue, ...] = get_args(Tongue)
LONGEST = 4000


class Labelled(str):
    """A text with the same in other languages: it goes by the first one written, and `texts` has them all."""

    __slots__ = ("texts",)

    texts: Mapping[str, str]

    @staticmethod
    def of(texts: Mapping[str, str]) -> Labelled:
        found = Labelled(next(iter(texts.values())))
        found.texts = dict(texts)
        return found


def label(value: Any) -> str:
    """`Head of purchasing`, or `{de: Einkaufsleitung, en: Head of purchasing}`."""
    if isinstance(value, Labelled):
        return value
    if isinstance(value, dict) and value:
        for tongue, text in value.items():
            if tongue not in TONGUES:
                raise told(f'no text is shown in "{tongue}"', "write de and en")
            _text(text)
        return Labelled.of(value)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise told("a text belongs here", "write one text, or {de: …, en: …}")
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if not value:
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    if len(value) > LONGEST:
        raise PydanticKnownError("string_too_long", {"max_length": LONGEST})
    return value


def _plain(value: str) -> Any:
    return dict(value.texts) if isinstance(value, Labelled) else value


_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_TEXTS = {
    "type": "object",
    "properties": dict.fromkeys(TONGUES, _TEXT),
    "additionalProperties": False,
    "minProperties": 1,
}
_EITHER = WithJsonSchema({"anyOf": [_TEXT, _TEXTS]})
Label = Annotated[str, PlainValidator(label), PlainSerializer(_plain), _EITHER]
MaybeLabel = Annotated[
    str,
    PlainValidator(lambda value: value if value == "" else label(value)),
    PlainSerializer(_plain),
    _EITHER,
]
