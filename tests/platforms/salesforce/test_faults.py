"""Everything that goes wrong on the wire, at once and alone: nothing is lost, nobody is created twice, no rule takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.errors import Stopped, TryLater
from connector.model.systems.change import Change, Receipt
from connector.model.systems.ref import Ref

READS = ["error500", "html503", "reset", "truncated", "session_expired"]
UNIT = 15
WRITES = [*READS, "lock", "after_commit_500", "reset_after_commit"]


def settle(rig: Any, target: Any, changes: list[Change], rounds: int = 60) -> list[Receipt]:
    """What push does: unclear changes are looked up, those to be tried again are sent again."""
    done: dict[str, Receipt] = {}
    waiting: dict[str, str] = {change.key: "retry" for change in changes}
    for _ in range(rounds):
        for state, work in (("unclear", target.look_up), ("retry", target.write)):
            some = [change for change in changes if waiting.get(change.key) == state]
            for receipt in _tried(work, some, rig):
                waiting[receipt.change.key] = receipt.state
                if receipt.state not in ("retry", "unclear"):
                    done[receipt.change.key] = receipt
                    del waiting[receipt.change.key]
        if not waiting:
            return [done[change.key] for change in changes]
    raise AssertionError(f"never settled: {waiting}")


def _tried(work: Callable[..., Any], changes: list[Change], rig: Any) -> list[Receipt]:
    """In small units, so that there are many calls for a fault to hit."""
    found: list[Receipt] = []
    for start in range(0, len(changes), UNIT):
        some = changes[start : start + UNIT]
        try:
            receipts = list(work(some, rig.now))
        except (TryLater, Stopped):
            continue
        assert [each.change for each in receipts] == some
        found += receipts
    return found


@pytest.mark.parametrize("kind", ["Lead", "Task"])
def test_a_create_that_is_committed_after_its_second_try_overwrites_no_edit(rig, kind):
    """First tries are committed late (failure catalogue 30); reps have edited meanwhile what the second ones made."""
    rep, target = rig.rep(), rig.target()
    changes = [rig.create(n, rep) for n in range(60)] + [rig.task(n, rep) for n in range(60)]
    rig.faults.rate["salesforce.delayed_commit"] = 0.3
    settle(rig, target, changes, 200)
    rig.faults.rate.clear()
    name, typed = ("Company", "Typed") if kind == "Lead" else ("Subject", "Called")
    for row in list(rig.org.rows(kind)):
        rig.org.update(kind, row["Id"], {name: typed}, by=rep)
    rig.pass_by(minutes=5)
    assert target.check() == ()  # a call: what is late is committed by now
    assert [row[name] for row in rig.org.rows(kind)] == [typed] * 60


@pytest.mark.parametrize("fault", WRITES)
def test_every_lead_is_created_once_under_each_fault(rig, fault):
    rep = rig.rep()
    rig.org.switches.assignment_rule_owner = rig.rep("Rudi Rule")
    target = rig.target()
    rig.faults.rate[f"salesforce.{fault}"] = 0.3
    changes = [rig.create(n, rep) for n in range(450)]
    receipts = (
        settle(rig, target, changes) if fault != "lock" else settle(rig, target, changes, 200)
    )
    rows = {row["Leadcycle_Key__c"]: row for row in rig.org.rows("Lead")}
    assert len(list(rig.org.rows("Lead"))) == len(rows) == 450
    assert {each.state for each in receipts} == {"written"}
    assert {row["OwnerId"] for row in rows.values()} == {rep}
    assert {each.change.key: each.ref.id for each in receipts} == {
        key: row["Id"] for key, row in rows.items()
    }


def test_all_faults_at_once_with_tasks(rig):
    rep = rig.rep()
    rig.org.switches.assignment_rule_owner = rig.rep("Rudi Rule")
    target = rig.target()
    for fault in WRITES:
        rig.faults.rate[f"salesforce.{fault}"] = 0.06
    changes = [rig.create(n, rep) for n in range(60)] + [rig.task(n, rep) for n in range(60)]
    settle(rig, target, changes, 400)
    assert len(list(rig.org.rows("Lead"))) == len(list(rig.org.rows("Task"))) == 60
    assert rig.org.duplicate_leads() == 0
    assert {row["OwnerId"] for row in rig.org.rows("Lead")} == {rep}
    hung = {row["Leadcycle_Key__c"]: row["WhoId"] for row in rig.org.rows("Task")}
    assert hung == {f"{row['Leadcycle_Key__c']}-1": row["Id"] for row in rig.org.rows("Lead")}


@pytest.mark.parametrize("fault", ["after_commit_500", "reset_after_commit", "truncated"])
def test_an_answer_lost_after_the_commit_is_unclear_and_then_found_written(rig, fault):
    rep = rig.rep()
    target = rig.target()
    target.write([rig.create(0, rep)], rig.now)  # logged in, described
    changes = [
        Change(
            Ref("salesforce", "Lead", row["Id"]), {"Leadcycle_Grade__c": "A"}, {}, "routine", 1, 1
        )
        for row in rig.org.rows("Lead")
    ]
    rig.faults.rate[f"salesforce.{fault}"] = 1.0
    assert [each.state for each in target.write(changes, rig.now)] == ["unclear"]
    rig.faults.rate.clear()
    sent = rig.org.writes_total
    assert [each.state for each in target.look_up(changes, rig.now)] == ["written"]
    assert rig.org.writes_total == sent


@pytest.mark.parametrize("fault", ["error500", "html503", "reset"])
def test_an_unclear_write_that_did_not_happen_is_found_so(rig, fault):
    rep = rig.rep()
    target = rig.target()
    target.write([rig.create(0, rep)], rig.now)
    (row,) = rig.org.rows("Lead")
    change = Change(
        Ref("salesforce", "Lead", row["Id"]), {"Leadcycle_Grade__c": "A"}, {}, "routine", 1, 1
    )
    rig.faults.rate[f"salesforce.{fault}"] = 1.0
    assert target.write([change], rig.now)[0].state == "unclear"
    rig.faults.rate.clear()
    assert target.look_up([change], rig.now)[0].state == "retry"


def test_before_anything_is_written_trouble_is_raised(rig):
    target = rig.target()
    rig.faults.rate["salesforce.html503"] = 1.0
    with pytest.raises(TryLater):
        target.write([rig.create(1, rig.rep())], rig.now)


def test_a_session_that_ends_in_mid_run_keeps_the_headers(rig):
    """simple-salesforce repeats without the call's headers; assignment rules would take the owner (api-contracts 0.5)."""
    rep = rig.rep()
    rig.org.switches.assignment_rule_owner = rig.rep("Rudi Rule")
    target = rig.target()
    target.write([rig.create(0, rep)], rig.now)
    (row,) = rig.org.rows("Lead")
    rig.org.expire_sessions()
    change = Change(
        Ref("salesforce", "Lead", row["Id"]), {"Leadcycle_Grade__c": "A"}, {}, "routine", 1, 1
    )
    assert target.write([change], rig.now)[0].state == "written"
    assert rig.org.get("Lead", row["Id"])["OwnerId"] == rep
    assert rig.org.calls["token"] == 2


