"""Owners across systems, and those who leave: who is one person, what the shelf says, who answers instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.config import compile_text
from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref

BRANDT, PETERSEN, WOLFF = (f"{n}@nordring.example" for n in ("j.brandt", "l.petersen", "a.wolff"))
USERS = (BRANDT, PETERSEN, WOLFF)
HEAD = {"jobtitle": "Head of Purchasing", "company": "Pumpen Kern", "country": "DE", "zip": "30159"}


def user(number):
    return f"005{number:015d}"


@pytest.fixture
def rule(house, example):
    """Puts a table of owners into force."""

    def rule(table):
        text = "version: 1\nowners:\n" + "\n".join(f"  {line}" for line in table)
        loaded = compile_text({**example.text, "mappings/owners.yaml": text})
        assert loaded.ok, [str(one) for one in loaded.errors]
        house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)
        house.loaded = loaded

    return rule


def hub(house, id_, email=None, **more):
    house.page(
        Sighting(Ref("hubspot", "owners", id_), {"email": email, **more}, house.now, house.now)
    )


def leave(house, number, email):
    house.later(minutes=5).crm(
        house.record("User", user(number), Email=email, Name=email.split("@")[0], IsActive=False)
    )


def hand_over(house, number):
    """A lead for the north whose owner is the one with the fewest turns."""
    email = f"p{number}@kern{number}.example"
    house.page(
        house.contact(number, email=email, lastname="Kern", **HEAD),
        activities=[house.act(f"a{number}", number)],
    )
    house.decide()
    house.send()
    (contact,) = house.store.find(email)
    return contact


def standing(house, contact):
    return house.store.dossier(contact, house.now).standings["main"]


def left(house):
    return [row for row in house.store.shelf_rows() if row.code == "OWNER_LEFT"]


def test_the_same_person_under_two_addresses_is_one_owner(house, rule):
    house.users(*USERS)
    hub(house, "77", "Jana.Brandt@old.example")
    assert house.store.roster().owners["jana.brandt@old.example"].ref("salesforce") is None
    rule([f"{BRANDT}: {{aliases: [jana.brandt@old.example]}}"])
    roster = house.store.roster()
    assert "jana.brandt@old.example" not in roster.owners
    assert roster.of(Ref("hubspot", "owners", "77")) is roster.owners[BRANDT]
    assert roster.owners[BRANDT].ref("salesforce") == Ref("salesforce", "User", user(1))
    assert roster.named("jana.brandt@old.example") is roster.owners[BRANDT]


def test_a_record_without_an_address_is_known_by_its_id(house, rule):
    house.users(*USERS)
    hub(house, "78")
    assert house.store.roster().of(Ref("hubspot", "owners", "78")) is None
    rule([f"{PETERSEN}: {{ids: {{hubspot: ['77', '78']}}}}"])
    assert house.store.roster().of(Ref("hubspot", "owners", "78")).key == PETERSEN


def test_an_id_says_more_than_an_address(house, rule):
    house.users(*USERS)
    hub(house, "79", BRANDT)
    rule([f"{WOLFF}: {{ids: {{hubspot: '79'}}}}"])
    roster = house.store.roster()
    assert roster.of(Ref("hubspot", "owners", "79")).key == WOLFF
    assert roster.owners[BRANDT].ref("hubspot") is None


def test_turns_and_open_leads_follow_an_address_into_the_table(house, rule):
    house.users(*USERS)
    for number in range(1, 5):
        hand_over(house, number)
    before = house.store.roster()
    assert sum(before.open.values()) == 4
    rule([f"{PETERSEN}: {{aliases: [lp@old.example], substitute: {BRANDT}}}"])
    after = house.store.roster()
    assert (after.open, after.turns) == (before.open, before.turns)


def test_an_old_user_beside_the_present_one_is_no_leaver(house):
    house.users(*USERS)
    leave(house, 9, BRANDT)
    owner = house.store.roster().owners[BRANDT]
    assert owner.active
    assert owner.ref("salesforce") == Ref("salesforce", "User", user(1))
    assert owner.gone == {Ref("salesforce", "User", user(9))}
    assert owner.works_in("salesforce")


def test_a_seat_lost_where_we_give_nothing_to_anybody_is_no_leaver(house, example):
    text = example.text["mappings/hubspot.yaml"].replace(
        "owners: {is: owner, read: {email: email}}",
        "owners: {is: owner, read: {email: email, active: active}}",
    )
    loaded = compile_text({**example.text, "mappings/hubspot.yaml": text})
    house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)
    house.loaded = loaded
    house.users(*USERS)
    hub(house, "77", BRANDT, active="false")
    owner = house.store.roster().owners[BRANDT]
    assert owner.active
    assert not owner.works_in("hubspot")
    assert owner.works_in("salesforce")
    alone = Ref("hubspot", "owners", "80")
    hub(house, "80", "guest@nordring.example", active="false")
    assert house.store.roster().of(alone).active, "nothing is ever given to a guest of HubSpot"


def test_where_hubspot_owns_the_leads_an_archived_owner_has_left(house, example):
    text = (
        example.text["mappings/hubspot.yaml"]
        .replace(
            "owners: {is: owner, read: {email: email}}",
            "owners: {is: owner, read: {email: email, active: active}}",
        )
        .replace("leadcycle_grade: {from: score.grade}", "hubspot_owner_id: {from: owner}")
    )
    loaded = compile_text({**example.text, "mappings/hubspot.yaml": text})
    assert loaded.ok
    house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)
    house.loaded = loaded
    house.users(*USERS)
    hub(house, "77", BRANDT, active="false")
    assert not house.store.roster().owners[BRANDT].active


def test_a_leaver_is_told_once_with_what_is_left(house):
    house.users(*USERS)
    contacts = [hand_over(house, number) for number in range(1, 7)]
    owners = {contact: standing(house, contact).owner for contact in contacts}
    count = sum(owner == BRANDT for owner in owners.values())
    assert count == 2
    leave(house, 1, BRANDT)
    (row,) = left(house)
    assert (row.record, row.platform, row.contact) == (
        f"salesforce/User/{user(1)}",
        "salesforce",
        None,
    )
    assert row.message == "j.brandt has left and still owns 2 open leads, 2 of them unanswered"
    assert f'add "{BRANDT}: {{substitute: …}}" to mappings/owners.yaml' in row.hint
    house.decide()
    assert [standing(house, contact).owner for contact in contacts] == list(owners.values())
    again = hand_over(house, 7)
    assert standing(house, again).owner != BRANDT
    assert [one.count for one in left(house)] == [1]


def test_the_row_follows_the_leads_and_goes_with_the_last(house):
    house.users(*USERS)
    contacts = [hand_over(house, number) for number in range(1, 5)]
    mine = [contact for contact in contacts if standing(house, contact).owner == BRANDT]
    leave(house, 1, BRANDT)
    for rest, contact in enumerate(reversed(mine)):
        (lead,) = (r for r in house.dossier(contact).contact.refs if r.kind == "Lead")
        email = house.values(contact)["email"]
        house.later(minutes=5).crm(house.lead(lead.id, OwnerId=user(2), Email=email))
        house.decide()
        assert standing(house, contact).owner == PETERSEN
        assert len(left(house)) == (1 if len(mine) - rest > 1 else 0)
    assert BRANDT not in house.store.roster().open


def test_who_comes_back_is_no_leaver(house):
    house.users(*USERS)
    for number in range(1, 4):
        hand_over(house, number)
    leave(house, 1, BRANDT)
    assert left(house)
    house.later(minutes=5).users(*USERS)
    assert left(house) == []


def test_unanswered_leads_go_on_to_the_substitute(house, rule):
    rule([f"{BRANDT}: {{substitute: {PETERSEN}}}", f"{PETERSEN}: {{substitute: {WOLFF}}}"])
    house.users(*USERS)
    contacts = [hand_over(house, number) for number in range(1, 4)]
    (mine,) = (contact for contact in contacts if standing(house, contact).owner == BRANDT)
    before = standing(house, mine).handover
    leave(house, 1, BRANDT)
    house.decide()
    after = standing(house, mine)
    assert (after.owner, after.handover.owner) == (PETERSEN, PETERSEN)
    assert replace(after.handover, owner=BRANDT) == before, "neither number nor clock begins again"
    given = {c.ref.kind: c.fields["OwnerId"] for c in house.send() if "OwnerId" in c.fields}
    assert given == {"Lead": user(2), "Task": user(2)}, "and the task goes with the lead"
    assert left(house) == []
    assert house.store.roster().open == {PETERSEN: 2, WOLFF: 1}
    house.store.mark_all_due(house.now)
    house.decide()
    assert house.send() == []


def test_a_chain_of_substitutes_ends_at_the_first_who_is_there(house, rule):
    rule([f"{BRANDT}: {{substitute: {PETERSEN}}}", f"{PETERSEN}: {{substitute: {WOLFF}}}"])
    house.users(*USERS)
    contacts = [hand_over(house, number) for number in range(1, 4)]
    leave(house, 1, BRANDT)
    leave(house, 2, PETERSEN)
    house.decide()
    house.send()
    assert {standing(house, contact).owner for contact in contacts} == {WOLFF}
    assert {standing(house, hand_over(house, number)).owner for number in (8, 9)} == {WOLFF}


def test_an_answered_lead_stays_and_is_told(house, rule):
    rule([f"{BRANDT}: {{substitute: {PETERSEN}}}"])
    house.users(*USERS)
    contacts = [hand_over(house, number) for number in range(1, 4)]
    (mine,) = (contact for contact in contacts if standing(house, contact).owner == BRANDT)
    (lead,) = (r for r in house.dossier(mine).contact.refs if r.kind == "Lead")
    house.later(minutes=1).crm(outcomes=[house.outcome(lead, "accepted")])
    house.decide()
    leave(house, 1, BRANDT)
    house.decide()
    assert standing(house, mine).owner == BRANDT
    (row,) = left(house)
    assert row.message == "j.brandt has left and still owns 1 open lead, 0 of them unanswered"
    assert "the unanswered ones go to the substitute" in row.hint


def test_what_is_owned_is_rebuilt(house):
    house.users(*USERS)
    for number in range(1, 5):
        hand_over(house, number)
    before = rows(house)
    assert sum(leads for _, _, leads in before) == 4
    for name in house.store.projections():
        house.store.rebuild(name, house.now)
    assert rows(house) == before


def rows(house):
    from connector.store.sql.database import reading

    with reading(house.store._engine) as tx:
        return tx.rows("SELECT owner, stage, leads FROM owned ORDER BY 1, 2")


def test_absence_languages_and_days_off(house, rule):
    """What the CRM's field says, through the end of that day, and what the table of owners says."""
    house.users(*USERS)
    rule(
        [
            f"{PETERSEN}: {{speaks: [de, French], away: [{{from: 2026-11-16, to: 2026-11-17}}]}}",
            f"{WOLFF}: {{}}",
        ]
    )
    house.crm(
        house.record(
            "User", user(1), Email=BRANDT, IsActive=True, Leadcycle_Away_Until__c="2026-11-20"
        )
    )
    roster = house.store.roster()
    assert roster.speaks == {PETERSEN: ("de", "fr")}
    assert str(roster.away_until(BRANDT, house.now)) == "2026-11-21 00:00:00+00:00"
    assert str(roster.away_until(PETERSEN, house.now)) == "2026-11-17 23:00:00+00:00"
    contact = hand_over(house, 1)
    assert standing(house, contact).owner == WOLFF
    house.later(days=6)
    assert house.store.roster().away_until(BRANDT, house.now) is None
