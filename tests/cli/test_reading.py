"""status, explain and report funnel on the demo's store: looking changes nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prompt import Done, lead


def explained(who: object, store: str, *words: object) -> dict[str, Any]:
    done = lead("explain", who, "--json", "--database", store, *words)
    assert done.code == 0, done.err
    return done.json


def contacts(demo: Done, count: int) -> list[int]:
    """Numbers of contacts, spread over all there are."""
    everybody = range(1, demo.json["contacts"] + 1)
    return list(everybody[:: max(1, len(everybody) // count)])


def test_status(demo: Done, store: str) -> None:
    done = lead("status", "--database", store, "--json")
    assert done.code == 0
    assert done.json["contacts"] == demo.json["contacts"]
    assert {"hubspot/contacts", "salesforce/crm"} <= set(done.json["streams"])
    assert (done.json["outbox"], done.json["unclear"]) == (0, 0)
    text = lead("status", "--database", store)
    assert (text.code, text.err) == (0, "")
    assert "hubspot contacts" in text.out


def test_the_reasons_of_every_score_add_up(demo: Done, store: str) -> None:
    some = 0
    for number in contacts(demo, 40):
        found = explained(number, store)
        total = sum(reason["points"] for reason in found["reasons"])
        assert total == pytest.approx(found["score"]["total"], abs=1e-6)
        assert found["score"]["reasons"] == found["reasons"]
        assert all(reason["where"].startswith("rules/scoring.yaml:") for reason in found["reasons"])
        some += any(reason["axis"] == "activity" for reason in found["reasons"])
    assert some > 3


def test_they_add_up_at_every_past_moment_too(demo: Done, store: str) -> None:
    for number in contacts(demo, 6):
        now = explained(number, store)
        last = {decision["at"]: decision for decision in now["decisions"]}
        for at, decision in last.items():
            then = explained(number, store, "--at", at)
            total = sum(reason["points"] for reason in then["reasons"])
            assert total == pytest.approx(then["score"]["total"], abs=1e-6)
            assert then["stage"] == decision["stage"]
            assert then["decisions"][-1]["id"] == decision["id"]


def test_before_the_first_decision_there_is_only_the_start(demo: Done, store: str) -> None:
    found = explained(demo.json["examples"][0], store)
    first = datetime.fromisoformat(found["decisions"][0]["at"])
    before = explained(found["refs"][0], store, "--at", (first - timedelta(minutes=1)).isoformat())
    assert (before["stage"], before["decisions"]) == ("Prospect", [])
    assert before["handover"] is None


def test_a_time_without_a_zone_is_the_projects(demo: Done, store: str) -> None:
    who = demo.json["examples"][0]
    berlin = explained(who, store, "--at", "2026-03-03T10:00")
    assert berlin == explained(who, store, "--at", "2026-03-03T09:00+00:00")


def test_before_the_first_rulebook_there_is_nothing_to_explain(demo: Done, store: str) -> None:
    who = demo.json["examples"][0]
    done = lead("explain", who, "--at", "2026-01-01", "--database", store)
    assert done.code == 2
    assert "no rulebook was in force at that moment" in done.err


def test_by_e_mail_by_record_and_by_number_it_is_the_same_contact(demo: Done, store: str) -> None:
    by_mail = explained(demo.json["examples"][0].upper(), store)
    assert [explained(ref, store) for ref in by_mail["refs"]] == [by_mail] * len(by_mail["refs"])


@pytest.mark.parametrize("who", ["nobody@nowhere.example", "hubspot/contacts/0", "", "a/b/c/d"])
def test_nobody_of_that_name(store: str, who: str) -> None:
    done = lead("explain", who, "--database", store)
    assert (done.code, done.out) == (2, "")
    assert "nobody is known as" in done.err
    assert "applied" not in done.err


def test_an_explanation_in_words(demo: Done, store: str) -> None:
    who = demo.json["examples"][0]
    found = explained(who, store)
    text = lead("explain", who, "--database", store).out
    assert f"grade {found['score']['grade']}" in text
    assert re.search(rf"^stage +{found['stage']} since", text, re.MULTILINE)
    assert f"{found['owner']} by rule {found['routing']['rule']}" in text
    assert "The way here" in text


@pytest.mark.parametrize("word", ["yesterday", "2026-13-01", "12:00"])
def test_a_time_that_is_none(demo: Done, store: str, word: str) -> None:
    who = demo.json["examples"][0]
    for words in (("explain", who, "--at", word), ("report", "funnel", "--since", word)):
        done = lead(*words, "--database", store)
        assert done.code == 2
        assert "is not a time; write it like 2026-03-01T10:00" in done.err


def test_the_funnel_is_the_demos(demo: Done, store: str) -> None:
    done = lead("report", "funnel", "--database", store, "--json")
    assert done.code == 0
    assert done.json["stages"] == demo.json["funnel"]
    assert done.json["handed_over"] == demo.json["handed_over"]
    text = lead("report", "funnel", "--database", store)
    assert (text.code, text.err) == (0, "")
    assert [line.split()[0] for line in text.out.splitlines()[1:7]] == [
        row["stage"] for row in demo.json["funnel"]
    ]


def test_a_period_of_the_funnel(store: str) -> None:
    def entered(*words: str) -> int:
        found = lead("report", "funnel", "--database", store, "--json", *words).json
        return sum(row["entered"] for row in found["stages"])

    everything, last_day = entered(), entered("--since", "1d")
    assert 0 < last_day < everything
    assert (
        entered("--since", "2026-03-02", "--until", "2026-03-04") + entered("--since", "2026-03-04")
        >= everything
    )
    assert entered("--since", "2027-01-01") == 0
    assert entered("--until", "2026-01-01") == 0


def test_looking_writes_nothing(store: str, demo: Done) -> None:
    before = Path(store).read_bytes()
    lead("status", "--database", store)
    lead("explain", demo.json["examples"][1], "--database", store)
    lead("shelf", "list", "--database", store)
    lead("report", "funnel", "--database", store)
    assert Path(store).read_bytes() == before


@pytest.mark.parametrize("words", [("status",), ("shelf", "list"), ("report", "funnel"), ("explain", "x")])  # fmt: skip
def test_a_misspelt_path_does_not_become_an_empty_store(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    for path in (tmp_path / "none.db", tmp_path / "no" / "folder" / "none.db"):
        done = lead(*words, "--database", path)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"{path}: there is no store in this place")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["mysql://h/x", "nonsense://", "{file}"])
def test_what_is_no_store_of_ours(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("a letter to grandmother, longer than a header of a hundred bytes" * 9)  # fmt: skip
    done = lead("status", "--database", where.format(file=tmp_path / "file"))
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_database_server_that_is_not_there() -> None:
    done = lead("status", "--database", "postgresql+psycopg://me:hidden@127.0.0.1:9/x")
    assert done.code == 4
    assert done.err == "store: 127.0.0.1 does not answer, or refuses the login\n"


def test_the_environment_may_name_the_database(
    store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # no project here
    monkeypatch.setenv("LEADCYCLE_DATABASE", store)
    assert lead("status").code == 0
    monkeypatch.setenv("LEADCYCLE_DATABASE", f"sqlite:///{store}")
    assert lead("status").code == 0


def test_who_got_how_many_and_why_not_the_others(demo: Done, store: str) -> None:
    done = lead("report", "routing", "--json", "--database", store)
    assert done.code == 0, done.err
    found = done.json
    assert found["leads"] >= demo.json["handed_over"]
    assert sum(one["leads"] for one in found["rules"]) == found["leads"]
    assert sum(one["leads"] for one in found["owners"]) == found["leads"]
    nobody = "X@nordring.example"
    mine = lead("report", "routing", "--owner", nobody, "--json", "--database", store).json
    assert len(mine["missed"]) == found["leads"] > 0
    assert {reason for one in mine["missed"] for reason in one["why"]} == {
        "nobody is known by this address"
    }
    text = lead("report", "routing", "--database", store)
    assert (text.code, text.err) == (0, "")
    assert f"{found['leads']:,} leads were given away" in text.out
    contact = mine["missed"][0]["contact"]
    other = lead("explain", contact, "--owner", nobody, "--database", store)
    assert (other.code, other.out.startswith("Why not x@nordring.example")) == (0, True)


def test_streams_beside_their_hold_out(store: str) -> None:
    done = lead("report", "nurture", "--json", "--database", store)
    assert done.code == 0, done.err
    found = done.json
    assert found["hold_out"] == "seals-2026"
    whole = found["compared"][0]
    covered = ("hydraulics-de", "seals-de", "seals-en")
    entered = sum(row["entered"] for row in found["streams"] if row["stream"] in covered)
    assert whole["people"] <= entered
    for goal in whole["goals"]:
        low, high = goal["interval_95"]
        assert low <= goal["difference"] <= high
        assert (goal["says"] == "nothing can be told") == (low <= 0 <= high)
    assert "Hold-out seals-2026, 10 %" in lead("report", "nurture", "--database", store).out
