"""explain for people: in both languages, back in time by what is known now, and what would have to change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from prompt import Done, lead

ENGLISH = re.compile(r"\b(since|linked by|nobody|handed over|would|waits|known as|by rule)\b")


def explained(who: object, store: str, *words: object) -> dict[str, Any]:
    done = lead("explain", who, "--json", "--database", store, *words)
    assert done.code == 0, done.err
    return done.json


def somebody_at(stage: str, demo: Done, store: str) -> int:
    for number in range(1, demo.json["contacts"] + 1):
        found = explained(number, store)
        if found["stage"] == stage and not found["excluded"]:
            return number
    raise AssertionError(f"nobody is at {stage}")


def test_in_german_nothing_is_left_in_english(demo: Done, store: str) -> None:
    for number in range(1, demo.json["contacts"] + 1, max(1, demo.json["contacts"] // 12)):
        done = lead("explain", number, "--lang", "de", "--database", store)
        assert done.code == 0, done.err
        assert "Stufe" in done.out
        assert "Kenntnisstand" in done.out
        assert not ENGLISH.search(done.out), done.out


def test_the_language_is_the_projects_unless_it_is_said(demo: Done, store: str) -> None:
    who = demo.json["examples"][0]
    plain = lead("explain", who, "--database", store).out
    assert plain == lead("explain", who, "--lang", "en", "--database", store).out
    assert plain != lead("explain", who, "--lang", "de", "--database", store).out
    assert lead("explain", who, "--lang", "fr", "--database", store).code == 2


def test_what_would_have_to_change(demo: Done, store: str) -> None:
    who = somebody_at("Lead", demo, store)
    found = explained(who, store, "--what-if", "mql")["what_if"]
    assert (found["stage"], found["there"]) == ("MQL", False)
    assert found["proposals"]
    assert all(one["stage"] in ("MQL", "SQL") for one in found["proposals"])
    assert found["in_the_way"]
    assert explained(who, store, "--nearest")["what_if"] == found
    english = lead("explain", who, "--what-if", "MQL", "--database", store).out
    assert "For MQL" in english
    assert "would do:" in english
    german = lead("explain", who, "--nearest", "--lang", "de", "--database", store).out
    assert "Bis MQL" in german
    assert not ENGLISH.search(german), german


def test_who_is_there_already(demo: Done, store: str) -> None:
    who = somebody_at("Lead", demo, store)
    assert explained(who, store, "--what-if", "Prospect")["what_if"]["there"] is True
    done = lead("explain", who, "--what-if", "Lead", "--database", store)
    assert done.out.endswith(" stands at Lead already.\n")
    done = lead("explain", who, "--what-if", "Prospect", "--database", store)
    assert done.out.endswith(" stands at Lead already, which is Prospect or beyond.\n")


def test_by_what_is_known_now(demo: Done, store: str) -> None:
    who = demo.json["examples"][0]
    now = explained(who, store)
    at = now["decisions"][0]["at"]
    found = explained(who, store, "--at", at, "--as-known-now")
    side = found["as_known_now"]
    for one in (found, side):
        total = sum(reason["points"] for reason in one["score"]["reasons"])
        assert total == pytest.approx(one["score"]["total"], abs=1e-6)
    text = lead("explain", who, "--at", at, "--as-known-now", "--lang", "de", "--database", store)
    assert "Aus heutiger Sicht" in text.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-known-now"], "name it with --at"),
        (["--nearest", "--what-if", "MQL"], "use one of them"),
        (["--what-if", "MQLL"], 'unknown stage "MQLL", did you mean "MQL"?'),
        (["--what-if", "disqualified"], "Disqualified stands beside the order of the stages"),
        (["--track", "mian"], 'unknown track "mian", did you mean "main"?'),
    ],
)
def test_wrong_questions(demo: Done, store: str, words: list[str], said: str) -> None:
    done = lead("explain", demo.json["examples"][0], *words, "--database", store)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("command", ["explain", "verify", "link"])
def test_whoever_asks_is_named_when_nobody_is_found(store: str, command: str) -> None:
    words = {
        "explain": ("explain", "x@nowhere.example"),
        "verify": ("verify", "--contact", "x@nowhere.example"),
        "link": ("link", "hubspot/contacts/1", "x@nowhere.example"),
    }[command]
    done = lead(*words, "--database", store)
    assert done.code == 2
    assert done.err.startswith(f"{command}: nobody is known as 'x@nowhere.example'")
