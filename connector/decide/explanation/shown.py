"""What a rep reads beside the lead: where it stands and why. Nothing in it fades: no points of activities, no relative dates."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from connector.decide.explanation.language import labelled, language
from connector.decide.explanation.obstacles import band_of
from connector.decide.once import once
from connector.model.person.decision import Reason, Score
from connector.model.rules import LeadEvent, Rulebook

LEAST = 0.5  # points below which something done is too faint to be a reason


def _names(book: Rulebook, reasons: list[Reason], joint: str, code: str) -> str:
    names = dict.fromkeys([one.label or one.rule.replace("_", " ") for one in reasons])
    if book.labels:
        names = dict.fromkeys([labelled(name, book.labels, code) for name in names])
    return joint.join(names)


def _done(book: Rulebook, acts: list[Reason]) -> list[Reason]:
    """With lead events that have no points of their own; what is merely counted (mails somebody got) is nothing they did."""
    asked = _asked(book.scoring.lead_events)
    return [one for one in acts if one.points >= LEAST or (one.points == 0 and one.rule in asked)]


@once(size=16)
def _asked(events: tuple[LeadEvent, ...]) -> frozenset[str]:
    return frozenset(event.signal for event in events)


@lru_cache(maxsize=1024)
def _place(tag: str, stage: str, grade: str, band: str, day: date) -> str:
    """The same for everybody who stands there on that day."""
    words = language(tag)
    noted = words.say("shown.grade", grade=grade) if grade else ""
    place = ", ".join(part for part in (stage, noted, band_of(band, words)) if part)
    return f"{place} ({words.say('shown.as_of', day=words.day(day))})"


def explanation(book: Rulebook, stage: str, score: Score, now: datetime, reader: str = "") -> str:
    """For example `SQL, grade A, hot (as of 21 Nov 2026). Head of purchasing; 200 to 5,000 people. Did: sample order.`

    English or German by `reader`, else by the rulebook's language; labels are the rules' own, in that language where they have it.
    The date is a day of the rulebook's time zone.
    """
    words = language(reader or book.language)
    day = now.astimezone(ZoneInfo(book.timezone)).date()
    acts = [reason for reason in score.reasons if reason.axis == "activity"]
    who = _names(
        book, [reason for reason in score.reasons if reason.axis == "profile"], "; ", words.code
    )
    did = _names(book, _done(book, acts), ", ", words.code)
    against = _names(book, [one for one in acts if one.points <= -LEAST], ", ", words.code)
    sentences = [
        _place(words.code, stage, score.grade, score.band, day),
        who,
        words.say("shown.did", acts=did) if did else "",
        words.say("shown.against", acts=against) if against else "",
    ]
    return " ".join(f"{sentence}." for sentence in sentences if sentence)
