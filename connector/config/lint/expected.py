"""What cases expect, in words that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from connector.config.contents import Files
from connector.config.documents import TestsDocument
from connector.config.documents.expected import ExpectDocument
from connector.config.lint.conditions.tests import check_tests
from connector.config.lint.conditions.vocabulary import Vocabulary, noun_of
from connector.config.lint.names import declared
from connector.config.yaml import Path, Source
from connector.decide.fields.sources import DECIDED
from connector.model.problem import Problem

Names = Collection[str] | None  # None: the file that says it could not be read


@dataclass(frozen=True, slots=True)
class Known:
    """Names that cases may use."""

    words: Vocabulary
    facts: Names
    purposes: Names
    pools: Names
    routes: Names
    people: Names
    rules: Names  # that score
    transitions: Names

    def with_people(self, names: Iterable[str]) -> Known:
        """Also those whom one case names itself."""
        return self if self.people is None else replace(self, people={*self.people, *names})


def known_names(files: Files, words: Vocabulary) -> Known:
    """The names of this project; nothing is known of a file that could not be read."""
    return Known(
        words=words,
        facts=_facts_known(files, words),
        purposes=tuple(files.fields.document.consent) if files.fields else None,
        pools=tuple(files.routing.document.pools) if files.routing else None,
        routes=tuple(rule.name for rule in files.routing.document.rules) if files.routing else None,
        people=_people(files),
        rules=_scoring(files),
        transitions=_transitions(files),
    )


def _facts_known(files: Files, words: Vocabulary) -> Names:
    """Whatever conditions may ask for or mappings may write, and the end of every clock."""
    if files.fields is None or "rules/follow_up.yaml" in files.broken:
        return None
    ends = (f"follow_up.{clock}_due" for clock in words.words.get("breached", ()))
    return {*DECIDED, *ends, *(name for names in words.names.values() for name in names)}


def _people(files: Files) -> Names:
    """Whom the routing rules can give a lead to, in small letters."""
    if files.routing is None:
        return None
    document = files.routing.document
    named = [member for pool in document.pools.values() for member in pool.members]
    assigned = [(rule.assign.person, rule.assign.queue) for rule in document.rules]
    for both in (*assigned, (document.fallback.person, document.fallback.queue)):
        named += [name for name in both if name]
    if files.owners is not None:
        named += [
            entry.substitute for entry in files.owners.document.owners.values() if entry.substitute
        ]
    return {name.lower() for name in (*named, *_addresses(files))}


def _addresses(files: Files) -> Iterator[str]:
    """Whom the ladders tell by name."""
    clocks = files.follow_up.document.clocks if files.follow_up else ()
    for clock in clocks:
        tells = [rung.tell for rung in clock.remind] + [rung.tell for rung in clock.on_breach]
        yield from (one for told in tells for one in told if "@" in one)


def _scoring(files: Files) -> Names:
    """Criteria (those of a named model after its name), signals, caps that several share, and machines."""
    if files.scoring is None:
        return None
    return files.scoring.document.reason_names()


def _transitions(files: Files) -> Names:
    if files.lifecycle is None:
        return None
    document = files.lifecycle.document
    return tuple(way.name for way in (*document.transitions, *document.back))


def expects(expect: ExpectDocument) -> bool:
    """Whether anything is compared: an empty list of steps is no steps, an empty list of reasons is nothing."""
    said = ((name, getattr(expect, name)) for name in type(expect).model_fields)
    exactly = ("steps", "told")
    return any(
        value is not None and (name in exactly or value not in ((), {})) for name, value in said
    )


def check_expected(
    expect: ExpectDocument, source: Source, path: Path, known: Known
) -> Iterator[Problem]:
    for word in ("stage", "grade", "band", "stream"):
        value = getattr(expect, word)
        if value:
            where = source.at(*path, word)
            yield from declared(word, value, known.words.words.get(word), where)
    if expect.route is not None and expect.route != "fallback":
        yield from declared("rule", expect.route, known.routes, source.at(*path, "route"))
    for owner in filter(None, expect.owner):
        yield from declared("owner", owner.lower(), known.people, source.at(*path, "owner"))
    if expect.excluded:
        reasons = known.words.words.get("excluded")
        yield from declared("reason", expect.excluded, reasons, source.at(*path, "excluded"))
    for number, name in enumerate(expect.steps or ()):
        where = source.at(*path, "steps", number)
        yield from declared("transition", name, known.transitions, where)
    for number, reason in enumerate(expect.reasons):
        where = source.at(*path, "reasons", number, "rule")
        yield from declared("criterion or signal", reason.rule, known.rules, where)
    for number, one in enumerate(expect.told or ()):
        inner = (*path, "told", number)
        yield from declared("owner", one.who.lower(), known.people, source.at(*inner, "who"))
        if one.clock is not None:
            names = known.words.words.get("breached")
            yield from declared("clock", one.clock, names, source.at(*inner, "clock"))
    for who in expect.passed_over:
        both = None
        if known.people is not None and known.routes is not None:
            both = (*known.people, *known.routes)
        where = source.key(*path, "passed_over", who)
        yield from declared("owner or rule", who.lower() if "@" in who else who, both, where)
    yield from _facts(expect, source, (*path, "facts"), known)


def _facts(expect: ExpectDocument, source: Source, path: Path, known: Known) -> Iterator[Problem]:
    for name, wanted in expect.facts.items():
        said = list(declared("fact", name, known.facts, source.key(*path, name)))
        yield from said
        if said:
            continue
        if isinstance(wanted, TestsDocument):
            yield from check_tests(wanted, name, source, (*path, name), known.words)
            continue
        for value in wanted if isinstance(wanted, tuple) else (wanted,):
            if isinstance(value, str) and value:
                words = known.words.words.get(name)
                where = source.at(*path, name)
                yield from declared(noun_of(name), value, words, where)
