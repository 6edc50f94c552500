"""A wide portal: contacts of 25 properties and what they did, the same for everybody who asks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.config import Loaded, Settings, load
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.world import World

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
ROOT = Path(__file__).parent / "wide"
BLANK = 0.3  # the share of optional properties that are empty

_FIRST = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Emma",
    "Felix",
    "Greta",
    "Hannes",
    "Ida",
    "Jonas",
    "Katrin",
    "Lars",
    "Marie",
    "Nils",
    "Olga",
    "Paul",
    "Rieke",
    "Sven",
    "Tina",
    "Uwe",
]
_LAST = [
    "Albers",
    "Brandt",
    "Claasen",
    "Dreyer",
    "Ehlers",
    "Fischer",
    "Gerdes",
    "Hansen",
    "Iversen",
    "Jensen",
    "Köhler",
    "Lüders",
    "Möller",
    "Nissen",
    "Otto",
    "Petersen",
    "Reimers",
    "Schröder",
    "Thomsen",
    "Ulrich",
    "Voss",
    "Wagner",
]
_FIRMS = [
    "Pumpen",
    "Armaturen",
    "Hydraulik",
    "Maschinen",
    "Getriebe",
    "Anlagen",
    "Werkzeug",
    "Ventil",
]
_FORMS = ("GmbH", "AG", "KG", "Ltd", "SE")
_TITLES = (
    "Head of Purchasing", "Purchasing Director", "Design Engineer", "Managing Director", "Maintenance Lead", "Student",
    "Leiter Einkauf", "Production Planner", "Quality Manager", "R&D Engineer",
)  # fmt: skip
_PLACES = (
    ("Germany", "20095", "Hamburg", "Hamburg"), ("Deutschland", "28195", "Bremen", "Bremen"),
    ("Germany", "80331", "München", "Bayern"), ("Austria", "1010", "Wien", "Wien"), ("Switzerland", "8001", "Zürich", "Zürich"),
    ("France", "69001", "Lyon", "Rhône"), ("Italy", "20121", "Milano", "Lombardia"), ("USA", "60601", "Chicago", "Illinois"),
)  # fmt: skip
_INDUSTRIES = ("Pumps", "Valves", "Hydraulics", "Machinery", "Vehicles", "Food", "Chemistry")
_SOURCES = ("ORGANIC_SEARCH", "REFERRALS", "PAID_SEARCH", "OFFLINE", "DIRECT_TRAFFIC")
_SENIORITIES = ("C-Level", "VP", "Director", "Head", "Manager", "Specialist")
_ROLES = ("Decision maker", "Influencer", "Champion", "User")
_INTERESTS = ("rod seal, piston seal", "gasket", "wiper", "o-ring", "rod seal")
_DEPARTMENTS = ("Purchasing", "Engineering", "Production", "Quality", "Einkauf")
PATHS = (
    "/prices/list",
    "/products/seals/rod",
    "/products/gaskets",
    "/service",
    "/cases/pump",
    "/news",
    "/careers/open",
)


def project() -> Loaded:
    """The wide project's rules and mappings."""
    found = load(ROOT, settings=Settings(database="sqlite:///unused.db"))
    if found.problems:
        raise RuntimeError("\n".join(map(str, found.problems)))
    return found


def world() -> World:
    """Empty accounts with the fields the wide project names."""
    made = World.build(start=START)
    for name in ("department", "seniority_level", "product_interest", "purchase_role"):
        made.hubspot.add_property("contacts", name, label=name)
    for name in ("employees_exact", "budget"):
        made.hubspot.add_property("contacts", name, "number", "number", label=name)
    return made


def person(number: int) -> Mapping[str, str]:
    """One contact's properties: the address always, each other one with a chance to be empty."""
    dice = random.Random(number)
    country, code, city, state = dice.choice(_PLACES)
    first, last, firm = dice.choice(_FIRST), dice.choice(_LAST), number // 7
    shown = {
        "firstname": first,
        "lastname": last,
        "company": f"{dice.choice(_FIRMS)} {last} {dice.choice(_FORMS)}",
        "jobtitle": dice.choice(_TITLES),
        "phone": f"+49 40 {dice.randrange(10**6, 10**7)}",
        "mobilephone": f"+49 151 {dice.randrange(10**7, 10**8)}",
        "country": country,
        "zip": code,
        "city": city,
        "state": state,
        "address": f"Hafenstraße {dice.randrange(1, 200)}",
        "website": f"https://www.firm{firm}.example/",
        "industry": dice.choice(_INDUSTRIES),
        "employees_exact": str(dice.choice((12, 80, 240, 900, 7000))),
        "annualrevenue": str(dice.randrange(1, 400) * 250_000),
        "hs_language": dice.choice(("de", "en", "de-at", "fr")),
        "hs_analytics_source": dice.choice(_SOURCES),
        "hs_email_optout": dice.choice(("true", "false", "false", "false")),
        "department": dice.choice(_DEPARTMENTS),
        "seniority_level": dice.choice(_SENIORITIES),
        "product_interest": dice.choice(_INTERESTS),
        "purchase_role": dice.choice(_ROLES),
        "budget": str(dice.randrange(1, 300) * 1000),
        "hs_analytics_first_timestamp": (START - timedelta(minutes=dice.randrange(10**6))).strftime(
            "%Y-%m-%dT%H:%M:%S.000Z"
        ),
    }
    kept = {name: value for name, value in shown.items() if dice.random() >= BLANK}
    return {"email": f"person{number}@firm{firm}.example", **kept}


def move_in(hubspot: HubSpot, contacts: int) -> list[str]:
    """So many contacts that were there long before; their ids."""
    at = START - timedelta(days=30)
    return [hubspot.create("contacts", person(number), at=at) for number in range(contacts)]