def test_a_session_that_never_lasts_stops_the_platform_instead_of_asking_for_ever(rig):
    source = rig.source()
    rig.faults.rate["salesforce.session_expired"] = 1.0
    with pytest.raises(Stopped, match="fresh login"):
        next(source.pages("crm", None, rig.now))
    assert rig.org.calls["token"] == 2


@pytest.mark.parametrize("fault", READS)
def test_reading_loses_nothing_under_each_fault(rig, reader, fault):
    rig.faults.rate[f"salesforce.{fault}"] = 0.25
    wanted = set()
    for minute in range(20):
        wanted.add(
            rig.org.create(
                "Lead", {"LastName": "M", "Company": "C", "Email": f"{minute}@x.example"}
            )
        )
        rig.pass_by(minutes=1)
        _pulled(reader)
    rig.faults.rate.clear()
    reader.pull()
    assert rig.faults.fired[f"salesforce.{fault}"]
    assert reader.seen("Lead") == wanted


def _pulled(reader) -> None:
    try:
        reader.pull()
    except (TryLater, Stopped):
        return


def test_an_expired_locator_in_a_look_up_starts_that_query_again(rig):
    for n in range(2600):
        rig.org.create("Lead", {"LastName": "M", "Company": "C", "Email": f"{n}@x.example"})
    door = rig.door()
    text = "SELECT Id FROM Lead ORDER BY Id"
    assert len(door.rows([text])[0]) == 2600
    rig.faults.rate["salesforce.locator_expired"] = 0.5
    assert len(door.rows([text, text, text])[2]) == 2600
    assert rig.faults.fired["salesforce.locator_expired"]


def test_the_daily_limit_of_the_organisation_stops_with_a_time(rig):
    source = rig.source()
    rig.org._site.budget.limit = 1
    with pytest.raises(Stopped) as error:
        list(source.pages("crm", None, rig.now))
    assert error.value.after is not None


def test_a_flow_that_rewrites_our_value_is_not_mistaken_for_a_lost_write(rig):
    """What the flow made of it comes back by reading; the write itself happened."""
    rep = rig.rep()
    target = rig.target()
    rig.org.flows.append(
        lambda kind, row: {"Leadcycle_Stage__c": "Other"} if kind == "Lead" else None
    )
    rig.faults.rate["salesforce.flow_rewrites"] = 1.0
    receipt = target.write([rig.create(1, rep, Leadcycle_Stage__c="SQL")], rig.now)[0]
    assert receipt.state == "written"
    found = target.look_up([receipt.change], rig.now)[0]
    assert (found.state, found.ref) == ("moved", receipt.ref)


@pytest.mark.parametrize("fault", ["reset", "reset_after_commit", "error500"])
def test_a_fault_between_two_calls_of_one_write_is_told_row_by_row(rig, fault):
    """2,400 rows are three calls: what was written before the fault is never raised away."""
    keys = [rig.org.create("Lead", {"LastName": "M", "Company": "C"}) for _ in range(2400)]
    target = rig.target()
    kinds = set()
    for turn in range(12):
        changes = [
            Change(
                Ref("salesforce", "Lead", k), {"Leadcycle_Grade__c": str(turn)}, {}, "routine", 1, 1
            )
            for k in keys
        ]
        rig.faults.rate[f"salesforce.{fault}"] = 0.4
        sent = rig.org.writes_total
        try:
            receipts = target.write(changes, rig.now)
        except TryLater:
            assert rig.org.writes_total == sent
            continue
        shown = [rig.org.get("Lead", key).get("Leadcycle_Grade__c") == str(turn) for key in keys]
        assert all(
            there for there, each in zip(shown, receipts, strict=True) if each.state == "written"
        )
        assert not any(
            there for there, each in zip(shown, receipts, strict=True) if each.state == "retry"
        )
        kinds.add(tuple(dict.fromkeys(each.state for each in receipts)))
    assert ("written", "unclear", "retry") in kinds
