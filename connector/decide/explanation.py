"""What a rep reads beside the lead: where it stands and why. Nothing in it fades: no points of activities, no relative dates."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connector.model.decision import Reason, Score
from connector.model.rules import Rulebook

LEAST = 0.5  # points below which something done is too faint to be a reason


class _Words(NamedTuple):
    grade: str
    as_of: str
    did: str
    against: str
    months: tuple[str, ...]


_ENGLISH = _Words(
    "grade {}",
    "as of {day} {month} {year}",
    "Did",
    "Against",
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_GERMAN = _Words(
    "Note {}",
    "Stand {day}. {month} {year}",
    "Aktivitäten",
    "Dagegen",
    (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
)


def _words(language: str) -> _Words:
    return _GERMAN if language.lower().partition("-")[0] == "de" else _ENGLISH


def _name(reason: Reason) -> str:
    return reason.label or reason.rule.replace("_", " ")


def _sentence(reasons: list[Reason], lead: str, joint: str) -> list[str]:
    names = joint.join(dict.fromkeys(_name(reason) for reason in reasons))
    return [f"{lead}{names}."] if names else []


def explanation(book: Rulebook, stage: str, score: Score, now: datetime) -> str:
    """For example `SQL, grade A, hot (as of 21 Nov 2026). Head of purchasing; 200 to 5,000 people. Did: sample order.`

    English or German by the rulebook's language; labels are the rules' own. The date is a day of the rulebook's time zone.
    """
    words = _words(book.language)
    day = now.astimezone(ZoneInfo(book.timezone)).date()
    date = words.as_of.format(day=day.day, month=words.months[day.month - 1], year=day.year)
    place = ", ".join(
        part
        for part in (stage, words.grade.format(score.grade) if score.grade else "", score.band)
        if part
    )
    who = [reason for reason in score.reasons if reason.axis == "profile"]
    acts = [reason for reason in score.reasons if reason.axis != "profile"]
    did = [reason for reason in acts if reason.points >= LEAST or reason.points == 0]
    against = [reason for reason in acts if reason.points <= -LEAST]
    sentences = [
        f"{place} ({date}).",
        *_sentence(who, "", "; "),
        *_sentence(did, f"{words.did}: ", ", "),
        *_sentence(against, f"{words.against}: ", ", "),
    ]
    return " ".join(sentences)
