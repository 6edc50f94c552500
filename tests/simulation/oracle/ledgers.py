"""The ledgers by themselves: every change has one fate, every score adds up, every projection comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from oracle.view import View

PROJECTIONS = (
    "ref",
    "contact",
    "account",
    "identity",
    "observed",
    "standing",
    "strength",
    "owner",
    "turn",
    "unanswered",
    "outbox",
    "look",
)
FINAL = {"written", "superseded", "dropped", "refused", "gone", "moved"}
ALLOWED = {"GONE", "AMBIGUOUS", "ENTITY_IS_DELETED", "OBJECT_NOT_FOUND"}
"""What may wait for a person at the end: only what people themselves made unclear."""


def conservation(view: View) -> Iterator[str]:
    """I3, I18."""
    waiting = view.rows("SELECT id, platform, kind, record FROM outbox")
    yield from (f"I18: still in the outbox: {row}" for row in waiting)
    states: dict[int, list[str]] = defaultdict(list)
    for wanted, state in view.rows("SELECT wanted, state FROM receipt ORDER BY id"):
        states[wanted].append(state)
    for number, decision in view.rows("SELECT id, decision FROM wanted"):
        if not FINAL & set(states[number]):
            yield f"I18: the change {number} has come to {states[number]}"
        if not decision:
            yield f"I3: the change {number} has no decision"
    for attempt, wanted in view.rows(
        "SELECT a.id, a.wanted FROM attempt a WHERE NOT EXISTS"
        " (SELECT 1 FROM receipt r WHERE r.attempt = a.id)"
    ):
        yield f"I18: the attempt {attempt} of {wanted} was never settled"
    for (number,) in view.rows(
        "SELECT w.id FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.id = w.decision)"
    ):
        yield f"I3: the decision of the change {number} is not on record"


def shelf(view: View) -> Iterator[str]:
    for row in view.house.store.shelf_rows():
        allowed = row.code in ALLOWED or (row.code == "SHARED" and _named(view, row.record))
        allowed = allowed or (row.code == "DUPLICATE" and _doubled(view, row.contact))
        if not allowed:
            yield f"shelf: {row.code} {row.record}: {row.message}"


def _doubled(view: View, contact: int | None) -> bool:
    """Whether others gave this person a second record: two people who turned out to be one, or a record that was restored."""
    with view.house.store._engine.connect() as connection:
        return bool(
            connection.exec_driver_sql(
                "SELECT 1 FROM joined WHERE role = 'contact' AND survivor = ?"
                " UNION SELECT 1 FROM redirect JOIN ref ON ref.id = redirect.ref"
                " WHERE redirect.kind = 'restored' AND ref.contact = ?",
                (contact, contact),
            ).first()
        )


def _named(view: View, record: str) -> bool:
    """Whether reps typed the whole of this record's name, so that it can be another person's."""
    _, kind, key = record.split("/")
    return all((kind, key, name) in view.journal.edits for name in ("FirstName", "LastName"))


def sums(view: View) -> Iterator[str]:
    """I23, every score adds up."""
    for person in view.people:
        for recorded in view.house.store.told.history(person.number):
            score = recorded.decision.score
            for axis, total in (("profile", score.profile), ("activity", score.activity)):
                mine = [
                    r.points for r in score.reasons if (r.axis == "profile") == (axis == "profile")
                ]
                if abs(sum(mine) - total) > 1e-6:
                    yield f"I23: the {axis} of decision {recorded.id} is {total}, its reasons say {sum(mine)}"


def rebuilds(view: View) -> Iterator[str]:
    """Changes the store, or rather does not: every projection comes back as it was."""
    store, before = view.house.store, _dump(view)
    for name in store.projections():
        store.rebuild(name, view.house.now)
        after = _dump(view)
        for table in PROJECTIONS:
            lost, come = before[table] - after[table], after[table] - before[table]
            if lost or come:
                said = f"{sorted(lost, key=repr)[:2]} became {sorted(come, key=repr)[:2]}"
                yield f"after the rebuild of {name} {table} is another one: {said}"
        before = after


def _dump(view: View) -> dict[str, set[tuple[Any, ...]]]:
    return {table: set(view.rows(f"SELECT * FROM {table}")) for table in PROJECTIONS}
