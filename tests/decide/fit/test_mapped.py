"""Mapping lines against what the records hold: one fault a line, with the cure and the line's place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lead_shape import LEAD, lead, mappings, of, shapes

from connector.decide.fit.fault import Fault, problems
from connector.decide.fit.mapped import faults
from connector.model.mapping.record import Record
from connector.model.systems.shape import Property, Shape

WORDS = {"score.band": ("cold", "warm", "hot")}
OTHER = Property("Budget__c", "number", nillable=False)


def found(shape: Shape, before: Shape | None = None, record: Record = LEAD) -> list[Fault]:
    return list(faults(mappings(record), shapes(shape), WORDS, before and shapes(before)))


def test_nothing_is_wrong_with_what_fits() -> None:
    assert found(lead()) == []


@pytest.mark.parametrize(
    ("shape", "code", "name", "stops", "line"),
    [
        (lead("Title"), "FIELD_REMOVED", "Title", "write", "m.yaml:9"),
        (lead("Email"), "FIELD_REMOVED", "Email", "read", "m.yaml:3"),
        (lead("Leadcycle_Key__c"), "FIELD_REMOVED", "Leadcycle_Key__c", "create", "leadcycle install salesforce"),
        (lead(x=of("Title", type="number")), "FIELD_RETYPED", "Title", "write", "m.yaml:9"),
        (lead(x=of("Leadcycle_Due__c", type="date")), "FIELD_RETYPED", "Leadcycle_Due__c", "write", "m.yaml:13"),
        (lead(x=of("HasOptedOutOfEmail", type="text")), "FIELD_RETYPED", "HasOptedOutOfEmail", "write", "m.yaml:14"),
        (lead(x=of("Industry", type="number")), "FIELD_RETYPED", "Industry", "write", "m.yaml:10"),
        (lead(x=of("Heads__c", type="date")), "FIELD_RETYPED", "Heads__c", "read", "m.yaml:4"),
        (lead(x=of("Title", updateable=False)), "FIELD_READ_ONLY", "Title", "write", "m.yaml:9"),
        (lead(x=of("Title", calculated=True)), "FIELD_READ_ONLY", "Title", "write", "m.yaml:9"),
        (lead(x=of("Title", createable=False)), "FIELD_READ_ONLY", "Title", "write", "m.yaml:9"),
        (lead(x=of("Industry", values=("Pumps",))), "VALUE_REMOVED", "Industry", "value", "m.yaml:10"),
        (lead(x=of("Leadcycle_Band__c", values=("cold", "hot"))), "VALUE_REMOVED", "Leadcycle_Band__c", "value", "m.yaml:11"),
        (lead(x=of("Title", length=40)), "LENGTH_REDUCED", "Title", "value", "m.yaml:9"),
        (lead(x=OTHER), "REQUIRED_FIELD", "Budget__c", "create", "m.yaml:2"),
        (lead(x=of("Heads__c", calculated=True, silent=True)), "FORMULA_FIELD", "Heads__c", "", "m.yaml:4"),
        (replace(lead(), createable=False), "NO_CREATE", "", "create", "create"),
        (Shape("salesforce", "Lead", visible=False), "KIND_HIDDEN", "", "kind", "m.yaml:2"),
    ],
)  # fmt: skip
def test_one_fault_a_line(shape: Shape, code: str, name: str, stops: str, line: str) -> None:
    (fault,) = found(shape)
    assert (fault.code, fault.name, fault.stops) == (code, name, stops)
    assert line in fault.hint
    assert fault.level == ("warning" if code == "FORMULA_FIELD" else "error")


def test_a_line_that_is_read_and_written_is_one_row() -> None:
    both = found(lead("CountryCode"))
    assert [fault.stops for fault in both] == ["read", "write"]
    (row,) = problems(both)
    assert (row.where, row.code) == ("salesforce/Lead.CountryCode", "FIELD_REMOVED")


def test_a_renamed_field_is_named() -> None:
    """What is new and of the same type is likelier than what merely sounds alike."""
    new = Property("Job__c", "text", length=80)
    also = Property("Titel2__c", "number")
    (fault,) = found(lead("Title", a=new, b=also), before=lead())
    assert "m.yaml:9 if it is called Job__c now" in fault.hint


def test_without_a_past_only_a_name_very_much_like_it_is_named() -> None:
    assert "Titel" in found(lead("Title", a=Property("Titel", "text")))[0].hint
    assert "is called" not in found(lead("Title", a=Property("Job__c", "text")))[0].hint


def test_a_lost_value_is_named_with_the_nearest_one() -> None:
    (fault,) = found(lead(x=of("Industry", values=("Pumps", "Seal"))))
    assert '"Seals"' in fault.text
    assert 'the nearest is "Seal"' in fault.hint


@pytest.mark.parametrize(("was", "suspicious"), [("", False), ("choice", True)])
def test_a_type_that_merely_may_do_is_doubted_only_if_it_was_another(
    was: str, suspicious: bool
) -> None:
    record = replace(LEAD, read=(replace(LEAD.read[1], type="text"),))
    shape = lead(x=of("Heads__c", was=was))
    assert [fault.code for fault in found(shape, record=record)] == (
        ["FIELD_RETYPED"] if suspicious else []
    )


def test_outcomes_and_tasks_are_mapping_lines_too() -> None:
    deal = ("salesforce", "Opportunity")
    task = ("salesforce", "Task")
    told = faults(mappings(), {deal: Shape(*deal), task: Shape(*task)}, {})
    assert [(fault.record, fault.stops) for fault in told] == [
        ("salesforce/Task.Leadcycle_Key__c", "kind"),
        ("salesforce/Opportunity.Loss_Reason__c", "read"),
    ]
    assert "o.yaml:7" in told[1].hint
    hidden = faults(
        mappings(), {deal: Shape(*deal, visible=False), task: Shape(*task, visible=False)}, {}
    )
    assert [fault.code for fault in hidden] == ["KIND_HIDDEN", "KIND_HIDDEN"]


def test_kinds_of_which_nothing_is_known_are_not_judged() -> None:
    assert faults(mappings(), {}, WORDS) == ()
