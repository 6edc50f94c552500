"""What check says of the rules when it has seen people and activities: the whole line, and what it must not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connector.config import Loaded, compile_text
from connector.config.population import Census, Deed, Person, asked_of, check_census

DEEDS = [
    Deed("form_submitted", "Sample order", 4),
    Deed("form_submitted", "Demo request", 3),
    Deed("form_submitted", "Whitepaper Hydraulik", 9),
    Deed("webinar_attended", "Dichtungen", 7),
    Deed("page_viewed", "/preise/o-ringe", 30),
    Deed("page_viewed", "/produkte/o-ringe", 90),
    Deed("page_viewed", "/karriere", 3),
    Deed("email_clicked", "Oktober", 60),
    Deed("email_opened", "Oktober", 200),
    Deed("meeting_held", "Vor Ort", 5),
]
BUYER = {
    "job_title": "Leiter Einkauf",
    "country": "DE",
    "postal_code": "20457",
    "industry": "Pumpen",
    "email_domain": "pumpen.example",
}


@pytest.fixture
def loaded(house: Mapping[str, str]) -> Loaded:
    return compile_text(house)


def people(*groups: tuple[int, Mapping[str, str]]) -> list[Person]:
    """So many people of each kind, who have the rest from the buyer; "" takes a field away."""
    return [
        Person({name: value for name, value in {**BUYER, **values}.items() if value})
        for count, values in groups
        for _ in range(count)
    ]


EVERY_ROLE = (
    *((3, {"job_title": title}) for title in ("Student", "Intern", "Konstruktion", "CEO", "Maintenance")),
    *((3, {"industry": industry}) for industry in ("Armaturen", "Maschinenbau")),
    *((3, {"country": country}) for country in ("AT", "FR")),
    *((3, {"postal_code": code}) for code in ("45127", "70173")),
    (3, {"email_domain": "rheinhydraulik.example"}),
)  # fmt: skip


def said(loaded: Loaded, sample: list[Person], deeds: Any = DEEDS, times: int = 1) -> list[str]:
    assert loaded.book is not None
    assert loaded.mappings is not None
    census = Census(len(sample) * times, sample, deeds, 90)
    problems = list(check_census(loaded.book, loaded.mappings, census))
    assert all(problem.level == "warning" for problem in problems)
    return [str(problem) for problem in problems]


def test_rules_that_fit_their_people_are_not_blamed(loaded: Loaded) -> None:
    assert said(loaded, people((40, {}), *EVERY_ROLE)) == []


def test_of_few_people_nothing_is_said(loaded: Loaded) -> None:
    assert said(loaded, people((49, {"country": "LI", "industry": "Machinery"}))) == []


def test_a_signal_that_never_comes(loaded: Loaded) -> None:
    deeds = [
        deed for deed in DEEDS if deed.kind != "webinar_attended" and "order" not in deed.asset
    ]
    assert said(loaded, [], deeds) == [
        'rules/scoring.yaml:45:1: "sample_order" has not happened in 90 days, there was "Whitepaper Hydraulik" (9), "Demo request" (3)',
        'rules/scoring.yaml:48:1: "webinar_attended" has not happened in 90 days, nothing of the kind "webinar_attended" came in; there was email_clicked, email_opened, form_submitted, meeting_held, page_viewed',
    ]
    assert said(loaded, [], []) == []


def test_what_one_person_did_is_not_shown(loaded: Loaded) -> None:
    deeds = [deed for deed in DEEDS if deed.kind != "form_submitted"]
    deeds.append(Deed("form_submitted", "Feedback of Ute Kern", 1))
    lines = said(loaded, [], deeds)
    assert len(lines) == 3
    assert all(line.endswith('there was "form_submitted", but never like this') for line in lines)


def test_a_detail_that_is_not_counted_is_not_missed(loaded: Loaded) -> None:
    """Only webinars of five minutes: they have happened, and nobody here knows how long they were."""
    assert said(loaded, []) == []


def test_a_test_that_nobody_meets(loaded: Loaded) -> None:
    """A picklist that is spelled otherwise: what people do have is shown, but nothing that only two share."""
    sample = people(
        (60, {"industry": "Pumps"}),
        (5, {"industry": "Valves"}),
        (2, {"industry": "Secret"}),
        *((count, {**values, "industry": "Maschinenbau"}) for count, values in EVERY_ROLE),
    )
    nobody, other = said(loaded, sample)
    assert nobody.startswith(
        "rules/scoring.yaml:30:1: nobody has industry like this, 103 people have one; common are "
    )
    assert nobody.endswith('"Pumps" (60), "Maschinenbau" (36), "Valves" (5)')
    assert other == (
        'rules/scoring.yaml:32:1: 67 people fall into "Other industry", common are "Pumps" (60), "Valves" (5)'
    )


def test_titles_that_fall_into_otherwise(loaded: Loaded) -> None:
    sample = people(
        (40, {}),
        (12, {"job_title": "Quality Manager"}),
        (5, {"job_title": "quality manager"}),
        (4, {"job_title": "Disponent"}),
        (2, {"job_title": "Assistentin von Frau Weber"}),
        *EVERY_ROLE,
    )
    (line,) = said(loaded, sample)
    assert line == (
        'rules/scoring.yaml:15:1: 23 people fall into "Other role", common are "Quality Manager" (17), "Disponent" (4)'
    )
    assert "Weber" not in line


def test_long_ago_is_long_ago(loaded: Loaded) -> None:
    sample = people((40, {}), *EVERY_ROLE)
    gone = [
        one._replace(lately=False) for one in people((9, {"job_title": "Disponent", "country": ""}))
    ]
    assert said(loaded, [*sample, *gone]) == []


def test_countries_that_reach_no_rule(house: Mapping[str, str]) -> None:
    rules = house["rules/routing.yaml"].replace("{not_in: [DE, AT, CH]}", "{in: [FR, NO]}")
    loaded = compile_text({**house, "rules/routing.yaml": rules})
    sample = people((40, {}), (3, {"country": "LI"}), (2, {"country": ""}), *EVERY_ROLE)
    lines = [line for line in said(loaded, sample) if "reach" in line]
    assert lines == [
        "rules/routing.yaml:16:1: country LI reaches no rule (3 people in the last 90 days), the fallback takes them",
        "rules/routing.yaml:16:1: people without a country reach no rule (2 people in the last 90 days), the fallback takes them",
    ]


def test_a_sample_is_told_as_one(loaded: Loaded) -> None:
    sample = people((40, {}), (12, {"job_title": "Quality Manager"}), *EVERY_ROLE)
    (line,) = said(loaded, sample, times=10)
    assert 'about 120 people fall into "Other role"' in line


def test_only_what_rules_ask_about_is_read(loaded: Loaded) -> None:
    assert loaded.book is not None
    assert loaded.mappings is not None
    asked = asked_of(loaded.book, loaded.mappings)
    assert {"job_title", "country", "postal_code", "industry", "email_domain"} <= asked
    assert not asked & {"first_name", "last_name", "phone", "email"}
