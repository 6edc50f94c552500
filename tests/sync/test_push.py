"""Changes go out once: what is unclear is looked up, what waits is newest, what no longer holds is not sent."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from desk import NORTH, Cabinet, Desk, refusal

from connector.errors import Bug, Fenced, Stopped, TryLater, Unclear
from connector.model.systems.change import Change, Receipt
from connector.store.sql.database import reading


@pytest.fixture
def crm() -> Cabinet:
    return Cabinet()


@pytest.fixture
def handed(desk: Desk) -> Desk:
    """One contact is to become a Lead with a task."""
    desk.staff(*NORTH)
    desk.asks(1)
    desk.decide()
    return desk


def outbox(desk: Desk) -> list[tuple[str, int, timedelta]]:
    """Kind, attempts and how long from now, of what waits for the CRM."""
    with reading(desk.store._engine) as tx:
        rows = tx.rows(
            "SELECT kind, attempts, not_before FROM outbox WHERE platform = 'salesforce' ORDER BY kind"
        )
    now = round(desk.now.timestamp() * 1000)
    return [(kind, attempts, timedelta(milliseconds=at - now)) for kind, attempts, at in rows]


def test_a_push_creates_the_lead_and_its_task_once(handed, crm):
    handed.settle_all(crm)
    assert sorted(ref.kind for ref in crm.records) == ["Lead", "Task"]
    assert set(crm.created().values()) == {1}
    assert outbox(handed) == []
    assert handed.push(crm).sent == 0


def test_nothing_waits_nothing_is_called(desk, crm):
    assert desk.push(crm).sent == 0
    assert desk.look_up(crm).sent == 0
    assert crm.journal == []


SECONDS_10 = timedelta(seconds=10)
OUTAGES = [
    (TryLater("busy"), SECONDS_10),
    (TryLater("busy", timedelta(minutes=3)), timedelta(minutes=3)),
    (Stopped("salesforce", "no rights"), SECONDS_10),
    (Stopped("salesforce", "the day is used up", timedelta(hours=5)), timedelta(hours=5)),
]


@pytest.mark.parametrize(("error", "wait"), OUTAGES)
def test_an_outage_costs_no_try(handed, crm, error, wait):
    count = len(outbox(handed))
    for _ in range(8):
        crm.moods = [error]
        with pytest.raises(type(error)):
            handed.push(crm, tries=1)
        assert [row[1:] for row in outbox(handed)] == [(0, wait)] * count
        assert handed.open_attempts() == 0
        assert handed.push(crm).sent == 0
        handed.now += wait
    assert handed.store.shelf_rows() == ()
    assert crm.sent == []
    handed.settle_all(crm)
    assert set(crm.created().values()) == {1}


def test_a_lost_answer_is_looked_up_and_found(handed, crm):
    crm.loses, crm.moods = True, [Unclear("no answer")]
    pushed = handed.push(crm)
    assert pushed.unclear == pushed.sent > 0
    assert handed.push(crm).sent == 0
    handed.later(days=1)
    assert handed.push(crm).sent == 0
    found = handed.look_up(crm)
    assert found.written == found.sent == pushed.sent
    handed.settle_all(crm)
    assert handed.open_attempts() == 0
    assert set(crm.created().values()) == {1}
    assert len(crm.records) == 2


def test_a_lost_request_is_looked_up_and_sent_again(handed, crm):
    crm.moods = [Unclear("no answer")]
    handed.push(crm)
    assert crm.records == {}
    assert handed.look_up(crm).retry > 0
    assert handed.push(crm).sent == 0
    handed.later(seconds=10)
    handed.settle_all(crm)
    assert set(crm.created().values()) == {1}


@pytest.mark.parametrize("error", [TryLater("busy"), Stopped("salesforce", "no rights")])
def test_a_look_up_that_fails_never_leads_to_a_second_write(handed, crm, error):
    crm.loses, crm.moods = True, [Unclear("no answer")]
    doubtful = handed.push(crm).sent
    for _ in range(8):
        crm.moods = [error]
        with pytest.raises(type(error)):
            handed.look_up(crm)
        handed.later(hours=1)
        assert handed.push(crm).sent == 0
        assert handed.open_attempts() == doubtful
    assert handed.look_up(crm).written == doubtful
    handed.settle_all(crm)
    assert set(crm.created().values()) == {1}


@pytest.mark.parametrize("by", ["receipt", "error"])
def test_what_cannot_be_told_yet_is_looked_up_again_after_a_minute(handed, crm, by):
    crm.moods = [Unclear("no answer")]
    doubtful = handed.push(crm).sent
    if by == "receipt":
        crm.answer = lambda change: Receipt(change, "unclear")
    else:
        crm.moods = [Unclear("still no answer")]
    assert handed.look_up(crm).unclear == doubtful
    assert handed.look_up(crm).sent == 0
    handed.later(seconds=59)
    assert handed.look_up(crm).sent == 0
    crm.answer = lambda _: None
    handed.later(seconds=1)
    assert handed.look_up(crm).retry == doubtful
    assert crm.sent == []


def test_a_doubtful_change_does_not_hold_up_the_others(handed, crm):
    crm.moods = [Unclear("no answer")]
    doubtful = handed.push(crm).sent
    handed.asks(2)
    handed.settle_all(crm)
    assert len(crm.records) == 2
    assert handed.open_attempts() == doubtful


def test_a_row_that_must_wait_waits_longer_each_time_and_then_for_a_person(handed, crm):
    crm.answer = lambda change: (
        Receipt(change, "retry", code="ROW_BUSY") if change.ref.kind == "Lead" else None
    )
    waits = []
    for _ in range(4):
        handed.push(crm)
        ((_, attempts, wait),) = [row for row in outbox(handed) if row[0] == "Lead"]
        waits.append((attempts, wait.total_seconds()))
        handed.now += wait - timedelta(milliseconds=1)
        assert handed.push(crm).sent == 0
        handed.later(milliseconds=1)
    assert waits == [(1, 10), (2, 20), (3, 40), (4, 80)]
    pushed = handed.push(crm)
    assert pushed.retry == 1
    (row,) = handed.store.shelf_rows()
    assert (row.code, row.platform) == ("ROW_BUSY", "salesforce")
    assert "given up after 5 attempts" in row.hint
    assert outbox(handed) == []
    assert [ref.kind for ref in crm.records] == ["Task"]


def test_a_time_the_vendor_names_counts(handed, crm):
    crm.answer = lambda change: Receipt(change, "retry", retry_after=timedelta(minutes=7))
    handed.push(crm)
    assert {wait for _, _, wait in outbox(handed)} == {timedelta(minutes=7)}


def test_the_shelf_after_as_many_tries_as_the_project_allows(handed, crm):
    crm.answer = lambda change: Receipt(change, "retry", code="ROW_BUSY")
    for _ in range(2):
        handed.push(crm, tries=2)
        handed.later(hours=1)
    assert outbox(handed) == []
    assert {row.code for row in handed.store.shelf_rows()} == {"ROW_BUSY"}


def test_a_cured_row_of_the_shelf_is_sent_once(handed, crm):
    crm.answer = refusal
    handed.settle_all(crm)
    assert crm.records == {}
    crm.answer = lambda _: None
    handed.store.mark_all_due(handed.now)
    handed.settle_all(crm)
    assert crm.records == {}, "nobody has asked for it"
    for row in handed.store.shelf_rows():
        handed.store.retry(row.id, handed.now)
    handed.settle_all(crm)
    assert sorted(ref.kind for ref in crm.records) == ["Lead", "Task"]
    assert handed.store.shelf_rows() == ()


def test_a_receipt_too_few_is_a_bug_and_nothing_is_sent_twice(handed, crm):
    write = crm.write
    crm.write = lambda changes, now: write(changes, now)[1:]
    with pytest.raises(Bug, match="2 changes were sent and 1 receipts came back"):
        handed.push(crm)
    crm.write = write
    handed.later(days=1)
    assert handed.push(crm).sent == 0
    assert handed.look_up(crm).written == 2
    handed.settle_all(crm)
    assert set(crm.created().values()) == {1}


def test_a_crash_between_sending_and_settling_is_looked_up(handed, crm):
    crm.loses, crm.moods = True, [RuntimeError("the process is in trouble")]
    with pytest.raises(RuntimeError):
        handed.push(crm)
    handed.later(days=1)
    assert handed.push(crm).sent == 0
    assert handed.look_up(crm).written == 2


def test_one_refused_row_among_many_stops_only_itself(desk, crm):
    desk.staff(*NORTH)
    desk.asks(*range(25))
    bad = "p7@kern.example"
    crm.answer = lambda change: refusal(change) if change.fields.get("Email") == bad else None
    desk.settle_all(crm)
    leads = Counter(ref.kind for ref in crm.records)["Lead"]
    assert leads == 24
    (row,) = [row for row in desk.store.shelf_rows() if row.code == "INVALID_FIELD"]
    assert (row.contact, row.message) == (desk.number(7), "the field says no")


def test_a_newer_change_replaces_an_older_one(handed, crm):
    before = outbox(handed)
    handed.later(minutes=1)
    handed.merge(handed.contact(1, jobtitle="CPO"))
    handed.decide()
    assert len(outbox(handed)) == len(before)
    handed.settle_all(crm)
    (lead,) = [shown for ref, shown in crm.records.items() if ref.kind == "Lead"]
    assert lead["Title"] == "CPO"
    assert [change.fields.get("Title") for change in crm.sent if change.ref.kind == "Lead"] == [
        "CPO"
    ]


def test_a_change_whose_base_is_gone_is_dropped_and_decided_again(handed, crm):
    hub = Cabinet("hubspot")
    handed.settle_all(crm, hub)
    handed.later(minutes=1)
    shown = hub.records[handed.store.dossier(1, handed.now).contact.refs[0]]
    assert shown["lifecyclestage"] == "salesqualifiedlead"
    handed.merge(handed.contact(1, lifecyclestage="lead"))
    handed.decide()
    handed.merge(handed.contact(1, lifecyclestage="opportunity"))
    sent = len(hub.sent)
    assert handed.push(hub).sent == 0
    assert len(hub.sent) == sent
    assert [one.contact.id for one in handed.store.due(handed.now, 9)] == [1]
    handed.settle_all(crm, hub)
    assert hub.sent[-1].base["lifecyclestage"] == "opportunity"
    assert shown["lifecyclestage"] == "salesqualifiedlead"


def test_consent_withdrawn_on_the_way_keeps_the_person_out_of_the_list(desk):
    hub = Cabinet("hubspot")
    joins = {
        "hs_language": "de",
        "newsletter": "yes",
        "newsletter_confirmed_at": "2026-11-01T08:00:00.000Z",
    }
    desk.merge(*(desk.contact(number, **joins) for number in (1, 2)))
    desk.merge(activities=(desk.act(1, "Whitepaper A"), desk.act(2, "Whitepaper B")))
    desk.decide()
    desk.merge(desk.contact(1, hs_email_optout="true", **joins))
    desk.push(hub)
    members = {
        change.ref.id
        for change in hub.sent
        for name, form in change.fields.items()
        if name.startswith("list:") and form
    }
    assert members == {"2"}
    desk.settle_all(hub)
    assert hub.records[desk.contact(1).ref]["lifecyclestage"] == "lead"
    assert not any(name.startswith("list:") for name in hub.records[desk.contact(1).ref])


def test_lanes_are_sent_apart(handed, crm):
    handed.push(crm, lanes=("hot",))
    assert {change.ref.kind for change in crm.sent} == {"Lead"}
    handed.push(crm, lanes=("routine", "backfill"))
    assert {change.ref.kind for change in crm.sent} == {"Lead"}
    handed.push(crm, lanes=("follow_up",))
    assert {change.ref.kind for change in crm.sent} == {"Lead", "Task"}


def test_a_stale_daemon_sends_nothing(handed, crm):
    ttl = timedelta(minutes=1)
    old = handed.store.hold("daemon", "one", handed.now, ttl)
    handed.store.hold("daemon", "two", handed.now + ttl, ttl)
    with pytest.raises(Fenced):
        handed.push(crm, epoch=old)
    assert crm.journal == []
    assert handed.open_attempts() == 0


def test_a_daemon_that_lost_its_lease_while_sending_leaves_the_answer_to_the_next(handed, crm):
    ttl = timedelta(minutes=1)
    old = handed.store.hold("daemon", "one", handed.now, ttl)
    write = crm.write

    def slow(changes: list[Change], now: object) -> list[Receipt]:
        handed.store.hold("daemon", "two", handed.now + ttl, ttl)
        return write(changes, now)

    crm.write = slow
    with pytest.raises(Fenced):
        handed.push(crm, epoch=old)
    crm.write = write
    assert handed.push(crm).sent == 0
    assert handed.look_up(crm).written == 2
    handed.settle_all(crm)
    assert set(crm.created().values()) == {1}
