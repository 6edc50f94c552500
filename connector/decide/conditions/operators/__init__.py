"""What each operator asks of one known value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.decide.conditions.operators.among import among
from connector.decide.conditions.operators.domain import domain_in
from connector.decide.conditions.operators.order import ORDER, between, ordered
from connector.decide.conditions.operators.text import contains, ends, of_words, path, starts
from connector.decide.conditions.operators.verdict import Verdict
from connector.decide.words.letters import fold
from connector.decide.words.title import has_form_of
from connector.decide.words.word import begins_word, has_word

__all__ = ["NEGATIVE", "Verdict", "fold", "verdict"]

NEGATIVE = frozenset({"not_equals", "not_in"})
_MAKERS: dict[str, Callable[[Any], Verdict]] = {
    "equals": among,
    "not_equals": among,
    "in": among,
    "not_in": among,
    "between": between,
    "contains": contains,
    "contains_any": contains,
    "starts_with": starts,
    "ends_with": ends,
    "matches_path": path,
    "has_word": of_words(has_word),
    "has_phrase": of_words(has_word),
    "has_word_beginning": of_words(begins_word),
    "has_form_of": of_words(has_form_of),
    "domain_in": domain_in,
}


def verdict(operator: str, wanted: Any) -> Verdict:
    """The question as a function of one known value; for `not_equals` and `not_in` the question before its negation.

    Raises ValueError for an operator that does not exist.
    """
    if operator in ORDER:
        return ordered(operator, wanted)
    if operator not in _MAKERS:
        raise ValueError(f"unknown operator {operator!r}")
    return _MAKERS[operator](wanted)
