"""Writing: one receipt a change, in order, and the record itself as the judge."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import Stopped, TryLater
from connector.model.systems.ref import Ref
from connector.sandbox.wire import Request


def states(receipts: Any) -> list[str]:
    return [receipt.state for receipt in receipts]


def test_two_hundred_and_fifty_changes_are_three_calls(portal: Any) -> None:
    portal.install()
    people = portal.contacts(250)
    target = portal.target()
    before = portal.hubspot.total_calls
    changes = [portal.change(id_, leadcycle_grade="A") for id_ in people]
    receipts = target.write(changes, portal.clock.now())
    assert states(receipts) == ["written"] * 250
    assert [receipt.change for receipt in receipts] == changes
    assert portal.hubspot.total_calls - before == 3
    assert {portal.shown(id_, "leadcycle_grade") for id_ in people} == {"A"}
    assert receipts[0].fields == {"leadcycle_grade": "A"}
    assert receipts[0].ref == Ref("hubspot", "contacts", people[0])


def test_one_bad_row_of_a_hundred_stops_only_itself(portal: Any) -> None:
    portal.install()
    people = portal.contacts(100)
    changes = [portal.change(id_, leadcycle_grade="A") for id_ in people]
    changes[40] = portal.change(people[40], leadcycle_grade="A", country_code="DE")
    changes[41] = portal.change(people[41], email="not an address")
    receipts = portal.target().write(changes, portal.clock.now())
    assert [index for index, receipt in enumerate(receipts) if receipt.state != "written"] == [
        40,
        41,
    ]
    assert (receipts[40].state, receipts[40].code) == ("refused", "PROPERTY_DOESNT_EXIST")
    assert "install hubspot" in receipts[40].hint
    assert (receipts[41].code, "not an address" in receipts[41].message) == ("INVALID_EMAIL", False)
    assert portal.shown(people[40], "leadcycle_grade") == ""


def test_where_hubspot_refuses_whole_batches_the_halves_are_tried(portal: Any) -> None:
    portal.install()
    people = portal.contacts(100)

    def without_traces(request: Request) -> None:
        if request.path.endswith("/batch/update"):
            object.__setattr__(request, "body", request.body.replace(b"objectWriteTraceId", b"x"))

    portal.board.watch = without_traces
    changes = [portal.change(id_, leadcycle_grade="B") for id_ in people]
    changes[13] = portal.change(people[13], nonsense="1")
    receipts = portal.target().write(changes, portal.clock.now())
    assert [index for index, receipt in enumerate(receipts) if receipt.state != "written"] == [13]
    assert receipts[13].state == "refused"
    assert portal.hubspot.calls["batch update contacts"] <= 15


def test_values_are_text_and_none_clears(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1, firstname="Ada")[0]
    change = portal.change(
        person, firstname=None, leadcycle_due="2026-01-06T08:00:00.000Z", leadcycle_grade="A"
    )
    assert states(portal.target().write([change], portal.clock.now())) == ["written"]
    assert portal.shown(person, "firstname") == ""
    assert portal.shown(person, "leadcycle_due") == "2026-01-06T08:00:00.000Z"


@pytest.mark.parametrize("backward", ["keep", "reject", "allow"])
@pytest.mark.parametrize("known", [True, False])
def test_a_stage_goes_back_however_hubspot_stands_to_it(
    portal: Any, backward: str, known: bool
) -> None:
    portal.install()
    portal.hubspot.switches.backward = backward
    first, second = portal.contacts(2, lifecyclestage="salesqualifiedlead")
    base = {"lifecyclestage": "salesqualifiedlead"} if known else {"lifecyclestage": "subscriber"}
    changes = [
        portal.change(first, base, lifecyclestage="lead", leadcycle_grade="C"),
        portal.change(second, base, lifecyclestage="customer"),
    ]
    receipts = portal.target().write(changes, portal.clock.now())
    assert states(receipts) == ["written", "written"]
    assert portal.shown(first, "lifecyclestage") == "lead"
    assert portal.shown(first, "leadcycle_grade") == "C"
    assert portal.shown(second, "lifecyclestage") == "customer"


def test_a_custom_stage_is_written_by_its_label_and_left_again(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1, lifecyclestage="lead")[0]
    target = portal.target()
    receipts = target.write(
        [portal.change(person, lifecyclestage="custom:Sales accepted")], portal.clock.now()
    )
    assert receipts[0].fields == {"lifecyclestage": "custom:Sales accepted"}
    internal = portal.shown(person, "lifecyclestage")
    assert internal not in ("lead", "custom:Sales accepted")
    back = portal.change(
        person, {"lifecyclestage": "custom:Sales accepted"}, lifecyclestage="marketingqualifiedlead"
    )
    assert states(target.write([back], portal.clock.now())) == ["written"]
    assert portal.shown(person, "lifecyclestage") == "marketingqualifiedlead"


def test_clear_and_set_are_two_calls_and_a_crash_between_them_is_written_again(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1, lifecyclestage="salesqualifiedlead")[0]
    updates: list[Request] = []

    def break_second(request: Request) -> None:
        update = request.path.endswith("/batch/update")
        updates.extend([request] if update else [])
        portal.faults.rate["hubspot.reset"] = 1.0 if update and len(updates) == 2 else 0.0

    portal.board.watch = break_second
    target = portal.target()
    change = portal.change(person, {"lifecyclestage": "salesqualifiedlead"}, lifecyclestage="lead")
    assert states(target.write([change], portal.clock.now())) == ["unclear"]
    assert portal.shown(person, "lifecyclestage") == ""
    assert states(target.look_up([change], portal.clock.now())) == ["retry"]
    assert states(target.write([change], portal.clock.now())) == ["written"]
    assert portal.shown(person, "lifecyclestage") == "lead"


def test_shuffled_batches_do_not_lose_a_stage(portal: Any) -> None:
    portal.install()
    portal.faults.rate["hubspot.batch_shuffled"] = 1.0
    people = portal.contacts(60, lifecyclestage="customer")
    changes = [
        portal.change(id_, {"lifecyclestage": "customer"}, lifecyclestage="lead") for id_ in people
    ]
    assert states(portal.target().write(changes, portal.clock.now())) == ["written"] * 60
    assert {portal.shown(id_, "lifecyclestage") for id_ in people} == {"lead"}


def test_merged_and_deleted_records_are_followed(portal: Any) -> None:
    portal.install()
    first, second, third, fourth = portal.contacts(4)
    survivor = portal.hubspot.merge("contacts", first, second)
    portal.hubspot.delete("contacts", third)
    changes = [portal.change(id_, leadcycle_grade="A") for id_ in (first, third, fourth)]
    target = portal.target()
    receipts = target.write(changes, portal.clock.now())
    assert states(receipts) == ["moved", "gone", "written"]
    assert receipts[0].ref == Ref("hubspot", "contacts", survivor)
    assert portal.shown(survivor, "leadcycle_grade") == ""
    assert states(target.look_up(changes, portal.clock.now())) == ["moved", "gone", "written"]


def test_streams_are_lists_one_call_each(portal: Any) -> None:
    portal.install()
    people = portal.contacts(5)
    target = portal.target()
    join = [
        portal.change(id_, **{"list:Nurture DE": True, "list:Nurture EN": False}) for id_ in people
    ]
    assert states(target.write(join, portal.clock.now())) == ["written"] * 5
    lists = portal.hubspot.portal.lists
    assert sorted(map(str, lists.named("Nurture DE", "0-1").members)) == people
    leave = [portal.change(people[0], **{"list:Nurture DE": False, "leadcycle_grade": "B"})]
    before = portal.hubspot.total_calls
    receipts = target.write(
        [*leave, portal.change(people[1], **{"list:Nurture DE": True})], portal.clock.now()
    )
    assert states(receipts) == ["written", "written"]
    assert receipts[0].fields == {"leadcycle_grade": "B", "list:Nurture DE": False}
    assert portal.hubspot.total_calls - before == 2
    assert sorted(map(str, lists.named("Nurture DE", "0-1").members)) == people[1:]


def test_a_missing_or_filtered_list_is_refused_with_its_cure(portal: Any) -> None:
    person, other = portal.contacts(2)
    portal.hubspot.portal.lists.add("Nurture EN", "0-1", "DYNAMIC", 0)
    changes = [
        portal.change(person, **{"list:Nurture DE": True}),
        portal.change(other, **{"list:Nurture EN": True}),
    ]
    receipts = portal.target().write(changes, portal.clock.now())
    assert [(receipt.state, receipt.code) for receipt in receipts] == [
        ("refused", "NO_SUCH_LIST"),
        ("refused", "NOT_A_MANUAL_LIST"),
    ]
    assert "install hubspot" in receipts[0].hint


def test_a_deleted_member_is_gone(portal: Any) -> None:
    portal.install()
    person, other = portal.contacts(2)
    portal.hubspot.delete("contacts", person)
    changes = [portal.change(id_, **{"list:Nurture DE": True}) for id_ in (person, other)]
    assert states(portal.target().write(changes, portal.clock.now())) == ["gone", "written"]


def test_an_unknown_option_is_refused_before_anything_is_sent(portal: Any) -> None:
    person = portal.contacts(1)[0]
    change = portal.change(person, lifecyclestage="custom:Sales accepted")
    receipts = portal.target().write([change], portal.clock.now())
    assert (receipts[0].state, receipts[0].code) == ("refused", "NO_SUCH_LABEL")
    assert portal.hubspot.calls["batch update contacts"] == 0


@pytest.mark.parametrize(
    "fault",
    [
        "hubspot.after_commit_500",
        "hubspot.reset_after_commit",
        "hubspot.truncated",
        "hubspot.error500",
        "hubspot.html503",
        "hubspot.reset",
    ],
)
def test_an_unclear_answer_is_resolved_by_looking(portal: Any, fault: str) -> None:
    portal.install()
    people = portal.contacts(250)
    changes = [portal.change(id_, leadcycle_grade="A") for id_ in people]
    target = portal.target()
    portal.faults.rate[fault] = 1.0
    receipts = target.write(changes, portal.clock.now())
    portal.faults.rate.clear()
    assert states(receipts) == ["unclear"] * 100 + ["retry"] * 150
    found = target.look_up([receipt.change for receipt in receipts[:100]], portal.clock.now())
    committed = fault in (
        "hubspot.after_commit_500",
        "hubspot.reset_after_commit",
        "hubspot.truncated",
    )
    assert states(found) == ["written" if committed else "retry"] * 100
    rest = changes[100:] if committed else changes
    assert states(target.write(rest, portal.clock.now())) == ["written"] * len(rest)
    assert {portal.shown(id_, "leadcycle_grade") for id_ in people} == {"A"}


@pytest.mark.parametrize("fault", ["hubspot.locked423", "hubspot.burst429", "hubspot.migration477"])
def test_what_was_surely_not_written_is_raised_or_tried_again(portal: Any, fault: str) -> None:
    portal.install()
    people = portal.contacts(150)
    changes = [portal.change(id_, leadcycle_grade="A") for id_ in people]
    portal.faults.rate[fault] = 1.0
    with pytest.raises(TryLater) as caught:
        portal.target().write(changes, portal.clock.now())
    assert caught.value.after is not None
    portal.faults.rate.clear()
    updates: list[Request] = []

    def strike_second(request: Request) -> None:
        updates.append(request)
        portal.faults.rate[fault] = 1.0 if len(updates) > 1 else 0.0

    portal.board.watch = strike_second
    receipts = portal.target().write(changes, portal.clock.now())
    assert states(receipts) == ["written"] * 100 + ["retry"] * 50
    assert receipts[-1].retry_after is not None


def test_a_daily_limit_raises_before_the_first_write_only(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1)[0]
    portal.faults.rate["hubspot.daily429"] = 1.0
    with pytest.raises(Stopped):
        portal.target().write([portal.change(person, leadcycle_grade="A")], portal.clock.now())
    assert portal.shown(person, "leadcycle_grade") == ""


def test_a_partly_failed_batch_is_not_mistaken_for_success(portal: Any) -> None:
    portal.install()
    people = portal.contacts(100)
    changes = [portal.change(id_, leadcycle_grade="A") for id_ in people]
    portal.faults.rate["hubspot.batch_partial"] = 0.3
    target = portal.target()
    receipts = target.write(changes, portal.clock.now())
    assert 10 < states(receipts).count("unclear") < 60
    for receipt in receipts:
        assert (portal.shown(receipt.change.ref.id, "leadcycle_grade") == "A") == (
            receipt.state == "written"
        )


def test_two_changes_of_one_record_go_in_two_calls(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1)[0]
    changes = [
        portal.change(person, leadcycle_grade="A"),
        portal.change(person, leadcycle_grade="B"),
    ]
    assert states(portal.target().write(changes, portal.clock.now())) == ["written", "written"]
    assert portal.shown(person, "leadcycle_grade") == "B"


def test_a_shared_property_that_somebody_edited_is_not_overwritten(portal: Any) -> None:
    portal.install()
    edited, untouched = portal.contacts(2, firstname="Ada")
    changes = [
        portal.change(id_, {"firstname": "Ada"}, shared=("firstname",), firstname="Grace")
        for id_ in (edited, untouched)
    ]
    portal.hubspot.update("contacts", edited, {"firstname": "Adele"})
    receipts = portal.target().write(changes, portal.clock.now())
    assert [(receipt.state, receipt.code) for receipt in receipts] == [
        ("retry", "BASE_CHANGED"),
        ("written", ""),
    ]
    assert portal.shown(edited, "firstname") == "Adele"
    assert portal.shown(untouched, "firstname") == "Grace"


def test_creating_is_refused(portal: Any) -> None:
    from dataclasses import replace

    change = replace(portal.change("new:abc", email="a@kunde.example"), create=True)
    receipts = portal.target().write([change], portal.clock.now())
    assert (receipts[0].state, receipts[0].code) == ("refused", "CREATE_UNSUPPORTED")
    assert portal.hubspot.ids("contacts") == []


def test_a_second_write_of_the_same_values_changes_nothing(portal: Any) -> None:
    portal.install()
    people = portal.contacts(10, lifecyclestage="lead")
    changes = [
        portal.change(id_, lifecyclestage="salesqualifiedlead", leadcycle_grade="A")
        for id_ in people
    ]
    target = portal.target()
    target.write(changes, portal.clock.now())
    before = portal.hubspot.rows_changed
    assert states(target.write(changes, portal.clock.now())) == ["written"] * 10
    assert portal.hubspot.rows_changed == before


def test_a_property_that_was_taken_away_is_refused_row_by_row(portal: Any) -> None:
    portal.install()
    person, other = portal.contacts(2)
    portal.hubspot.archive_property("contacts", "lifecyclestage")
    changes = [
        portal.change(person, lifecyclestage="custom:Sales accepted"),
        portal.change(other, leadcycle_grade="A"),
    ]
    receipts = portal.target().write(changes, portal.clock.now())
    assert [(receipt.state, receipt.code) for receipt in receipts] == [
        ("refused", "NO_SUCH_LABEL"),
        ("written", ""),
    ]


def test_an_administrators_rule_binds_from_2026_09_on(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1)[0]
    portal.hubspot.require("contacts", "country")
    change = portal.change(person, leadcycle_grade="A")
    assert states(portal.target(paths="2026-03").write([change], portal.clock.now())) == ["written"]
    receipt = portal.target(paths="2026-09").write([change], portal.clock.now())[0]
    assert receipt.state == "refused"
    assert receipt.hint


def test_what_looks_different_but_is_the_same_counts_as_written(portal: Any) -> None:
    portal.install()
    person = portal.contacts(1, leadcycle_grade="A")[0]
    portal.hubspot.update("contacts", person, {"leadcycle_due": "2026-01-06T08:00:00.250Z"})
    change = portal.change(person, leadcycle_due="2026-01-06T08:00:00.000Z", leadcycle_grade="A ")
    assert states(portal.target().look_up([change], portal.clock.now())) == ["written"]


def test_an_option_the_portal_lacks_is_refused_with_its_cure(portal: Any) -> None:
    person = portal.contacts(1)[0]
    receipt = portal.target().write(
        [portal.change(person, lifecyclestage="superkunde")], portal.clock.now()
    )[0]
    assert (receipt.state, receipt.code) == ("refused", "INVALID_OPTION")
    assert "correct `values` in mappings/hubspot.yaml" in receipt.hint
    assert "superkunde" not in receipt.message
