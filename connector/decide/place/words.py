"""What a rep reads of somebody's interest. Nothing in it fades: no strengths, no relative dates."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from connector.decide.explanation import language
from connector.decide.place.interest import Interests
from connector.model.person.standing import InterestShown
from connector.model.rules import Rulebook


def sentence(book: Rulebook, found: Interests, now: datetime) -> str:
    """`Interested in: seals, pumps. Phase: decision. Consumed: price list (as of 21 Nov 2026).`; "" for no interest."""
    if not found.topics:
        return ""
    words = language(book.language)
    parts = [words.say("interest.topics", topics=found.names[: book.interest.most])]
    parts += [words.say("interest.phase", phase=found.phase)] if found.phase else []
    parts += [words.say("interest.kinds", kinds=found.kinds)] if found.kinds else []
    day = words.day(now.astimezone(ZoneInfo(book.timezone)).date())
    return f"{'. '.join(parts)} ({words.say('shown.as_of', day=day)})."


def shown(
    book: Rulebook, before: InterestShown | None, found: Interests, now: datetime, renewed: bool
) -> InterestShown | None:
    """What the CRM shows: renewed when the leading topics or the phase move, or the score is shown anew (`renewed`)."""
    leading = found.names[: book.interest.most]
    known = ((), "") if before is None else (before.topics, before.phase)
    moved = known != (leading, found.phase)
    if not (moved or (renewed and leading)):
        return before
    return InterestShown(now, leading, found.phase, sentence(book, found, now))
