"""Every family says what, which record and what to do; the command line has an exit code for each."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest

from connector import errors
from connector.cli.options import ATTENTION, UNREACHABLE, WRONG, complaint
from connector.errors import (
    Bug,
    ConfigError,
    Fenced,
    LeadcycleError,
    Outdated,
    Refused,
    Stopped,
    TryLater,
    Unclear,
)
from connector.model.problem import Problem
from connector.model.systems.ref import Ref

LEAD = Ref("salesforce", "Lead", "00Q1")
LINE = Problem("rules/scoring.yaml:3:7", "25 % is not a number", "write 25")
CASES = {
    ConfigError: (
        ConfigError([LINE]),
        "rules/scoring.yaml:3:7: 25 % is not a number, write 25",
        WRONG,
    ),
    TryLater: (TryLater("salesforce: too many calls"), "salesforce: too many calls", UNREACHABLE),
    Unclear: (Unclear("salesforce: no answer"), "salesforce: no answer", UNREACHABLE),
    Refused: (
        Refused(LEAD, "STRING_TOO_LONG", "Title is too long"),
        "salesforce/Lead/00Q1: STRING_TOO_LONG Title is too long",
        UNREACHABLE,
    ),
    Stopped: (
        Stopped("hubspot", "the token was revoked"),
        "hubspot: the token was revoked",
        UNREACHABLE,
    ),
    Fenced: (Fenced("another daemon works here"), "another daemon works here", ATTENTION),
    Outdated: (Outdated("other rules came into force"), "other rules came into force", ATTENTION),
    Bug: (Bug("two receipts for one change"), "two receipts for one change", ATTENTION),
}
FAMILIES = {
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, LeadcycleError) and found is not LeadcycleError
}


def test_every_family_is_here():
    assert CASES.keys() == FAMILIES


@pytest.mark.parametrize("family", CASES, ids=lambda family: family.__name__)
def test_it_is_raised_with_its_message(family):
    error, message, _ = CASES[family]
    with pytest.raises(LeadcycleError) as caught:
        raise error
    assert str(caught.value) == message
    assert type(caught.value) is family


@pytest.mark.parametrize("family", CASES, ids=lambda family: family.__name__)
def test_it_has_an_exit_code_and_says_its_message_on_stderr(family, capsys):
    error, message, code = CASES[family]
    assert complaint(error) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_every_problem_has_its_line(capsys):
    other = Problem("rules/routing.yaml:9:1", "nobody is in the pool")
    assert complaint(ConfigError([LINE, other])) == WRONG
    lines = capsys.readouterr().err.splitlines()
    assert lines == [str(LINE), str(other), "2 problems. Nothing was applied."]


def test_a_bug_is_told_with_its_trace_as_ours(capsys):
    with pytest.raises(Bug) as caught:
        raise CASES[Bug][0]
    complaint(caught.value)
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "test_errors.py" in err
    assert err.endswith(
        "This is a fault of leadcycle, not yours: please report it with the lines above.\n"
    )


def test_others_get_no_trace(capsys):
    for family in FAMILIES - {Bug}:
        complaint(CASES[family][0])
    assert "Traceback" not in capsys.readouterr().err


def test_anything_else_is_raised_again():
    with pytest.raises(ZeroDivisionError):
        complaint(ZeroDivisionError())


def test_what_callers_need_is_kept():
    assert ConfigError([LINE]).problems == (LINE,)
    later = TryLater("x", timedelta(seconds=3), "BURST")
    assert (later.after, later.code) == (timedelta(seconds=3), "BURST")
    assert (TryLater("x").after, TryLater("x").code) == (None, "")
    refused = Refused(LEAD, "CODE", "text")
    assert (refused.ref, refused.code, refused.message) == (LEAD, "CODE", "text")
    stopped = Stopped("hubspot", "x", timedelta(hours=1))
    assert (stopped.platform, stopped.after) == ("hubspot", timedelta(hours=1))


def test_a_refusal_without_a_record():
    assert str(Refused(None, "", "no such list")) == "record:  no such list"
