"""What pydantic objects to, in sentences of ours, at the place where it stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from connector.config.documents.written.document import TOLD
from connector.config.documents.written.patterns import CURES
from connector.config.near import near, suggest
from connector.config.schema import keys_at, title_at, titles_at
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

Schema = dict[str, Any]
Said = tuple[str, str]
NOUNS = {"TestsDocument": "operator"}
NO_MAPPING = frozenset({"dict_type", "model_type", "model_attributes_type"})
NO_OPERATOR = "an operator belongs here"
SIGNS = {"": "equals", "=": "equals", "==": "equals", "!=": "not_equals", ">=": "at_least", ">": "above", "<=": "at_most", "<": "below"}  # fmt: skip


def sentences(source: Source, errors: Sequence[ErrorDetails], schema: Schema) -> list[Problem]:
    """One problem per mistake: where one typing error causes several errors, the most telling one stays."""
    meant = set(_meant(source, errors, schema))
    found = []
    for error in errors:
        path: Path = error["loc"]
        if error["type"] == "missing" and path in meant:
            continue
        if error["type"] == "too_short" and _explained(error, errors):
            continue
        if path and error["type"] not in ABOUT_KEYS and _stands_empty(source, path):
            continue  # said once for all empty values
        message, hint = _sentence(error, source, schema)
        place = source.key(*path) if error["type"] == "extra_forbidden" else source.at(*path)
        found.append(Problem(place, message, hint))
    return found


def _meant(source: Source, errors: Sequence[ErrorDetails], schema: Schema) -> Iterator[Path]:
    """Keys that are missing because they are misspelt beside."""
    for error in errors:
        if error["type"] == "extra_forbidden":
            *around, word = error["loc"]
            yield (*around, near(str(word), _valid(source, tuple(around), schema)))


def _valid(source: Source, path: Path, schema: Schema) -> tuple[str, ...]:
    known = source.known(path)
    return keys_at(schema, known, source.get(known))


def _stands_empty(source: Source, path: Path) -> bool:
    return source.known(path) == path and source.get(path) is None


def _explained(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """A list counts only its good entries; what is wrong with the others is said there."""
    path = error["loc"]
    return any(
        len(other["loc"]) > len(path) and other["loc"][: len(path)] == path for other in errors
    )


def _sentence(error: ErrorDetails, source: Source, schema: Schema) -> Said:
    path, context = error["loc"], error.get("ctx", {})
    if error["type"] == TOLD:
        return str(context["message"]), str(context["hint"])
    if error["type"] == "extra_forbidden":
        return _unknown(source, path, schema)
    if error["type"] == "string_type":
        return _text(error["input"], source.written.get(source.known(path)))
    if error["type"] in ("literal_error", "enum"):
        return _choice(error)
    if error["type"] == "string_pattern_mismatch":
        return CURES[context["pattern"]]
    if error["type"] in NO_MAPPING and "TestsDocument" in titles_at(schema, source.known(path)):
        return _operator(error["input"])
    said = SENTENCES.get(error["type"])
    if said is None:
        return "not allowed here", error["msg"].lower()
    return said(context, path)


def _unknown(source: Source, path: Path, schema: Schema) -> Said:
    word, valid = str(path[-1]), _valid(source, path[:-1], schema)
    if source.get(source.known(path)) is None and not near(word, valid):
        return f'"{_short(word)}" is cut off', "a text with a comma in it needs quotes"
    noun = NOUNS.get(title_at(schema, source.known(path[:-1])), "key")
    meant = SIGNS.get(word) if noun == "operator" else None
    return f'unknown {noun} "{_short(word)}"', f"write {meant}" if meant else suggest(word, valid)


def _operator(value: Any) -> Said:
    """A value where its operator is missing: what was probably meant."""
    if isinstance(value, list):
        return NO_OPERATOR, f"write {{in: [{_short(', '.join(map(str, value)))}]}}"
    if isinstance(value, bool | int | float):
        operator = "equals" if isinstance(value, bool) else "at_least"
        return NO_OPERATOR, f"write {{{operator}: {str(value).lower()}}}"
    sign, rest = _signed(str(value))
    return NO_OPERATOR, f"write {{{SIGNS[sign]}: {_short(rest)}}}"


def _signed(text: str) -> tuple[str, str]:
    """`>= 35` as (">=", "35")."""
    sign = next((one for one in sorted(SIGNS, reverse=True) if one and text.startswith(one)), "")
    return sign, text[len(sign) :].strip()


def _text(value: Any, written: str | None) -> Said:
    shown = _short(value if written is None else written)
    if isinstance(value, bool):
        return "a text belongs here, not true or false", f'write it in quotes: "{shown}"'
    if isinstance(value, int | float):
        return "a text belongs here, not a number", f'write it in quotes: "{shown}"'
    return "a text belongs here", "write one text, not a list and not {…}"


def _choice(error: ErrorDetails) -> Said:
    value = error["input"]
    expected = str(error["ctx"]["expected"]).replace(" or ", ", ").split(", ")
    names = [{"True": "true", "False": "false"}.get(name, name.strip("'")) for name in expected]
    if isinstance(value, dict | list):
        return "one word belongs here", suggest("", names)
    word = (
        {True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )
    return f'"{_short(word)}" is not known here', suggest(word, names)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _plain(number: Any) -> str:
    return f"{number:g}"


Sentence = Callable[[dict[str, Any], Path], Said]
LIST: Said = ("a list belongs here", "write [one, two] or lines that begin with -")
MAPPING: Said = ("keys and values belong here", "write {key: value} or lines of key: value")
NUMBER: Said = ("a number belongs here", "write it without quotes, unit or comma")

SENTENCES: dict[str, Sentence] = {
    "missing": lambda _, path: (
        (f'"{path[-1]}" is missing', "")
        if isinstance(path[-1], str)
        else ("one more value belongs here", "write two: [50, 199]")
    ),
    "int_type": lambda *_: (
        "a whole number belongs here",
        "write it without quotes, unit or fraction",
    ),
    "int_from_float": lambda *_: (
        "a whole number belongs here",
        "write it without quotes, unit or fraction",
    ),
    "int_parsing_size": lambda *_: NUMBER,
    "float_type": lambda *_: NUMBER,
    "finite_number": lambda *_: NUMBER,
    "bool_type": lambda *_: (
        "true or false belongs here",
        "write it in small letters, without quotes",
    ),
    "tuple_type": lambda *_: LIST,
    "list_type": lambda *_: LIST,
    "dict_type": lambda *_: MAPPING,
    "model_type": lambda *_: MAPPING,
    "model_attributes_type": lambda *_: MAPPING,
    "too_short": lambda context, _: (
        (f"at least {context['min_length']} belong here", "")
        if context["min_length"] > 1
        else ("nothing stands here", "name at least one")
    ),
    "too_long": lambda context, _: (
        f"at most {context['max_length']} belong here",
        "remove the others",
    ),
    "string_too_short": lambda *_: ("an empty text", "write something between the quotes"),
    "string_too_long": lambda context, _: (
        f"longer than {context['max_length']} letters",
        "shorten it",
    ),
    "greater_than": lambda context, _: (
        "the number is too small",
        f"it must be above {_plain(context['gt'])}",
    ),
    "greater_than_equal": lambda context, _: (
        "the number is too small",
        f"it must be {_plain(context['ge'])} or more",
    ),
    "less_than": lambda context, _: (
        "the number is too large",
        f"it must be below {_plain(context['lt'])}",
    ),
    "less_than_equal": lambda context, _: (
        "the number is too large",
        f"it must be {_plain(context['le'])} or less",
    ),
    "datetime_type": lambda *_: ("a moment belongs here", "write it as 2026-11-21T09:14:00+01:00"),
    "datetime_from_date_parsing": lambda *_: (
        "a moment belongs here",
        "write it as 2026-11-21T09:14:00+01:00",
    ),
    "datetime_parsing": lambda *_: (
        "a moment belongs here",
        "write it as 2026-11-21T09:14:00+01:00",
    ),
    "timezone_aware": lambda *_: (
        "a moment without its offset",
        "write it as 2026-11-21T09:14:00+01:00",
    ),
    "recursion_loop": lambda *_: ("nested too deeply", ""),
}
ABOUT_KEYS = frozenset({"extra_forbidden", "missing"})
