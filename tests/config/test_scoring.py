"""rules/scoring.yaml as values: what sums depend on, what the rulebook's digest covers, and short forms that mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from connector.config import Loaded, compile_text
from connector.decide.conditions.condition import compiled
from connector.decide.scoring.own import own
from connector.model.rules import Rulebook

SCORING = "rules/scoring.yaml"
MAIL = {
    "mail_clicked",
    "machine:marked-by-hubspot:email_clicked",
    "machine:clicked-at-once",
    "machine:link-scanner",
}


def book(text: Mapping[str, str], *edits: tuple[str, str]) -> Rulebook:
    scoring = text[SCORING]
    for old, new in edits:
        assert scoring.count(old) >= 1, old
        scoring = scoring.replace(old, new, 1)
    rest = {path: each for path, each in text.items() if not path.startswith("rules/cases/")}
    loaded: Loaded = compile_text({**rest, SCORING: scoring})
    assert loaded.book is not None, loaded.problems
    return loaded.book


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("group: web", "group: mail", set()),
        ("{web: {cap: 25}", "{web: {cap: 24}", set()),
        ("de: zum Webinar angemeldet", "de: im Webinar", set()),
        ("points: 4, half_life: 14d", "points: 5, half_life: 14d", set()),
        ("only: first_per_asset", "only: first", {"whitepaper"}),
        ("within: 14d}, label", "within: 13d}, label", {"webinar_registered"}),
        ("{minutes: {at_least: 20}}", "{minutes: {at_least: 30}}", {"webinar_attended", "webinar_registered"}),
        ("after_sending: {below: 10}", "after_sending: {below: 9}", MAIL - {"machine:marked-by-hubspot:email_clicked"}),
        ("at_least: 3}}", "at_least: 4}}", {"mail_clicked", "machine:link-scanner"}),
        ("program: {equals: Mozilla/5.0}", "program: {equals: x}", {"mail_opened", "machine:privacy-proxy"}),
        ("machine: {equals: true}", "machine: {present: true}", MAIL | {"mail_opened", "machine:marked-by-hubspot:email_opened", "machine:privacy-proxy"}),
    ],
)  # fmt: skip
def test_a_sum_depends_on_what_it_is_made_of(
    old: str, new: str, changed: set[str], example: Mapping[str, str]
) -> None:
    one, other = book(example), book(example, (old, new))
    mine, theirs = (
        {s.name: s.digest for s in (*acts.signals, *acts.machines)}
        for acts in (one.scoring.activities, other.scoring.activities)
    )
    assert mine.keys() == theirs.keys()
    assert {name for name in mine if mine[name] != theirs[name]} == changed
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{A: {hot: 50, warm: 20}", "{A: {hot: 51, warm: 20}"),
        ("D: {warm: 20}", "D: {cool: 20}"),
        ("name: dealers", "name: resellers"),
        ("{in: [Technischer Handel, Wholesale]}", "{in: [Wholesale]}"),
        ("for: 365d", "for: 364d"),
        (", stays: true", ""),
        ("until: 2027-04-01", "until: 2027-04-02"),
        ("different: link, ", ""),
    ],
)
def test_whatever_decides_is_in_the_digest(old: str, new: str, example: Mapping[str, str]) -> None:
    assert book(example).digest != book(example, (old, new)).digest


def test_a_matrix_means_what_its_list_means(
    example: Mapping[str, str], house: Mapping[str, str]
) -> None:
    """The example's matrix, and the list it was written as before."""

    def band(rules: Rulebook, grade: str, activity: float) -> str:
        facts = {"grade": grade, "activity": activity}
        return next(b.name for b in rules.scoring.bands if compiled(b.when)(facts.get))

    matrix, listed = book(example), book(house)
    for grade in "ABCD":
        for activity in (-5, 0, 19.99, 20, 35, 49.99, 50, 300):
            assert band(matrix, grade, activity) == band(listed, grade, activity)


def test_machines_are_left_out_and_counted_once(example: Mapping[str, str]) -> None:
    acts = book(example).scoring.activities
    at = datetime(2026, 11, 16, 8, tzinfo=UTC)
    details = [
        {"machine": True, "after_sending": 2},
        {"after_sending": 2},
        {"after_sending": 90},
        *({"mail": 1, "link": f"/{n}", "after_sending": 90} for n in range(3)),
    ]
    log = [(at + timedelta(seconds=n), "News", detail) for n, detail in enumerate(details)]
    clicks = [s for s in (*acts.signals, *acts.machines) if s.kind == "email_clicked"]
    assert {signal.name: len(own(signal, log, {})) for signal in clicks} == {
        "mail_clicked": 1,
        "machine:marked-by-hubspot:email_clicked": 1,
        "machine:clicked-at-once": 1,
        "machine:link-scanner": 3,
    }


def test_an_exclusion_ends_at_midnight_in_the_zone_of_the_project(
    example: Mapping[str, str],
) -> None:
    rules = {rule.name: rule for rule in book(example).scoring.exclusions}
    assert rules["tender"].until == datetime(2027, 3, 31, 22, tzinfo=UTC)
    assert (rules["disqualified"].span, rules["disqualified"].stays) == (timedelta(days=365), True)
    assert (rules["competitor"].span, rules["competitor"].until) == (None, None)


def test_the_window_of_all_signals_is_for_those_without_their_own(
    example: Mapping[str, str],
) -> None:
    rules = book(example, ("half_life: 30d", "half_life: 30d\n  window: 180d"))
    windows = {signal.name: signal.window for signal in rules.scoring.activities.signals}
    assert windows.pop("career_page") == timedelta(days=90)
    assert set(windows.values()) == {timedelta(days=180)}
