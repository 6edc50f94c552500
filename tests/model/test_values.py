"""The values: addresses read back, sums, and what follows from a standing."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connector.model
from connector.model.person.contact import Contact, Value
from connector.model.person.decision import Decision, Score
from connector.model.person.standing import Handover, Standing
from connector.model.problem import Problem
from connector.model.roster import Owner, Roster
from connector.model.systems.change import LANES, Change
from connector.model.systems.ref import Ref

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
LEAD = Ref("salesforce", "Lead", "00Q1")
part = st.text(min_size=1).filter(lambda text: "/" not in text)


@given(part, part, st.text(min_size=1))
def test_a_ref_is_read_back_as_it_is_written(platform, kind, id_):
    ref = Ref(platform, kind, id_)
    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "a", "a/b", "a/b/", "/b/c", "a//c", "//"])
def test_anything_else_is_no_ref(text):
    with pytest.raises(ValueError, match="is not a ref: write platform/kind/id"):
        Ref.parse(text)


@given(st.text())
def test_garbage_is_a_ref_or_refused(text):
    try:
        found = Ref.parse(text)
    except ValueError:
        return
    assert all(found)
    assert str(found) == text


def test_a_problem_in_one_line():
    assert str(Problem("a.yaml:1:2", "wrong", "write 3")) == "a.yaml:1:2: wrong, write 3"
    assert str(Problem("a.yaml:1:2", "wrong")) == "a.yaml:1:2: wrong"


def test_a_total_has_no_noise():
    assert Score(0.1, "D", 0.2, "cold", ()).total == 0.3


def test_a_contact_knows_only_what_it_knows():
    contact = Contact(1, "k", (LEAD,), {"zip": Value("30159", LEAD, NOW)})
    assert contact.value("zip") == "30159"
    assert contact.value("phone") is None


def test_a_decision_changes_something_only_if_the_standing_differs():
    score = Score(0, "D", 0, "cold", ())
    before = Standing(stage="Lead")
    same = Decision(1, NOW, "d", before, Standing(stage="Lead"), score)
    assert not same.changed
    other = dataclasses.replace(same, standing=before.at(stage="MQL"))
    assert other.changed
    assert other.track == "main"
    assert before.stage == "Lead"


def test_a_standing_has_no_other_names():
    with pytest.raises(TypeError):
        Standing().at(stagee="MQL")


def test_a_handover_is_open_until_it_is_answered():
    handover = Handover(NOW, "j.brandt@nordring.example", 1)
    assert handover.open
    assert not dataclasses.replace(handover, answered_at=NOW, answer="accepted").open


def test_an_owner_across_systems():
    user, seat = Ref("salesforce", "User", "005"), Ref("hubspot", "owners", "7")
    owner = Owner("j@nordring.example", "Jan", (user, seat))
    roster = Roster(1, {owner.key: owner}, by_ref={user: owner.key})
    assert owner.ref("hubspot") == seat
    assert owner.ref("marketo") is None
    assert roster.of(user) is owner
    assert roster.of(seat) is None
    assert roster.of(None) is None
    assert Roster(by_ref={user: "nobody"}).of(user) is None


def test_lanes_stand_in_the_order_of_their_urgency():
    assert LANES == ("hot", "follow_up", "routine", "backfill")


def _values() -> list[type]:
    found = []
    for module in pkgutil.walk_packages(connector.model.__path__, "connector.model."):
        loaded = importlib.import_module(module.name)
        found += [
            each
            for _, each in inspect.getmembers(loaded, inspect.isclass)
            if dataclasses.is_dataclass(each) and each.__module__ == loaded.__name__
        ]
    return found


@pytest.mark.parametrize("value", _values(), ids=lambda value: value.__name__)
def test_values_are_frozen_and_slim(value):
    parameters = value.__dataclass_params__
    assert parameters.frozen
    assert hasattr(value, "__slots__")


def test_there_are_values():
    assert Change in _values()
    assert len(_values()) > 20
