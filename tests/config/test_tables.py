"""CSV files under values/: read as people save them, told as far as they are wrong, part of what a rulebook is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config import Loaded, compile_text
from connector.config.tables import MOST_ROWS, read_table
from connector.decide.conditions.condition import tests as asked

PATH = "values/competitors.csv"


def _domains(loaded: Loaded) -> tuple[str, ...]:
    assert loaded.book is not None, loaded.problems
    (test,) = asked(loaded.book.scoring.exclusions[0].when)
    assert (test.operator, test.file) == ("in", PATH)
    return tuple(test.value)


@pytest.mark.parametrize(
    "text",
    [
        "domain,company\nringfest.example,Ringfest\ndichtwerk.example,\n",
        "\ufeffdomain;company\r\nringfest.example;Ringfest\r\ndichtwerk.example;\r\n",
        'domain\n"ringfest.example"\n\n  dichtwerk.example \n',
        "domain,,\nringfest.example,,\ndichtwerk.example,,\n",
        "domain\nringfest.example\ndichtwerk.example\nringfest.example",
        'domain;note\nringfest.example;"two\nlines; one, cell"\ndichtwerk.example;a "quote" within\n',
    ],
)
def test_a_list_is_read_as_spreadsheets_write_it(text: str, house: Mapping[str, str]) -> None:
    loaded = compile_text({**house, PATH: text})
    assert _domains(loaded) == ("ringfest.example", "dichtwerk.example")
    plain = compile_text({**house, PATH: "domain\nringfest.example\ndichtwerk.example\n"})
    assert loaded.digest == plain.digest


def test_what_stands_in_a_list_belongs_to_the_rulebook(house: Mapping[str, str]) -> None:
    one = compile_text(house)
    other = compile_text({**house, PATH: house[PATH] + "packung.example,Packung\n"})
    assert _domains(other) == (*_domains(one), "packung.example")
    assert one.book is not None
    assert other.book is not None
    assert one.book.digest != other.book.digest
    kept = orjson.loads(orjson.dumps(dict(other.text)))
    assert compile_text(kept).digest == other.digest


def test_a_column_nobody_asks_about_changes_nothing(house: Mapping[str, str]) -> None:
    one = compile_text(house)
    other = compile_text({**house, PATH: house[PATH].replace("Ringfest", "Ringfest GmbH")})
    assert one.digest == other.digest


def test_a_list_a_signal_asks_about_is_part_of_what_is_kept_for_it(
    house: Mapping[str, str],
) -> None:
    rules = house["rules/scoring.yaml"].replace(
        "{starts_with: Whitepaper}", "{in_file: {file: values/papers.csv, column: title}}"
    )

    def digest(text: str) -> str:
        book = compile_text({**house, "rules/scoring.yaml": rules, "values/papers.csv": text}).book
        assert book is not None
        return next(
            each.digest for each in book.scoring.activities.signals if each.name == "whitepaper"
        )

    assert digest("title\nWhitepaper A\n") != digest("title\nWhitepaper A\nWhitepaper B\n")


def test_a_list_that_cannot_be_read_blames_no_rule(house: Mapping[str, str]) -> None:
    text = house["rules/routing.yaml"].replace(
        "{in: [hansa-pumpen.example, rheinhydraulik.example]}", "{in_file: values/key.csv}"
    )
    found = compile_text({**house, "rules/routing.yaml": text, "values/key.csv": ""})
    assert [str(problem) for problem in found.problems] == [
        "values/key.csv:1:1: the file is empty, begin with a row of column names"
    ]


def test_a_list_that_is_too_long_is_told() -> None:
    table, problems = read_table(PATH, "domain\n" + "a.example\n" * (MOST_ROWS + 1))
    assert table is None
    assert [str(problem) for problem in problems] == [
        f"{PATH}:{MOST_ROWS + 2}:1: too many rows, at most 100,000 are read"
    ]
    table, problems = read_table(PATH, ",".join(f"c{i}" for i in range(101)) + "\n")
    assert [str(problem) for problem in problems] == [
        f"{PATH}:1:1: too many columns, at most 100 are read"
    ]


def test_a_thousand_bad_rows_are_told_twenty_at_a_time() -> None:
    _, problems = read_table(PATH, "a,b\n" + "1\n" * 1000)
    assert len(problems) == 20


@given(st.text(max_size=200))
def test_no_text_is_raised(text: str) -> None:
    table, problems = read_table(PATH, text)
    assert (table is None) == bool(problems)
    assert all("\n" not in str(problem) for problem in problems)


WORD = st.text(
    st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=9
).map(str.strip)


@given(st.lists(st.tuples(WORD, WORD).filter(any), min_size=1, max_size=9), st.sampled_from(",;"))
def test_what_a_spreadsheet_saves_is_what_is_read(
    rows: list[tuple[str, str]], separator: str
) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows([("one", "two"), *rows])
    table, problems = read_table(PATH, file.getvalue())
    assert problems == ()
    assert table is not None
    assert [row.cells for row in table.rows] == rows
    assert [value for _, value in table.values("TWO")] == [two for _, two in rows if two]
