"""All proofs of one store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.report.replay import decisions_replay
from connector.store import Store
from connector.store.proof.broken import Proof

SHOWN = 1000  # of one proof, in JSON
Tell = Callable[[float, str], None]
"""Hears which part is done (0 to 1), and what is being proved."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Every proof, and what does not hold."""

    at: datetime
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        return all(proof.holds for proof in self.proofs)

    def of(self, contact: int) -> Verified:
        """The same, with the findings about one contact only; what was looked at is told of the whole store alone."""
        return Verified(
            self.at,
            tuple(
                Proof(
                    proof.name,
                    {},
                    tuple(one for one in proof.broken if one.contact == contact),
                )
                for proof in self.proofs
            ),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "holds": self.holds,
            "proofs": [
                {
                    "name": proof.name,
                    "holds": proof.holds,
                    "counts": dict(proof.counts),
                    "problems": len(proof.broken),
                    "broken": [
                        {"record": one.record, "cause": one.cause, "contact": one.contact}
                        for one in proof.broken[:SHOWN]
                    ],
                }
                for proof in self.proofs
            ],
        }


def _nobody_listens(part: float, what: str) -> None:
    del part, what


def verify(store: Store, now: datetime, tell: Tell = _nobody_listens) -> Verified:
    """Prove everything of one snapshot of the store, beside whoever writes; changes nothing."""
    with store.proofs() as proofs:

        def each() -> Iterator[Proof]:
            yield proofs.projections(now, lambda name: tell(0.05, f"projection {name}"))
            tell(0.3, "strengths")
            yield proofs.strengths()
            tell(0.35, "edits")
            yield proofs.edits()
            tell(0.4, "writes")
            yield proofs.writes()
            yield decisions_replay(proofs, lambda part: tell(0.45 + 0.55 * part, "decisions"))

        return Verified(now, tuple(each()))
