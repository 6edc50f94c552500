"""B2B or B2C, targeted, origin, channel, region."""

from __future__ import annotations

from datetime import timedelta

from naive.person import Deed, Person
from naive.sums import machine

FREE_MAIL = {"gmail.com", "gmx.de"}
CHANNELS = (
    ("Search ads", {"PAID_SEARCH"}),
    ("Social media", {"SOCIAL_MEDIA", "PAID_SOCIAL"}),
    ("E-mail", {"EMAIL_MARKETING"}),
    ("Referrals", {"REFERRALS"}),
    ("Organic", {"ORGANIC_SEARCH", "DIRECT_TRAFFIC"}),
)


def first_deed(person: Person) -> Deed | None:
    """The first touch, no single deed of a machine's, unless a record of theirs was there clearly before it."""
    some = (one for one in person.deeds if machine(one, ()) == "")
    first = min(some, key=lambda one: one.at, default=None)
    if first is None or person.seen is None:
        return first
    return first if first.at <= person.seen + timedelta(hours=1) else None


def classification(person: Person) -> str:
    employees, company = person.get("employees"), person.get("company")
    if not person.domain:
        return ""
    if person.domain in FREE_MAIL:
        if employees is not None and employees >= 10:
            return "b2b"
        return "" if company else "b2c"
    known = company or (employees is not None and employees >= 2) or person.get("industry")
    return "b2b" if known else ""


def targeted(person: Person) -> bool | None:
    employees = person.get("employees")
    if classification(person) == "b2c" or (employees is not None and employees < 20):
        return False
    ours = ("Pumpen", "Armaturen", "Hydraulik", "Maschinenbau", "Fahrzeugbau")
    return True if person.get("industry") in ours else None


def origin(person: Person) -> str:
    source, first = person.get("source"), first_deed(person)
    if source == "REFERRALS":
        return "referral"
    if source == "OFFLINE" and first is None:
        return "bought_list"
    if first is not None and first.kind in ("call_made", "meeting_held"):
        return "outbound"
    return "inbound" if source or first is not None else "unknown"


def channel(person: Person) -> str:
    first = first_deed(person)
    if first is not None and first.kind == "webinar_attended":
        return "Webinar"
    return next((name for name, some in CHANNELS if person.get("source") in some), "")


def territory(person: Person) -> str:
    country, code = person.get("country"), str(person.get("postal_code") or "").strip()
    if not country:
        return ""
    state = str(person.get("state") or "").lower()
    if country in ("AT", "CH") or (
        country == "IT" and state in ("bozen", "südtirol", "south tyrol")
    ):
        return "south"
    if country != "DE":
        return "export"
    if code[:2] in ("48", "49"):
        return "north"
    return {"4": "west", "5": "west", "6": "west", "7": "south", "8": "south", "9": "south"}.get(
        code[:1], "north"
    )
