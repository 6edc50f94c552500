"""rules/lifecycle.yaml: ways that nobody can ever take, whatever is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector.config.compiled.condition import Types, condition
from connector.config.documents.rules.lifecycle import (
    LifecycleDocument,
    TransitionDocument,
    WayDocument,
)
from connector.config.lint.conditions.implies import implies
from connector.config.lint.conditions.outcomes import outcomes
from connector.config.lint.cycle.stages import every, from_
from connector.config.yaml import Source
from connector.decide.conditions.condition import tests
from connector.decide.facts import SALES_FACTS, STAGE_IN
from connector.model.condition import Condition
from connector.model.person.standing import MAIN
from connector.model.problem import Problem


def check_ways(document: LifecycleDocument, source: Source, lists: Types) -> Iterator[Problem]:
    for section, ways in (("transitions", document.transitions), ("back", document.back)):
        found = [
            condition(way.when, source, (section, index, "when"), lists)
            for index, way in enumerate(ways)
        ]
        for index, way in enumerate(ways):
            shut = list(_shut(document, source, section, index, way, found[index]))
            yield from shut
            if not shut:
                above = [(ways[number], found[number]) for number in range(index)]
                where = source.at(section, index)
                yield from _shadowed(document, where, way, found[index], above)


def _shut(
    document: LifecycleDocument,
    source: Source,
    section: str,
    index: int,
    way: WayDocument,
    when: Condition,
) -> Iterator[Problem]:
    """Stages from which the way leads, and in which its own condition never holds."""
    never = [stage for stage in from_(document, way) if not _holds_in(document, when, stage)]
    if len(never) == len(from_(document, way)):
        yield Problem(
            source.key(section, index, "when"),
            f'"{way.name}" can never be taken',
            f"its condition never holds in {' or '.join(way.from_)}, from where it leads",
        )
        return
    for number, stage in enumerate(way.from_):
        if stage in never:
            yield Problem(
                source.at(section, index, "from", number),
                f'"{way.name}" is never taken from {stage}',
                "its condition never holds there; correct the condition, or remove the stage here",
                "warning",
            )


def _holds_in(document: LifecycleDocument, when: Condition, stage: str) -> bool:
    """Whether the condition may hold for somebody in this stage: by the stage and the highest one so far, of which no more is known."""
    known = {"stage": frozenset({stage}), "peak": _peaks(document, stage)}
    if not document.tracks:
        known[f"{STAGE_IN}{MAIN}"] = known["stage"]
    return True in outcomes(when, known, document.stages)


def _peaks(document: LifecycleDocument, stage: str) -> frozenset[str]:
    """The highest stages that somebody in this one may have reached."""
    if stage not in document.stages:
        return frozenset(every(document))
    return frozenset(document.stages[document.stages.index(stage) :])


def _shadowed(
    document: LifecycleDocument,
    where: str,
    way: WayDocument,
    when: Condition,
    above: Sequence[tuple[WayDocument, Condition]],
) -> Iterator[Problem]:
    takers = [_taker(document, way, when, stage, above) for stage in way.from_]
    if all(takers):
        names = list(dict.fromkeys(takers))
        hint = " and ".join(f'"{name}"' for name in names) + " above " + _take(names)
        yield Problem(where, f'"{way.name}" can never be taken', hint)


def _take(names: Sequence[str]) -> str:
    return "takes all of it" if len(names) == 1 else "take all of it"


def _taker(
    document: LifecycleDocument,
    way: WayDocument,
    when: Condition,
    stage: str,
    above: Sequence[tuple[WayDocument, Condition]],
) -> str:
    """The way above that is taken from this stage whenever this one could be, or ""."""
    for other, holds in above:
        if stage in other.from_ and implies(when, holds):
            waits = _may_wait(document, other, way)
            if not waits and not _asks_more(document, other, way, holds, when):
                return other.name
    return ""


def _may_wait(document: LifecycleDocument, other: WayDocument, way: WayDocument) -> bool:
    """A way that must hold for longer, or that rests or is guarded while the other is not: it may leave people to others."""
    breaks = isinstance(way, TransitionDocument) and way.breaks_rest
    rests = isinstance(other, TransitionDocument) and not other.breaks_rest
    guarded = not other.despite_guard and way.despite_guard and bool(document.guard)
    longer = other.hold_for is not None and (way.hold_for is None or other.hold_for > way.hold_for)
    return longer or (breaks and rests) or guarded


def _asks_more(
    document: LifecycleDocument,
    other: WayDocument,
    way: WayDocument,
    holds: Condition,
    when: Condition,
) -> bool:
    """Whether the other hands over, and may wait for something that this one does not wait for."""
    if not _hands_over(document, other):
        return False
    if not _hands_over(document, way):
        return True
    sales = any(
        test.field in SALES_FACTS for test in tests(when)
    )  # what sales did needs no hand-over
    always = {need.field for need in document.hand_over_needs if not need.when.model_fields_set}
    return (sales and when != holds) or not _needs(other) <= _needs(way) | always


def _needs(way: WayDocument) -> set[str]:
    return set(way.needs) if isinstance(way, TransitionDocument) else set()


def _hands_over(document: LifecycleDocument, way: WayDocument) -> bool:
    rank: Mapping[str, int] = {stage: place for place, stage in enumerate(document.stages)}
    known = way.to in rank and document.hand_over in rank
    forward = isinstance(way, TransitionDocument)
    return forward and known and rank[way.to] >= rank[document.hand_over]
