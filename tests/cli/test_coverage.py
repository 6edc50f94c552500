"""check --coverage, and what check says of the people in the store, at the command line."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prompt import lead

from connector.cli.rules.coverage import stretches
from connector.config import compile_text, load, texts
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.sync.pull import read, readers

HOUSE = Path(__file__).parents[1] / "config" / "house"


def test_who_gets_whom_by_country_and_postal_code(project: Path) -> None:
    done = lead("check", "--coverage", "--project", project)
    assert done.code == 0
    lines = [line.split() for line in done.out.splitlines()]
    assert ["AT", "all", "territory", "south"] in lines
    assert ["DE", "7-9", "territory", "south"] in lines
    assert "Country" not in lead("check", "--project", project).out


def test_the_same_as_json(project: Path) -> None:
    rows = lead("check", "--coverage", "--project", project, "--json").json["coverage"]
    assert {"country": "FR", "codes": "all", "rule": "territory", "to": "export"} in rows


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        ("", "", ["no code: germany-without-code", "0-3: north", "4-6: west", "7-9: south"]),
        (
            '["4", "5", "6"]',
            '["4", "52", "53", "6"]',
            [
                "5 but not 52 and 53, no code: germany-without-code",
                "0-3: north",
                "4, 52-53, 6: west",
                "7-9: south",
            ],
        ),
        (
            "  - {name: germany-without-code, when: {country: {in: [DE]}}, assign: {pool: north}}\n",
            "",
            ["no code: ", "0-3: north", "4-6: west", "7-9: south"],
        ),
    ],
)
def test_beginnings_of_postal_codes(old: str, new: str, rows: list[str]) -> None:
    text = dict(texts(HOUSE))
    text["rules/routing.yaml"] = text["rules/routing.yaml"].replace(old, new)
    text["values/territories.csv"] = "territory,country\nnorth,DE\n"
    book = compile_text(text).book
    assert book is not None
    assert [f"{row.codes}: {row.rule}" for row in stretches(book) if row.country == "DE"] == rows


def test_check_says_what_nobody_meets(project: Path, tmp_path: Path) -> None:
    path, now, loaded = tmp_path / "people.db", datetime.now(UTC), load(project)
    assert loaded.book is not None
    assert loaded.mappings is not None
    shown = {"jobtitle": "Quality Manager", "country": "DE", "zip": "20457"}
    seen = tuple(
        Sighting(
            Ref("hubspot", "contacts", str(number)),
            {**shown, "email": f"p{number}@kern{number}.example"},
            now - timedelta(days=1),
            now,
        )
        for number in range(60)
    )
    with closing(Store.open(f"sqlite:///{path}")) as opened:
        opened.migrate()
        opened.activate(loaded.text, loaded.book, loaded.mappings, now)
        page = Page(sightings=seen, cursor="c")
        found = read(page, readers(loaded.mappings, "hubspot"))
        opened.merge("hubspot", "contacts", page, found, now)
    said = lead("check", "--project", project, "--database", path).out
    assert '60 people fall into "Other role", common are "Quality Manager" (60)' in said
    assert "nobody has job_title as in values/titles_purchasing.csv, 60 people have one" in said
    assert "p1@kern1.example" not in said
