"""What keeps a condition from holding, test by test, with what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from connector.decide.conditions.condition import Get, compiled, ranked, tests
from connector.decide.explanation.language import Language
from connector.decide.facts import SALES_FACTS
from connector.model.condition import All, Condition, Not, Test
from connector.model.person.consent import FACT

ALIKE = ("equals", "in")
RULED_OUT = ("not_equals", "not_in")
ORDERED = ("at_least", "above", "at_most", "below")


class Obstacle(NamedTuple):
    """A test that stands in the way, and the value it found (None: unknown). `unwanted`: it holds and must not."""

    test: Test
    got: Any
    unwanted: bool = False


def obstacles(condition: Condition, get: Get, stages: tuple[str, ...]) -> tuple[Obstacle, ...]:
    """Every test in the way, in the order of the text; of alternatives all of them. Empty if the condition holds."""
    return tuple(dict.fromkeys(_obstacles(condition, get, stages)))


def _obstacles(condition: Condition, get: Get, stages: tuple[str, ...]) -> Iterator[Obstacle]:
    if compiled(ranked(condition, stages))(get):
        return
    if isinstance(condition, Test):
        yield Obstacle(condition, _got(get, condition))
    elif isinstance(condition, Not):
        for test in tests(condition):
            if compiled(ranked(test, stages))(get):
                yield Obstacle(test, _got(get, test), unwanted=True)
    else:
        parts = condition.parts
        wrong = parts if not isinstance(condition, All) else _failing(parts, get, stages)
        for part in wrong:
            yield from _obstacles(part, get, stages)


def _failing(
    parts: tuple[Condition, ...], get: Get, stages: tuple[str, ...]
) -> tuple[Condition, ...]:
    return tuple(part for part in parts if not compiled(ranked(part, stages))(get))


def _got(get: Get, test: Test) -> Any:
    got = get(test.field)
    return None if got in ("", ()) else _hashable(got)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | set | frozenset) else value


def told(obstacle: Obstacle, words: Language) -> str:
    """`activity 24 is below 35`."""
    test = obstacle.test
    fact = name_of(test.field, words)
    if obstacle.got is None:
        return _unsaid(test, fact, words)
    got = said(test.field, obstacle.got, words)
    if test.operator == "present":
        return words.say("fails.known", fact=fact)
    if obstacle.unwanted or test.operator in RULED_OUT:
        return words.say("fails.not", fact=fact, got=got)
    if test.file:
        return words.say("fails.in_file", fact=fact, got=got, file=test.file)
    if test.operator in ORDERED:
        found = _beside(obstacle.got, test.value, words)
        return words.say(f"fails.{test.operator}", fact=fact, got=found, wanted=test.value)
    if test.operator == "between":
        low, high = test.value
        return words.say("fails.between", fact=fact, got=got, low=low, high=high)
    return words.say(f"fails.{test.operator}", fact=fact, got=got, wanted=_wanted(test, words))


def _wanted(test: Test, words: Language) -> str:
    many = test.value if isinstance(test.value, tuple) else (test.value,)
    return words.either(said(test.field, one, words) for one in many)


def said(fact: str, value: Any, words: Language) -> Any:
    """A fact's value in words where it is one of ours: what sales answered, how consent stands."""
    if isinstance(value, tuple):
        return tuple(said(fact, one, words) for one in value)
    if fact.startswith(FACT):
        return words.sentences.get(f"consent.{value}", value)
    return words.sentences.get(f"value.{value}", value) if fact in SALES_FACTS else value


def _beside(got: Any, wanted: Any, words: Language) -> Any:
    """So many decimals that one sees that the two differ: 34.9999 is not 35."""
    numbers = isinstance(got, int | float) and isinstance(wanted, int | float)
    alike = numbers and got != wanted and words.plain(got) == words.plain(wanted)
    return words.exact(got) if alike else got


def _unsaid(test: Test, fact: str, words: Language) -> str:
    wanted = _wanted(test, words)
    if test.field == "lead_event" and test.operator in ALIKE:
        return words.say("fails.lead_event", wanted=wanted)
    if test.field in SALES_FACTS and test.operator in ALIKE:
        return words.say("fails.sales", fact=fact, wanted=wanted)
    return words.say("fails.unknown", fact=fact)


def name_of(fact: str, words: Language) -> str:
    """A fact in words; a field goes by its own name."""
    if fact.startswith(FACT):
        return words.say("fact.consent", purpose=fact.removeprefix(FACT))
    return words.sentences.get(f"fact.{fact}", fact.replace("_", " "))
