"""rules/classification.yaml: names, and rules that nobody reaches."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import condition
from connector.config.compiled.rules.classification import Documents
from connector.config.contents import Files
from connector.config.lint.conditions.implies import implies
from connector.config.lint.conditions.vocabulary import lists_of
from connector.config.lint.names import declared, listed, twice
from connector.config.yaml import Source
from connector.model.problem import Problem

DAYS = ("date", "datetime")


def check_classification(files: Files) -> Iterator[Problem]:
    if files.classification is None:
        return
    document, source = files.classification.document, files.classification.source
    sections: dict[str, Documents] = {
        "classification": document.classification,
        "targeted": document.targeted,
        "origin": document.origin,
    }
    for section, rules in sections.items():
        yield from twice("rule", source, listed((section,), rules))
        yield from _shadowed(files, section, rules, source)
    yield from _began(files, document.first_touch.fields, source)


def _shadowed(files: Files, section: str, rules: Documents, source: Source) -> Iterator[Problem]:
    lists = lists_of(files)
    found = [
        condition(rule.when, source, (section, index, "when"), lists)
        for index, rule in enumerate(rules)
    ]
    for index, rule in enumerate(rules):
        above = next((n for n in range(index) if implies(found[index], found[n])), None)
        if above is not None:
            yield Problem(
                source.at(section, index),
                f'the rule "{rule.name}" can never be reached',
                f'"{rules[above].name}" above takes all of it',
            )


def _began(files: Files, names: tuple[str, ...], source: Source) -> Iterator[Problem]:
    if files.fields is None:
        return
    fields = files.fields.document.fields
    for index, name in enumerate(names):
        where = source.at("first_touch", "fields", index)
        yield from declared("field", name, tuple(fields), where)
        if name in fields and fields[name].type not in DAYS:
            hint = "name fields of type date or datetime"
            yield Problem(where, f"{name} is no date", hint)
