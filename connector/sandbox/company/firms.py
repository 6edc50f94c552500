"""The firms of the market: companies in HubSpot, some of them accounts in Salesforce, some with an owner."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from connector.sandbox.company import words
from connector.sandbox.company.staff import Staff
from connector.sandbox.hubspot import HubSpot

COUNT = 140
_COUNTRIES = ("DE",) * 24 + ("AT", "AT", "CH", "CH", "FR", "IT", "NL", "GB", "SE", "NO", "US")
_SIZES = (12, 30, 45, 80, 150, 240, 420, 800, 1500, 3200, 7000)


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    domain: str
    country: str  # ISO code
    postal_code: str
    industry: str
    size: int
    company: str  # id in HubSpot


def found_firms(hubspot: HubSpot, salesforce: Any, staff: Staff, seed: int) -> tuple[Firm, ...]:
    """All firms; one in eight is an account already, with a rep who owns it."""
    rng = random.Random(f"{seed}:firms")
    seen: set[str] = set()
    firms: list[Firm] = []
    while len(firms) < COUNT:
        firm = _found(hubspot, rng, seen)
        firms.append(firm)
        if rng.random() < 1 / 8:
            _account(salesforce, firm, staff, rng)
    return tuple(firms)


def postal_code(country: str, rng: random.Random) -> str:
    """A code as the country writes it; German ones keep a leading zero."""
    if country == "DE":
        return f"{rng.choice('0123456789')}{rng.randrange(1000, 9999)}"
    return {
        "AT": f"{rng.randrange(1010, 9992)}",
        "CH": f"{rng.randrange(1000, 9658)}",
        "GB": f"M{rng.randrange(1, 40)} {rng.randrange(1, 9)}AB",
    }.get(country, f"{rng.randrange(10000, 99999)}")


def _found(hubspot: HubSpot, rng: random.Random, seen: set[str]) -> Firm:
    industry = rng.choice(list(words.FIRM_KINDS))
    while True:
        name = f"{rng.choice(words.FIRM_STEMS)} {rng.choice(words.FIRM_KINDS[industry])}"
        domain = (
            name.lower().replace(" ", "-").replace("ü", "ue").replace("ö", "oe").replace("ä", "ae")
            + ".example"
        )
        if domain not in seen:
            seen.add(domain)
            break
    country = rng.choice(_COUNTRIES)
    ending = " GmbH" if country in ("DE", "AT") else " AG" if country == "CH" else " Ltd"
    size, code = rng.choice(_SIZES), postal_code(country, rng)
    company = hubspot.create(
        "companies",
        {
            "name": name + ending,
            "domain": domain,
            "country": words.COUNTRY_WORDS[country][0],
            "zip": code,
            "numberofemployees": str(size),
            "industry": industry,
        },
    )
    return Firm(name + ending, domain, country, code, industry, size, company)


def _account(salesforce: Any, firm: Firm, staff: Staff, rng: random.Random) -> None:
    owner = rng.choice(staff.reps).user
    salesforce.create(
        "Account",
        {
            "Name": firm.name,
            "Website": f"https://www.{firm.domain}",
            "NumberOfEmployees": firm.size,
            "BillingCountryCode": firm.country,
            "OwnerId": owner,
        },
    )
