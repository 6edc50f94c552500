"""Cases: the example's own hold; steps, owners and facts come out as the rules say, and a failure names the rule behind it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.config import Loaded, Tried, compile_text, failing_cases, load, texts, tried
from connector.config.trials.course import played as played_by
from connector.decide.explanation import language
from connector.decide.explanation.echo import echoed

HOUSE = Path(__file__).parents[1] / "house"
HEAD = """
  - name: somebody
    now: 2026-11-20T09:00:00+01:00
    person: {email: k.weber@hansa-dichtung.example, last_name: Weber, job_title: Leiterin Einkauf, country: DE, postal_code: "20457"}
    account: {industry: Pumpen, employees: 420}
"""
SAMPLE = "      - {kind: form_submitted, at: 2026-11-20T08:59:00+01:00, asset: Musterbestellung}\n"


@pytest.fixture(scope="session")
def still() -> Mapping[str, str]:
    """A project that stands still."""
    return texts(HOUSE)


def case(still: Mapping[str, str], rest: str, head: str = HEAD) -> Loaded:
    text = f"version: 1\ncases:{head}{rest}"
    return compile_text({**still, "rules/cases/handover.yaml": text})


def played(still: Mapping[str, str], rest: str, head: str = HEAD) -> Tried:
    loaded = case(still, rest, head)
    assert loaded.book is not None, [str(problem) for problem in loaded.problems]
    assert loaded.mappings is not None
    return tried(loaded.book, loaded.mappings, loaded.cases[0])


def failed(found: Tried) -> list[tuple[int, str, str, str]]:
    return [
        (row.step, row.what, row.expected, row.got)
        for step in found.steps
        for row in step.rows
        if not row.ok
    ]


def test_the_cases_of_the_example_hold(repository: Path) -> None:
    loaded = load(repository)
    assert loaded.ok, [str(problem) for problem in loaded.errors]
    assert len(loaded.cases) >= 25
    assert [(one.case.where, failed(one), one.broken) for one in failing_cases(loaded)] == []


def test_no_cases_are_failing_where_the_text_is_wrong(still: Mapping[str, str]) -> None:
    loaded = compile_text({**still, "rules/nurture.yaml": "version: 1\nstreams: 3\n"})
    assert failing_cases(loaded) == ()


def test_a_stage_that_was_not_reached_names_the_tests_in_the_way(still: Mapping[str, str]) -> None:
    found = played(
        still,
        """    activities:
      - {kind: form_submitted, at: 2026-11-20T08:59:00+01:00, asset: Whitepaper Hydraulik}
    expect: {stage: MQL}
""",
    )
    assert not found.passed
    assert failed(found) == [(0, "stage", "MQL", "Lead")]
    assert found.steps[0].rows[0].where == "rules/cases/handover.yaml:9"
    assert [line.partition(" ")[2] for line in found.steps[0].why[:2]] == [
        "interested: activity 10 is below 35",
        "known: took it from Prospect to Lead",
    ]
    assert all(line.startswith("rules/lifecycle.yaml:") for line in found.steps[0].why)


def test_a_stage_too_far_names_the_ways_that_were_taken(still: Mapping[str, str]) -> None:
    found = played(still, f"    activities:\n{SAMPLE}    expect: {{stage: MQL, owner: ''}}\n")
    assert [line.partition(" ")[2] for line in found.steps[0].why[:2]] == [
        "known: took it from Prospect to Lead",
        "asks-to-talk: took it from Lead to SQL",
    ]
    assert any("gave it to" in line for line in found.steps[0].why)


@pytest.mark.parametrize(
    ("expect", "wrong"),
    [
        ("{facts: {grade: A, lead_event: asks-for-samples, country: DE}}", []),
        ("{facts: {lead_event: [asks-for-samples], language: ''}}", []),
        ("{facts: {lead_event: []}}", [("lead_event", "none", "asks-for-samples")]),
        ("{facts: {activity: {between: [29, 30]}, employees: 420}}", []),
        ("{facts: {employees: 421}}", [("employees", "421", "420")]),
        ("{facts: {handover.number: 1, opted_out: ''}}", []),
        ("{facts: {follow_up.answer_due: 2026-11-20T11:00:00+01:00}}", []),
        ("{facts: {follow_up.answer_due: {present: false}}}",
         [("follow_up.answer_due", "present false", "2026-11-20T11:00:00+01:00")]),
        ("{facts: {stage: {at_least: SQL}}}", []),
        ("{reasons: [{rule: role}, {rule: role, points: 35}, {rule: sample_order, points: {above: 29}}]}", []),
        ("{reasons: [{rule: webinar_attended, points: 3}]}", [("reason webinar_attended", "3", "none")]),
        ("{steps: [known, asks-to-talk]}", []),
        ("{steps: []}", [("steps", "none", "known, asks-to-talk")]),
        ("{waits: ''}", []),
        ("{passed_over: {existing-account: owner, key-accounts: match}}", []),
        ("{passed_over: {north: x}}", [("passed over north", "x", "no")]),
    ],
)  # fmt: skip
def test_any_fact_can_be_expected(
    still: Mapping[str, str], expect: str, wrong: list[tuple[str, str, str]]
) -> None:
    found = played(still, f"    activities:\n{SAMPLE}    expect: {expect}\n")
    assert [one[1:] for one in failed(found)] == wrong


def test_time_passes_between_the_steps(still: Mapping[str, str]) -> None:
    """A hold ends, an answer ends the clock, a rest blocks and ends; what happens between two steps is decided when it happens."""
    found = played(
        still,
        """    activities:
      - {kind: webinar_attended, at: 2026-11-20T08:00:00+01:00, detail: {minutes: 60}}
      - {kind: webinar_attended, at: 2026-11-20T08:10:00+01:00, detail: {minutes: 60}}
    expect: {stage: MQL, owner: ""}
    then:
      - after: 10m
        expect: {stage: MQL, steps: []}
      - after: 5m
        expect: {stage: SQL, steps: [hot-fit], route: north, facts: {follow_up.overdue: false}}
      - after: 3d
        expect: {stage: SQL, facts: {follow_up.overdue: true}}
      - at: 2026-11-24T12:00:00+01:00
        outcomes:
          - {kind: rejected, at: 2026-11-24T09:00:00+01:00, reason: Too early}
        expect: {stage: MQL, stream: long-term, owner: "", steps: [rejected-later]}
      - after: 10d
        activities:
          - {kind: webinar_attended, at: 2026-11-30T08:00:00+01:00, detail: {minutes: 60}}
        expect: {stage: MQL, owner: ""}
      - at: 2027-02-01T09:00:00+01:00
        person: {job_title: Student}
        expect: {facts: {job_title: Student}, reasons: [{rule: role, points: 0}]}
