"""Profile and activity points, the grade, the band, and who is excluded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from naive import sales
from naive.person import BERLIN, Person
from naive.sums import Sum, sums

POINTS = {
    "sample_order": (30, 60),
    "demo_request": (30, 60),
    "service_request": (30, 60),
    "whitepaper": (10, 20),
    "webinar_registered": (8, 16),
    "webinar_attended": (25, 50),
    "price_page": (5, 20),
    "product_page": (2, 12),
    "career_page": (-10, 20),
    "mail_clicked": (4, 12),
    "mail_opened": (1, 5),
    "first_call": (5, 5),
    "meeting": (20, 40),
}
GROUPS = (({"price_page", "product_page"}, 25), ({"mail_clicked", "mail_opened"}, 15))
LIMITS = (0, 12, 20, 35, 45, 50, 60)
"""Where points decide on anything."""
ONLY_IN = {"sample_order": "main", "demo_request": "main", "service_request": "service"}
TITLES = {
    "Head of Purchasing": 1.0,
    "Leiter:in Einkauf (m/w/d)": 1.0,
    "Einkaufsleiterin": 1.0,
    "CPO": 1.0,
    "CPO (Tel.)": 1.0,
    "Design Engineer": 0.9,
    "Managing Director": 0.8,
    "GESCHAEFTSFUEHRERIN": 0.8,
    "Maintenance": 0.6,
    "Student": 0.0,
    "International Sales": 0.3,
    "Projektleiter Einkauf": 0.3,
    "Einkäufer": 0.3,
}
"""Titles of the simulation's people, as a person reads them."""
UPKEEP = ("Maintenance",)
EUROPE = {"FR", "IT", "NL", "BE", "PL", "CZ", "GB", "NO", "SE"}
TENDER_ENDS = datetime(2027, 3, 31, 22, tzinfo=UTC)  # midnight in Berlin


class Scored(NamedTuple):
    profile: float
    grade: str
    activity: float
    band: str
    near: bool  # a threshold is so near that six decimals do not tell


def heard(person: Person) -> dict[str, Sum]:
    """The sums that count in the person's track."""
    found = sums(person.deeds, person.now)
    return {n: s for n, s in found.items() if ONLY_IN.get(n, person.track) == person.track}


def activity(found: dict[str, Sum]) -> float:
    points = {
        name: min(max(each * found[name].sum, -cap), cap)
        for name, (each, cap) in POINTS.items()
        if name in found
    }
    total = sum(points.values())
    for members, cap in GROUPS:
        gives = sum(points.get(name, 0.0) for name in members)
        total -= max(0.0, gives - cap)
    return total


def scored(person: Person) -> Scored:
    found = heard(person)
    points = activity(found)
    profile, grade = _profile(person)
    hot = grade in ("A", "B") and points >= 50
    band = "hot" if hot else "warm" if points >= 20 else "cold"
    near = bool(found) and any(abs(points - limit) < 1e-4 for limit in LIMITS)
    return Scored(profile, grade, points, band, near)


def _profile(person: Person) -> tuple[float, str]:
    """The first model that fits."""
    if person.track == "service":
        points, grades = _service(person), (70, 50, 30)
    elif person.get("industry") in ("Technischer Handel", "Wholesale"):
        points, grades = _dealer(person), (80, 60, 30)
    elif person.get("language") == "en":
        points, grades = _abroad(person), (75, 55, 35)
    else:
        points, grades = _buyer(person), (75, 55, 35)
    found = next(
        (g for g, least in zip("ABC", grades, strict=True) if round(points, 6) >= least), "D"
    )
    return points, found


def _service(person: Person) -> float:
    title, ends = person.get("job_title"), person.get("contract_ends")
    share = TITLES[title] if title else 0.0
    role = 0.3 if not title else 1.0 if title in UPKEEP else 0.6 if share == 1.0 else 0.4
    days = None if ends is None else (ends - person.now.astimezone(BERLIN).date()).days
    bound = 0.5 if days is None else 1.0 if 0 <= days <= 180 else 0.8 if -365 <= days <= 0 else 0.2
    return 50 * role + 50 * bound


def _dealer(person: Person) -> float:
    employees, country = person.get("employees"), person.get("country")
    size = 0.3 if employees is None else 1.0 if employees >= 50 else 0.5
    where = 0.3 if not country else 0.5 if country in ("DE", "AT", "CH") else 1.0
    return 60 * size + 40 * where


def _abroad(person: Person) -> float:
    employees, title, products = (person.get(n) for n in ("employees", "job_title", "products"))
    size = (
        0.3 if employees is None else 1.0 if employees >= 200 else 0.5 if employees >= 50 else 0.1
    )
    role = 0.2 if not title else 0.3 if title in UPKEEP else TITLES[title]
    rare = {"Hydraulic seals", "Made to drawing"} & set(products or ())
    return 40 * size + 25 * role + 25 * _industry(person.get("industry")) + (10 if rare else 5)


def _buyer(person: Person) -> float:
    title = person.get("job_title")
    points = 35 * (TITLES[title] if title else 0.2)
    points += 25 * _size(person.get("employees"))
    points += 25 * _industry(person.get("industry"))
    return points + 15 * _country(person.get("country"))


def _size(employees: float | None) -> float:
    if employees is None:
        return 0.3
    if employees > 5000:
        return 0.7
    return 1.0 if employees >= 200 else 0.6 if employees >= 50 else 0.2


def _industry(industry: str | None) -> float:
    if not industry:
        return 0.3
    return {"Pumpen": 1.0, "Armaturen": 1.0, "Hydraulik": 1.0}.get(
        industry, 0.7 if industry in ("Maschinenbau", "Fahrzeugbau") else 0.1
    )


def _country(country: str | None) -> float:
    if not country:
        return 0.2
    return 1.0 if country in ("DE", "AT", "CH") else 0.8 if country in EUROPE else 0.2


def _under(domain: str, *domains: str) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in domains)


def excluded(person: Person) -> tuple[str, dict[str, datetime]]:
    """The reason, and since when each rule's condition has held."""
    begun, now, year = dict(person.before.excluding), person.now, timedelta(days=365)
    reason, noted = "", {}
    rules = (
        ("competitor", "competitor", _under(person.domain, "ringfest.example", "dichtwerk.example")),
        ("own-company", "own company", person.domain == "nordring.example"),
        ("disqualified", "sales calls it a competitor", "Competitor" in sales.facts(person).rejection),
        ("tender", "tender under way", _under(person.domain, "stadtwerke.example")),
    )  # fmt: skip
    for name, why, holds in rules:
        since = begun.get(name, now)
        runs = (
            now < since + year if name == "disqualified" else now < TENDER_ENDS or name != "tender"
        )
        if holds or (name == "disqualified" and name in begun and runs):
            noted[name] = since
            reason = reason or (why if runs else "")
    return reason, noted
