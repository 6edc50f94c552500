"""Both languages say everything, with the same facts in each sentence, and nothing is translated by halves."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from connector.decide.explanation import language
from connector.decide.explanation.echo import RECORDED, echoed
from connector.decide.explanation.english import ENGLISH
from connector.decide.explanation.german import GERMAN
from connector.decide.explanation.language import LANGUAGES
from connector.decide.explanation.obstacles import (
    Obstacle,
    described,
    hindrance,
    name_of,
    obstacles,
    told,
)
from connector.model.condition import Operator
from connector.model.condition import Test as Asked
from connector.model.rules import Rulebook

DE, EN = language("de"), language("en")
SLOT = re.compile(r"\{(\w+)\}")
ALIKE = {"{at}", "–", "Opportunity", "{what}", "{field}: {both}"}
ENGLISH_WORDS = re.compile(
    r"\b(the|is|are|of|and|not|with|when|would|had|has|by|until|since|known|unknown|nobody)\b"
)


@pytest.mark.parametrize("name", sorted({*ENGLISH, *GERMAN}))
def test_a_sentence_is_whole_in_both_languages(name: str) -> None:
    english, german = ENGLISH[name], GERMAN[name]
    assert set(SLOT.findall(english)) == set(SLOT.findall(german))
    assert english.strip() == english != ""
    assert german.strip() == german != ""
    plain = SLOT.sub("", german)
    assert not ENGLISH_WORDS.search(plain), german
    assert not re.search(r"[äöüß]|\b(und|oder|nicht|ist|der|die|das)\b", SLOT.sub("", english))


def test_numbers_days_and_moments_are_those_of_the_language() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    assert (DE.number(1234.5), EN.number(1234.5)) == ("1.234,5", "1,234.5")
    assert (DE.points(-10), EN.points(4.25)) == ("-10,0", "+4.2")
    assert (DE.points(0.04), EN.points(-0.05), EN.points(0.000004)) == (
        "+0,04",
        "-0.05",
        "+0.000004",
    )
    assert (EN.points(0.0), EN.points(0.96)) == ("+0.0", "+1.0")
    assert (DE.day(date(2026, 3, 2)), EN.day(date(2026, 3, 2))) == ("2. März 2026", "2 Mar 2026")
    assert DE.moment(moment, berlin) == "2. März 2026, 09:05 +0100"
    assert EN.moment(moment, berlin) == "2 Mar 2026 09:05 +0100"
    assert DE.plain((1, "a", True, Decimal("2.5"))) == "1, a, ja, 2,5"
    assert DE.either(["A"]) == "A"
    assert (DE.either("ABC"), EN.either("AB"), EN.either(())) == ("A, B oder C", "A or B", "")


@pytest.mark.parametrize(
    ("tag", "code"), [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("en", "en"), ("fr", "en"), ("", "en")]
)  # fmt: skip
def test_a_language_by_its_tag(tag: str, code: str) -> None:
    assert language(tag).code == code
    assert code in LANGUAGES


FACTS: dict[str, Any] = {
    "activity": 24.0,
    "grade": "D",
    "country": "FR",
    "industry": ("Pumpen", "Bau"),
    "stage": "Lead",
    "opted_out": True,
    "consent.email": "refused",
    "near": 34.9996,
}


@pytest.mark.parametrize(
    ("asked", "english", "german"),
    [
        ({"activity": {"at_least": 35}}, "activity 24 is below 35", "Aktivität 24 liegt unter 35"),
        ({"activity": {"above": 24}}, "activity 24 is not above 24", "Aktivität 24 liegt nicht über 24"),
        ({"activity": {"at_most": 1.5}}, "activity 24 is above 1.5", "Aktivität 24 liegt über 1,5"),
        ({"activity": {"below": 24}}, "activity 24 is not below 24", "Aktivität 24 liegt nicht unter 24"),
        ({"activity": {"between": [30, 40]}}, "activity 24 is not between 30 and 40",
         "Aktivität 24 liegt nicht zwischen 30 und 40"),
        ({"near": {"at_least": 35}}, "near 34.9996 is below 35", "near 34,9996 liegt unter 35"),
        ({"grade": {"in": ["A", "B", "C"]}}, "grade is D, not A, B or C", "Note ist D, nicht A, B oder C"),
        ({"grade": {"equals": "A"}}, "grade is D, not A", "Note ist D, nicht A"),
        ({"country": {"not_in": ["FR"]}}, "country is FR, which is ruled out", "Land ist FR, und das ist ausgeschlossen"),
        ({"not": {"opted_out": {"equals": True}}}, "opted out is yes, which is ruled out",
         "Widerspruch ist ja, und das ist ausgeschlossen"),
        ({"phone": {"present": True}}, "phone number is unknown", "Telefonnummer ist unbekannt"),
        ({"grade": {"present": False}}, "grade is known", "Note ist bekannt"),
        ({"stage": {"at_least": "MQL"}}, "stage Lead is below MQL", "Stufe Lead liegt unter MQL"),
        ({"lead_event": {"in": ["a", "b"]}}, "no fresh lead event (a or b)", "kein frisches Lead-Ereignis (a oder b)"),
        ({"acceptance": {"equals": "accepted"}}, "sales has not said so yet: answer of sales accepted",
         "der Vertrieb hat es noch nicht gemeldet: Antwort des Vertriebs angenommen"),
        ({"consent.email": {"equals": "granted"}}, "consent for e-mail is refused, not granted",
         "Einwilligung für E-Mail ist verweigert, nicht erteilt"),
        ({"country": {"starts_with": ["D"]}}, "country FR does not begin with D", "Land FR beginnt nicht mit D"),
    ],
)  # fmt: skip
def test_what_keeps_a_condition_from_holding(
    asked: dict[str, Any], english: str, german: str, house: Any
) -> None:
    stages = ("Prospect", "Lead", "MQL", "SQL")
    (found,) = obstacles(house.when(asked), FACTS.get, stages)
    assert (told(found, EN), told(found, DE)) == (english, german)


def test_of_alternatives_every_one_is_named_and_nothing_where_it_holds(house: Any) -> None:
    either = house.when({"any": [{"grade": {"equals": "A"}}, {"activity": {"at_least": 60}}]})
    assert [one.test.field for one in obstacles(either, FACTS.get, ())] == ["grade", "activity"]
    both = house.when({"activity": {"at_least": 20}, "grade": {"equals": "A"}})
    assert [one.test.field for one in obstacles(both, FACTS.get, ())] == ["grade"]
    assert obstacles(house.when({"grade": {"equals": "D"}}), FACTS.get, ()) == ()


@pytest.mark.parametrize("operator", get_args(Operator))
def test_every_operator_has_words(operator: str) -> None:
    wanted: Any = {"between": (1.0, 2.0), "present": True}.get(operator, ("x",))
    wanted = (
        timedelta(days=3) if operator in ("within_last", "older_than", "within_next") else wanted
    )
    for got in (7.0, None):
        found = Obstacle(Asked("grade", operator, wanted), got)
        assert told(found, DE).startswith("Note ")
        assert told(found, EN).startswith("grade ")
        assert not ENGLISH_WORDS.search(told(found, DE))


def test_a_list_from_a_file_goes_by_the_file() -> None:
    found = Obstacle(Asked("grade", "in", ("A",) * 500, file="values/best.csv"), "D")
    assert told(found, EN) == "grade is D, not in values/best.csv"
    assert told(found, DE) == "Note ist D und steht nicht in values/best.csv"


def test_spans() -> None:
    spans = (timedelta(days=1), timedelta(hours=36), timedelta(minutes=15))
    assert [DE.plain(span) for span in spans] == ["1 Tag", "36 Stunden", "15 Minuten"]
    assert [EN.plain(span) for span in spans] == ["1 day", "36 hours", "15 minutes"]


def test_fields_go_by_their_usual_names_or_their_own() -> None:
    assert name_of("seal_type", DE) == "seal type"
    assert name_of("job_title", DE) == "Funktion"
    assert name_of("grade", DE) == "Note"
    assert name_of("consent.email", DE) == "Einwilligung für E-Mail"
    assert name_of("consent.fax", DE) == "Einwilligung für fax"


SAMPLES = {
    "turns": "1 turn (weight 2)",
    "leads": "2 open leads",
    "count": "3",
    "fact": "job_title",
    "number": "3",
    "day": "2026-12-01",
    "moment": "2026-12-01 08:00 UTC",
    "why": "not active",
}


@pytest.mark.parametrize(("english", "german"), RECORDED)
def test_what_is_on_record_is_told_in_german(english: str, german: str) -> None:
    assert set(SLOT.findall(german)) <= set(SLOT.findall(english))
    sentence = SLOT.sub(lambda slot: SAMPLES.get(slot[1], "x-y"), english)
    assert "_" not in echoed(sentence, EN)
    said = echoed(sentence, DE)
    assert said != sentence
    assert not ENGLISH_WORDS.search(said), said


def test_a_moment_on_record_is_told_in_the_readers_zone() -> None:
    sentence, zone = "is not at work before 2026-03-09 09:00 UTC", ZoneInfo("Europe/Berlin")
    assert echoed(sentence, EN, zone) == "is not at work before 9 Mar 2026 10:00 +0100"
    assert echoed(sentence, DE, zone) == "ist nicht im Dienst vor 9. März 2026, 10:00 +0100"


def test_several_causes_and_causes_within_causes() -> None:
    assert echoed("country is unknown, postal_code does not match", DE) == (
        "Land ist unbekannt, Postleitzahl passt nicht"
    )
    assert echoed("away until 2026-12-01, m@x.example answers instead", DE) == (
        "abwesend bis 1. Dezember 2026, m@x.example übernimmt"
    )
    assert echoed("needs job_title", DE) == "es fehlt: Funktion"


def test_in_english_facts_have_their_names_too() -> None:
    assert echoed("needs job_title", EN) == "needs job title"
    assert echoed("key_account is unknown", EN) == "no key account"
    assert echoed("key_account is unknown", DE) == "kein Schlüsselkunde"
    assert echoed("2 turns (weight 2), x", EN) == "2 turns (weight 2), x"
    lifted = "has had 9.33 turns (weight 3), a@x.example 2.5 (weight 2)"
    assert echoed(lifted, DE) == (
        "war 9,33-mal (Gewicht 3) an der Reihe, a@x.example 2,5 (Gewicht 2)-mal"
    )
    outside = "not in scope of salesforce: job_title is no form of Leiter Einkauf"
    assert echoed(outside, DE).startswith("nicht im Umfang von salesforce: ")
    assert echoed(outside, DE).endswith("ist keine Form von Leiter Einkauf")
    assert echoed("has had 1 turn, a@x.example 0", EN) == "has had 1 turn, a@x.example 0"


@pytest.mark.parametrize(
    ("asked", "english", "german"),
    [
        ({"any": [{"grade": {"equals": "A"}}, {"activity": {"at_least": 60}}, {"phone": {"present": True}}]},
         "(grade is D, not A), activity 24 is below 60 or phone number is unknown",
         "(Note ist D, nicht A), Aktivität 24 liegt unter 60 oder Telefonnummer ist unbekannt"),
        ({"any": [{"grade": {"equals": "A"}, "activity": {"at_least": 60}}, {"stage": {"equals": "MQL"}}]},
         "(grade is D, not A and activity 24 is below 60) or (stage is Lead, not MQL)",
         "(Note ist D, nicht A und Aktivität 24 liegt unter 60) oder (Stufe ist Lead, nicht MQL)"),
        ({"grade": {"equals": "A"}, "any": [{"activity": {"at_least": 60}}, {"phone": {"present": True}}]},
         "grade is D, not A and (activity 24 is below 60 or phone number is unknown)",
         "Note ist D, nicht A und (Aktivität 24 liegt unter 60 oder Telefonnummer ist unbekannt)"),
        ({"grade": {"equals": "A"}, "all": [{"activity": {"at_least": 60}}, {"activity": {"at_least": 60}}]},
         "grade is D, not A and activity 24 is below 60", "Note ist D, nicht A und Aktivität 24 liegt unter 60"),
        ({"not": {"any": [{"country": {"equals": "FR"}}, {"grade": {"equals": "D"}}]}},
         "country is FR, which is ruled out and grade is D, which is ruled out",
         "Land ist FR, und das ist ausgeschlossen und Note ist D, und das ist ausgeschlossen"),
    ],
)  # fmt: skip
def test_alternatives_read_as_such(
    asked: dict[str, Any], english: str, german: str, house: Any
) -> None:
    found = hindrance(house.when(asked), FACTS.get, ("Prospect", "Lead", "MQL", "SQL"))
    assert found is not None
    assert (described(found, EN), described(found, DE)) == (english, german)


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (49.695, "49.7"),
        (9.466, "9.5"),
        (59.96, "59.96"),
        (59.9999, "59.9999"),
        (0.004, "0.004"),
        (24, "24"),
    ],
)
def test_so_many_decimals_that_one_sees_what_is_missing(got: float, said: str, house: Any) -> None:
    (found,) = obstacles(house.when({"activity": {"at_least": 60}}), {"activity": got}.get, ())
    assert told(found, EN) == f"activity {said} is below 60"


def test_a_sentence_nobody_knows_stays_as_it_is() -> None:
    assert echoed("the moon is full, no consent", DE) == "the moon is full, no consent"
    assert echoed("", DE) == ""


def test_everything_the_rules_of_the_tests_say_is_known(house: Any, book: Rulebook) -> None:
    """Whatever a decision records of a hand-over can be told in German."""
    from connector.decide.decision import decide
    from connector.model.person.standing import Standing

    people = [
        house.person(),
        house.person(email=None),
        house.person(country=None),
        house.person(email="k@rival.example"),
    ]
    rosters = [
        house.roster(),
        house.roster(
            j={"active": False},
            l={"away_until": house.now + house.days(2)},
            turns={("north", "a@x.example"): 2},
        ),
    ]
    said: set[str] = set()
    for person in people:
        for roster in rosters:
            strengths = house.strengths(book, [house.sample(house.now)], house.now)
            found = decide(book, person, strengths, Standing(), roster, house.now)
            said |= set(found.waits)
            said |= {one.why for one in (found.routing.skipped if found.routing else ())}
    assert len(said) > 6
    assert [sentence for sentence in said if echoed(sentence, DE) == sentence] == []
