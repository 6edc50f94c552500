"""Changes as far as they fit: a property waits, the rest goes; a create that lacks what it needs waits whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lead_shape import LEAD, PLACE, lead, mappings, of, shapes

from connector.decide.fit.change import fitted
from connector.decide.fit.kind import fitting
from connector.model.person.contact import Contact, Observed
from connector.model.problem import Problem
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.model.systems.shape import Property, Shape

REF, NEW = Ref("salesforce", "Lead", "00Q1"), Ref("salesforce", "Lead", "new:k")
MAPPINGS = mappings()


def contact(**shown: Any) -> Contact:
    observed = {REF: {name: Observed(form, None, None) for name, form in shown.items()}}
    return Contact(1, "k", (REF,), {}, None, observed=observed)  # type: ignore[arg-type]  # times do not matter here


def change(ref: Ref = REF, **fields: Any) -> Change:
    return Change(
        ref,
        fields,
        dict.fromkeys(fields),
        "routine",
        0,
        1,
        create=ref is NEW,
        values=fields,
        shared=tuple(fields),
    )


def fit(
    shape: Shape, *changes: Change, **shown: Any
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    return fitted(changes, contact(**shown), fitting(shapes(shape))(MAPPINGS))


def test_without_shapes_all_goes() -> None:
    wanted = (change(Title="x" * 999),)
    assert fitted(wanted, contact(), {}) == (wanted, ())


def test_what_does_not_fit_waits_and_the_rest_goes() -> None:
    (going,), (told,) = fit(lead(), change(LastName="x" * 81, Title="Buyer"))
    assert going.fields == {"Title": "Buyer"}
    assert going.base.keys() == going.values.keys() == {"Title"}
    assert going.shared == ("Title",)
    assert told.code == "TOO_LONG"
    assert "Lead.LastName" in told.message
    assert "m.yaml:8" in told.hint


def test_nothing_is_left_of_a_change_of_which_nothing_fits() -> None:
    assert fit(lead(), change(LastName="x" * 81))[0] == ()


def test_one_problem_a_code_names_every_property() -> None:
    _, told = fit(
        lead(), change(LastName="x" * 81, Title="x" * 129, StateCode="??"), CountryCode="DE"
    )
    assert sorted(each.code for each in told) == ["NOT_IN_PICKLIST", "TOO_LONG"]
    long = next(each for each in told if each.code == "TOO_LONG")
    assert "LastName" in long.message
    assert "Title" in long.message


@pytest.mark.parametrize(
    "shape",
    [
        lead("Title"),
        lead(x=of("Title", type="date")),
        lead(x=of("Title", updateable=False)),
    ],
)
def test_a_fault_of_the_mapping_line_is_nobodys_own(shape: Shape) -> None:
    (going,), told = fit(shape, change(Title="Buyer", LastName="Kern"))
    assert going.fields == {"LastName": "Kern"}
    assert told == ()


def test_a_lost_value_stops_only_itself_and_is_told_by_the_line() -> None:
    shape = lead(x=of("Industry", values=("Pumps",)))
    assert fit(shape, change(Industry="Seals")) == ((), ())
    assert fit(shape, change(Industry="Pumps"))[0][0].fields == {"Industry": "Pumps"}
    shorter = lead(x=of("Title", length=10))
    assert fit(shorter, change(Title="x" * 20)) == ((), ())
    assert fit(shorter, change(Title="Buyer"))[0] != ()


def test_a_dependent_value_looks_at_what_will_be_there() -> None:
    assert fit(lead(), change(StateCode="NI"), CountryCode="DE")[1] == ()
    assert fit(lead(), change(StateCode="CA", CountryCode="US"), CountryCode="DE")[1] == ()
    (told,) = fit(lead(), change(StateCode="CA"), CountryCode="DE")[1]
    assert told.code == "NOT_VALID_FOR"


def test_a_controller_that_cannot_go_does_not_count() -> None:
    """The country is refused, so the state is held against the country that stays."""
    (told_state, told_country) = sorted(
        fit(lead(), change(StateCode="CA", CountryCode="XX"), CountryCode="DE")[1],
        key=lambda p: p.code,
        reverse=True,
    )
    assert (told_state.code, told_country.code) == ("NOT_VALID_FOR", "NOT_IN_PICKLIST")


class TestCreates:
    """And the task that hangs on them."""

    TASK = Change(
        Ref("salesforce", "Task", "new:k-1"),
        {"WhoId": {"ref": str(NEW)}},
        {},
        "follow_up",
        0,
        1,
        create=True,
    )

    def test_goes_with_all_it_needs(self) -> None:
        going, told = fit(lead(), change(NEW, LastName="Kern"), self.TASK)
        assert len(going) == 2
        assert told == ()

    @pytest.mark.parametrize("fields", [{"Title": "Buyer"}, {"LastName": "x" * 81}])
    def test_waits_whole_without_a_required_property(self, fields: dict[str, Any]) -> None:
        going, (told,) = fit(lead(), change(NEW, **fields), self.TASK)
        assert going == ()
        assert told.code in ("REQUIRED_MISSING", "TOO_LONG")

    @pytest.mark.parametrize(
        "shape",
        [
            replace(lead(), createable=False),
            lead(x=Property("Budget__c", "number", nillable=False)),
            lead("Leadcycle_Key__c"),
            Shape("salesforce", "Lead", visible=False),
        ],
    )
    def test_waits_for_the_mapping_line(self, shape: Shape) -> None:
        assert fit(shape, change(NEW, LastName="Kern"), self.TASK) == ((), ())

    def test_a_task_of_somebody_who_is_there_goes(self) -> None:
        task = replace(self.TASK, fields={"WhoId": {"ref": str(REF)}})
        assert fit(replace(lead(), createable=False), task)[0] == (task,)

    def test_no_task_where_tasks_cannot_be_made(self) -> None:
        task = ("salesforce", "Task")
        fits = fitting({PLACE: lead(), task: Shape(*task, visible=False)})(MAPPINGS)
        assert fitted([self.TASK], contact(), fits) == ((), ())


def test_what_nobody_may_see_is_not_written() -> None:
    assert fit(Shape("salesforce", "Lead", visible=False), change(Title="Buyer")) == ((), ())


def test_a_line_that_is_only_read_takes_no_part() -> None:
    fits = fitting(shapes(lead("Email")))(mappings(replace(LEAD, write=())))
    assert fits[PLACE].unread == {"Email"}
