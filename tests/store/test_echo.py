"""What comes back of our own writes: ours in another spelling, or somebody's edit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.model.person.contact import Observed
from connector.model.systems.change import Receipt
from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref

US = Ref("salesforce", "User", "005000000000000009")
REP = Ref("salesforce", "User", "005000000000000001")
FLOW = Ref("salesforce", "User", "005000000000000007")
PERSON = {
    "email": "ute@kern.example",
    "firstname": "Ute",
    "jobtitle": "Head of Purchasing",
    "country": "DE",
    "zip": "30159",
    "phone": "+49 511 123456",
}
REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example", "a.wolff@nordring.example")


@pytest.fixture
def handed(house):
    """A contact whose lead was just written, ten minutes after everything else."""
    house.users(*REPS)
    house.page(
        house.contact(1, **PERSON),
        house.company(7, domain="kern.example", industry="Pumpen", numberofemployees="400"),
    )
    house.page(activities=[house.act("f1")])
    house.later(minutes=10).decide()
    house.send("salesforce")
    return house


def lead(house) -> Ref:
    return next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")


def seen(house, name: str) -> Observed:
    return house.dossier().contact.observed[lead(house)][name]


def show(house, by: Ref | None = US, us: Ref | None = US, **fields: Any) -> None:
    """The lead as the CRM shows it now, last edited by somebody."""
    one = Sighting(lead(house), fields, house.now, house.now, (), by)
    house.crm(one, us=us)


def wanted(house) -> dict[str, Any]:
    """What would be written to the lead, all decided again."""
    house.store.mark_all_due(house.now)
    house.decide()
    return {
        name: form
        for change in house.store.lease("salesforce", 100, house.now)
        if change.ref.kind == "Lead"
        for name, form in change.fields.items()
    }


def test_the_same_value_in_another_spelling_stays_ours_whoever_edited_and_whenever(handed):
    at = seen(handed, "Phone").at
    handed.later(hours=5)
    show(handed, by=REP, Phone="(0511) 123456")
    shown = seen(handed, "Phone")
    assert shown == Observed("(0511) 123456", "+49511123456", at, True, ("+49511123456",))
    assert "Phone" not in wanted(handed)


def test_what_we_emptied_stays_ours_whoever_edited_and_whenever(handed):
    """HubSpot is sent an empty text and shows nothing: that is nobody's edit."""

    def emptied(change):
        return Receipt(change, "written", ref=change.ref, fields={"leadcycle_band": ""})

    handed.send("hubspot", emptied)
    handed.later(hours=5)
    handed.page(handed.contact(1, **{**PERSON, "zip": "01067"}, leadcycle_band=None))
    (band,) = (
        seen["leadcycle_band"]
        for ref, seen in handed.dossier().contact.observed.items()
        if ref.platform == "hubspot"
    )
    assert (band.form, band.ours) == (None, True)


def test_what_the_system_made_of_our_write_is_ours(handed):
    show(handed, FirstName="UTE", Title="head of purchasing", Leadcycle_Why__c="cut")
    first = seen(handed, "FirstName")
    assert (first.form, first.value, first.ours, first.sent) == ("UTE", "Ute", True, ("Ute",))
    assert handed.values()["first_name"] == "Ute"
    assert "FirstName" not in wanted(handed)
    assert not seen(handed, "Leadcycle_Why__c").ours  # that is no spelling of the reasons


def test_a_spelling_is_believed_once_then_it_is_an_edit(handed):
    show(handed, FirstName="UTE")
    show(handed, FirstName="UtE")
    assert not seen(handed, "FirstName").ours
    assert handed.values()["first_name"] == "UtE"


@pytest.mark.parametrize(
    ("by", "us", "minutes"),
    [(REP, US, 0), (FLOW, US, 0), (US, US, 2), (None, None, 1), (REP, None, 1)],
    ids=["a rep", "a flow", "long after", "by time", "nobody knows who we are"],
)
def test_a_spelling_by_others_or_later_is_an_edit(handed, by, us, minutes):
    handed.later(minutes=minutes)
    show(handed, by=by, us=us, FirstName="UTE")
    assert not seen(handed, "FirstName").ours
    assert handed.values()["first_name"] == "UTE"


