"""A plan: what other rules would do to everybody, seen before anything is done, and pinned so that exactly that can be done."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from connector.decide.tracks.decisions import every_track
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.store import Store
from connector.store.rollout.kept import Expected, Plan
from connector.store.rollout.snapshot import Snapshot
from connector.store.sql.moment import to_ms
from connector.sync.counted import wait
from connector.sync.rollout.activation import Active
from connector.sync.rollout.backwards import read_again
from connector.sync.rollout.causes import Causes
from connector.sync.rollout.edits import Edit, edits
from connector.sync.rollout.effect import QUIET, Effect
from connector.sync.rollout.survey import PIECE, side, survey
from connector.sync.rollout.tally import Calls, Sample, Tally

FORMAT = 1


def one_each(platform: str, kind: str, create: bool, records: int) -> int:  # noqa: ARG001  (the port's)
    """A call for each record."""
    return records


def _nobody(effect: Effect, sample: Sample) -> None:  # noqa: ARG001  (the port's)
    return


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a plan. `before` is in force, `after` would be; `undone`: the plan that is taken back by it.

    `each` sees everybody who is affected, `tell` how many of how many are done; `calls` is the systems' arithmetic of batches.
    """

    before: Active
    after: Active
    now: datetime
    rounds: int = 3
    undone: Plan | None = None
    calls: Calls = one_each
    tell: Callable[[int, int], None] = lambda _done, _all: None
    each: Callable[[Effect, Sample], None] = _nobody


def plan(store: Store, request: Request) -> Plan:
    """Decides everybody by both rules at one moment and keeps the outcome. Interrupted, it leaves no trace.

    Raises ConfigError while another plan is being carried out.
    """
    if store.plans.left():
        force = store.plans.force()
        under_way = force and force.plan and store.plans.numbered(force.plan)
        said = f"a plan is under way: {wait(store.plans.left(), 'still ')} for it"
        hint = f"finish it: leadcycle apply {under_way.hash[:12]}" if under_way else ""
        raise ConfigError([Problem("plan", said, hint)])
    with _spool() as spool, store.plans.snapshot() as snapshot:
        made = _through(store, snapshot, request, spool)
        number = store.plans.keep(made, spool.rows(), request.now)
    return made._replace(id=number)


def changed_rules(before: Active, after: Active) -> list[Edit]:
    """What the text says differently."""
    return edits(before.book, after.book) + edits(before.mappings, after.mappings)


def _through(store: Store, snapshot: Snapshot, request: Request, spool: _Spool) -> Plan:
    before, after, undone = request.before, request.after, request.undone
    shapes = store.described.shapes()
    old, new = side(snapshot, before, shapes), side(snapshot, after, shapes)
    new.undone = None if undone is None else undone.id
    changed = changed_rules(before, after)
    gone = frozenset(every_track(before.book)) - frozenset(every_track(after.book))
    tally = Tally(Causes(changed), gone)
    sha = hashlib.sha256(_header(snapshot, request).encode())

    def tell(done: int) -> None:
        request.tell(done, snapshot.people)

    pieces = snapshot.contacts(PIECE)
    for effect in survey(snapshot, old, new, request.now, request.rounds, pieces, tell):
        sample = tally.add(effect)
        if sample is not None:
            request.each(effect, sample)
        if sample is not None or effect.digest != QUIET:
            expected = Expected(effect.contact, effect.digest, sample is not None)
            sha.update(spool.put(expected))
    return Plan(
        hash=sha.hexdigest(),
        activation=before.activation,
        rulebook=after.book.digest,
        mappings=after.mappings.digest,
        now=request.now,
        known=snapshot.known,
        people=tally.people,
        affected=tally.affected,
        figures={
            **tally.figures(request.calls),
            "changed": [list(one) for one in changed],
            "read_again": read_again(before.mappings, after.mappings),
        },
        undoes=None if undone is None else undone.id,
    )


def _header(snapshot: Snapshot, request: Request) -> str:
    before, after = request.before, request.after
    parts = (
        FORMAT,
        before.activation,
        before.book.digest,
        before.mappings.digest,
        after.book.digest,
        after.mappings.digest,
        to_ms(request.now),
        snapshot.known,
        request.undone.hash if request.undone else "",
    )
    return " ".join(map(str, parts)) + "\n"


class _Spool:
    """What a plan expects of whom, in a file of its own until all of it is known."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def put(self, one: Expected) -> bytes:
        line = f"{one.contact} {one.digest} {int(one.affected)}\n".encode()
        self._file.write(line)
        return line

    def rows(self) -> Iterator[Expected]:
        self._file.seek(0)
        for line in self._file:
            contact, digest, affected = line.decode().split(" ")
            yield Expected(int(contact), digest, affected == "1\n")


@contextmanager
def _spool() -> Iterator[_Spool]:
    with tempfile.TemporaryFile() as file:
        yield _Spool(file)
