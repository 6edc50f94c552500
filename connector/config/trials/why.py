"""Why a case came out as it did: the rules behind whatever was not expected, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from connector.config.trials.course import Came
from connector.config.trials.placed import placed
from connector.config.trials.rows import Row
from connector.decide.conditions.condition import Get
from connector.decide.consent import agrees
from connector.decide.explanation import Language, language
from connector.decide.explanation.obstacles import described, hindrance, obstacles, told
from connector.model.condition import Condition
from connector.model.person.run import Run
from connector.model.rules import Rulebook, Transition

Why = Callable[[Rulebook, Came, Row, Language], Iterator[str]]
NEAREST = 6  # transitions named for one stage that was not reached


def why(book: Rulebook, came: Came, failed: Iterable[Row]) -> tuple[str, ...]:
    """One line for each rule that made it so, each once: `rules/lifecycle.yaml:12 interested: activity 24 is below 35`."""
    words = language("en")
    lines = (line for row in failed for line in _behind(row.what)(book, came, row, words))
    return tuple(dict.fromkeys(lines))


def _behind(what: str) -> Why:
    """`reason price_page`, `passed over j.brandt@…`: what stands there is a name."""
    return _BEHIND.get(what) or next(
        (why for word, why in _NAMED.items() if what.startswith(word)), _nothing
    )


def _nothing(*_: object) -> Iterator[str]:
    yield from ()


def _stage(book: Rulebook, came: Came, row: Row, words: Language) -> Iterator[str]:
    """What was taken where it should not have been; what did not open where it should have."""
    rank, stage = book.lifecycle.rank, came.decision.standing.stage
    if row.expected in book.lifecycle.every() and rank(row.expected) < rank(stage):
        yield from _taken(came)
        yield from _shut(book, came, [way for way in _from(book, stage) if way.back], words)
        return
    ways = [way for way in _from(book, stage) if not way.back and rank(way.after) > rank(stage)]
    towards = [way for way in ways if rank(way.after) <= rank(row.expected)] or ways
    yield from _shut(book, came, towards[:NEAREST], words)
    yield from _waiting(came)
    yield from _taken(came)


def _steps(book: Rulebook, came: Came, row: Row, words: Language) -> Iterator[str]:
    """The ways that were taken, and those that should have been and were not."""
    taken = {step.rule for step in came.steps}
    missed = set(row.expected.split(", ")) - taken
    yield from _taken(came)
    yield from _shut(book, came, [w for w in book.lifecycle.transitions if w.name in missed], words)
    yield from _waiting(came)


def _from(book: Rulebook, stage: str) -> list[Transition]:
    return [way for way in book.lifecycle.transitions if stage in way.before]


def _taken(came: Came) -> Iterator[str]:
    for step in came.steps:
        yield f"{step.where} {step.rule}: took it from {step.before} to {step.after}"


def _shut(book: Rulebook, came: Came, ways: Iterable[Transition], words: Language) -> Iterator[str]:
    for way in ways:
        found = [_failing(book, came.get, way.when, words)]
        if not found[0] and way.hold_for is not None:
            found = [f"holds, and must hold for {_span(way.hold_for.total_seconds())}"]
        until = came.decision.standing.rest_until
        if until is not None and until > came.at and not way.back and not way.breaks_rest:
            ends = words.moment(until, ZoneInfo(book.timezone))
            found = [found[0] or "holds", f"the contact rests until {ends}"]
        if any(found):
            yield f"{way.where} {way.name}: {', and '.join(found)}"


def _span(seconds: float) -> str:
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds / size:g}{word}"
    return f"{seconds:g}s"


def _failing(book: Rulebook, get: Get, when: Condition, words: Language) -> str:
    found = hindrance(when, get, book.lifecycle.stages)
    return described(found, words) if found is not None else ""


def _waiting(came: Came) -> Iterator[str]:
    for wait in came.decision.waits:
        yield f"the hand-over waits: {wait}"


def _waits(book: Rulebook, came: Came, _: Row, words: Language) -> Iterator[str]:
    yield from _waiting(came)
    consent = book.lifecycle.consent
    failing = _failing(book, came.get, consent, words) if consent else ""
    if failing:
        yield f"hand_over_consent: {failing}"
    stage = came.decision.standing.stage
    if not came.decision.waits:
        yield from _shut(book, came, [w for w in _from(book, stage) if not w.back], words)


def _profile(_book: Rulebook, came: Came, _row: Row, _words: Language) -> Iterator[str]:
    yield from _points(came, "profile")


def _activity(_book: Rulebook, came: Came, _row: Row, _words: Language) -> Iterator[str]:
    yield from _points(came, "activity")


def _points(came: Came, axis: str) -> Iterator[str]:
    reasons = [one for one in came.decision.score.reasons if one.axis == axis]
    for one in reasons:
        label = f": {one.label}" if one.label and one.label != one.rule else ""
        yield f"{one.where} {one.rule}: {one.points:+.1f}{label}"
    if not reasons:
        yield "nothing gives points"


def _band(book: Rulebook, came: Came, _: Row, words: Language) -> Iterator[str]:
    """Down to the first that holds; of cells called alike, as in a matrix, those of the grade alone."""
    stages = book.lifecycle.stages
    every = [(band, obstacles(band.when, came.get, stages)) for band in book.scoring.bands]
    foreign = [any(one.test.field == "grade" for one in found) for _, found in every]
    own = {band.name for (band, _), other in zip(every, foreign, strict=True) if not other}
    for (band, found), other in zip(every, foreign, strict=True):
        if not (other and band.name in own):
            failing = ", ".join(told(one, words) for one in found)
            yield f"{band.where} {band.name}: {failing or 'holds'}"
        if not found:
            return


def _owner(_: Rulebook, came: Came, _row: Row, _words: Language) -> Iterator[str]:
    if came.routing is None:
        yield "nobody was handed over in this step"
        yield from _waiting(came)
        return
    yield f"{came.routing.where} {came.routing.rule}: gave it to {came.routing.owner}"
    for one in came.routing.skipped:
        yield f"{one.where} not {one.who}: {one.why}".lstrip()


def _stream(book: Rulebook, came: Came, _: Row, words: Language) -> Iterator[str]:
    standing = came.decision.standing
    if standing.excluded:
        yield f"excluded: {standing.excluded}"
    if standing.stage in book.lifecycle.working:
        yield f"sales works the lead in {standing.stage}"
    for stream in book.nurture.streams:
        failing = _failing(book, came.get, stream.when, words)
        if not agrees(came.contact.consents, stream.purpose):
            failing = f"no consent for {stream.purpose}"
        asked = stream.asked and standing.asked != stream.name
        yield f"{stream.where} {stream.name}: {failing or ('nothing asked for it' if asked else 'holds')}"


def _excluded(book: Rulebook, came: Came, _: Row, words: Language) -> Iterator[str]:
    for rule in book.scoring.exclusions:
        failing = _failing(book, came.get, rule.when, words)
        yield f"{rule.where} {rule.name}: {failing or 'holds'}"


def _told(book: Rulebook, came: Came, _row: Row, _words: Language) -> Iterator[str]:
    """Whom the clocks told so far, and when those that go on run out."""
    where = {clock.name: clock.where for clock in book.follow_up.all_clocks}
    handover, zone = came.decision.standing.handover, ZoneInfo(book.timezone)
    for run in handover.runs if handover is not None else ():
        for one in run.told:
            at = one.at.astimezone(zone).isoformat(timespec="minutes")
            yield f"{one.where} {run.clock}, {one.rung}: told {', '.join(one.to) or 'nobody'} at {at}"
        yield f"{where.get(run.clock, '')} {run.clock}: {_ends(run, zone)}".lstrip()


def _ends(run: Run, zone: ZoneInfo) -> str:
    if run.stopped_at is not None:
        return f"stopped by {run.stopped_by}"
    if run.due is None:
        return "stands still"
    return f"ends at {run.due.astimezone(zone).isoformat(timespec='minutes')}"


def _reason(_: Rulebook, came: Came, _row: Row, _words: Language) -> Iterator[str]:
    yield from _points(came, "profile")
    yield from _points(came, "activity")


_NAMED: Mapping[str, Why] = {"reason ": _reason, "passed over ": _owner}
_BEHIND: Mapping[str, Why] = {
    "stage": _stage,
    "steps": _steps,
    "waits": _waits,
    "profile": _profile,
    "grade": _profile,
    "activity": _activity,
    "band": _band,
    "owner": _owner,
    "route": _owner,
    "stream": _stream,
    "excluded": _excluded,
    **dict.fromkeys(("classification", "targeted", "origin", "channel"), placed),
    "told": _told,
}
