"""Every decision once more: from what its ledger rows say it was decided from, to the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from connector.config import compile_text
from connector.decide.decision import decide
from connector.decide.fields.scope import barred_by
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook
from connector.store.proof.broken import Broken, Proof
from connector.store.proof.past import Past
from connector.store.proof.proofs import Force, Joined, Kept, Parted, Proofs
from connector.store.sql import codec
from connector.store.sql.moment import to_ms

WITHIN = 1e-6  # reasons and score are rounded to six decimals each
GROUP = 200
Tell = Callable[[float], None]


class Book(NamedTuple):
    """A rulebook and its mappings, from the row of the ledgers with which they came into force."""

    since: int
    book: Rulebook
    mappings: Mappings


def decisions_replay(proofs: Proofs, tell: Tell) -> Proof:
    """Same rulebook, same strengths, fields and roster as recorded: same standing, score and steps. `tell` hears the part done."""
    kept = proofs.decisions()
    counts = {"decisions": len(kept), "replayed": 0, "before_this_version": 0}
    if not kept:
        return Proof("decisions", counts)
    broken, books = _chained(proofs, kept), _books(proofs.in_force())
    new = [one for one in kept if one.known]
    counts["before_this_version"] = len(kept) - len(new)
    try:
        with proofs.past() as past:
            for found in _Replay(proofs, past, books, new).all(tell):
                counts["replayed"] += 1
                broken += found
    except (LookupError, ValueError, TypeError) as error:  # damaged ledgers may say anything
        cause = f"cannot be told from the beginning: {type(error).__name__} {error}"
        broken.append(Broken("the ledgers", cause))
    return Proof("decisions", counts, tuple(broken))


class _Replay:
    """Goes through the ledgers once: loads contacts where they were loaded, decides where it was decided."""

    def __init__(
        self, proofs: Proofs, past: Past, books: Sequence[Book], kept: Sequence[Kept]
    ) -> None:
        self._proofs, self._past, self._books, self._kept = proofs, past, books, kept
        past.wanted = {one.roster for one in kept}

    def all(self, tell: Tell) -> Iterator[list[Broken]]:
        """What is wrong with each decision, in the order of their recording."""
        loads: dict[int, list[Kept]] = defaultdict(list)
        for one in self._kept:
            loads[one.known].append(one)
        moments = sorted([(known, 0) for known in loads] + [(one.id - 1, 1) for one in self._kept])
        by_id = {one.id: one for one in self._kept}
        oldest = _oldest_asked(self._kept)
        people: dict[int, Contact] = {}
        for place, (position, decides) in enumerate(moments):
            self._past.advance(position)
            if decides:
                kept = by_id[position + 1]
                yield list(self._replayed(kept, people.pop(kept.id, None)))
                self._past.forget(oldest.pop())
                tell(place / len(moments))
            else:
                people.update(self._loaded(loads[position]))

    def _loaded(self, kept: Sequence[Kept]) -> Iterator[tuple[int, Contact]]:
        by_book: dict[int, list[Kept]] = defaultdict(list)
        for one in kept:
            book = self._book(one, None)
            if book is not None:
                by_book[book.since].append(one)
        for since, some in by_book.items():
            by = next(book for book in self._books if book.since == since)
            accounts = {one.contact: one.account for one in some}
            found = self._past.contacts(by.mappings, by.book, accounts)
            yield from ((one.id, found[one.contact]) for one in some if one.contact in found)

    def _book(self, kept: Kept, digest: str | None) -> Book | None:
        before = [one for one in self._books if one.since <= kept.known]
        named = [one for one in before if digest in (None, one.book.digest)]
        return named[-1] if named else None

    def _replayed(self, kept: Kept, contact: Contact | None) -> Iterator[Broken]:
        body, decision = self._proofs.bodies([kept.id])[kept.id]
        for cause in (*adding_up(decision), *self._differs(kept, body, decision, contact)):
            yield _broken(kept, cause)

    def _differs(
        self, kept: Kept, body: str, decision: Decision, contact: Contact | None
    ) -> Iterator[str]:
        book = self._book(kept, decision.rulebook)
        by = (None, None) if book is None else (book.mappings, book.book)
        roster = self._past.roster(kept.roster, *by)
        if book is None:
            yield f"its rulebook {decision.rulebook[:12]} was not in force"
        elif contact is None:
            yield "the contact it is about was not known then"
        elif roster is None:
            yield f"the ledgers do not tell the roster it was decided with ({kept.roster})"
        else:
            start, why = decision.before, barred_by(decision.waits)
            again = decide(
                book.book,
                contact,
                decision.strengths,
                start,
                roster,
                decision.at,
                why,
                beside=decision.beside,
            )
            if codec.record(again) not in (
                body,
                codec.record(decision),
            ):  # it may lack newer members
                yield f"decided again it comes out otherwise: {', '.join(_members(decision, again))}"


def _oldest_asked(kept: Sequence[Kept]) -> list[int]:
    """The oldest version of the roster that the decisions after each one ask for; that of the first decision comes last."""
    found = [kept[-1].roster] if kept else []
    for one in reversed(kept[1:]):
        found.append(min(found[-1], one.roster))
    return found


def _broken(kept: Kept, cause: str) -> Broken:
    return Broken(f"contact/{kept.contact}", f"decision {kept.id}: {cause}", kept.contact)


def _members(one: Decision, other: Decision) -> list[str]:
    names = ("standing", "score", "steps", "routing", "strengths", "waits", "rulebook", "contact")
    return [name for name in names if getattr(one, name) != getattr(other, name)] or ["its bytes"]


def adding_up(decision: Decision) -> Iterator[str]:
    """Axes whose reasons do not sum to the number."""
    score = decision.score
    for axis, total in (("profile", score.profile), ("activity", score.activity)):
        parts = [
            one.points for one in score.reasons if (one.axis == "profile") is (axis == "profile")
        ]
        if abs(sum(parts) - total) > WITHIN * max(1, len(score.reasons)):
            yield f"its {axis} is {total:g}, the reasons sum to {sum(parts):g}"


def _books(in_force: Iterable[Force]) -> list[Book]:
    found = []
    for one in in_force:
        loaded = compile_text(one.texts)
        if loaded.book is not None and loaded.mappings is not None:
            found.append(Book(one.id, loaded.book, loaded.mappings))
    return found


def _chained(proofs: Proofs, kept: Sequence[Kept]) -> list[Broken]:
    """Each decision begins where the one before it ended, also across contacts that turned out to be one."""
    ends: dict[tuple[int, str], set[str]] = defaultdict(set)
    turns: list[Joined | Parted] = [*proofs.joined(), *proofs.parted()]
    turns.sort(key=lambda one: one.id)
    broken: list[Broken] = []
    for some in _groups(kept):
        bodies = proofs.bodies([one.id for one in some])
        for one in some:
            while turns and turns[0].id < one.id:
                _turn(ends, turns.pop(0))
            decision = bodies[one.id][1]
            if (one.contact, *one.columns) != (decision.contact, *_columns(decision)):
                broken.append(_broken(one, "its row says something else than its body"))
            place = (one.contact, decision.track)
            expected = ends[place] or {codec.record(Standing(track=decision.track))}
            if codec.record(decision.before) not in expected:
                cause = "it does not begin where the decision before it ended: one is missing"
                broken.append(_broken(one, cause))
            ends[place] = {codec.record(decision.standing)}
    return broken


def _columns(decision: Decision) -> tuple[str, int, str, str, str]:
    before, after = decision.before.stage, decision.standing.stage
    return decision.track, to_ms(decision.at), decision.rulebook, before, after


def _turn(ends: dict[tuple[int, str], set[str]], turn: Joined | Parted) -> None:
    """Whose standing it is changes hands."""
    if isinstance(turn, Parted):
        for contact, track, standing in turn.standings:
            ends[contact, track] = set() if standing is None else {_standing(standing)}
        return
    for place in [place for place in ends if place[0] == turn.loser]:
        del ends[place]
    for track, standing in turn.standings.items():
        ends[turn.survivor, track] = {_standing(standing)}


def _standing(body: str) -> str:
    """As this version writes it."""
    return codec.record(codec.restored(Standing, body))


def _groups(kept: Sequence[Kept]) -> Iterator[Sequence[Kept]]:
    for start in range(0, len(kept), GROUP):
        yield kept[start : start + GROUP]
