"""Everybody decided twice at one moment: by the rules in force, and by others. The same code as live, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connector.decide.fit.kind import Fits, fitting
from connector.model.person.dossier import Decided, Dossier
from connector.model.systems.shape import Shapes
from connector.store.keeping import Keeping
from connector.store.rollout.snapshot import Snapshot
from connector.sync.evaluate import evaluate_one
from connector.sync.rollout.activation import Active
from connector.sync.rollout.asks import asks_when_it_began
from connector.sync.rollout.effect import Effect, signature
from connector.sync.rollout.effect import news as is_news
from connector.sync.rollout.seats import Seats

PIECE = 200  # contacts loaded at a time


@dataclass
class Side:
    """Rules and mappings with the roster that they have moved on so far."""

    rules: Active
    seats: Seats
    fits: Fits
    undone: int | None = None
    keeping: Keeping = field(init=False)

    def __post_init__(self) -> None:
        self.keeping = Keeping(self.rules.book, self.rules.mappings)

    def decide(self, dossier: Dossier, now: datetime) -> Decided:
        """As the next one in line."""
        book, mappings = self.rules.book, self.rules.mappings
        decided = evaluate_one(book, mappings, dossier, self.seats.roster, now, self.fits)
        self.seats.take(decided)
        return decided


def side(snapshot: Snapshot, rules: Active, shapes: Shapes, undone: int | None = None) -> Side:
    """One side of a comparison, as the store stands; `undone`: contacts stand as before that plan."""
    seats = Seats(snapshot.roster(rules.mappings, rules.book))
    return Side(rules, seats, fitting(shapes)(rules.mappings), undone)


def survey(
    snapshot: Snapshot,
    before: Side,
    after: Side,
    now: datetime,
    rounds: int,
    pieces: Iterable[Sequence[int]],
    tell: Callable[[int], None] = lambda _: None,
) -> Iterator[Effect]:
    """One effect for each contact, in the order of their numbers; `tell` hears how many are done."""
    done, begun = 0, any(asks_when_it_began(one.rules.book) for one in (before, after))
    for piece in pieces:
        yield from _piece(snapshot, before, after, piece, now, rounds, begun=begun)
        done += len(piece)
        tell(done)


def _piece(
    snapshot: Snapshot,
    before: Side,
    after: Side,
    piece: Sequence[int],
    now: datetime,
    rounds: int,
    *,
    begun: bool,
) -> Iterator[Effect]:
    """Nothing of it is held when the next one is loaded."""
    olds, news = _loaded(snapshot, before, after, piece, now, begun=begun)
    was = [before.decide(one, now) for one in olds]
    becomes = [after.decide(one, now) for one in news]
    yield from _sent(snapshot, before, after, was, becomes, now, rounds)


def _loaded(
    snapshot: Snapshot,
    before: Side,
    after: Side,
    piece: Sequence[int],
    now: datetime,
    *,
    begun: bool,
) -> tuple[list[Dossier], list[Dossier]]:
    """The same people as each side sees them; where both read fields alike, only their strengths are loaded twice."""
    olds = snapshot.dossiers(before.keeping, piece, now, begun=begun)
    if before.rules.mappings.digest != after.rules.mappings.digest or after.undone is not None:
        return olds, snapshot.dossiers(after.keeping, piece, now, after.undone, begun=begun)
    if before.rules.book.signals == after.rules.book.signals:
        return olds, olds
    strengths = snapshot.strengths(after.keeping, piece, now)
    return olds, [replace(one, strengths=strengths.get(one.contact.id, {})) for one in olds]


def _sent(
    snapshot: Snapshot,
    before: Side,
    after: Side,
    was: Sequence[Decided],
    becomes: Sequence[Decided],
    now: datetime,
    rounds: int,
) -> Iterator[Effect]:
    """With what would really go out on both sides."""
    olds = snapshot.sent(before.keeping, was, now, rounds)
    news = snapshot.sent(after.keeping, becomes, now, rounds)
    pending = snapshot.pending([one.dossier.contact.id for one in was])
    for one, other, raw in zip(olds, news, becomes, strict=True):
        yield Effect(one, other, signature(raw), is_news(one, pending))
