"""Two cycles of one person in the store: recorded, rebuilt, joined with somebody else and taken apart, and proved."""

from __future__ import annotations

import pytest

from connector.config import compile_text
from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref
from connector.report.verify import verify

PERSON = {
    "email": "ute@kern.example",
    "jobtitle": "Head of Purchasing",
    "country": "DE",
    "zip": "30159",
    "phone": "+49 511 123456",
}
OTHER = {**PERSON, "email": "u.kern@pumpen-kern.example"}
SECOND = Ref("hubspot", "contacts", "2")


@pytest.fixture
def customer(house):
    """Somebody who bought and now asks for service: handed over in two tracks."""
    house.buyer("j.brandt@nordring.example", "l.petersen@nordring.example", phone="+49 511 123456")
    house.decide()
    house.send()
    lead = next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")
    house.later(days=1)
    house.crm(outcomes=[house.outcome(lead, "won")])
    house.decide()
    house.later(days=1)
    house.page(activities=[house.act("s1", asset="Wartungsvertrag")])
    house.decide()
    house.send()
    return house


def stages(house, contact=None):
    found = house.dossier(contact).standings
    return {track: (one.stage, one.handovers) for track, one in found.items()}


def proved(house):
    found = verify(house.store, house.now)
    assert found.holds, [one.broken for one in found.proofs]


def test_each_track_has_its_decisions_and_its_standing(customer):
    assert stages(customer) == {"main": ("Customer", 1), "service": ("SQL", 1)}
    tracks = [one.decision.track for one in customer.store.told.history(customer.only())]
    assert set(tracks) == {"main", "service"}
    roster = customer.store.roster()
    assert sum(roster.open.values()) == 2 - _answered(customer)
    proved(customer)


def _answered(house):
    return sum(
        one.handover is not None and not one.handover.open
        for one in house.dossier().standings.values()
    )


def test_projections_of_two_tracks_are_rebuilt(customer):
    before = customer.dossier().standings
    for name in customer.store.projections():
        customer.store.rebuild(name, customer.now)
    assert customer.dossier().standings == before
    proved(customer)


def test_joined_with_somebody_who_has_one_cycle(customer):
    """Their main cycles become one; the second cycle comes along whole."""
    customer.later(hours=1)
    customer.page(customer.contact(2, **OTHER), activities=[customer.act("f2", 2)])
    customer.decide()
    customer.send()
    service = customer.dossier(1).standings["service"]
    customer.later(hours=1)
    customer.page(moved=[Move(SECOND, Ref("hubspot", "contacts", "1"), "merged", customer.now)])
    customer.decide()
    found = customer.dossier(1).standings
    assert found["service"].handover.at == service.handover.at
    assert found["main"].handovers == 1
    assert len(found["main"].handed) == 2
    proved(customer)


def test_a_second_cycle_goes_along_to_whoever_survives(customer):
    """The customer's record turns out to be that of an older contact."""
    customer.later(hours=1)
    customer.page(customer.contact(2, **OTHER))
    customer.decide()
    before = customer.dossier(1).standings["service"].handover
    customer.page(moved=[Move(Ref("hubspot", "contacts", "1"), SECOND, "merged", customer.now)])
    customer.decide()
    (number,) = customer.store.find(OTHER["email"])
    after = customer.dossier(number).standings["service"].handover
    assert (after.at, after.owner) == (before.at, before.owner)
    proved(customer)


def test_taken_apart_each_gets_back_what_was_theirs(customer):
    """A person links somebody else's record, and takes it out again: the second cycle stays with whom it belongs to."""
    customer.later(hours=1)
    customer.page(customer.contact(2, **OTHER), activities=[customer.act("f2", 2)])
    customer.decide()
    customer.send()
    before = {number: stages(customer, number) for number in (1, 2)}
    assert "service" not in before[2]
    customer.store.link(SECOND, 1, customer.now)
    assert stages(customer, 1)["service"] == before[1]["service"]
    customer.store.unlink(SECOND, customer.now)
    assert {number: stages(customer, number) for number in (1, 2)} == before
    proved(customer)
    customer.decide()
    proved(customer)


def without_service(house):
    """The example's rules in force, as if there were no such track."""
    texts = {
        name: text.replace("track: {equals: service}", "job_title: {equals: nobody}")
        .replace("track: service, ", "")
        .replace("service: Service", "other: Other")
        for name, text in house.loaded.text.items()
        if "cases/" not in name
    }
    lines = texts["rules/lifecycle.yaml"].splitlines()
    kept = [line for line in lines if "name: service" not in line]
    assert len(kept) == len(lines) - 1
    loaded = compile_text({**texts, "rules/lifecycle.yaml": "\n".join(kept)})
    assert loaded.book is not None, [str(one) for one in loaded.errors]
    house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)


def test_leads_of_a_track_that_rules_drop_are_nobodys_work(customer):
    """Nobody decides about them any more: they fill no cap, and are no answer that is late. With the track they are back."""
    house = customer
    owner = house.dossier().standings["service"].owner
    before = house.store.roster()
    house.later(days=30)
    open_, overdue = before.open[owner], house.store.status(house.now)["overdue"]
    without_service(house)
    after = house.store.roster()
    assert after.open.get(owner, 0) == open_ - 1
    assert house.store.status(house.now)["overdue"] == overdue - 1
    assert house.store.status(house.now)["unanswered"].get(owner, 0) == open_ - 1
    assert house.dossier().standings["service"].handover.open
    proved(house)
    house.store.activate(house.loaded.text, house.book, house.mappings, house.now)
    assert house.store.roster().open == before.open
    proved(house)


def test_who_has_left_owns_nothing_in_a_track_that_rules_drop(customer):
    """The shelf would ask for ever to give away what nobody decides about."""
    house = customer
    owner = house.dossier().standings["service"].owner
    number = 1 + ["j.brandt@nordring.example", "l.petersen@nordring.example"].index(owner)
    house.later(minutes=5)
    gone = house.record(
        "User", f"005{number:015d}", Email=owner, Name=owner.split("@")[0], IsActive=False
    )
    house.crm(gone)
    house.store.note_leavers(house.now)
    (before,) = [row.message for row in house.store.shelf_rows() if row.code == "OWNER_LEFT"]
    without_service(house)
    house.store.note_leavers(house.now)
    after = [row.message for row in house.store.shelf_rows() if row.code == "OWNER_LEFT"]
    assert (before.endswith("1 of them unanswered"), after) == (True, [])
