"""A failed expectation of a channel, an origin or a reason names the rules behind it, too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.config import compile_text, texts, tried

HOUSE = Path(__file__).parents[1] / "house"
HEAD = """version: 1
cases:
  - name: somebody
    now: 2026-11-20T09:00:00+01:00
    person: {email: k.weber@hansa-dichtung.example, last_name: Weber, job_title: Leiterin Einkauf, country: DE, postal_code: "20457"}
    account: {industry: Pumpen, employees: 420}
    activities:
      - {kind: form_submitted, at: 2026-11-20T08:59:00+01:00, asset: Musterbestellung}
"""


@pytest.fixture(scope="module")
def still() -> Mapping[str, str]:
    return texts(HOUSE)


def why(still: Mapping[str, str], expect: str) -> str:
    text = f"{HEAD}    expect: {expect}\n"
    loaded = compile_text({**still, "rules/cases/handover.yaml": text})
    assert loaded.book is not None, [str(problem) for problem in loaded.problems]
    assert loaded.mappings is not None
    found = tried(loaded.book, loaded.mappings, loaded.cases[0])
    assert not found.passed
    return "\n".join(line for step in found.steps for line in step.why)


def test_a_channel(still: Mapping[str, str]) -> None:
    said = why(still, "{facts: {channel: Search ads}}")
    assert "rules/costs.yaml:5 Search ads: source is unknown" in said
    assert "the first touch: form_submitted Musterbestellung" in said


def test_an_origin(still: Mapping[str, str]) -> None:
    said = why(still, "{facts: {origin: referral}}")
    assert "says inbound" in said
    assert "source is unknown" in said


def test_a_reason(still: Mapping[str, str]) -> None:
    said = why(still, "{reasons: [{rule: sample_order, points: 3}]}")
    assert "sample_order: +3" in said


def test_a_stage_by_tests(still: Mapping[str, str]) -> None:
    said = why(still, "{facts: {stage: {at_least: SAL}}}")
    assert "sales has not said so yet" in said
    assert "took it from" in said


def test_what_a_machine_did_is_no_touch(still: Mapping[str, str]) -> None:
    """Neither of a channel, nor the first one."""
    texts_ = {
        **still,
        "rules/costs.yaml": still["rules/costs.yaml"].replace(
            "channels:\n", "channels:\n  - {name: Mail, touches: [{kind: email_opened}]}\n"
        ),
        "rules/scoring.yaml": still["rules/scoring.yaml"].replace(
            "  signals:\n",
            "  machines: [{name: filter, kind: email_opened, when: {machine: {equals: true}}}]\n  signals:\n",
        ),
    }
    found = []
    for machine in ("true", "false"):
        deed = (
            f"{{kind: email_opened, at: 2026-11-20T08:59:00+01:00, detail: {{machine: {machine}}}}}"
        )
        head = HEAD[: HEAD.index("    activities")]
        for what in ("channel: Mail", "first_touch_kind: email_opened"):
            case = f"{head}    activities: [{deed}]\n    expect: {{facts: {{{what}}}}}\n"
            loaded = compile_text({**texts_, "rules/cases/handover.yaml": case})
            assert loaded.book is not None, [str(problem) for problem in loaded.problems]
            assert loaded.mappings is not None
            found.append(tried(loaded.book, loaded.mappings, loaded.cases[0]).passed)
    assert found == [False, False, True, True]
