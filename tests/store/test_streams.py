"""Nurture streams through the store: mails counted from what marketing reports, two contacts who are one, what is rebuilt."""

from __future__ import annotations

import pytest

from connector.config import compile_text
from connector.decide.nurture.hold_out import held
from connector.model.systems.fact import Move
from connector.model.systems.ref import Ref
from connector.report.verify import verify


@pytest.fixture
def few(house, example):
    """Three mails are enough, and nobody is held out."""
    text = example.text["rules/nurture.yaml"].replace("mails: 24", "mails: 3")
    lines = [line for line in text.splitlines() if not line.startswith("hold_out")]
    texts = {path: text for path, text in example.text.items() if "/cases/" not in path}
    loaded = compile_text({**texts, "rules/nurture.yaml": "\n".join(lines)})
    assert loaded.ok, [str(one) for one in loaded.errors]
    house.store.activate(loaded.text, loaded.book, loaded.mappings, house.now)
    house.loaded = loaded
    return house


def agree(house, number, **more):
    at = house.now.isoformat().replace("+00:00", "Z")
    yes = {"newsletter": "yes", "newsletter_at": at, "newsletter_confirmed_at": at}
    house.page(house.contact(number, hs_language="de", country="AT", **yes, **more))


def read_on(house, number):
    house.page(activities=[house.act(f"w{number}", number, asset="Whitepaper Hydraulik")])
    house.decide()


def mailed(house, number, *keys):
    acts = [house.act(key, number, kind="email_delivered", asset="Post") for key in keys]
    house.page(activities=acts)
    house.decide()


def standing(house, contact):
    return house.store.dossier(contact, house.now).standings["main"]


def test_so_many_mails_are_enough(few):
    agree(few, 1, email="ute@kern.example")
    mailed(few, 1, "m1", "m2")
    read_on(few, 1)
    contact = few.only()
    assert standing(few, contact).stream == "seals-de"
    few.later(days=1)
    mailed(few, 1, "m3", "m4")
    assert standing(few, contact).stream == "seals-de"  # two of them came before the stream
    few.later(days=1)
    mailed(few, 1, "m5")
    after = standing(few, contact)
    assert after.stream == "seals-en"
    assert [(stay.stream, stay.why) for stay in after.stays if stay.left] == [
        ("seals-de", "exhausted: 3 mails")
    ]
    before = few.store.told.history(contact)
    few.store.rebuild("standing", few.now)
    assert standing(few, contact) == after
    assert [one.decision.standing for one in before][-1] == after


def test_two_sides_of_a_hold_out_who_are_one_belong_to_neither(house):
    rule = house.book.nurture.hold_out
    for number in range(1, 60):
        agree(house, number, email=f"p{number}@kern{number}.example")
        read_on(house, number)
    people = {n: house.store.find(f"hubspot/contacts/{n}")[0] for n in range(1, 60)}
    keys = {n: house.store.dossier(c, house.now).contact.key for n, c in people.items()}
    out = next(n for n, key in keys.items() if held(rule, key))
    inside = next(n for n, key in keys.items() if not held(rule, key))
    assert standing(house, people[out]).stream_held_out == "seals-de"
    assert standing(house, people[inside]).stream == "seals-de"
    gone, stays = (Ref("hubspot", "contacts", str(n)) for n in (out, inside))
    house.later(hours=1).page(moved=[Move(gone, stays, "merged", house.now)])
    house.decide()
    one = standing(house, house.store.find(f"hubspot/contacts/{inside}")[0])
    assert dict(one.drawn) == {"seals-2026": "mixed"}
    assert (one.stream, one.stream_held_out) == ("seals-de", "")
    found = verify(house.store, house.now)
    assert all(not proof.broken for proof in found.proofs)
