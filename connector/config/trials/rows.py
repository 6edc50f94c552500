"""What a case expected beside what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connector.config.documents import TestsDocument
from connector.config.documents.expected import ExpectDocument, ToldDocument
from connector.config.examples import Case
from connector.config.trials.course import Came, Notice
from connector.config.trials.meeting import SEVERAL, fits, holds
from connector.decide.fields.sources import decided_by

NAMED = ("stage", "grade", "band", "route", "stream", "excluded")


@dataclass(frozen=True, slots=True)
class Row:
    """One expectation: `what` (stage, owner ...), in words what was expected and what came out; `where` is its `file:line`.

    `step` counts the case's `then` from 1; 0 is the case's own moment.
    """

    what: str
    expected: str
    got: str
    ok: bool
    where: str = ""
    step: int = 0


def rows(case: Case, step: int, expect: ExpectDocument, came: Came, zone: str) -> tuple[Row, ...]:
    """Every expectation of one step."""
    path = ("expect",) if step == 0 else ("then", step - 1, "expect")
    return tuple(
        Row(what, wanted, got, ok, case.line(*path, *at), step)
        for what, wanted, got, ok, at in _compared(expect, came, ZoneInfo(zone))
    )


_Compared = tuple[str, str, str, bool, tuple[str | int, ...]]


def _compared(expect: ExpectDocument, came: Came, zone: ZoneInfo) -> Iterator[_Compared]:
    yield from _words(expect, came)
    for what, points in (
        ("profile", came.decision.score.profile),
        ("activity", came.decision.score.activity),
    ):
        inner = getattr(expect, what)
        if inner is not None:
            yield what, _asked(inner), f"{points:g}", holds(inner, points), (what,)
    yield from _owner(expect, came)
    yield from _waits(expect, came)
    yield from _steps(expect, came)
    yield from _reasons(expect, came)
    yield from _told(expect, came)
    yield from _passed_over(expect, came)
    for name, wanted in expect.facts.items():
        got = fact(came, name)
        yield (
            name,
            _asked(wanted),
            _shown(got, zone),
            fits(wanted, name, got, came),
            ("facts", name),
        )


def fact(came: Came, name: str) -> Any:
    """A fact as conditions see it at the end of the decision, or the source of a mapping line; None is unknown."""
    source = decided_by(name)
    return came.get(name) if source is None else source(came.decision, came.contact)


def _words(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    standing, score = came.decision.standing, came.decision.score
    got = (
        standing.stage,
        score.grade,
        score.band,
        came.routing.rule if came.routing else "",
        standing.stream,
        standing.excluded,
    )
    for what, found in zip(NAMED, got, strict=True):
        wanted = getattr(expect, what)
        if wanted is not None:
            yield what, wanted or "none", found or "none", found == wanted, (what,)


def _owner(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    if expect.owner:
        owners, owner = [one.lower() for one in expect.owner], came.decision.standing.owner
        wanted = " or ".join(one or "none" for one in owners)
        yield "owner", wanted, owner or "none", owner.lower() in owners, ("owner",)


def _waits(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    if expect.waits is not None:
        waits = "; ".join(came.decision.waits)
        ok = expect.waits.casefold() in waits.casefold() if expect.waits else not waits
        yield "waits", expect.waits or "none", waits or "none", ok, ("waits",)


def _steps(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    if expect.steps is not None:
        taken = tuple(step.rule for step in came.steps)
        wanted = ", ".join(expect.steps) or "none"
        yield "steps", wanted, ", ".join(taken) or "none", taken == expect.steps, ("steps",)


def _reasons(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    for number, wanted in enumerate(expect.reasons):
        points = [one.points for one in came.decision.score.reasons if one.rule == wanted.rule]
        ok = any(wanted.points is None or holds(wanted.points, one) for one in points)
        asked = "any points" if wanted.points is None else _asked(wanted.points)
        got = " and ".join(f"{one:g}" for one in points) or "none"
        yield f"reason {wanted.rule}", asked, got, ok, ("reasons", number)


def _told(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    if expect.told is not None:
        got = "; ".join(_notice(one.who, one.clock, one.by) for one in came.told)
        wanted = "; ".join(_notice(one.who, one.clock, one.by) for one in expect.told)
        pairs = zip(expect.told, came.told, strict=False)
        ok = len(expect.told) == len(came.told) and all(_meets(*pair) for pair in pairs)
        yield "told", wanted or "nobody", got or "nobody", ok, ("told",)


def _notice(who: str, clock: str | None, by: Iterable[str]) -> str:
    said = (who, f"by {clock}" if clock else "", f"({' and '.join(by)})" if by else "")
    return " ".join(filter(None, said))


def _meets(wanted: ToldDocument, got: Notice) -> bool:
    return (
        wanted.who.lower() == got.who.lower()
        and wanted.clock in (None, got.clock)
        and (not wanted.by or sorted(wanted.by) == sorted(got.by))
    )


def _passed_over(expect: ExpectDocument, came: Came) -> Iterator[_Compared]:
    skipped = came.routing.skipped if came.routing else ()
    for who, why in expect.passed_over.items():
        said = [one.why for one in skipped if one.who.lower() == who.lower()]
        ok = any(why.casefold() in one.casefold() for one in said)
        yield f"passed over {who}", why, "; ".join(said) or "no", ok, ("passed_over", who)


def _asked(wanted: Any) -> str:
    if isinstance(wanted, TestsDocument):
        return " and ".join(
            f"{operator.replace('_', ' ')} {_plain(value)}" for operator, value in wanted.given()
        )
    if isinstance(wanted, tuple):
        return _listed(wanted)
    return _plain(wanted)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return " and ".join(_plain(one) for one in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value) or "none"


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(_plain(one) for one in values) or "none"


def _shown(got: Any, zone: ZoneInfo) -> str:
    if isinstance(got, datetime) and got.tzinfo is not None:
        return got.astimezone(zone).isoformat()
    return _listed(got) if isinstance(got, SEVERAL) else "none" if got is None else _plain(got)
