"""SOQL text into tokens, and the contents of quoted strings (api-contracts B.9)."""

from __future__ import annotations

import re
from typing import NamedTuple

from connector.sandbox.salesforce.org.refusal import Refusal

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^'\\]|\\.)*')
    |(?P<when>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:[zZ]|[+-]\d\d:?\d\d)?)?)
    |(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z][\w.]*)
    |(?P<mark><=|>=|!=|<>|[=<>(),:])
    |(?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class Token(NamedTuple):
    kind: str  # text, when, number, word, mark, end
    text: str
    at: int


def malformed(message: str) -> Refusal:
    return Refusal(400, "MALFORMED_QUERY", message)


def unexpected(token: Token) -> Refusal:
    shown = token.text if token.kind != "end" else "<EOF>"
    return malformed(f"ERROR at Row:1:Column:{token.at + 1}\nunexpected token: '{shown[:80]}'")


def tokens(text: str) -> list[Token]:
    """All tokens, the last of kind `end`; raises MALFORMED_QUERY."""
    found: list[Token] = []
    at, match = 0, _TOKEN.match
    while True:
        hit = match(text, at)
        if hit is None or hit.lastgroup is None:
            shown = text[at : at + 20].strip() or text[at : at + 1]
            raise malformed(f"ERROR at Row:1:Column:{at + 1}\nunexpected token: '{shown}'")
        kind = hit.lastgroup
        found.append(Token(kind, hit[kind], hit.start(kind)))
        if kind == "end":
            return found
        at = hit.end()


def unquote(token: Token) -> str:
    """The value of a quoted string; an escape that SOQL does not know is refused."""
    inner = token.text[1:-1]
    return _ESCAPE.sub(lambda hit: _unescape(hit[1]), inner) if "\\" in inner else inner


def _unescape(code: str) -> str:
    if code in _PLAIN:
        return _PLAIN[code]
    if len(code) == 5 and not "d800" <= code[1:].lower() <= "dfff":
        return chr(int(code[1:], 16))
    raise malformed(f"Illegal string escape: \\{code}")


def like_pattern(token: Token) -> str:
    """A LIKE text as a regular expression over lower case; `\\%` and `\\_` stand for themselves."""
    found: list[str] = []
    at, inner = 0, token.text[1:-1]
    while at < len(inner):
        hit = _ESCAPE.match(inner, at)
        if hit:
            found.append(re.escape((hit[1] if hit[1] in "%_" else _unescape(hit[1])).lower()))
            at = hit.end()
            continue
        char = inner[at]
        found.append({"%": ".*?", "_": "."}.get(char) or re.escape(char.lower()))
        at += 1
    return "".join(found)
