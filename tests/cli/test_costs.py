"""report cost and report content on the demo's store, and what check says of the catalogue."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from prompt import Done, lead

PERIOD = ("--since", "2026-03-01", "--until", "2026-03-31")


def test_sums_of_the_rows_are_those_of_the_funnel(demo: Done, store: str) -> None:
    funnel = lead("report", "funnel", "--database", store, "--json").json
    reached = {row["stage"]: row["reached"] for row in funnel["stages"]}
    for model in ("first", "last", "linear"):
        done = lead("report", "cost", *PERIOD, "--model", model, "--database", store, "--json")
        assert done.code in (0, 1), done.err
        found = done.json
        for stage in found["stages"]:
            assert found["total"]["people"][stage] == reached[stage]
            for rows in (found["channels"], found["by_month"], found["cells"]):
                assert sum(row["people"][stage] for row in rows) == pytest.approx(reached[stage])
        spent = sum(Decimal(row["spend"].get("EUR", "0")) for row in found["channels"])
        assert spent == Decimal(found["total"]["spend"]["EUR"])
    assert demo.json["contacts"]


def test_the_table_and_the_csv(store: str) -> None:
    text = lead("report", "cost", *PERIOD, "--database", store)
    assert "amounts in EUR" in text.out
    assert "2026-03, first touch, touches of at most 365 days before" in text.out
    done = lead("report", "cost", *PERIOD, "--by", "channel,month", "--csv", "--database", store)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["month"] for row in rows} == {"2026-03"}
    assert all(row["people Lead"] for row in rows)


def test_what_is_missing_needs_attention(project: Path, store: str) -> None:
    """Amounts are read from the files as they are: no plan, no apply."""
    spend = project / "values" / "spend" / "2026.csv"
    spend.write_text("month,channel,amount\n2026-03,Serch ads,10\n", encoding="utf-8")
    words = ("report", "cost", *PERIOD, "--database", store, "--project", project)
    done = lead(*words)
    assert done.code == 1
    assert (
        "paid for no channel of the file: 10.00 EUR for 'Serch ads' in 2026-03 (values/spend/2026.csv:2)"
        in done.out
    )
    assert "nobody says what was paid in 2026-03" in done.out
    costs = project / "rules" / "costs.yaml"
    costs.write_text(costs.read_text("utf-8").replace("Social media", "Social"), encoding="utf-8")
    assert "other channels than the file: Social, Social media" in lead(*words).out


def test_two_currencies_have_a_line_each(project: Path, store: str) -> None:
    spend = project / "values" / "spend" / "2026.csv"
    rows = ("month,channel,amount,currency", "2026-03,Webinar,250,EUR", "2026-03,Webinar,10,USD")
    spend.write_text("\n".join(rows), encoding="utf-8")
    done = lead("report", "cost", *PERIOD, "--database", store, "--project", project)
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[0][:3] == ["channel", "currency", "spend"]
    place = next(n for n, line in enumerate(lines) if line[:1] == ["Webinar"])
    assert lines[place][1:3] == ["EUR", "250.00"]
    assert lines[place + 1][:2] == ["USD", "10.00"]
    assert all(cell == "–" or "." in cell for cell in lines[place + 1][1:]), "nobody counts twice"
    assert "amounts in EUR and USD, never added up" in done.out


def test_without_costs_it_says_what_to_do(project: Path, store: str) -> None:
    (project / "rules" / "costs.yaml").unlink()
    (project / "rules" / "cases" / "origin.yaml").unlink()
    done = lead("report", "cost", "--database", store, "--project", project)
    assert done.code == 2
    assert "rules/costs.yaml" in done.err


def test_content_by_what_was_asked_for(store: str) -> None:
    done = lead("report", "content", "--by", "topic,country", "--database", store, "--json")
    assert done.code == 0, done.err
    assert done.json["by"] == ["topic", "country"]
    assert any(row["topic"] == "hydraulics" and row["country"] for row in done.json["rows"])
    total = sum(row["times"] for row in done.json["rows"])
    plain = lead("report", "content", "--by", "asset", "--database", store, "--csv")
    assert sum(int(row["times"]) for row in csv.DictReader(io.StringIO(plain.out))) == total
    wrong = lead("report", "content", "--by", "colour", "--database", store)
    assert wrong.code == 2
    assert "'colour' is none of: topic, kind" in wrong.err


def test_check_names_what_the_catalogue_does_not_know(project: Path, store: str) -> None:
    listed = lead("check", "--database", store, "--project", project)
    assert "is not in the catalogue" not in listed.out
    assets = project / "values" / "assets.csv"
    lines = assets.read_text("utf-8").splitlines()
    assets.write_text(
        "\n".join(line for line in lines if not line.startswith("Kontakt")) + "\n", "utf-8"
    )
    done = lead("check", "--database", store, "--project", project)
    assert 'mappings/assets.yaml:1:1: "Kontakt" is not in the catalogue (' in done.out


def test_explain_says_what_they_are_and_what_they_like(demo: Done, store: str) -> None:
    found = lead("explain", demo.json["examples"][0], "--database", store, "--json").json[
        "belonging"
    ]
    assert found["origin"]["value"] in ("inbound", "referral")
    assert found["origin"]["where"].startswith("rules/classification.yaml:")
    assert found["first_touch"]["evidence"] == "activity"
    assert {"topics", "phase", "kinds", "content"} == set(found["interest"])
