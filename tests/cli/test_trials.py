"""leadcycle test: the cases against the edited files, without a store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prompt import lead

CASES = "rules/cases/handover.yaml"


def spoil(project: Path, old: str, new: str) -> None:
    path = project / CASES
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_all_of_the_example_pass(project: Path) -> None:
    done = lead("test", "--project", project)
    assert (done.code, done.err) == (0, "")
    *cases, summary = done.out.splitlines()
    assert len(cases) >= 25
    assert all(line.startswith("ok ") for line in cases)
    assert summary == f"{len(cases)} of {len(cases)} passed"
    assert not list(project.glob("var/*"))


def test_a_failure_says_what_came_out_and_why(project: Path) -> None:
    spoil(project, "expect: {stage: Lead, grade: D", "expect: {stage: MQL, grade: D")
    done = lead("test", "student", "--project", project)
    assert done.code == 1
    assert done.out.startswith("FAILED  rules/cases/handover.yaml:")
    assert "expected stage MQL, got Lead" in done.out
    assert " interested: activity " in done.out
    assert "grade is D, not A, B or C" in done.out
    assert done.out.splitlines()[-1] == "0 of 1 passed"
    assert "rules/lifecycle.yaml:" in done.out


def test_as_json(project: Path) -> None:
    spoil(project, "expect: {stage: Lead, grade: D", "expect: {stage: MQL, grade: D")
    done = lead("test", "handover.yaml", "--project", project, "--json")
    assert done.code == 1
    found = json.loads(done.out)
    assert (found["passed"] + found["failed"], found["failed"]) == (len(found["rows"]), 1)
    (failed,) = [row for row in found["rows"] if not row["passed"]]
    (step,) = failed["steps"]
    wrong = [one for one in step["expectations"] if not one["passed"]]
    assert [(one["what"], one["expected"], one["got"]) for one in wrong] == [
        ("stage", "MQL", "Lead")
    ]
    assert wrong[0]["where"].startswith(f"{CASES}:")
    assert step["why"]


def test_by_file_by_line_and_by_name(project: Path) -> None:
    line = next(
        number
        for number, text in enumerate((project / CASES).read_text("utf-8").splitlines(), 1)
        if "a student who downloads" in text
    )
    for which in (f"handover.yaml:{line}", "A STUDENT who", f"{CASES}:{line}"):
        done = lead("test", which, "--project", project)
        assert (done.code, done.out.splitlines()[-1]) == (0, "1 of 1 passed"), which


@pytest.mark.parametrize(
    ("which", "hint"),
    [
        ("handovr.yaml", 'did you mean "handover.yaml"?'),
        ("studnt", "a part of a case's name"),
    ],
)
def test_no_such_case(project: Path, which: str, hint: str) -> None:
    done = lead("test", which, "--project", project)
    assert (done.code, done.out) == (2, "")
    assert f'no case is called "{which}"' in done.err
    assert hint in done.err


def test_rules_with_a_mistake_are_told_first(project: Path) -> None:
    spoil(project, "stage: SQL\n", "stage: SQLL\n")
    done = lead("test", "--project", project)
    assert (done.code, done.out) == (2, "")
    assert 'unknown stage "SQLL", did you mean "SQL"?' in done.err


def test_a_project_without_cases(project: Path) -> None:
    for path in (project / "rules/cases").glob("*.yaml"):
        path.unlink()
    done = lead("test", "--project", project)
    assert done.code == 2
    assert "there are no cases, write examples into rules/cases/*.yaml" in done.err