""",
    )
    assert failed(found) == []
    assert len(found.steps) == 7


def test_owners_who_are_away_busy_or_had_their_turns(still: Mapping[str, str]) -> None:
    found = played(
        still,
        f"""    activities:
{SAMPLE}    owners:
      j.brandt@nordring.example: {{away_until: 2026-12-01T08:00:00+01:00}}
      l.petersen@nordring.example: {{left: true}}
      a.wolff@nordring.example: {{turns: {{north: 5}}}}
    expect:
      owner: a.wolff@nordring.example
      passed_over: {{j.brandt@nordring.example: away until 2026-12-01, l.petersen@nordring.example: not active}}
""",
    )
    assert failed(found) == []


def test_a_hand_over_that_is_under_way(still: Mapping[str, str]) -> None:
    found = played(
        still,
        """    stage: SQL
    since: 2026-11-19T09:00:00+01:00
    before: {owner: J.Brandt@nordring.example, handed_over: 2026-11-19T09:00:00+01:00, answer_due: 2026-11-19T11:00:00+01:00}
    expect: {stage: SQL, owner: j.brandt@nordring.example, facts: {follow_up.overdue: true, handover.number: 1}}
""",
    )
    assert failed(found) == []


def test_a_second_hand_over_skips_who_had_it(still: Mapping[str, str]) -> None:
    found = played(
        still,
        f"""    activities:
{SAMPLE}    before: {{handovers: 1, former_owners: [j.brandt@nordring.example, l.petersen@nordring.example]}}
    expect: {{owner: a.wolff@nordring.example, facts: {{handover.number: 2}}}}
""",
    )
    assert failed(found) == []


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_case_beyond_the_calendar_is_told_and_never_raised(
    still: Mapping[str, str], now: str
) -> None:
    head = HEAD.replace("2026-11-20T09:00:00+01:00", now)
    found = played(still, "    expect: {stage: Lead}\n", head)
    assert (found.passed, found.steps) == (False, ())
    assert "out of range" in found.broken


def test_all_that_the_cases_put_on_record_can_be_told_in_german(repository: Path) -> None:
    loaded = load(repository)
    assert loaded.book is not None
    assert loaded.mappings is not None
    said: set[str] = set()
    for one in loaded.cases:
        for came in played_by(loaded.book, loaded.mappings, one):
            said |= set(came.decision.waits)
            said |= {each.why for each in (came.routing.skipped if came.routing else ())}
    assert len(said) > 10
    german = language("de")
    assert [sentence for sentence in said if echoed(sentence, german) == sentence] == []


LADDER = """
    remind: [{at: 50%, by: email}]
    on_breach: [{tell: owner}, {tell: manager, after: 2h, by: [task, email]}, {tell: ops@nordring.example, after: 2h}]
"""
TOLD = """    owners: {j.brandt@nordring.example: {manager: Boss@nordring.example}}
    activities:
      - {kind: form_submitted, at: 2026-11-20T08:59:00+01:00, asset: Musterbestellung}
    expect: {told: [], facts: {follow_up.answer_due: 2026-11-20T11:00:00+01:00}}
    then:
