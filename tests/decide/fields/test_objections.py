"""An objection survives the record that made it, until somebody says otherwise on one that is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.decide.fields.objections import objections
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record
from connector.model.person.consent import STATES
from connector.model.person.contact import Observed
from connector.model.systems.ref import Ref

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER, BEFORE = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
GONE, HERE = Ref("hubspot", "contacts", "1"), Ref("hubspot", "contacts", "2")
FIELDS = {
    "opted_out": Field("opted_out", "yes_no", "any_true", refuses=("email",)),
    "news": Field("news", "consent", "most_restrictive", purpose="email", levels=STATES),
    "title": Field("title", "text", "newest"),
}
RECORD = Record(
    "contacts",
    "contact",
    tuple(Read(name, name, field.type) for name, field in FIELDS.items()),
)
MAPPINGS = Mappings(
    "m",
    FIELDS,
    {"hubspot": PlatformMapping("hubspot", Form(True, "", ""), {"contacts": RECORD})},
    {},
)


def seen(value: object, at: datetime = NOON, *, ours: bool = False) -> Observed:
    return Observed("shown", value, at, ours)


AWAY = {GONE: {"opted_out": seen(True), "news": seen("refused"), "title": seen("CPO")}}


def test_only_what_refuses_is_kept():
    assert objections(MAPPINGS, AWAY, {}) == {
        GONE: {"opted_out": seen(True), "news": seen("refused")}
    }
    agreed = {GONE: {"opted_out": seen(False), "news": seen("granted")}}
    assert objections(MAPPINGS, agreed, {}) == {}


@pytest.mark.parametrize(
    ("living", "stands"),
    [
        (seen(False, LATER), False),
        (seen(False, BEFORE), True),
        (seen(False, NOON), True),
        (seen(False, LATER, ours=True), True),
        (seen(None, LATER), True),  # a blank takes nothing back
    ],
)
def test_it_stands_until_somebody_says_otherwise_later(living, stands):
    found = objections(MAPPINGS, AWAY, {HERE: {"opted_out": living}})
    assert ("opted_out" in found[GONE]) is stands
    assert "news" in found[GONE], "of another field nothing was said"
