"""Why somebody moves: the rules whose part in the two decisions differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from connector.model.person.decision import Decision
from connector.sync.rollout.edits import Edit
from connector.sync.rollout.effect import Effect

Told = tuple[str, str, str]


class Cause(NamedTuple):
    """A rule, its `file:line`, and what became of it."""

    where: str
    rule: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.where} {self.rule}".strip() + (f": {self.said}" if self.said else "")


class Causes:
    """Names the rules behind effects, with what the text says of them."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._said: dict[str, Edit] = {}
        for edit in edits:
            known = self._said.get(edit.rule)
            said = edit.said if known is None else f"{known.said}, {edit.said}"
            self._said[edit.rule] = Edit(edit.where, edit.rule, said)

    def of(self, effect: Effect) -> Iterator[Cause]:
        """Each cause once."""
        mine = {one.track: one for one in effect.before.decisions}
        found = dict.fromkeys(
            cause
            for one in effect.after.decisions
            if one.track in mine
            for cause in self._of(mine[one.track], one)
        )
        yield from found or (Cause("", _unnamed(effect)),)

    def _of(self, before: Decision, after: Decision) -> Iterator[Cause]:
        for name, where, said in (
            *_reasons(before, after),
            *_steps(before, after),
            *_route(before, after),
            *_shown(before, after),
            *self._banded(before, after),
        ):
            edit = self._said.get(name)
            if edit is None:
                yield Cause(where, name, said)
            else:
                yield Cause(edit.where or where, name, edit.said)

    def _banded(self, before: Decision, after: Decision) -> Iterator[Told]:
        """A band whose bounds moved although the numbers did not: the edited one of the two."""
        was, becomes = before.score, after.score
        if was.band != becomes.band and (was.grade, was.activity) == (
            becomes.grade,
            becomes.activity,
        ):
            both = (becomes.band, was.band)
            yield next((name for name in both if name in self._said), becomes.band), "", "band"


def _reasons(before: Decision, after: Decision) -> Iterator[Told]:
    was = {(one.axis, one.rule): one for one in before.score.reasons}
    becomes = {(one.axis, one.rule): one for one in after.score.reasons}
    for place in [*becomes, *(each for each in was if each not in becomes)]:
        old, new = was.get(place), becomes.get(place)
        if (old.points if old else 0.0) != (new.points if new else 0.0):
            told = new or old
            assert told is not None  # noqa: S101  (the place comes from one of them)
            yield told.rule, told.where, ""


def _steps(before: Decision, after: Decision) -> Iterator[Told]:
    was = {one.rule: one.where for one in before.steps}
    becomes = {one.rule: one.where for one in after.steps}
    yield from ((rule, at, "taken") for rule, at in becomes.items() if rule not in was)
    yield from ((rule, at, "taken no more") for rule, at in was.items() if rule not in becomes)


def _route(before: Decision, after: Decision) -> Iterator[Told]:
    was, becomes = before.routing, after.routing
    if becomes is not None and (was is None or was.owner != becomes.owner):
        yield becomes.rule, becomes.where, "gives the lead"


def _shown(before: Decision, after: Decision) -> Iterator[Told]:
    """Bounds that moved although the numbers did not."""
    if before.score.profile == after.score.profile and before.score.grade != after.score.grade:
        yield "grades", "", ""
    if before.standing.excluded != after.standing.excluded:
        yield (after.standing.excluded or before.standing.excluded), "", "excludes"
    if before.standing.stream != after.standing.stream:
        yield (after.standing.stream or before.standing.stream), "", "stream"


def _unnamed(effect: Effect) -> str:
    """Where no rule's part differs: a standing is given back, or the mapping writes something else."""
    if [one.before for one in effect.before.decisions] != [
        one.before for one in effect.after.decisions
    ]:
        return "as before the plan"
    kinds: Mapping[tuple[str, str], None] = {
        (change.ref.platform, change.ref.kind): None for change in effect.fresh()
    }
    return ", ".join(f"mapping of {platform} {kind}" for platform, kind in kinds) or "other rules"
