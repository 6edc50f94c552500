"""What keeps a condition from holding, test by test, with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


class Together(NamedTuple):
    """Hindrances of which all are in the way, or, as alternatives (`either`), of which one must go."""

    parts: tuple[Hindrance, ...]
    either: bool


Hindrance = Obstacle | Together


def hindrance(condition: Condition, get: Get, stages: tuple[str, ...]) -> Hindrance | None:
    """What keeps the condition from holding, nested as the text is; None if it holds."""
    if compiled(ranked(condition, stages))(get):
        return None
    if isinstance(condition, Test):
        return Obstacle(condition, _got(get, condition))
    if isinstance(condition, Not):
        wrong = [test for test in tests(condition) if compiled(ranked(test, stages))(get)]
        return _joined([Obstacle(one, _got(get, one), unwanted=True) for one in wrong], False)
    found = [hindrance(part, get, stages) for part in condition.parts]
    return _joined([one for one in found if one is not None], not isinstance(condition, All))


def _joined(parts: Sequence[Hindrance], either: bool) -> Hindrance | None:
    """Each once; parts of the same kind in one row."""
    flat: list[Hindrance] = []
    for one in parts:
        flat += one.parts if isinstance(one, Together) and one.either is either else [one]
    once = tuple(dict.fromkeys(flat))
    return once[0] if len(once) == 1 else Together(once, either) if once else None


def obstacles(condition: Condition, get: Get, stages: tuple[str, ...]) -> tuple[Obstacle, ...]:
    """Every test in the way, in the order of the text; of alternatives all of them. Empty if the condition holds."""
    found = hindrance(condition, get, stages)
    return () if found is None else tuple(dict.fromkeys(_flat(found)))


def _flat(found: Hindrance) -> Iterator[Obstacle]:
    if isinstance(found, Obstacle):
        yield found
    else:
        for part in found.parts:
            yield from _flat(part)


def described(found: Hindrance, words: Language) -> str:
    """`activity 24 is below 35`; `(grade is B, not A) or (activity 50 is below 60 and country is unknown)`."""
    if isinstance(found, Obstacle):
        return told(found, words)
    parts = [described(one, words) for one in found.parts]
    inside = [
        f"({said})" if isinstance(one, Together) or (found.either and ", " in said) else said
        for one, said in zip(found.parts, parts, strict=True)
    ]
    return words.joined("or" if found.either else "and", inside)


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
        found = _beside(obstacle.got, (test.value,), words)
        return words.say(f"fails.{test.operator}", fact=fact, got=found, wanted=test.value)
    if test.operator == "between":
        low, high = test.value
        found = _beside(obstacle.got, (low, high), words)
        return words.say("fails.between", fact=fact, got=found, low=low, high=high)
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
    if fact == "band":
        return band_of(str(value), words)
    return words.sentences.get(f"value.{value}", value) if fact in SALES_FACTS else value


def _beside(got: Any, limits: tuple[Any, ...], words: Language) -> Any:
    """One decimal, and more where one would not show on which side of a limit it lies: 34.9999 is not 35."""
    if not isinstance(got, float):
        return got
    shown = round(got, 1)
    enough = shown != 0 and all(_side(shown, limit) == _side(got, limit) for limit in limits)
    return shown if enough else words.exact(got)


def _side(number: float, limit: Any) -> int:
    if not isinstance(limit, int | float):
        return 0
    return (number > limit) - (number < limit)


def _unsaid(test: Test, fact: str, words: Language) -> str:
    wanted = _wanted(test, words)
    if test.field == "lead_event" and test.operator in ALIKE:
        return words.say("fails.lead_event", wanted=wanted)
    if test.field in SALES_FACTS and test.operator in ALIKE:
        return words.say("fails.sales", fact=fact, wanted=wanted)
    none = words.sentences.get(f"fails.none.{test.field}")
    return none or words.say("fails.unknown", fact=fact)


def name_of(fact: str, words: Language) -> str:
    """A fact in words; a field whose name is none of the usual ones goes by its own."""
    if fact.startswith(FACT):
        return words.say("fact.consent", purpose=purpose_of(fact.removeprefix(FACT), words))
    return words.sentences.get(f"fact.{fact}", fact.replace("_", " "))


def purpose_of(name: str, words: Language) -> str:
    """What consent is for."""
    return words.sentences.get(f"purpose.{name}", name)


def band_of(name: str, words: Language) -> str:
    """A band by its usual name, else by its own."""
    return words.sentences.get(f"band.{name}", name)


def clock_of(name: str, words: Language) -> str:
    """A clock by its usual name, else by its own."""
    return words.sentences.get(f"clock.{name}", name.replace("_", " "))