"""


@pytest.fixture(scope="session")
def laddered(still: Mapping[str, str]) -> Mapping[str, str]:
    """The same house with somebody to tell, a hold-out and another clock."""
    clocks = still["rules/follow_up.yaml"]
    answer = '  - {name: answer, within: {A: 2h, B: 4h, "*": 8h}}\n'
    assert answer in clocks
    told = answer.replace("{name: answer, within", "name: answer\n    within").replace("}}", "}")
    other = '  - {name: next_step, starts: contacted, stops: [opened], within: {"*": 4h}}\n'
    held = "hold_out: {name: one, share: 1%, streams: [seals-de]}\n"
    mail = "mail: {host: mail.example, from: us@nordring.example}\n"
    return {
        **still,
        "leadcycle.yaml": still["leadcycle.yaml"] + mail,
        "rules/follow_up.yaml": clocks.replace(answer, told + LADDER.lstrip("\n") + other),
        "rules/nurture.yaml": still["rules/nurture.yaml"] + held,
    }


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("{after: 59m, expect: {told: []}}", []),
        ("{after: 1h, expect: {told: [{who: J.Brandt@nordring.example, clock: answer, by: email}]}}", []),
        ("{after: 1h, expect: {told: []}}",
         [("told", "nobody", "j.brandt@nordring.example by answer (email)")]),
        ("{after: 2h, expect: {told: [{who: j.brandt@nordring.example}, {who: j.brandt@nordring.example, by: task}]}}", []),
        ("{after: 2h, expect: {told: [{who: j.brandt@nordring.example, by: task}]}}",
         [("told", "j.brandt@nordring.example (task)",
           "j.brandt@nordring.example by answer (email); j.brandt@nordring.example by answer (task)")]),
        ("{after: 4h, expect: {told: [{who: j.brandt@nordring.example, by: email}, {clock: answer, who: j.brandt@nordring.example}, {who: boss@nordring.example, by: [email, task]}, {who: ops@nordring.example}]}}", []),
        ("{after: 4h, outcomes: [{kind: accepted, at: 2026-11-20T09:30:00+01:00}], expect: {told: []}}", []),
        ("{after: 1h, outcomes: [{kind: contacted, at: 2026-11-20T09:30:00+01:00}], expect: {facts: {follow_up.next_step_due: 2026-11-20T13:30:00+01:00}}}", []),
    ],
)  # fmt: skip
def test_whom_clocks_told_since_the_step_before(
    laddered: Mapping[str, str], step: str, wrong: list[tuple[str, str, str]]
) -> None:
    found = played(laddered, f"{TOLD}      - {step}\n")
    assert [one[1:] for one in failed(found)] == wrong
    if wrong:
        assert [line.partition(" ")[2] for line in found.steps[1].why][-1].startswith(
            "answer: ends"
        )


@pytest.mark.parametrize(
    ("drawn", "stream", "left_out"),
    [("true", '""', "seals-de"), ("false", "seals-de", '""'), ("", "seals-de", '""')],
)
def test_who_is_held_out_is_said_by_the_case(
    laddered: Mapping[str, str], drawn: str, stream: str, left_out: str
) -> None:
    """A case's own key is not held at one per cent."""
    before = f"    before: {{held_out: {drawn}}}\n" if drawn else ""
    found = played(
        laddered,
        f"""    stage: Lead
{before}    expect: {{stream: {stream}, facts: {{stream.held_out: {left_out}}}}}
""",
        HEAD.replace("country: DE,", "country: DE, language: de,"),
    )
    assert failed(found) == []


def test_a_band_that_was_not_reached_names_the_row_of_the_grade(repository: Path) -> None:
    text = """
  - name: cold
    now: 2026-11-20T09:00:00+01:00
    person: {email: k.weber@pumpen.example, job_title: Design Engineer, country: AT}
    expect: {band: warm}
"""
    rules = {path: text for path, text in texts(repository).items() if "cases/" not in path}
    found = played(rules, text, "")
    assert [line.partition(" ")[2] for line in found.steps[0].why] == [
        "hot: activity 0 is below 50",
        "warm: activity 0 is below 20",
        "cold: holds",
    ]


def test_a_rest_is_named_with_its_end(still: Mapping[str, str]) -> None:
    """Beside what else is in the way: whoever reads the threshold alone believes that points would do."""
    found = played(
        still,
        """    stage: SQL
    outcomes: [{kind: rejected, at: 2026-11-20T08:30:00+01:00, reason: Bad timing}]
    expect: {stage: MQL}
    then:
      - {after: 1d, expect: {stage: SQL}}
""",
    )
    said = "\n".join(found.steps[1].why)
    assert "hot-fit: " in said
    (hot,) = [line for line in found.steps[1].why if " hot-fit: " in line]
    assert hot.endswith(", and the contact rests until 19 Jan 2027 09:00 +0100")
    (asks,) = [line for line in found.steps[1].why if " asks-to-talk: " in line]
    assert "rests" not in asks
