"""What every target keeps: one receipt a change in order, one bad record stops only itself, repeating is harmless."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.errors import TryLater


def states(receipts: Any) -> list[str]:
    return [receipt.state for receipt in receipts]


def test_nothing_to_write_is_no_call(side: Any) -> None:
    assert list(side.target().write([], side.clock.now())) == []
    assert list(side.target().look_up([], side.clock.now())) == []


def test_one_receipt_per_change_in_order(side: Any) -> None:
    people = list(side.add(230))
    changes = [side.change(person, "A") for person in people]
    receipts = side.target().write(changes, side.clock.now())
    assert [receipt.change for receipt in receipts] == changes
    assert states(receipts) == ["written"] * 230
    assert [receipt.ref for receipt in receipts] == people
    assert {side.written(person) for person in people} == {"A"}


def test_a_receipt_names_what_was_written(side: Any) -> None:
    (person,) = side.add(1)
    change = side.change(person, "A")
    receipt = side.target().write([change], side.clock.now())[0]
    assert dict(receipt.fields) == dict(change.fields)


def test_one_bad_record_stops_only_itself(side: Any) -> None:
    people = side.add(60)
    changes = [side.change(person, "A") for person in people]
    changes[17] = side.bad_change(people[17])
    receipts = side.target().write(changes, side.clock.now())
    assert [number for number, receipt in enumerate(receipts) if receipt.state != "written"] == [17]
    assert receipts[17].state == "refused"
    assert receipts[17].code
    assert receipts[17].hint


def test_writing_again_changes_nothing(side: Any) -> None:
    people = side.add(20)
    changes = [side.change(person, "A") for person in people]
    target = side.target()
    target.write(changes, side.clock.now())
    assert states(target.write(changes, side.clock.now())) == ["written"] * 20
    assert {side.written(person) for person in people} == {"A"}


def test_looking_up_tells_what_happened_from_what_did_not(side: Any) -> None:
    people = side.add(12)
    changes = [side.change(person, "A") for person in people]
    target = side.target()
    assert states(target.look_up(changes, side.clock.now())) == ["retry"] * 12
    target.write(changes[:6], side.clock.now())
    found = target.look_up(changes, side.clock.now())
    assert states(found) == ["written"] * 6 + ["retry"] * 6
    assert [receipt.change for receipt in found] == changes


def test_what_somebody_has_edited_since_does_not_hide_that_it_was_written(side: Any) -> None:
    """Else what we wrote beside it would be taken for an edit of theirs."""
    written, back, never = side.add(3)
    changes = []
    for person in (written, back, never):
        side.edit(person, "Before")
        one = side.change(person, "A")
        fields, base = {**one.fields, side.property: "Ours"}, {**one.base, side.property: "Before"}
        changes.append(replace(one, fields=fields, base=base))
    target = side.target()
    target.write(changes[:2], side.clock.now())
    side.edit(written, "Theirs")
    side.edit(back, "Before")
    side.edit(never, "Theirs")
    found = target.look_up(changes, side.clock.now())
    assert states(found) == ["written", "written", "retry"]


def test_a_lost_answer_is_resolved_by_looking(side: Any) -> None:
    people = side.add(40)
    target = side.target()
    target.write([side.change(people[0], "B")], side.clock.now())  # what it reads once, it has read
    pending = [side.change(person, "A") for person in people]
    side.faults.rate[side.lost_answer] = 1.0
    receipts = target.write(pending, side.clock.now())
    assert side.faults.fired[side.lost_answer]
    side.faults.rate.clear()
    assert "unclear" in states(receipts)
    found = target.look_up(
        [receipt.change for receipt in receipts if receipt.state == "unclear"], side.clock.now()
    )
    assert set(states(found)) <= {"written", "retry"}
    assert "written" in states(found)
    again = [receipt.change for receipt in [*receipts, *found] if receipt.state == "retry"]
    assert states(target.write(again, side.clock.now())) == ["written"] * len(again)
    assert {side.written(person) for person in people} == {"A"}


def test_a_deleted_record_is_gone_and_a_merged_one_has_moved(side: Any) -> None:
    kept, deleted, winner, loser = side.add(4)
    side.delete(deleted)
    survivor = side.merge(winner, loser)
    changes = [side.change(ref, "A") for ref in (kept, deleted, loser)]
    receipts = side.target().write(changes, side.clock.now())
    assert states(receipts) == ["written", "gone", "moved"]
    assert receipts[2].ref == survivor


def test_where_the_system_is_away_nothing_is_lost(side: Any) -> None:
    people = side.add(10)
    changes = [side.change(person, "A") for person in people]
    target = side.target()
    side.faults.rate[side.read_fault] = 1.0
    try:
        receipts = target.write(changes, side.clock.now())
    except TryLater:
        receipts = []
    assert {receipt.state for receipt in receipts} <= {"unclear", "retry"}
    side.faults.rate.clear()
    assert states(target.write(changes, side.clock.now())) == ["written"] * 10


def test_nothing_is_missing_where_all_is_installed(side: Any) -> None:
    assert [str(problem) for problem in side.target().check() if problem.level == "error"] == []


@pytest.mark.parametrize("part", ["code", "message", "hint"])
def test_receipts_carry_no_values(side: Any, part: str) -> None:
    (person,) = side.add(1)
    change = side.bad_change(person)
    receipt = side.target().write([change], side.clock.now())[0]
    values = [str(form) for form in change.fields.values() if len(str(form)) > 3]
    assert all(value not in getattr(receipt, part) for value in values)
