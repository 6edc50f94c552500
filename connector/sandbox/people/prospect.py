"""One prospect: who they are, and what they really want (which nobody sees)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from connector.sandbox.company import words
from connector.sandbox.company.firms import Firm, postal_code

MOODS = (
    ("hot", 0.15),
    ("warm", 0.27),
    ("browsing", 0.38),
    ("student", 0.09),
    ("later", 0.10),
    ("rival", 0.01),
)
_HOME = ("DE", "AT", "CH")
_ROLES = {
    "purchasing": 1.0,
    "design": 0.9,
    "leading": 0.8,
    "upkeep": 0.6,
    "other": 0.3,
    "student": 0.0,
}
_TITLES = {
    "purchasing": (words.PURCHASING_DE, words.PURCHASING_EN),
    "design": (words.DESIGN_DE, words.DESIGN_EN),
    "leading": (words.LEADING_DE, words.LEADING_EN),
    "upkeep": (words.UPKEEP_DE, words.UPKEEP_EN),
    "other": (words.OTHER_DE, words.OTHER_EN),
    "student": (words.STUDENT_DE, words.STUDENT_EN),
}


@dataclass(slots=True)
class Prospect:
    """`fit` and `interest` (0 to 1) are the hidden truth that sales finds out."""

    number: int
    first: str
    last: str
    email: str
    title: str
    firm: Firm | None
    country: str
    postal_code: str
    german: bool
    mood: str
    fit: float
    rng: random.Random
    contact: str = ""  # id in HubSpot, once known
    opted_out: bool = False
    second_contact: str = ""
    visited: list[datetime] = field(default_factory=list)

    def interest(self, now: datetime) -> float:
        """How much they want it now: the mood, fading with the weeks since they last came."""
        peak = {
            "hot": 0.95,
            "warm": 0.6,
            "later": 0.8,
            "browsing": 0.25,
            "student": 0.05,
            "rival": 0.1,
        }[self.mood]
        if not self.visited:
            return peak / 2
        weeks = max(0.0, (now - self.visited[-1]).total_seconds() / 604_800)
        return float(peak * 0.85**weeks)

    def answers(self) -> dict[str, str]:
        """What they write into a form; people leave things out."""
        found = {
            "email": self.email,
            "firstname": self.first,
            "lastname": self.last,
            "jobtitle": self.title,
        }
        if self.firm is not None:
            found["company"] = self.firm.name
            if self.rng.random() < 0.8:
                found["industry"] = self.firm.industry
        if self.rng.random() < 0.9:
            found["country"] = self.rng.choice(words.COUNTRY_WORDS[self.country])
        if self.rng.random() < 0.85:
            found["zip"] = self.postal_code
        if self.rng.random() < 0.3:
            found["phone"] = (
                f"+49 511 {self.rng.randrange(10000, 99999)}"
                if self.german
                else f"0{self.rng.randrange(10**8, 10**9)}"
            )
        found["hs_language"] = "de" if self.german else "en"
        return found


def likes_mail(number: int, seed: int) -> tuple[bool, bool]:
    """Whether the prospect ticks the newsletter, and then clicks the mail that confirms it."""
    rng = random.Random(f"{seed}:newsletter:{number}")
    return rng.random() < 0.7, rng.random() < 0.9


def born(number: int, firms: tuple[Firm, ...], seed: int) -> Prospect:
    """The prospect of this number; nobody else's dice are touched."""
    rng = random.Random(f"{seed}:prospect:{number}")
    mood = _drawn(MOODS, rng)
    firm = None if mood == "student" or rng.random() < 0.06 else rng.choice(firms)
    country = firm.country if firm else rng.choice(("DE", "DE", "DE", "AT", "GB"))
    german = country in _HOME
    role = "student" if mood == "student" else _drawn(_likely(mood), rng)
    first = rng.choice(words.FIRST_DE if german else words.FIRST_EN)
    last = rng.choice(words.LAST_DE if german else words.LAST_EN)
    return Prospect(
        number=number,
        first=first,
        last=last,
        email=_address(first, last, number, firm, mood, rng),
        title=rng.choice(_TITLES[role][0 if german else 1]),
        firm=firm,
        country=country,
        postal_code=firm.postal_code if firm else postal_code(country, rng),
        german=german,
        mood=mood,
        fit=_fit(role, firm, country),
        rng=rng,
    )


def _likely(mood: str) -> tuple[tuple[str, float], ...]:
    if mood in ("hot", "later"):
        return (
            ("purchasing", 0.4),
            ("design", 0.25),
            ("leading", 0.15),
            ("upkeep", 0.1),
            ("other", 0.1),
        )
    return (
        ("purchasing", 0.2),
        ("design", 0.25),
        ("leading", 0.1),
        ("upkeep", 0.15),
        ("other", 0.3),
    )


def _drawn(odds: tuple[tuple[str, float], ...], rng: random.Random) -> str:
    return rng.choices([name for name, _ in odds], [weight for _, weight in odds])[0]


def _fit(role: str, firm: Firm | None, country: str) -> float:
    size = (
        0.2
        if firm is None
        else 1.0
        if 200 <= firm.size <= 5000
        else 0.6
        if firm.size >= 50
        else 0.3
    )
    trade = (
        0.2
        if firm is None
        else 1.0
        if firm.industry in ("Pumpen", "Armaturen", "Hydraulik")
        else 0.6
        if "bau" in firm.industry
        else 0.1
    )
    home = 1.0 if country in _HOME else 0.7
    return round(0.35 * _ROLES[role] + 0.25 * size + 0.25 * trade + 0.15 * home, 3)


def _address(
    first: str, last: str, number: int, firm: Firm | None, mood: str, rng: random.Random
) -> str:
    if mood == "rival":
        return f"{_ascii(last)}{number}@ringfest.example"
    if firm is None:
        return f"{_ascii(first)}.{_ascii(last)}{number}@post.example"
    if rng.random() < 0.02:
        return f"info@{firm.domain}"
    return f"{_ascii(first)[0]}.{_ascii(last)}{number}@{firm.domain}"


def _ascii(name: str) -> str:
    return name.lower().translate(
        {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("é"): "e"}
    )
