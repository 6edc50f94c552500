"""What other rules do to one contact: the decision by the rules in force and the one by the others, side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from connector.model.person.decision import Decision
from connector.model.person.dossier import Decided
from connector.model.person.standing import Standing
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.store.sending.outbox import body_of
from connector.store.sql.codec import dumps, record

Move = tuple[str, str, str]  # what moves, from where, to where
QUIET = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """`before` is what the rules in force would make of the contact at this very moment, `after` what the others would.

    `digest` is the signature of `after`. `anyway`: the rules in force would move or write something now, too, that they have not yet.
    """

    before: Decided
    after: Decided
    digest: str
    anyway: bool

    @property
    def contact(self) -> int:
        return self.after.dossier.contact.id

    @property
    def affected(self) -> bool:
        """Whether anybody would see that other rules decide."""
        return any(True for _ in self.moves()) or self.written() != _written(self.before)

    def moves(self) -> Iterator[Move]:
        """Where the others put the contact instead, by stage, grade, band, owner and stream."""
        mine = {one.track: one for one in self.before.decisions}
        for one in self.after.decisions:
            other = mine.get(one.track)
            was, becomes = _places(other), _places(one)
            yield from (
                (name, was[name], value) for name, value in becomes.items() if was[name] != value
            )

    def standings(self, tracks: Collection[str]) -> Iterator[Standing]:
        """Where the contact stands in these tracks by the rules in force."""
        made = (one.standing for one in self.before.decisions if one.track in tracks)
        return (standing for standing in made if standing.stage)

    def written(self) -> dict[Ref, dict[str, object]]:
        """What the others would write, by record."""
        return _written(self.after)

    def fresh(self) -> list[Change]:
        """Changes that only the others make, with those properties only that the rules in force would not write just so."""
        already = _written(self.before)
        found = []
        for change in self.after.changes:
            mine = already.get(change.ref, {})
            fields = {n: v for n, v in change.fields.items() if n not in mine or mine[n] != v}
            if fields:
                found.append(replace(change, fields=fields))
        return found

    @property
    def hands_over(self) -> bool:
        """Handed over at once, and not anyway."""
        return _assigns(self.after) and not _assigns(self.before)


def signature(decided: Decided) -> str:
    """A digest of everything that recording this would write; QUIET for nothing. Rows of the ledgers are left out."""
    decisions = [
        one
        for one in decided.decisions
        if one.changed or one.routing is not None or decided.changes
    ]
    if not decisions and not decided.changes:
        return QUIET
    sha = hashlib.blake2b(digest_size=16)
    for one in decisions:
        sha.update(record(_timeless(one, decided.dossier.known)).encode())
    for change in sorted(decided.changes, key=lambda each: (each.ref, each.key)):
        sha.update(dumps([str(change.ref), change.key, change.lane, body_of(change)]).encode())
    return sha.hexdigest()


def news(decided: Decided, pending: Mapping[Ref, str]) -> bool:
    """Whether recording this would write anything: `pending` is what waits to be sent already."""
    return any(one.changed or one.routing is not None for one in decided.decisions) or any(
        pending.get(change.ref) != body_of(change) for change in decided.changes
    )


def _timeless(decision: Decision, known: int) -> Decision:
    """The same without the numbers of rows that it was made from: those are others each time."""
    return replace(
        decision,
        roster=0,
        before=_unspent(decision.before, known),
        standing=_unspent(decision.standing, known),
    )


def _unspent(standing: Standing, known: int) -> Standing:
    return replace(standing, spent=-1) if standing.spent >= known else standing


def _places(decision: Decision | None) -> dict[str, str]:
    if decision is None:
        return dict.fromkeys(("stage", "grade", "band", "owner", "stream"), "")
    standing, score = decision.standing, decision.score
    return {
        "stage": standing.stage,
        "grade": score.grade,
        "band": score.band,
        "owner": standing.owner,
        "stream": standing.stream,
    }


def _written(decided: Decided) -> dict[Ref, dict[str, object]]:
    return {change.ref: dict(change.fields) for change in decided.changes}


def _assigns(decided: Decided) -> bool:
    return any(one.routing is not None for one in decided.decisions)
