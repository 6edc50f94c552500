"""The table of territories: whatever stands in it is told or read, and two rows never disagree about one place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.config import compile_text
from connector.config.compiled.territories import Written, key_accounts, patches_of
from connector.config.contents import sorted_files
from connector.config.lint.routing.territories import check_territories
from connector.decide.routing.territory import patch_of
from connector.model.problem import Problem
from connector.model.rules import Patch, Territories

RULES = "version: 1\nterritories: {file: values/t.csv}\nfallback: {queue: Q}\n"
COLUMNS = ("territory", "country", "postal_code", "region")


def table(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    return out.getvalue()


def told(rows: Iterable[Sequence[str]]) -> list[Problem]:
    files, problems = sorted_files({"rules/routing.yaml": RULES, "values/t.csv": table(rows)})
    said = [one for one in problems if "values" in one.where]
    return [*said, *check_territories(files)]


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=8))
def test_any_cell_is_read_or_told(country: str, code: str, state: str) -> None:
    row = Written("t:1:1", "north", (country,), (code,), (state,), "")
    try:
        (patch,) = patches_of(row)
    except ValueError as error:
        message, hint = error.args
        assert message
        assert hint
    else:
        assert len(patch.low) == len(patch.high)
        assert patch.low <= patch.high


@settings(max_examples=30)
@given(st.lists(st.lists(st.text(max_size=6), min_size=4, max_size=4), min_size=1, max_size=4))
def test_any_table_is_read_or_told(rows: list[list[str]]) -> None:
    for problem in told(rows):
        assert problem.where.startswith("values/t.csv:") or problem.where.startswith("rules/")


CODES = st.integers(1, 3).flatmap(
    lambda n: st.lists(st.text("01", min_size=n, max_size=n), min_size=2, max_size=2).map(sorted)
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("ab"), CODES), min_size=1, max_size=5))
def test_two_rows_disagree_exactly_where_they_overlap(rows: list[tuple[str, list[str]]]) -> None:
    """Against every code there is: a table without a problem has one answer everywhere, and one with a problem has not."""
    written = [(name, "DE", f"{low}-{high}", "") for name, (low, high) in rows]
    overlap = any(
        sum(len(low) == n and low <= code[:n] <= high for _, (low, high) in rows) > 1
        for n in (1, 2, 3)
        for code in (f"{number:03b}" for number in range(8))
    )
    assert bool(told(written)) == overlap
    if overlap:
        return
    known = Territories(tuple(Patch(name, "DE", low, high) for name, (low, high) in rows))
    for code in (f"{number:03b}" for number in range(8)):
        fits = [(len(low), name) for name, (low, high) in rows if low <= code[: len(low)] <= high]
        found = patch_of(known, {"country": "DE", "postal_code": code}.get)
        assert (found.territory if found else None) == (max(fits)[1] if fits else None)


def test_a_state_spelled_in_two_ways_is_one_state() -> None:
    rows = "rows: [{territory: a, country: DE, state: Thüringen}, {territory: b, country: DE, state: THUERINGEN}]"
    rules = RULES.replace("file: values/t.csv", f"state: state, {rows}")
    files, _ = sorted_files({"rules/routing.yaml": rules})
    said = [one.message for one in check_territories(files) if "THUERINGEN" in one.message]
    assert said == ["DE THUERINGEN is b, and DE Thüringen is a"]


def test_key_accounts_as_people_copy_them() -> None:
    """With a path, capitals, umlauts or an address before them; what names no host is told."""
    written = ("https://www.Hansa.example/de", "Müller.example", "info@kern.example", "hansa_pumpen.example")  # fmt: skip
    lines = "".join(f"{domain},s@x.example\n" for domain in written)
    text = {
        "rules/routing.yaml": RULES + "key_accounts: values/k.csv\n",
        "values/t.csv": table([("a", "DE", "", "")]),
        "values/k.csv": f"domain,owner\n{lines}",
    }
    files, _ = sorted_files(text)
    said = [one.message for one in check_territories(files) if "values/k.csv" in one.where]
    assert said == ['"hansa_pumpen.example" is not a domain']
    assert files.routing is not None
    found = [one.domain for one in key_accounts(files.routing.document)]
    assert found[:3] == ["hansa.example", "xn--mller-kva.example", "kern.example"]


def test_what_is_in_the_table_is_in_the_digest(example: dict[str, str]) -> None:
    digests = set()
    for path, old, new in (
        ("values/territories.csv", "west,DE,4 5 6", "west,DE,4 5 6"),
        ("values/territories.csv", "west,DE,4 5 6", "west,DE,4 5"),
        ("values/key_accounts.csv", "hansa-pumpen.example", "hansa.example"),
        ("rules/routing.yaml", "method: least_open, ", ""),
        ("rules/routing.yaml", ", hours: prefer", ", hours: only"),
        ("rules/routing.yaml", "language: prefer, ", ""),
        ("rules/nurture.yaml", "share: 10%", "share: 11%"),
        ("rules/nurture.yaml", "every: 14d", "every: 15d"),
        ("rules/nurture.yaml", "mails: 24, again", "mails: 25, again"),
        ("rules/nurture.yaml", ", for: 60d", ""),
        ("rules/nurture.yaml", "mails: mail_received", "mails: mail_received  # the same"),
    ):
        assert old in example[path]
        loaded = compile_text({**example, path: example[path].replace(old, new, 1)})
        assert loaded.book is not None, [str(one) for one in loaded.errors]
        digests.add(loaded.book.digest)
    assert len(digests) == 10


def test_hours_without_a_calendar_say_nothing(house: dict[str, str]) -> None:
    path = "rules/routing.yaml"
    hours = house[path].replace("max_open: 25", "max_open: 25, hours: prefer")
    files = {name: text for name, text in house.items() if name != "rules/follow_up.yaml"}
    said = [str(one) for one in compile_text({**files, path: hours}).problems]
    assert (
        "rules/routing.yaml:5:89: nobody knows when the members work, write rules/follow_up.yaml with a calendar"
        in said
    )
    assert not any(
        "members work" in str(one) for one in compile_text({**house, path: hours}).problems
    )
