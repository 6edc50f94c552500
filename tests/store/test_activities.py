"""What people did, once each; and sums that do not depend on the order in which it was learned."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from connector.decide.scoring.strength import from_log
from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref
from connector.store.recall.reports.content import consumed_by
from connector.store.sql.database import reading


def strengths(house, contact=None):
    return house.dossier(contact).strengths


def test_an_activity_counts_once(house):
    house.page(house.contact(1, email="a@kern.example"))
    house.page(activities=[house.act("f1"), house.act("f1"), house.act("f2")])
    assert house.page(activities=[house.act("f1")]).activities == 0
    assert strengths(house)["demo_request"].sum == 2.0
    assert house.store.counts()["activities"] == 2


def test_it_fades(house):
    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    house.later(days=45)
    assert strengths(house)["demo_request"].sum == 0.5
    assert strengths(house)["demo_request"].last_at == house.now - timedelta(days=45)


def test_an_activity_may_come_before_its_person(house):
    house.page(activities=[house.act("f1")])
    assert house.store.contacts() == ()
    house.page(house.contact(1, email="a@kern.example"))
    assert strengths(house)["demo_request"].sum == 1.0
    assert house.store.due(house.now, 10)[0].contact.id == 1


def test_an_address_stands_for_a_person_who_is_known_later(house):
    house.page(activities=[house.act("f1", None, contact_hint="A@kern.example")])
    house.page(house.contact(1, email="a@kern.example"))
    assert strengths(house)["demo_request"].sum == 1.0
    assert house.dossier().contact.refs == (Ref("hubspot", "contacts", "1"),)


def test_an_address_stands_for_a_person_who_is_known(house):
    house.page(house.contact(1, email="a@kern.example"))
    house.decide()
    house.page(activities=[house.act("f1", None, contact_hint="a@kern.example")])
    assert strengths(house)["demo_request"].sum == 1.0
    assert [one.contact.id for one in house.store.due(house.now, 10)] == [1]


def test_no_address_is_kept_in_the_clear(house):
    house.page(activities=[house.act("f1", None, contact_hint="secret@kern.example")])
    with reading(house.store._engine) as tx:
        assert not [key for (key,) in tx.rows("SELECT key FROM ref") if "secret" in key]


def test_an_address_of_two_people_waits_on_the_shelf(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    house.later(hours=1).page(house.contact(2, email="a@kern.example"))
    house.page(activities=[house.act("f1", None, contact_hint="a@kern.example")])
    rows = house.store.shelf_rows()
    assert [row.code for row in rows] == ["PERHAPS_SAME", "AMBIGUOUS"]
    assert not any("kern" in f"{row.record}{row.message}{row.hint}" for row in rows)
    house.later(hours=1).page(house.contact(2, email="b@kern.example"))
    house.page(activities=[house.act("f2", None, contact_hint="a@kern.example")])
    assert house.store.shelf_rows() == ()
    assert strengths(house, 1)["demo_request"].last_at is not None


def test_a_date_ahead_counts_from_the_moment_we_learn_of_it(house):
    house.page(house.contact(1, email="a@kern.example"))
    meeting = house.act("m1", kind="meeting_held", at=house.now + timedelta(days=5))
    house.page(activities=[meeting])
    assert strengths(house)["meeting"].last_at == house.now
    house.later(hours=1).page(activities=[meeting])
    assert strengths(house)["meeting"].last_at == house.now - timedelta(hours=1)


def test_details_are_seen_by_conditions(house):
    house.page(house.contact(1, email="a@kern.example"))
    long = house.act("w1", kind="webinar_attended", asset="Seals", detail={"minutes": 45})
    short = house.act("w2", kind="webinar_attended", asset="Seals", detail={"minutes": 5})
    house.page(activities=[long, short])
    assert strengths(house)["webinar_attended"].sum == 1.0


def test_a_signal_with_a_daily_limit_is_read_from_the_log(house):
    house.page(house.contact(1, email="a@kern.example"))
    views = [house.act(f"v{n}", kind="page_viewed", asset="/preise/ringe") for n in range(5)]
    house.page(activities=views)
    assert strengths(house)["price_page"].sum == 2.0


def test_an_activity_shown_again_under_a_merged_record_counts_once(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    house.page(activities=[house.act("f1", 1)])
    old, new = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
    house.page(moved=[Move(old, new, "merged", house.now)], activities=[house.act("f1", 2)])
    house.page(activities=[house.act("f1", 2)])
    assert strengths(house)["demo_request"].sum == 1.0


@pytest.mark.parametrize("kind", ["form_submitted", "page_viewed"])
def test_shown_under_the_record_that_stays_before_we_learn_of_the_merge(house, kind):
    """Kept sums and the log, live and in a rebuilt store: once."""
    asset = {"form_submitted": "Demo request", "page_viewed": "/preise/ringe"}[kind]
    name = {"form_submitted": "demo_request", "page_viewed": "price_page"}[kind]
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    done = [house.act("f1", number, kind=kind, asset=asset) for number in (2, 1)]
    for one in done:
        house.page(activities=[one])
    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f2", 1, kind=kind, asset=asset)])  # fmt: skip
    old, new = (Ref("hubspot", "contacts", number) for number in "21")
    house.page(moved=[Move(old, new, "merged", house.now)])
    assert strengths(house)[name].sum == 2.0
    house.page(activities=done)
    house.store.rebuild("strength", house.now)
    assert strengths(house)[name].sum == 2.0
    (contact,) = house.store.contacts()
    with reading(house.store._engine) as tx:
        (looked_at,) = consumed_by(tx, contact, house.now)
    assert looked_at.times == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_sums_do_not_depend_on_the_order_of_pages(house, order):
    """To the last bit: late activities are added up again from the log."""
    house.page(house.contact(1, email="a@kern.example"))
    acts = [house.act(f"f{n}", at=house.now - timedelta(days=13 * n, seconds=n)) for n in range(4)]
    for place in order:
        house.page(activities=[acts[place]])
    signal = next(s for s in house.book.scoring.activities.signals if s.name == "demo_request")
    logged = from_log(signal, [(a.at, a.asset, None) for a in acts], house.now, "Europe/Berlin")
    assert strengths(house)["demo_request"].sum == logged.sum
    with reading(house.store._engine) as tx:
        kept = tx.rows("SELECT * FROM strength")
    house.store.rebuild("strength", house.now)
    with reading(house.store._engine) as tx:
        assert tx.rows("SELECT * FROM strength") == kept


def test_new_signals_are_added_up_from_the_log_and_forgotten_ones_dropped(house, example):
    from dataclasses import replace

    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    scoring = house.book.scoring
    signals = tuple(
        replace(s, half_life=timedelta(days=1), digest="other") if s.name == "demo_request" else s
        for s in scoring.activities.signals
    )
    book = replace(
        house.book,
        digest="b2",
        scoring=replace(scoring, activities=replace(scoring.activities, signals=signals)),
    )
    house.later(days=1)
    house.store.activate({}, book, house.mappings, house.now)
    assert strengths(house)["demo_request"].sum == 0.5
    with reading(house.store._engine) as tx:
        kept = tx.rows("SELECT g.digest FROM strength s JOIN signal g ON g.id = s.signal")
    interest = {trace.signal.digest for trace in house.book.interest.traces}
    assert [digest for (digest,) in kept if digest not in interest] == ["other"]
    house.store.activate({}, house.book, house.mappings, house.now)
    assert 0.98 < strengths(house)["demo_request"].sum < 1.0


def test_a_draft_rulebook_reads_sums_that_are_not_kept_from_the_log(house):
    from dataclasses import replace

    house.page(house.contact(1, email="a@kern.example"), activities=[house.act("f1")])
    scoring = house.book.scoring
    signals = tuple(replace(s, digest=f"draft {s.name}") for s in scoring.activities.signals)
    draft = replace(
        house.book,
        scoring=replace(scoring, activities=replace(scoring.activities, signals=signals)),
    )
    kept = strengths(house)
    house.store.use(draft, house.mappings)
    assert strengths(house) == kept


def test_a_meeting_that_is_moved_after_its_time_counts_once(house):
    """Read as held at ten, then moved to the next day: the same meeting, whatever record of the person it hangs on."""
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    held = house.act("meetings:7", 1, kind="meeting_held", movable=True)
    assert house.page(activities=[held]).activities == 1
    house.later(days=1)
    moved = house.act("meetings:7", 1, kind="meeting_held", movable=True)
    assert house.page(activities=[moved]).activities == 0
    house.page(
        moved=[
            Move(
                Ref("hubspot", "contacts", "2"),
                Ref("hubspot", "contacts", "1"),
                "merged",
                house.now,
            )
        ]
    )
    other = house.act("meetings:7", 2, kind="meeting_held", movable=True)
    assert house.later(hours=1).page(activities=[other]).activities == 0
    assert (
        house.page(
            activities=[house.act("meetings:8", 1, kind="meeting_held", movable=True)]
        ).activities
        == 1
    )
