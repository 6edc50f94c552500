"""Counting for the lint of rules: people with their company's fields, who was seen lately, what was done."""

from __future__ import annotations

from datetime import timedelta

FIELDS = {"job_title", "country", "industry", "email_domain"}


def counted(house, days=90):
    since = house.now - timedelta(days=days)
    return house.store.told.census(house.mappings, FIELDS, since)


def test_people_have_their_own_fields_and_their_companys(house):
    firm = house.company(7, name="Kern", industry="Pumpen", country="AT")
    house.page(firm, stream="companies")
    member = house.contact(
        1, email="a@Kern.example", jobtitle="Leiter Einkauf", associatedcompanyid="7"
    )
    alone = house.contact(2, email="b@kern.example", country="DE", firstname="Bea")
    house.page(member, alone)
    found = counted(house)
    assert found.people == 2
    assert [values for values, _ in found.sample] == [
        {
            "job_title": "Leiter Einkauf",
            "industry": "Pumpen",
            "country": "AT",
            "email_domain": "kern.example",
        },
        {"country": "DE", "email_domain": "kern.example"},
    ]


def test_lately_is_seen_or_active(house):
    house.page(house.contact(1, email="a@kern.example"), house.contact(2, email="b@kern.example"))
    assert [lately for _, lately in counted(house).sample] == [True, True]
    house.later(days=91)
    assert [lately for _, lately in counted(house).sample] == [False, False]
    house.page(activities=[house.act("f1", 2)])
    assert [lately for _, lately in counted(house).sample] == [False, True]
    house.page(house.contact(1, email="a@kern.example", jobtitle="CEO"))
    assert [lately for _, lately in counted(house).sample] == [True, True]


def test_deeds_of_the_period_are_counted_whoever_did_them(house):
    assert counted(house).deeds == []
    house.page(house.contact(1, email="a@kern.example"))
    house.page(activities=[house.act("f1", asset="Demo request")])
    house.later(days=91)
    page = {"kind": "page_viewed", "asset": "/preise"}
    house.page(activities=[house.act("p1", **page), house.act("p2", 9, **page), house.act("f2")])
    assert counted(house).deeds == [
        ("form_submitted", "Demo request", 1),
        ("page_viewed", "/preise", 2),
    ]
    assert ("form_submitted", "Demo request", 2) in counted(house, days=92).deeds


def test_one_person_under_two_records_is_one(house):
    house.page(house.contact(1, email="a@kern.example"))
    house.crm(house.lead("00Q000000000001", Email="a@kern.example", Title="CEO"))
    found = counted(house)
    assert (found.people, len(found.sample)) == (1, 1)
    assert found.sample[0][0]["job_title"] == "CEO"
