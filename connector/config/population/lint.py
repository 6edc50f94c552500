"""Rules that nobody meets, people whom no rule meets, signals that never come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from connector.config.lint.routing.coverage import takes
from connector.config.population.census import SHARED, Census
from connector.decide.conditions.asked import every_test, tests_in
from connector.decide.conditions.condition import Holds, compiled, ranked
from connector.decide.routing.territory import patch_of
from connector.model.condition import All, AnyOf, Condition, Not, Test
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.rules import Criterion, Rulebook

FEW = 50
"""Of so few people nothing can be said."""
KNOWN = 20  # people of whom a field must be known
ONE_IN = 100  # a value that so many share is common
TEXTS = frozenset({"text", "choice", "country", "language", "email"})
EMAIL_DOMAIN = "email_domain"
MATCHING = frozenset({
    "equals", "in", "contains", "contains_any", "starts_with", "ends_with", "has_word", "has_phrase", "has_word_beginning",
    "has_form_of", "domain_in",
})  # fmt: skip


def asked_of(book: Rulebook, mappings: Mappings) -> frozenset[str]:
    """The fields that the census needs: texts that rules ask about, and where people are."""
    table = book.routes.territories
    asked = {test.field for test in every_test(book)} | {
        criterion.field for model in book.scoring.models for criterion in model.criteria
    }
    asked |= {table.country, table.postal_code, table.state}
    return frozenset(asked & mappings.fields.keys()) | {EMAIL_DOMAIN}


def check_census(book: Rulebook, mappings: Mappings, census: Census) -> Iterator[Problem]:
    """Warnings only, where the rule stands."""
    yield from _silent(book, census)
    if census.people < FEW:
        return
    texts = {name for name, field in mappings.fields.items() if field.type in TEXTS}
    yield from _dead(book, texts | {EMAIL_DOMAIN}, census)
    for model in book.scoring.models:
        for criterion in model.criteria:
            if criterion.field in texts:
                yield from _otherwise(criterion, census)
    yield from _unrouted(book, census)


def _silent(book: Rulebook, census: Census) -> Iterator[Problem]:
    """Signals of which no activity could count; details are not known here, so only kind and asset are asked."""
    if not census.deeds:
        return
    for signal in book.scoring.activities.signals:
        asks = compiled(_of_asset(signal.when))
        if not any(
            deed.kind == signal.kind and asks({"asset": deed.asset}.get) for deed in census.deeds
        ):
            hint = _instead(census, signal.kind)
            message = f'"{signal.name}" has not happened in {census.days} days'
            yield Problem(f"{signal.where}:1", message, hint, "warning")


def _instead(census: Census, kind: str) -> str:
    found = [deed for deed in census.deeds if deed.kind == kind]
    if not found:
        kinds = sorted({deed.kind for deed in census.deeds})
        return f'nothing of the kind "{kind}" came in; there was {", ".join(kinds[:8])}'
    shown = [
        deed for deed in found if deed.times >= SHARED
    ]  # a meeting's title may name one person
    shown.sort(key=lambda deed: (-deed.times, deed.asset))
    said = ", ".join(f'"{deed.asset[:60]}" ({deed.times:,})' for deed in shown[:3])
    return f"there was {said}" if said else f'there was "{kind}", but never like this'


def _of_asset(condition: Condition) -> Condition:
    """What the condition asks of the asset; whatever asks for a detail may hold."""
    if isinstance(condition, Test):
        return condition if condition.field == "asset" else All()
    if isinstance(condition, Not):
        about = {test.field for test in every_test(condition)}
        return condition if about == {"asset"} else All()
    parts = tuple(map(_of_asset, condition.parts))
    return All(parts) if isinstance(condition, All) else AnyOf(parts)


def _dead(book: Rulebook, texts: set[str], census: Census) -> Iterator[Problem]:
    """Tests of a text that nobody meets. Exclusions are for people who should not be there."""
    rules = (
        *(book.scoring.models, book.scoring.bands, book.lifecycle.transitions),
        *(book.routes.rules, book.nurture.streams, book.classification),
    )
    for test in dict.fromkeys(tests_in(rules)):
        if test.field not in texts or test.operator not in MATCHING:
            continue
        values = [
            value
            for person in census.sample
            if (value := person.values.get(test.field)) is not None
        ]
        asks = compiled(test)
        if len(values) < KNOWN or any(asks({test.field: value}.get) for value in set(values)):
            continue
        common = census.common(values)
        message = f"nobody has {test.field} {(test.file and f'as in {test.file}') or 'like this'}"
        hint = f"{census.told(len(values))} have one" + (f"; common are {common}" if common else "")
        yield Problem(f"{test.where}:1", message, hint, "warning")


def _otherwise(criterion: Criterion, census: Census) -> Iterator[Problem]:
    """Common values that no choice is about."""
    asks = [compiled(choice.when) for choice in criterion.first_match]
    values = [
        value
        for person in census.sample
        if person.lately and (value := person.values.get(criterion.field)) is not None
    ]
    judged = {value: _met(asks, criterion.field, value) for value in set(values)}
    left = [value for value in values if not judged[value]]
    common = census.common(left, least=len(values) // ONE_IN)
    if common:
        label = criterion.otherwise.label or "otherwise"
        where = criterion.otherwise.where or criterion.where
        message = f'{census.told(len(left))} fall into "{label}"'
        yield Problem(f"{where}:1", message, f"common are {common}", "warning")


def _met(asks: list[Holds], field: str, value: str) -> bool:
    return any(each({field: value}.get) for each in asks)


def _unrouted(book: Rulebook, census: Census) -> Iterator[Problem]:
    """People whom only the fallback takes, by country; who owns their company is not known here."""
    rules = [
        (rule, compiled(ranked(rule.when, book.lifecycle.stages))) for rule in book.routes.rules
    ]
    if not rules:
        return
    table, lost = book.routes.territories, Counter[str]()
    for person in census.sample:
        facts: Mapping[str, Any] = _placed(book, person.values)
        if person.lately and not any(
            asks(facts.get) and takes(rule, facts) for rule, asks in rules
        ):
            lost[person.values.get(table.country, "")] += 1
    for country, count in sorted(lost.items(), key=lambda one: (-one[1], one[0]))[:10]:
        what = f"country {country} reaches" if country else "people without a country reach"
        message = f"{what} no rule ({census.told(count)} in the last {census.days} days)"
        yield Problem(
            f"{book.routes.fallback_where}:1", message, "the fallback takes them", "warning"
        )


def _placed(book: Rulebook, values: Mapping[str, str]) -> Mapping[str, Any]:
    patch = patch_of(book.routes.territories, values.get)
    if patch is None:
        return values
    return {**values, "territory": patch.territory, "region": patch.region or None}
