"""Which nurture stream somebody is in, and who is held out."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from naive.person import BERLIN, DAY, Person
from naive.score import POINTS
from naive.sums import Sum

WORKING = ("SQL", "SAL")
OFFER = ("Proposal/Price Quote", "Negotiation/Review")
COVERED = ("talk-to-us", "hydraulics-de", "seals-de", "seals-en")
LADDERS = (
    ("silent-mql", "MQL", 60 * DAY, 14 * DAY, None),
    ("silent-lead", "Lead", 120 * DAY, 30 * DAY, 365 * DAY),
)
STEPS = ("wake-up", "last-call")
END = "its last step is over"
MAILS = {"hydraulics-de": 12, "seals-de": 24, "seals-en": 24}
DAYS = {"what-do-you-do": 30, "after-the-offer": 60, "talk-to-us": 45}


class Situation(NamedTuple):
    """Where the walk ended."""

    stage: str
    since: datetime | None
    asked: str
    excluded: str
    band: str
    offer: str
    interests: tuple[str, ...]
    heard: dict[str, Sum]


class Nurtured(NamedTuple):
    stream: str
    held_out: str


def held(key: str) -> bool:
    """A tenth, by the key."""
    found = sha256(f"seals-2026\0{key}".encode()).digest()
    return int.from_bytes(found[:8], "big") / 2**64 < 0.1


def nurtured(person: Person, where: Situation) -> Nurtured:
    name = _stream(person, where)
    if name not in COVERED:
        return Nurtured(name, "")
    side = dict(person.before.drawn).get("seals-2026")
    if side is None:
        been = {stay.stream for stay in person.before.stays} | {person.before.stream}
        side = "mixed" if been & set(COVERED) else "held" if held(person.key) else "treated"
    return Nurtured("", name) if side == "held" else Nurtured(name, "")


def _stream(person: Person, where: Situation) -> str:
    if where.excluded or not person.may_mail:
        return ""
    working = where.stage in WORKING
    if where.asked and not working and not _over(person, where.asked, where):
        return where.asked
    step = _step(person, where)
    if step is not None:
        return step
    fits = _fits(person, where)
    there = next((one for one in person.before.stays if one.left is None), None)
    stays = there is not None and there.stream == "talk-to-us" and not working
    if stays and where.band != "cold" and not _over(person, "talk-to-us", where):
        return "talk-to-us"
    for name, fit in fits.items():
        free = name == "after-the-offer" or not working
        if fit and free and not _over(person, name, where):
            return name
    return ""


def _fits(person: Person, where: Situation) -> dict[str, bool]:
    early, german = where.stage in ("Lead", "MQL"), person.get("language") == "de"
    ends, today = person.get("contract_ends"), person.now.astimezone(BERLIN).date()
    return {
        "after-the-offer": where.offer in OFFER,
        "before-the-contract-ends": early and ends is not None and 0 <= (ends - today).days <= 180,
        "talk-to-us": where.stage == "MQL" and where.band == "hot",
        "hydraulics-de": early and german and "hydraulics" in where.interests,
        "seals-de": early and german,
        "seals-en": early,
    }


def _over(person: Person, name: str, where: Situation) -> bool:
    """Whether the stream is used up for them."""
    stay = next((one for one in person.before.stays if one.stream == name), None)
    if stay is None:
        return False
    spent, mails = stay.spent, stay.mails
    if stay.left is None:
        got = where.heard["mail_received"].sum if "mail_received" in where.heard else 0.0
        spent += (person.now - stay.since).total_seconds()
        mails += max(0.0, got - stay.base)
    used = spent >= DAYS.get(name, 36_500) * 86_400 or mails >= MAILS.get(name, 1_000)
    if stay.left is None:
        return used
    again = name in MAILS and person.now >= stay.left + 365 * DAY
    return (used or stay.exhausted) and not again


def _step(person: Person, where: Situation) -> str | None:
    """The step of a ladder somebody silent is on; "" once it is over, None for who is on none."""
    deeds = [found.last for name, found in where.heard.items() if POINTS.get(name, (0, 0))[0]]
    silent = max(deeds, default=where.since)
    if silent is None:
        return None
    climb: Any = person.before.climb
    if climb is not None and silent > climb.silent:
        climb = None
    if where.stage in WORKING:
        return _after(climb)
    over = {} if climb is None else dict(climb.before)
    if climb is not None and climb.ended is not None:
        over[climb.ladder] = climb.ended
    for name, stage, after, every, again in LADDERS:
        if where.stage != stage:
            continue
        if climb is not None and climb.ladder == name and climb.ended is None:
            done = int((person.now - climb.since) / every)
            return STEPS[done] if done < len(STEPS) else ""
        ended = over.get(name)
        climbed = ended is not None and (again is None or person.now < ended + again)
        if not climbed and person.now >= silent + after:
            return STEPS[0]
    return _after(climb)


def _after(climb: Any) -> str | None:
    """Whoever has come to the end of a ladder is left alone."""
    over = climb is not None and climb.ended is not None
    return "" if over and climb.why == END else None
