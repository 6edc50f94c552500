"""What people did: each signal's own deeds, what machines did, and the fading sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from naive.person import BERLIN, DAY, Deed

LINK_SCANNER = timedelta(seconds=5)


class Sum(NamedTuple):
    """A decayed sum, and the latest deed."""

    sum: float
    last: datetime


def machine(deed: Deed, deeds: Sequence[Deed]) -> str:
    """Which rule says that a machine did it, or ""."""
    if deed.kind in ("email_opened", "email_clicked") and deed.says("machine") is True:
        return "marked-by-hubspot"
    after = deed.says("after_sending")
    if deed.kind == "email_clicked" and after is not None and after < 10:
        return "clicked-at-once"
    if deed.kind == "email_opened" and str(deed.says("program")).lower() == "mozilla/5.0":
        return "privacy-proxy"
    return "link-scanner" if _scanned(deed, deeds) else ""


def _scanned(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """Three links of one mail within five seconds, this click among them."""
    mail = deed.says("mail")
    if deed.kind != "email_clicked" or mail is None:
        return False
    clicks = [one for one in deeds if one.kind == deed.kind and one.says("mail") == mail]
    for first in clicks:
        together = [one for one in clicks if first.at <= one.at <= first.at + LINK_SCANNER]
        links = {str(one.says("link") or "").lower() for one in together}
        if deed in together and len(links) >= 3:
            return True
    return False


def human(deeds: Sequence[Deed]) -> list[Deed]:
    """Without what machines did, oldest first."""
    return sorted((one for one in deeds if not machine(one, deeds)), key=lambda one: one.at)


def _form(*names: str) -> Callable[[Deed], bool]:
    wanted = {name.lower() for name in names}
    return lambda one: one.kind == "form_submitted" and one.asset.lower() in wanted


def _form_like(start: str) -> Callable[[Deed], bool]:
    return lambda one: one.kind == "form_submitted" and one.asset.lower().startswith(start)


def _page(*starts: str) -> Callable[[Deed], bool]:
    return lambda one: one.kind == "page_viewed" and one.asset.startswith(starts)


def attended(one: Deed) -> bool:
    return one.kind == "webinar_attended" and float(one.says("minutes") or 0) >= 20


OWN: dict[str, Callable[[Deed], bool]] = {
    "sample_order": _form("Musterbestellung", "Sample order"),
    "demo_request": _form("Beratungstermin", "Demo request"),
    "service_request": _form("Wartungsvertrag", "Service contract"),
    "whitepaper": _form_like("whitepaper"),
    "webinar_registered": _form_like("webinar"),
    "webinar_attended": attended,
    "price_page": _page("/preise/", "/en/prices/"),
    "product_page": _page("/produkte/", "/en/products/"),
    "career_page": _page("/karriere/", "/en/careers/"),
    "mail_clicked": lambda one: one.kind == "email_clicked",
    "mail_opened": lambda one: one.kind == "email_opened",
    "mail_received": lambda one: one.kind == "email_delivered",
    "first_call": lambda one: one.kind == "call_made",
    "meeting": lambda one: one.kind == "meeting_held",
}
HALF_LIFE = {
    "sample_order": 45,
    "demo_request": 45,
    "service_request": 45,
    "mail_clicked": 14,
    "mail_opened": 14,
    "mail_received": None,
    "first_call": None,
}
"""Days; 30 for all others."""


def faded(deeds: Iterable[Deed], now: datetime, days: float | None) -> float:
    if days is None:
        return float(sum(1 for _ in deeds))
    return float(sum(0.5 ** ((now - one.at) / (days * DAY)) for one in deeds))


def own(name: str, people: Sequence[Deed], now: datetime) -> tuple[list[Deed], list[Deed]]:
    """The deeds that count for a signal, and those that are its own (a third one of a day is, and counts for nothing)."""
    mine = [one for one in people if OWN[name](one)]
    if name == "first_call":
        mine = mine[:1]
    if name == "whitepaper":
        firsts = {one.asset.lower(): one for one in reversed(mine)}
        mine = [one for one in mine if one is firsts[one.asset.lower()]]
    if name == "webinar_registered":
        there = [one.at for one in people if attended(one)]
        mine = [one for one in mine if not any(0 * DAY <= at - one.at <= 14 * DAY for at in there)]
    counted = mine
    if name == "price_page":
        counted = _two_of_each(mine, lambda one: one.at.astimezone(BERLIN).date())
    if name == "career_page":
        week = _two_of_each(mine, lambda one: one.at.astimezone(BERLIN).date().isocalendar()[:2])
        counted = [one for one in week if one.at + 90 * DAY > now]
        mine = [one for one in mine if one.at + 90 * DAY > now]
    return counted, mine


def _two_of_each(mine: Sequence[Deed], of: Callable[[Deed], object]) -> list[Deed]:
    """The first two of each day, or week."""
    taken: Counter[object] = Counter()
    counted = []
    for one in mine:
        taken[of(one)] += 1
        counted += [one] if taken[of(one)] <= 2 else []
    return counted


def sums(deeds: Sequence[Deed], now: datetime) -> dict[str, Sum]:
    """Of every signal of which there is anything."""
    people, found = human(deeds), {}
    for name in OWN:
        counted, mine = own(name, people, now)
        if mine:
            total = faded(counted, now, HALF_LIFE.get(name, 30))
            found[name] = Sum(total, max(one.at for one in mine))
    return found


def machines(deeds: Sequence[Deed]) -> Counter[str]:
    """How much each rule says machines did, by the name under which the product keeps it."""
    found: Counter[str] = Counter()
    for one in deeds:
        rule = machine(one, deeds)
        if rule:
            both = f":{one.kind}" if rule == "marked-by-hubspot" else ""
            found[f"machine:{rule}{both}"] += 1
    return found
