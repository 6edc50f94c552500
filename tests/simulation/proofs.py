"""At rest the store proves itself, and nothing differs between the systems and the ledger but with a cause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from house import House

from connector.report.verify import verify
from connector.sync.reconcile import Reconciled, reconcile
from connector.sync.reconcile.people import people


def unproved(house: House) -> Iterator[str]:
    """What `verify` and `reconcile` would complain about."""
    for proof in verify(house.store, house.now).proofs:
        yield from (f"verify {proof.name}: {one.record}: {one.cause}" for one in proof.broken)
    for found in reconciled(house).values():
        for (side, cause), count in found.problems().items():
            yield f"reconcile {found.platform}: {count} {side}: {cause.sentence}"


def reconciled(house: House) -> dict[str, Reconciled]:
    """Both systems against the ledger, as the command does it."""

    def wait(span: timedelta) -> None:
        house.time.advance(house.now + span)

    active, found = house.parts.active, {}
    for worker in house.parts.platforms:
        if worker.source is None:  # e-mail is only sent
            continue
        found[worker.name] = reconcile(
            worker.source, worker.name, house.store, active.mappings, house.now, wait
        )
    people(house.store, active.book, active.mappings, house.now, found)
    return found
