"""A plan carried out: its rules come into force, and everybody is decided exactly as it was shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.decide.fit.kind import Fits, fitting
from connector.errors import ConfigError
from connector.model.person.dossier import Decided, Dossier
from connector.model.problem import Problem
from connector.store import Store
from connector.store.rollout.kept import Expected, Plan
from connector.sync.counted import people
from connector.sync.evaluate import ROUNDS, evaluate_one
from connector.sync.rollout.activation import Active
from connector.sync.rollout.backwards import read_again
from connector.sync.rollout.effect import QUIET, signature
from connector.sync.rollout.plan import Request
from connector.sync.rollout.seats import Seats
from connector.sync.rollout.survey import PIECE, side, survey

BATCH = 200


@dataclass
class Applied:
    """What carrying a plan out did: `exact` as planned, `again` decided anew because they were no longer as the plan saw them."""

    exact: int = 0
    again: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Whom a plan moves by now. `touched` have changed since it was made, `moved` of them the new rules would move."""

    planned: int
    touched: Sequence[int]
    moved: Sequence[int]

    @property
    def affected(self) -> int:
        return self.planned + len(self.moved)


@dataclass(frozen=True, slots=True)
class Started:
    """What was in force, what comes into force, and its texts."""

    before: Active
    after: Active
    texts: Mapping[str, str]


def reckon(store: Store, plan: Plan, request: Request) -> Reckoned:
    """Whoever has been touched since the plan was made is planned again singly, at `request.now`."""
    touched, among = store.plans.touched(plan)
    shapes = store.described.shapes()
    with store.plans.snapshot() as snapshot:
        undone = None if request.undone is None else request.undone.id
        old, new = side(snapshot, request.before, shapes), side(snapshot, request.after, shapes)
        new.undone = undone
        pieces = (touched[at : at + PIECE] for at in range(0, len(touched), PIECE))
        effects = survey(snapshot, old, new, request.now, request.rounds, pieces)
        moved = [effect.contact for effect in effects if effect.affected]
    return Reckoned(plan.affected - among, touched, moved)


def allowance(people: int, contacts: int, share: float) -> int:
    """The blast limit: so many contacts, or this share of all of them if that is fewer."""
    return min(contacts, int(people * share))


def check_allowed(reckoned: Reckoned, limit: int, allowed: int | None, verb: str = "apply") -> None:
    """Raises ConfigError if more people would move than the limit lets pass, or than somebody has allowed."""
    most = limit if allowed is None else max(limit, allowed)
    if reckoned.affected <= most:
        return
    more = f", {len(reckoned.moved):,} of them touched since it was made" if reckoned.moved else ""
    said = f"it would move {people(reckoned.affected)}{more}; {most:,} are allowed"
    hint = f"look at it once more, then: --allow {reckoned.affected}"
    raise ConfigError([Problem(verb, said, hint)])


def carry_out(
    store: Store,
    plan: Plan,
    rules: Active,
    clock: Callable[[], datetime],
    *,
    rounds: int = 3,
    epoch: Callable[[datetime], int | None] = lambda _: None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Applied:
    """Decide everybody who waits for the plan, in its order; call it again after a crash, and it goes on.

    The store must use the plan's rules already. Who is no longer as the plan saw them is decided at the present moment instead.
    `epoch` is that of a lease under which only one at a time carries a plan out.
    """
    carrier = Carrier(store, plan, rules, clock, rounds, epoch)
    total = store.plans.left()
    while carrier.step():
        tell(min(carrier.done, total), total)
    return carrier.applied


def start(store: Store, plan: Plan, rules: Started, allowed: int, now: datetime) -> Active:
    """The plan's rules come into force, in one commit with who waits for it and what is read again; once.

    Raises Outdated if something else came into force since the plan was made.
    """
    before, after = rules.before, rules.after
    again = read_again(before.mappings, after.mappings)
    number = store.plans.begin(plan, rules.texts, after.book, after.mappings, allowed, again, now)
    store.use(after.book, after.mappings, number)
    return Active(after.book, after.mappings, number)


class Carrier:
    """Goes through everybody who waits for a plan, a batch at a time; the roster moves on as it did in the plan."""

    def __init__(
        self,
        store: Store,
        plan: Plan,
        rules: Active,
        clock: Callable[[], datetime],
        rounds: int = 3,
        epoch: Callable[[datetime], int | None] = lambda _: None,
    ) -> None:
        self._store, self._plan, self._rules, self._clock = store, plan, rules, clock
        self._rounds, self._epoch = rounds, epoch
        self._fits: Fits = fitting(store.described.shapes())(rules.mappings)
        self._roster = store.roster()
        self._after, self._passes = 0, 0
        self.applied, self.done = Applied(), 0

    def step(self) -> bool:
        """One batch; False: nobody waits any more."""
        batch = self._store.plans.waiting(self._plan, self._after, BATCH, self._plan.now)
        if batch:
            self._batch(batch)
            self._after = batch[-1][0].contact.id
            self.done += len(batch)
            return True
        self._after, self._passes = 0, self._passes + 1
        return self._passes < ROUNDS and self._store.plans.left() > 0

    def _batch(self, batch: Sequence[tuple[Dossier, Expected | None]]) -> None:
        quiet: list[tuple[Decided, bool]] = []
        for dossier, expected in batch:
            decided = self._decided(dossier, self._plan.now)
            if signature(decided) != (QUIET if expected is None else expected.digest):
                self._flush(quiet)
                self._again(dossier.contact.id)
            elif Seats(self._roster).take(decided):
                self._flush(quiet)
                if self._keep([decided], again=False):
                    self.applied.exact += 1
                self._roster = self._store.roster()
            else:
                quiet.append((decided, expected is not None))
        self._flush(quiet)

    def _flush(self, quiet: list[tuple[Decided, bool]]) -> None:
        if quiet and self._keep([one for one, _ in quiet], again=False):
            self.applied.exact += sum(expected for _, expected in quiet)
        quiet.clear()

    def _again(self, contact: int) -> None:
        """This one anew, as they stand now."""
        for _ in range(ROUNDS):
            now = self._clock()
            self._roster = self._store.roster()
            try:
                dossier = self._store.dossier(contact, now)
            except KeyError:  # turned out to be somebody else
                return
            if self._keep([self._decided(dossier, now)], again=True):
                self.applied.again.append(contact)
                break
        self._roster = self._store.roster()

    def _decided(self, dossier: Dossier, now: datetime) -> Decided:
        book, mappings = self._rules.book, self._rules.mappings
        return evaluate_one(book, mappings, dossier, self._roster, now, self._fits)

    def _keep(self, decided: Sequence[Decided], *, again: bool) -> bool:
        now = self._clock()
        return self._store.plans.record(
            self._plan,
            decided,
            again,
            self._roster.version,
            now,
            self._rounds,
            self._epoch(now),
        )
