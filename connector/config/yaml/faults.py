"""What the YAML parser objects to, in words of ours."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from connector.config.yaml.source import at
from connector.model.problem import Problem

# (the parser's context, its problem) as patterns -> message, hint, whether the place is where the construct begins
SENTENCES: tuple[tuple[str, str, str, str, bool], ...] = (
    ("", r"found character '\\t'", "a tab", "indent with spaces", False),
    (
        "",
        "mapping values are not allowed",
        'a second ":" in one value',
        "quote the value, write {key: value}, or indent the line less",
        False,
    ),
    (
        "flow sequence",
        "expected ',' or ']'",
        "a list that begins here is not closed",
        'separate entries by "," and close with "]"',
        True,
    ),
    (
        "flow mapping",
        "expected ',' or '}'",
        "a brace that opens here is not closed",
        'separate entries by "," and close with "}"',
        True,
    ),
    (
        "flow node",
        "stream end",
        "a bracket that opens here is not closed",
        "close it",
        True,
    ),
    ("flow node", "expected the node content", "an entry is empty", 'remove the second ","', False),
    (
        "quoted scalar",
        "unexpected end of stream",
        "a quote that opens here is not closed",
        "close it on the same line",
        True,
    ),
    (
        "quoted scalar",
        "unexpected document separator",
        "a quote that opens here is not closed",
        "close it on the same line",
        True,
    ),
    (
        "quoted",
        "unknown escape character",
        "a backslash that means nothing in double quotes",
        "use single quotes, or two backslashes",
        False,
    ),
    (
        "quoted",
        "expected escape sequence",
        "a backslash that means nothing in double quotes",
        "use single quotes, or two backslashes",
        False,
    ),
    ("simple key", "could not find expected ':'", 'a ":" is missing', "write key: value", True),
    (
        "block collection",
        "expected <block end>",
        "the indentation does not fit the lines above",
        "entries of one list begin in the same column",
        False,
    ),
    (
        "block mapping",
        "but found '<scalar>'",
        "text after a closed value",
        "put the whole value in quotes",
        False,
    ),
    (
        "block mapping",
        "expected <block end>",
        "the indentation does not fit the lines above",
        "keys of one level begin in the same column",
        False,
    ),
    (
        "",
        "found undefined alias",
        "an alias without an anchor",
        'text that begins with "*" needs quotes',
        False,
    ),
    (
        "",
        "sequence entries are not allowed",
        'a "-" where no list can begin',
        "put the list on lines of its own",
        False,
    ),
    (
        "",
        r"found character '[<>].*' that cannot start",
        "an operator is a word",
        "write at_least, above, at_most or below",
        False,
    ),
    (
        "",
        r"found character '.*' that cannot start",
        "a character that cannot begin a value",
        "put the value in quotes",
        False,
    ),
    (
        "while scanning an (alias|anchor)",
        "",
        'a "*" or "&" that names nothing',
        "put the value in quotes",
        True,
    ),
    ("tag", "", 'a "!" that is not text', "put the value in quotes", True),
    (
        "block scalar",
        "",
        'text after "|" or ">"',
        "begin the text on the next line, or put the value in quotes",
        False,
    ),
    (
        "block node",
        "expected the node content",
        "a closing bracket without an opening one",
        "remove it, or put the value in quotes",
        False,
    ),
    (
        "single document",
        "",
        "a second document",
        'a file holds one document: remove the line "---"',
        False,
    ),
    (
        "",
        "(YAML document|YAML directive|document start|directive)",
        'a "%" line that is no directive',
        "remove it",
        False,
    ),
)


def problem_of(path: str, text: str, error: YAMLError) -> Problem:
    """One friendly problem for what the parser said."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        place = at(path, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        return Problem(place, "a control character", "remove it; the file must be plain UTF-8 text")
    if not isinstance(error, MarkedYAMLError):
        return Problem(at(path), "this is not YAML", "")
    context, problem = error.context or "", error.problem or ""
    for about, said, message, hint, begins in SENTENCES:
        if re.search(about, context) and re.search(said, problem):
            return Problem(_place(path, error, begins=begins), message, hint)
    return Problem(
        _place(path, error, begins=False), f"this is not YAML ({problem or context})", ""
    )


def _place(path: str, error: MarkedYAMLError, *, begins: bool) -> str:
    first, second = error.context_mark, error.problem_mark
    mark = (first or second) if begins else (second or first)
    return at(path) if mark is None else at(path, mark.line + 1, mark.column + 1)
