"""What rules/follow_up.yaml compiles to; everything that decides is in the digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from connector.config import compile_text
from connector.model.rules import FollowUp, Rulebook
from connector.model.rules.follow_up import DEFAULT, Event

PATH = "rules/follow_up.yaml"


def book(example: Mapping[str, str], *edits: tuple[str, str], path: str = PATH) -> Rulebook:
    text = example[path]
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    loaded = compile_text({**example, path: text})
    assert loaded.book is not None, [str(problem) for problem in loaded.problems]
    return loaded.book


def rules(example: Mapping[str, str]) -> FollowUp:
    return book(example).follow_up


def test_clocks_know_what_they_measure(example: Mapping[str, str]) -> None:
    answer, contacted, _, outcome = rules(example).all_clocks
    assert (answer.starts, answer.stops) == (
        Event("handed_over"),
        (Event("accepted"), Event("rejected")),
    )
    assert (contacted.starts, contacted.stops) == (Event("handed_over"), (Event("contacted"),))
    assert (outcome.starts, outcome.stops[0]) == (Event("accepted"), Event("opened"))
    assert (outcome.within, contacted.within["*"]) == ({"*": 20}, 2)
    assert [rung.reassign for rung in answer.ladder] == [False, False, False, False, True]
    assert answer.ladder[0].by == ("email",)
    assert answer.ladder[3].where == f"{PATH}:16"


def test_everybody_has_one_calendar(example: Mapping[str, str]) -> None:
    found = rules(example)
    assert found.calendar_of("e.rossi@nordring.example") == "milan"
    assert found.calendar_of("j.brandt@nordring.example") == DEFAULT
    assert found.named("milan").timezone == "Europe/Rome"
    assert found.named("no more there") is found.calendar
    assert {date(2026, 12, 24), date(2026, 12, 25)} <= found.calendar.holidays
    pools = book(example, ("owners: [p.smith@nordring.example]", "pools: [export]")).follow_up
    assert pools.calendar_of("p.smith@nordring.example") == "london"
    assert pools.calendar_of("e.rossi@nordring.example") == "milan"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('closed: ["2026-12-24", ', 'closed: ["2026-12-23", '),
        ("holidays: IT", "holidays: FR"),
        ("owners: [p.smith@nordring.example]", "pools: [export]"),
        ("{A: 2h, B: 4h", "{A: 3h, B: 4h"),
        ("{at: 50%, by: email}", "{at: 60%, by: email}"),
        ("{at: 50%, by: email}", "{at: 50%, by: task}"),
        ("{tell: substitute, after: 2h}", "{tell: manager, after: 2h}"),
        ("{tell: substitute, after: 2h}", "{tell: substitute, after: 3h}"),
        ("{reassign: true, after: 8h}", "{reassign: true, after: 9h}"),
        ("starts: accepted", "starts: contacted"),
        ("stops: [opened, won, lost]", "stops: [opened, won]"),
        ("longest: 30d", "longest: 31d"),
        ("clocks: [contacted, outcome]", "clocks: [contacted]"),
        ("working_days: 15", "working_days: 14"),
        ("at_least: 5, within: 1m", "at_least: 4, within: 1m"),
    ],
)
def test_every_value_is_in_the_digest(example: Mapping[str, str], old: str, new: str) -> None:
    assert book(example, (old, new)).digest != book(example).digest


def test_comments_and_defaults_are_not(example: Mapping[str, str]) -> None:
    same = book(example, ("{tell: owner}", "{tell: owner, by: task}   # by task"))
    assert same.digest == book(example).digest


def test_holidays_that_run_out_are_told(
    house: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.config.lint.cycle.follow_up.AHEAD", 100)
    told = [str(problem) for problem in compile_text(house).problems]
    assert told == [
        f"{PATH}:2:100: holidays are known until the end of 2040 only, install a newer leadcycle"
    ]


def test_a_due_moment_of_any_clock_may_be_written(example: Mapping[str, str]) -> None:
    path = "mappings/salesforce.yaml"
    line = "      Leadcycle_Overdue__c: {from: follow_up.overdue}\n"
    more = f"{line}      Leadcycle_Contact_Due__c: {{from: follow_up.contacted_due}}\n"
    loaded = compile_text({**example, path: example[path].replace(line, more)})
    assert loaded.mappings is not None, [str(problem) for problem in loaded.problems]
    (write,) = [
        each
        for each in loaded.mappings.platforms["salesforce"].records["Lead"].write
        if each.property == "Leadcycle_Contact_Due__c"
    ]
    assert (write.source, write.type) == ("follow_up.contacted_due", "datetime")
    assert loaded.book is not None
    assert loaded.book.follow_up.pauses[0].longest == timedelta(days=30)
