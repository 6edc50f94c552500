"""Recursive descent over the part of SOQL that connectors use (api-contracts B.9)."""

from __future__ import annotations

from functools import lru_cache

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.times import read_date, read_datetime
from connector.sandbox.salesforce.soql.lexer import (
    Token,
    like_pattern,
    malformed,
    tokens,
    unexpected,
    unquote,
)
from connector.sandbox.salesforce.soql.tree import (
    Among,
    Compare,
    Condition,
    Includes,
    Junction,
    Like,
    Literal,
    Negation,
    Order,
    Path,
    Query,
    Relative,
    When,
)

LONGEST = 100_000  # characters (B.9)
DEEPEST = 60  # parentheses and NOTs; Salesforce has its own limit, ours protects the stack
_DATES = frozenset({"TODAY", "YESTERDAY", "TOMORROW", "THIS_WEEK", "LAST_WEEK", "THIS_MONTH", "LAST_MONTH", "THIS_YEAR", "LAST_YEAR"})  # fmt: skip
_COUNTED = frozenset({"LAST_N_DAYS", "NEXT_N_DAYS", "N_DAYS_AGO"})
_RESERVED = frozenset({"FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "ORDER", "LIMIT", "OFFSET", "SELECT", "NULLS", "GROUP"})  # fmt: skip
_SIGNS = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@lru_cache(maxsize=256)
def parse(text: str) -> Query:
    """The query of a text; raises MALFORMED_QUERY. Whether its names exist is not asked here."""
    if len(text) > LONGEST:
        raise malformed(f"SOQL statements cannot be longer than {LONGEST} characters.")
    parser = _Parser(tokens(text))
    found = parser.query()
    parser.expect_end()
    return found


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    def query(self) -> Query:
        self._word("SELECT")
        fields = self._selection()
        self._word("FROM")
        kind = self._name()
        where = self._condition() if self._take("WHERE") else None
        order = self._ordering() if self._take("ORDER") else ()
        limit = self._whole() if self._take("LIMIT") else None
        offset = self._whole() if self._take("OFFSET") else 0
        if offset > 2000:
            raise Refusal(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        return Query(kind, fields, where, order, limit, offset)

    def expect_end(self) -> None:
        if self._peek().kind != "end":
            raise unexpected(self._peek())

    def _selection(self) -> tuple[Path, ...]:
        if self._peek().text.upper() == "COUNT" and self._tokens[self._at + 1].text == "(":
            self._at += 2
            self._mark(")")
            return ()
        fields = [self._path()]
        while self._sign(","):
            fields.append(self._path())
        if len(set(fields)) < len(fields):
            twice = next(path for path in fields if fields.count(path) > 1)
            raise malformed(f"duplicate field selected: {'.'.join(twice)}")
        return tuple(fields)

    def _condition(self) -> Condition:
        """AND and OR do not mix without parentheses: Salesforce refuses it."""
        parts = [self._term()]
        joined = ""
        while (word := self._peek().text.upper()) in ("AND", "OR") and self._peek().kind == "word":
            if joined and word != joined:
                raise unexpected(self._peek())
            joined = word
            self._at += 1
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Junction(joined == "AND", tuple(parts))

    def _term(self) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise malformed("The query is too deeply nested")
        try:
            if self._take("NOT"):
                return Negation(self._term())
            if self._sign("("):
                found = self._condition()
                self._mark(")")
                return found
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Condition:
        path = self._path()
        token = self._next()
        word = token.text.upper()
        if token.kind == "mark" and word in _SIGNS:
            return Compare(path, _SIGNS[word], self._literal())
        if token.kind == "word" and word == "LIKE":
            return self._like(path)
        if token.kind == "word" and word in ("IN", "NOT"):
            if word == "NOT":
                self._word("IN")
            return Among(path, self._members(), word == "NOT")
        if token.kind == "word" and word in ("INCLUDES", "EXCLUDES"):
            return Includes(path, self._list(), word == "EXCLUDES")
        raise unexpected(token)

    def _like(self, path: Path) -> Like:
        token = self._next()
        if token.kind != "text":
            raise unexpected(token)
        return Like(path, like_pattern(token))

    def _members(self) -> tuple[Literal, ...] | Query:
        if self._tokens[min(self._at + 1, len(self._tokens) - 1)].text.upper() != "SELECT":
            return self._list()
        self._depth += 1
        if self._depth > DEEPEST:
            raise malformed("The query is too deeply nested")
        self._mark("(")
        found = self.query()
        self._mark(")")
        self._depth -= 1
        return found

    def _list(self) -> tuple[Literal, ...]:
        self._mark("(")
        values = [self._literal()]
        while self._sign(","):
            values.append(self._literal())
        self._mark(")")
        return tuple(values)

    def _literal(self) -> Literal:
        token = self._next()
        match token.kind:
            case "text":
                return unquote(token)
            case "number":
                return _number(token)
            case "when":
                return _when(token)
            case "word":
                return self._named(token)
        raise unexpected(token)

    def _named(self, token: Token) -> Literal:
        word = token.text.upper()
        if word in ("TRUE", "FALSE", "NULL"):
            return {"TRUE": True, "FALSE": False, "NULL": None}[word]
        if word in _DATES:
            return Relative(word)
        if word in _COUNTED:
            self._mark(":")
            count = self._whole()
            if count > 36_500:
                raise malformed(f"{word} is too large: {count}")
            return Relative(word, count)
        raise unexpected(token)

    def _ordering(self) -> tuple[Order, ...]:
        self._word("BY")
        found = [self._order()]
        while self._sign(","):
            found.append(self._order())
        return tuple(found)

    def _order(self) -> Order:
        """Nulls come first unless the query says otherwise, whatever the direction."""
        path = self._path()
        descending = not self._take("ASC") and self._take("DESC")
        nulls_first = True
        if self._take("NULLS"):
            nulls_first = self._take("FIRST")
            if not nulls_first:
                self._word("LAST")
        return Order(path, descending, nulls_first)

    def _path(self) -> Path:
        token = self._next()
        parts = tuple(token.text.split("."))
        if token.kind != "word" or token.text.upper() in _RESERVED or not all(parts):
            raise unexpected(token)
        if len(parts) > 6:
            raise malformed("SOQL relationships may have at most 5 levels")
        return parts

    def _name(self) -> str:
        token = self._next()
        # `FROM Group` names the object of queues; only `GROUP BY` is a clause.
        reserved = token.text.upper() in _RESERVED - {"GROUP"}
        if token.kind != "word" or reserved or "." in token.text:
            raise unexpected(token)
        return token.text

    def _whole(self) -> int:
        token = self._next()
        if token.kind != "number" or not token.text.isdigit() or len(token.text) > 9:
            raise unexpected(token)
        return int(token.text)

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take(self, word: str) -> bool:
        token = self._peek()
        if token.kind == "word" and token.text.upper() == word:
            self._at += 1
            return True
        return False

    def _word(self, word: str) -> None:
        if not self._take(word):
            raise unexpected(self._peek())

    def _sign(self, mark: str) -> bool:
        token = self._peek()
        if token.kind == "mark" and token.text == mark:
            self._at += 1
            return True
        return False

    def _mark(self, mark: str) -> None:
        if not self._sign(mark):
            raise unexpected(self._peek())


def _number(token: Token) -> int | float:
    if len(token.text) > 40:
        raise unexpected(token)
    value = float(token.text)
    if value in (float("inf"), float("-inf")):
        raise unexpected(token)
    return int(token.text) if token.text.lstrip("+-").isdigit() else value


def _when(token: Token) -> When:
    """A datetime literal needs its zone: `Z` or an offset."""
    text = token.text
    if len(text) == 10:
        found = read_date(text)
    else:
        found = (
            read_datetime(text.upper())
            if text[-1] in "zZ" or text[-6] in "+-" or text[-5] in "+-"
            else None
        )
    if found is None:
        raise unexpected(token)
    return When(found)