def test_without_names_the_same_second_is_ours(handed):
    show(handed, by=None, us=None, FirstName="UTE")
    assert seen(handed, "FirstName").sent == ("Ute",)


def test_a_later_write_of_ours_hides_an_edit_in_between_so_none_is_missed(handed):
    """A rep re-cased the name, then we wrote the title: the last editor is us, and still it is the rep's edit."""
    handed.later(seconds=20)
    handed.page(handed.contact(1, **{**PERSON, "jobtitle": "CPO"}))
    handed.decide()
    assert "Title" in {name for change in handed.send("salesforce") for name in change.fields}
    show(handed, FirstName="UTE", Title="CPO")
    assert not seen(handed, "FirstName").ours
    assert seen(handed, "Title").ours


def test_while_an_answer_is_open_nothing_is_taken_for_ours(handed):
    handed.later(seconds=20)
    handed.page(handed.contact(1, **{**PERSON, "jobtitle": "CPO"}))
    handed.decide()
    assert handed.store.lease("salesforce", 10, handed.now)
    show(handed, FirstName="UTE", Title="CPO")
    assert not seen(handed, "FirstName").ours


def test_another_spelling_of_somebodys_value_keeps_its_time(house):
    """A portal that reformats old numbers must not make them the newest."""
    house.page(house.contact(1, **PERSON))
    house.later(days=1)
    house.page(house.contact(1, **{**PERSON, "phone": "+49 511 999999"}))
    typed = house.dossier().contact.fields["phone"]
    house.later(days=1)
    house.page(house.contact(1, **{**PERSON, "phone": "0511/999999"}))
    assert house.dossier().contact.fields["phone"] == typed


def test_the_answer_to_a_write_may_say_how_it_is_spelled(house):
    house.users(*REPS)
    house.page(house.contact(1, **PERSON))
    house.page(activities=[house.act("f1")])
    house.decide()
    name = "leadcycle_band"
    for change in house.store.lease("hubspot", 10, house.now):
        form = str(change.fields[name])
        answer = Receipt(
            change,
            "written",
            fields=change.fields,
            shown={name: form.upper(), "leadcycle_grade": "Z"},
        )
        house.store.settle([answer], house.now)
    shown = house.dossier().contact.observed[Ref("hubspot", "contacts", "1")]
    assert (shown[name].form, shown[name].sent) == (form.upper(), (form,))
    assert (shown["leadcycle_grade"].form, shown["leadcycle_grade"].sent) == (
        change.fields["leadcycle_grade"],
        (),
    )


def test_what_was_observed_is_rebuilt_with_both_forms(handed):
    show(handed, FirstName="UTE")
    before = seen(handed, "FirstName")
    handed.store.rebuild("observed", handed.now)
    assert seen(handed, "FirstName") == before


def test_who_edited_is_in_the_ledger(handed):
    show(handed, by=REP, FirstName="Uta")
    (number,) = handed.store.contacts()
    assert [one.by for one in _last(handed, number)] == [str(REP)]


def _last(house, number):
    with house.store._engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT by FROM sighting ORDER BY id DESC LIMIT 1"))


def test_a_clock_that_is_behind_ours_hides_no_edit(handed):
    """The system stamps a rep's edit seconds before our write, although it came after it."""
    stamped = handed.now - timedelta(seconds=40)
    handed.later(seconds=20)
    handed.crm(Sighting(lead(handed), {"Title": "Buyer"}, stamped, handed.now, (), REP), us=US)
    assert seen(handed, "Title")[:2] == ("Buyer", "Buyer")
    assert not seen(handed, "Title").ours


def test_a_version_from_before_our_write_is_no_edit(handed):
    handed.later(minutes=1).page(handed.contact(1, **{**PERSON, "jobtitle": "CPO"}))
    handed.decide()
    handed.send("salesforce")
    assert seen(handed, "Title").form == "CPO"
    stamped = handed.now - timedelta(seconds=40)
    shown = {"Title": "Head of Purchasing"}
    handed.later(seconds=20).crm(Sighting(lead(handed), shown, stamped, handed.now, (), US), us=US)
    assert seen(handed, "Title").form == "CPO"
