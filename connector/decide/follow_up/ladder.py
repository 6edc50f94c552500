"""Who is told when a clock has run so far: the highest rung that is due, each at most once; after a downtime those below are folded into it.

A lead that is to go to somebody else does so all the same: that is never folded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.decide.follow_up.timing import length, reached_at
from connector.model.person.run import Run, Told
from connector.model.roster import Roster
from connector.model.rules.follow_up import Clock, FollowUp, Rung, Working

OWNER, SUBSTITUTE, MANAGER = "owner", "substitute", "manager"
ROLES = (OWNER, SUBSTITUTE, MANAGER)


def measured(rules: FollowUp, clock: Clock, run: Run) -> Run:
    """The run with the length of a day in its ladder: what a rung is known by must not change with whose lead it is."""
    if run.day or not any(isinstance(rung.after, int) for rung in clock.ladder):
        return run
    return replace(run, day=_day(rules, run))


def _day(rules: FollowUp, run: Run) -> int:
    name = next((leg.calendar for leg in reversed(run.legs) if leg.calendar), "")
    return round(length(1, rules.named(name)).total_seconds())


def offset(rules: FollowUp, run: Run, rung: Rung) -> int:
    """Seconds of work from the start of a run to a rung."""
    if rung.share is not None:
        return round(run.span * rung.share)
    if isinstance(rung.after, int):
        return run.span + rung.after * (run.day or _day(rules, run))
    return run.span + round(rung.after.total_seconds())


def ahead(rules: FollowUp, clock: Clock, run: Run) -> Iterable[tuple[int, Rung]]:
    """The rungs above the highest one that was reached, lowest first."""
    steps = [(offset(rules, run, rung), rung) for rung in clock.ladder]
    return sorted((step for step in steps if step[0] > run.reached), key=lambda step: step[0])


def climbed(
    rules: FollowUp, clock: Clock, run: Run, owner: str, roster: Roster, now: datetime
) -> Run:
    """The run with everybody who is told now; a clock that was stopped tells nobody."""
    if not run.running:
        return run
    found: list[tuple[int, datetime, Rung]] = []
    for height, rung in ahead(rules, clock, run):
        due = rung_at(rules, run, height)
        if due is None or due > now:
            break
        found.append((height, due, rung))
    if not found:
        return run
    top = found[-1][0]
    told = tuple(
        _told(rung, step, due, owner, roster, now)
        for (height, due, rung), step in zip(found, _steps(run, found), strict=True)
        if height == top or rung.reassign
    )
    return replace(run, reached=top, told=(*run.told, *told))


def _steps(run: Run, found: Iterable[tuple[int, datetime, Rung]]) -> Iterator[str]:
    """What tells each rung from all others of its clock: the round, the height, which one there."""
    again, there = f"r{run.round}." if run.round else "", Counter[int]()
    for height, _, _ in found:
        place = there[height]
        there[height] += 1
        yield f"{again}{height}" + (f".{place}" if place else "")


def giving(clock: Clock, run: Run) -> Rung | None:
    """The rung that was reached and is still to give the lead to somebody else; none while the clock does not go."""
    if not run.running or run.pause is not None:
        return None
    wanted = {told.rung for told in run.told if told.open}
    return next((r for r in reversed(clock.ladder) if r.reassign and label(r) in wanted), None)


def rung_at(rules: FollowUp, run: Run, height: int) -> datetime | None:
    """The moment of a rung; none that follows the clock's end comes before it, none that precedes it after."""
    found = reached_at(rules, run, timedelta(seconds=height))
    if found is None or run.due is None:
        return found
    return max(found, run.due) if height >= run.span else min(found, run.due)


def label(rung: Rung) -> str:
    """As reports name it: `50%`, `breach`, `breach + 2h`."""
    if rung.share is not None:
        return f"{round(rung.share * 100)}%"
    return f"breach + {_span(rung.after)}" if rung.after else "breach"


def _span(after: Working) -> str:
    if isinstance(after, int):
        return f"{after}d"
    minutes, seconds = divmod(round(after.total_seconds()), 60)
    if seconds:
        return f"{minutes * 60 + seconds}s"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _told(rung: Rung, step: str, due: datetime, owner: str, roster: Roster, now: datetime) -> Told:
    to, notes = [], []
    for word in rung.tell:
        key, note = recipient(word, owner, roster, now)
        if key and key not in to:
            to.append(key)
        if note:
            notes.append(note)
    by = rung.by if to else ()
    note = "; ".join(notes)
    return Told(
        label(rung), due, now, tuple(to), by, rung.where, step, rung.subject, note, rung.reassign
    )


def recipient(word: str, owner: str, roster: Roster, now: datetime) -> tuple[str, str]:
    """The key of whoever is meant, or "" and why there is nobody."""
    if word == OWNER:
        known = roster.named(owner)
        return ("", f"{owner} is a queue") if known is not None and known.queue else (owner, "")
    if word == SUBSTITUTE:
        there = (key for key in roster.stand_ins(owner) if _there(key, roster, now))
        key = next(there, "")
        return key, "" if key else f"nobody answers instead of {owner}"
    if word == MANAGER:
        known = roster.named(owner)
        boss = None if known is None else roster.of(known.manager)
        return (boss.key, "") if boss is not None else ("", f"no manager of {owner} is known")
    return word, ""


def _there(key: str, roster: Roster, now: datetime) -> bool:
    owner = roster.named(key)
    return owner is not None and owner.active and roster.away_until(key, now) is None


def pending(rules: FollowUp, clock: Clock, run: Run) -> Sequence[datetime]:
    """The moments at which the rungs ahead are due, as far as the clock goes now."""
    found = (rung_at(rules, run, height) for height, _ in ahead(rules, clock, run))
    return [due for due in found if due is not None]
