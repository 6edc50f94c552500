"""Prospects arrive, look around, come back, ask, or forget us."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import partial

from connector.sandbox.company.furniture import Company
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.people.agenda import BERLIN, Agenda, at_work
from connector.sandbox.people.prospect import Prospect, born, likes_mail

_PAGES = {
    "price": (
        "/preise/o-ringe",
        "/preise/hydraulik",
        "/en/prices/o-rings",
        "/en/prices/hydraulics",
    ),
    "product": (
        "/produkte/o-ringe",
        "/produkte/wellendichtringe",
        "/en/products/o-rings",
        "/en/products/shaft-seals",
    ),
    "career": ("/karriere/praktikum", "/en/careers/internship"),
    "news": ("/aktuelles", "/en/news"),
}
_PAPERS = ("Whitepaper Hydraulikdichtungen",)
_SOURCES = (
    "ORGANIC_SEARCH",
    "PAID_SEARCH",
    "DIRECT_TRAFFIC",
    "REFERRALS",
    "SOCIAL_MEDIA",
    "EMAIL_MARKETING",
)


class Market:
    """All prospects. `known` are those with a contact in HubSpot; `by_email` is how sales finds the truth about a lead."""

    def __init__(
        self, hubspot: HubSpot, company: Company, agenda: Agenda, seed: int, a_day: float
    ) -> None:
        self._hubspot, self._company, self._agenda = hubspot, company, agenda
        self._seed, self._a_day = seed, a_day
        self._rng = random.Random(f"{seed}:arrivals")
        self._count = 0
        self.known: list[Prospect] = []
        self.by_email: dict[str, Prospect] = {}

    def begin(self, now: datetime) -> None:
        """The contacts of before, and the first morning."""
        for _ in range(150):
            self._appear(self._next(), now)
        self._agenda.plan(at_work(now + timedelta(minutes=1)), self._morning)

    def imported(self, now: datetime, last_name: str) -> None:
        """A marketer types in somebody without an address, from a business card."""
        self._hubspot.create("contacts", {"lastname": last_name, "company": "Messe"}, at=now)

    def webinar(self, now: datetime, name: str) -> None:
        """Who is interested attends, for a while."""
        for person in self.known:
            if person.rng.random() < 0.02 + 0.25 * person.interest(now) ** 2:
                minutes = person.rng.randrange(5, 62)
                moment = now + timedelta(minutes=70)
                self._agenda.plan(moment, partial(self._attend, person, name, minutes))

    def _attend(self, person: Prospect, webinar: str, minutes: int, now: datetime) -> None:
        self._occur(person, "e_attended_webinar", now, webinar=webinar, minutes=str(minutes))

    def mailing(self, now: datetime, campaign: str) -> None:
        """Everybody who may be mailed gets it; some open, fewer click, some have a scanner that clicks everything."""
        for person in self.known:
            if not person.opted_out and person.email:
                self._mail(person, campaign, now)

    def _morning(self, now: datetime) -> None:
        for _ in range(self._drawn_arrivals()):
            moment = now + timedelta(minutes=self._rng.randrange(14 * 60))
            self._agenda.plan(moment, self._arrive)
        self._agenda.plan(at_work(_next_morning(now)), self._morning)

    def _drawn_arrivals(self) -> int:
        return max(0, round(self._rng.gauss(self._a_day, self._a_day / 4)))

    def _next(self) -> Prospect:
        self._count += 1
        return born(self._count, self._company.firms, self._seed)

    def _arrive(self, now: datetime) -> None:
        person = self._next()
        if person.rng.random() < 0.04:
            self.imported(now, person.last)
            return
        self._appear(person, now)
        self._journey(person, now)

    def _appear(self, person: Prospect, now: datetime) -> None:
        """The person leaves an address in some form and becomes a contact."""
        form = (
            "Kontakt"
            if person.mood in ("browsing", "student", "rival")
            else person.rng.choice((*_PAPERS, "Kontakt"))
        )
        person.contact = self._submit(person, form, now)
        self._hubspot.update(
            "contacts", person.contact, {"hs_analytics_source": person.rng.choice(_SOURCES)}, at=now
        )
        if person.firm is not None and person.rng.random() < 0.75:
            self._hubspot.associate("contacts", person.contact, "companies", person.firm.company)
        person.visited.append(now)
        self.known.append(person)
        self.by_email[person.email] = person

    def _journey(self, person: Prospect, now: datetime) -> None:
        rng = person.rng
        start = now + timedelta(days=rng.uniform(30, 55)) if person.mood == "later" else now
        visits, span = {"hot": (4, 9), "later": (4, 9), "warm": (4, 30), "student": (2, 10)}.get(
            person.mood, (2, 25)
        )
        for _ in range(rng.randrange(1, visits + 1)):
            self._agenda.plan(
                start + timedelta(days=rng.uniform(0, span)), lambda at: self._visit(person, at)
            )
        if person.mood in ("hot", "later") and rng.random() < 0.75:
            self._agenda.plan(
                start + timedelta(days=rng.uniform(1, span)), lambda at: self._ask(person, at)
            )
        elif person.mood == "warm" and rng.random() < 0.3:
            self._agenda.plan(
                start + timedelta(days=rng.uniform(5, span)), lambda at: self._ask(person, at)
            )
        self._accidents(person, now)

    def _accidents(self, person: Prospect, now: datetime) -> None:
        rng = person.rng
        if rng.random() < 0.04:
            self._agenda.plan(
                now + timedelta(days=rng.uniform(2, 40)), lambda at: self._leave(person, at)
            )
        if rng.random() < 0.02 and person.firm:
            self._agenda.plan(
                now + timedelta(days=rng.uniform(5, 40)), lambda at: self._move_mailbox(person, at)
            )
        if rng.random() < 0.02:
            self._agenda.plan(
                now + timedelta(days=rng.uniform(3, 30)),
                lambda at: self._come_as_another(person, at),
            )

    def _visit(self, person: Prospect, now: datetime) -> None:
        """One session: a handful of pages within half an hour."""
        kinds: tuple[str, ...]
        if person.mood == "student":
            kinds = ("career", "career", "product")
        elif person.mood in ("hot", "later"):
            kinds = ("price", "product", "product", "price", "news")
        else:
            kinds = ("product", "news", "product", "price")
        moment = now
        for _ in range(person.rng.randrange(2, 7)):
            path = person.rng.choice(_PAGES[person.rng.choice(kinds)])
            self._agenda.plan(moment, partial(self._page, person, path))
            moment += timedelta(seconds=person.rng.randrange(20, 200))
        person.visited.append(now)
        if person.mood in ("hot", "warm", "later") and person.rng.random() < 0.18:
            self._submit(person, person.rng.choice(_PAPERS), now)

    def _page(self, person: Prospect, path: str, now: datetime) -> None:
        self._occur(person, "e_visited_page", now, path=path)

    def _ask(self, person: Prospect, now: datetime) -> None:
        """The lead event: samples, or a demo."""
        person.visited.append(now)
        form = person.rng.choice(
            ("Musterbestellung", "Beratungstermin")
            if person.german
            else ("Sample order", "Demo request")
        )
        self._submit(person, form, now)

    def _submit(self, person: Prospect, form: str, now: datetime) -> str:
        page = "https://www.nordring.example/" + ("kontakt" if person.german else "en/contact")
        ticks, confirms = likes_mail(person.number, self._seed)
        asked = _ticked(form, now) if ticks and not person.contact else {}
        found = self._hubspot.submit_form(
            self._company.forms[form], {**person.answers(), **asked}, page_url=page, at=now
        )
        if asked and confirms:
            self._agenda.plan(now + timedelta(minutes=7), partial(self._confirm, person))
        return found or person.contact

    def _confirm(self, person: Prospect, now: datetime) -> None:
        """The click in the mail that asks whether it was really them."""
        confirmed = {"newsletter_confirmed_at": _stamp(now)}
        self._hubspot.update("contacts", person.contact, confirmed, at=now)

    def _mail(self, person: Prospect, campaign: str, now: datetime) -> None:
        rng, hubspot = person.rng, self._hubspot
        hubspot.email_event("SENT", person.email, campaign=campaign, at=now)
        hubspot.email_event(
            "DELIVERED", person.email, campaign=campaign, at=now + timedelta(seconds=30)
        )
        if rng.random() < 0.08:
            hubspot.email_event(
                "CLICK",
                person.email,
                campaign=campaign,
                at=now + timedelta(seconds=31),
                filtered=True,
            )
        wish = person.interest(now)
        if rng.random() > 0.12 + 0.5 * wish:
            return
        opened = now + timedelta(minutes=rng.uniform(5, 2000))
        self._agenda.plan(opened, lambda at: self._mail_event("OPEN", person, campaign, at))
        if rng.random() < 0.05 + 0.4 * wish:
            self._agenda.plan(
                opened + timedelta(minutes=2),
                lambda at: self._mail_event("CLICK", person, campaign, at),
            )

    def _mail_event(self, kind: str, person: Prospect, campaign: str, now: datetime) -> None:
        self._hubspot.email_event(kind, person.email, campaign=campaign, at=now)

    def _occur(self, person: Prospect, event: str, now: datetime, **properties: str) -> None:
        self._hubspot.occurrence(event, person.contact, properties, at=now)

    def _leave(self, person: Prospect, now: datetime) -> None:  # noqa: ARG002 - the clock stands at this moment
        person.opted_out = True
        self._hubspot.unsubscribe(person.email)

    def _move_mailbox(self, person: Prospect, now: datetime) -> None:
        local, _, domain = person.email.partition("@")
        self.by_email[person.email] = person
        person.email = f"{local}.neu@{domain}"
        self.by_email[person.email] = person
        self._hubspot.update("contacts", person.contact, {"email": person.email}, at=now)

    def _come_as_another(self, person: Prospect, now: datetime) -> None:
        """The same person under a private address: a second contact, until marketing merges the two."""
        answers = {
            **person.answers(),
            "email": f"{person.last.lower()}{person.number}@privat.example",
        }
        found = self._hubspot.submit_form(self._company.forms["Kontakt"], answers, at=now)
        person.second_contact = found or ""


def _ticked(form: str, now: datetime) -> dict[str, str]:
    return {"newsletter": "yes", "newsletter_at": _stamp(now), "newsletter_form": form}


def _stamp(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _next_morning(now: datetime) -> datetime:
    local = now.astimezone(BERLIN)
    return datetime.combine(
        local.date() + timedelta(days=1), local.timetz().replace(hour=0, minute=5, second=0), BERLIN
    )
