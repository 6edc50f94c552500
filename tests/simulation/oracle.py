"""What must hold at rest, worked out naively from the two systems, the people's journal and the bare rows of the store.

Nothing here uses the product's rules, arithmetic or queries; the example's rules are written down once more, the simple way.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from crowd import Journal
from house import House

BERLIN = ZoneInfo("Europe/Berlin")
STAGES = {
    "subscriber": "Prospect",
    "lead": "Lead",
    "marketingqualifiedlead": "MQL",
    "salesqualifiedlead": "SQL",
    "94822001": "SAL",
    "customer": "Customer",
    "other": "Disqualified",
}
FREE = {
    date(2026, month, day)
    for month, day in (
        (1, 1),
        (4, 3),
        (4, 6),
        (5, 1),
        (5, 14),
        (5, 25),
        (10, 3),
        (10, 31),
        (12, 25),
        (12, 26),
    )
}
"""Holidays in Lower Saxony, 2026."""
ANSWER = {"A": 2, "B": 4}  # hours; every other grade 8
PROJECTIONS = (
    "ref",
    "contact",
    "account",
    "identity",
    "observed",
    "standing",
    "strength",
    "owner",
    "turn",
    "unanswered",
    "outbox",
    "look",
)
FINAL = {"written", "superseded", "dropped", "refused", "gone", "moved"}
ALLOWED = {"GONE", "AMBIGUOUS", "ENTITY_IS_DELETED", "OBJECT_NOT_FOUND"}
"""What may wait for a person at the end: only what people themselves made unclear."""


@dataclass
class Person:
    """One of the store's contacts, with the living records that belong to it in both systems."""

    number: int
    hubspot: list[str] = field(default_factory=list)
    leads: list[Mapping[str, Any]] = field(default_factory=list)  # open ones
    contacts: list[Mapping[str, Any]] = field(default_factory=list)
    records: set[str] = field(default_factory=set)  # every id that ever was theirs, either system

    @property
    def crm(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The records that are written: leads, or after conversion the contacts."""
        if self.contacts:
            return [("Contact", row) for row in self.contacts]
        return [("Lead", row) for row in self.leads]


class Oracle:
    def __init__(self, house: House, journal: Journal) -> None:
        self.house, self.journal = house, journal

    def violations(self) -> list[str]:
        """Everything that does not hold, in words."""
        return [
            *self.duplicates(),
            *self.conservation(),
            *self.shelf(),
            *self.stages(),
            *self.edits(),
            *self.consent(),
            *self.answers(),
            *self.owners(),
            *self.clocks(),
            *self.activities(),
            *self.sums(),
        ]

    # What there is

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.house.file)) as connection:
            return connection.execute(sql).fetchall()

    @cached_property
    def shelved(self) -> set[int]:
        return {row.contact for row in self.house.store.shelf_rows() if row.contact is not None}

    @cached_property
    def people(self) -> list[Person]:
        """By the links in the store's own table of refs."""
        found: dict[int, Person] = {}
        crm, hubspot = self.house.crm, self.house.hubspot
        living = set(hubspot.ids("contacts"))
        for contact, platform, kind, key in self.rows(
            "SELECT r.contact, h.platform, h.kind, r.key FROM ref r JOIN home h ON h.id = r.home"
            " WHERE r.contact IS NOT NULL ORDER BY r.id"
        ):
            person = found.setdefault(contact, Person(contact))
            person.records.add(key)
            if platform == "hubspot" and key in living:
                person.hubspot.append(key)
            elif kind in ("Lead", "Contact"):
                row = crm.get(kind, key)
                if not row["IsDeleted"] and not row.get("IsConverted"):
                    (person.leads if kind == "Lead" else person.contacts).append(row)
        return list(found.values())

    def known(self) -> Iterator[Person]:
        """People nothing of whom waits for somebody."""
        return (person for person in self.people if person.number not in self.shelved)

    # I4

    def duplicates(self) -> Iterator[str]:
        if self.house.crm.duplicate_leads():
            yield f"I4: {self.house.crm.duplicate_leads()} duplicate leads"
        by_key: Counter[str] = Counter()
        for kind in ("Lead", "Contact"):
            for row in self.house.crm.rows(kind):
                if row.get("Leadcycle_Key__c") and not row.get("IsConverted"):
                    by_key[str(row["Leadcycle_Key__c"])] += 1
        yield from (
            f"I4: {n} living records have the key {key}" for key, n in by_key.items() if n > 1
        )
        tasks = Counter(str(row.get("Leadcycle_Key__c")) for row in self.house.crm.rows("Task"))
        tasks.pop("None", None)
        yield from (f"I4: {n} tasks have the key {key}" for key, n in tasks.items() if n > 1)

    # I3, I18

    def conservation(self) -> Iterator[str]:
        waiting = self.rows("SELECT id, platform, kind, record FROM outbox")
        yield from (f"I18: still in the outbox: {row}" for row in waiting)
        states: dict[int, list[str]] = defaultdict(list)
        for wanted, state in self.rows("SELECT wanted, state FROM receipt ORDER BY id"):
            states[wanted].append(state)
        for number, decision in self.rows("SELECT id, decision FROM wanted"):
            if not FINAL & set(states[number]):
                yield f"I18: the change {number} has come to {states[number]}"
            if not decision:
                yield f"I3: the change {number} has no decision"
        for attempt, wanted in self.rows(
            "SELECT a.id, a.wanted FROM attempt a WHERE NOT EXISTS"
            " (SELECT 1 FROM receipt r WHERE r.attempt = a.id)"
        ):
            yield f"I18: the attempt {attempt} of {wanted} was never settled"
        for (number,) in self.rows(
            "SELECT w.id FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.id = w.decision)"
        ):
            yield f"I3: the decision of the change {number} is not on record"

    def shelf(self) -> Iterator[str]:
        for row in self.house.store.shelf_rows():
            allowed = row.code in ALLOWED or (row.code == "SHARED" and self._named(row.record))
            allowed = allowed or (row.code == "DUPLICATE" and self._doubled(row.contact))
            if not allowed:
                yield f"shelf: {row.code} {row.record}: {row.message}"

    def _doubled(self, contact: int | None) -> bool:
        """Whether others gave this person a second record: two people who turned out to be one, or a record that was restored."""
        with self.house.store._engine.connect() as connection:
            return bool(
                connection.exec_driver_sql(
                    "SELECT 1 FROM joined WHERE role = 'contact' AND survivor = ?"
                    " UNION SELECT 1 FROM redirect JOIN ref ON ref.id = redirect.ref"
                    " WHERE redirect.kind = 'restored' AND ref.contact = ?",
                    (contact, contact),
                ).first()
            )

    def _named(self, record: str) -> bool:
        """Whether reps typed the whole of this record's name, so that it can be another person's."""
        _, kind, key = record.split("/")
        return all((kind, key, name) in self.journal.edits for name in ("FirstName", "LastName"))

    # I1, I5, I12: one stage everywhere

    def stages(self) -> Iterator[str]:
        for person in self.known():
            shown = {
                f"hubspot {key}": STAGES.get(
                    self.house.hubspot.get("contacts", key)["lifecyclestage"], "none"
                )
                for key in person.hubspot
            }
            for kind, row in person.crm:
                shown[f"{kind} {row['Id']}"] = str(row.get("Leadcycle_Stage__c"))
            standing = self._standing(person.number)
            if standing is None:
                yield f"I5: the contact {person.number} was never decided"
                continue
            wrong = {name: stage for name, stage in shown.items() if stage != standing.stage}
            if wrong:
                yield f"I1: contact {person.number} is {standing.stage} for us, but {wrong}"

    def _standing(self, number: int) -> Any:
        return self.house.store.dossier(number, self.house.now).standings.get("main")

    # I9

    def edits(self) -> Iterator[str]:
        for (kind, key, name), (value, at) in self.journal.edits.items():
            row = self.house.crm.get(kind, key)
            if name == "Title" or row["IsDeleted"] or row.get("IsConverted"):
                continue
            handed_over = row.get("Leadcycle_Handed_Over__c")
            if name == "OwnerId" and not self._later(at, handed_over):
                continue
            if name == "OwnerId" and handed_over is None and self._assigned_after(key, at):
                continue  # handed over since, and gone back
            if row.get(name) != value:
                yield f"I9: a rep wrote {name} of {kind} {key} ({value!r}), it shows {row.get(name)!r}"
        yield from self._titles()

    def _titles(self) -> Iterator[str]:
        """A field in which the newest wins shows what somebody wrote last on one of the two sides."""
        for person in self.known():
            if not self._simple(person) or len(person.hubspot) != 1 or len(person.crm) != 1:
                continue
            kind, row = person.crm[0]
            title = self.house.hubspot.get("contacts", person.hubspot[0])["jobtitle"]
            edits = {
                value
                for (_, key, name), (value, _) in self.journal.edits.items()
                if name == "Title" and key in person.records
            }
            earlier = {
                value
                for _, value, _ in self.house.hubspot.history(
                    "contacts", person.hubspot[0], "jobtitle"
                )
            }
            fits = {title, *edits} if title else {*earlier, *edits, None}
            if row.get("Title") not in fits:
                yield f"I5: {kind} {row['Id']} has the title {row.get('Title')!r}, people wrote {fits}"

    def _later(self, at: datetime, text: Any) -> bool:
        return text is None or at > _moment(text)

    def _assigned_after(self, key: str, at: datetime) -> bool:
        (count,) = self.rows(
            "SELECT count(*) FROM assignment a JOIN ref r ON r.contact = a.contact"
            f" WHERE r.key = '{key}' AND a.at > {int(at.timestamp() * 1000)}"
        )[0]
        return bool(count)

    def _simple(self, person: Person) -> bool:
        """Nobody merged, deleted or renamed any of this person's records."""
        return not person.records & (self.journal.blurred | self.journal.tangled)

    # I20

    def consent(self) -> Iterator[str]:
        for person in self.known():
            out = any(
                self.house.hubspot.get("contacts", key)["hs_email_optout"] == "true"
                for key in person.hubspot
            ) or any(row["HasOptedOutOfEmail"] for _, row in person.crm)
            if not out:
                continue
            for key in person.hubspot:
                if self.house.streams(key):
                    yield f"I20: contact {key} has opted out and is in {self.house.streams(key)}"
            for kind, row in person.crm:
                if not row["HasOptedOutOfEmail"]:
                    yield f"I20: {kind} {row['Id']} does not show the opt-out"

    # I5: what sales said has been heard

    def answers(self) -> Iterator[str]:
        for person in self.known():
            if not self._simple(person) or len(person.crm) != 1:
                continue
            kind, row = person.crm[0]
            handed = row.get("Leadcycle_Handed_Over__c")
            if handed is None:
                continue
            stage = row.get("Leadcycle_Stage__c")
            leads = [key for key in person.records if key in self.journal.answers]
            last = max(
                (self.journal.answers[key] for key in leads), key=lambda a: a[1], default=None
            )
            deals = self._deals(row) if kind == "Contact" else []
            if len(deals) > 1:
                continue
            if stage == "SQL" and last is not None and last[1] > _moment(handed):
                yield f"I5: {kind} {row['Id']} is SQL although sales said {last[0]} after it was handed over"
            if stage == "SQL" and deals and deals[0]["IsWon"]:
                yield f"I5: {kind} {row['Id']} is SQL, its deal is won"
            if stage == "SAL" and deals and deals[0]["IsClosed"]:
                yield f"I5: {kind} {row['Id']} is SAL, its deal is closed"
            if stage == "SAL" and not person.records & self.journal.accepted:
                yield f"I5: {kind} {row['Id']} is SAL, sales never accepted it"
            if stage == "Customer" and not self._ever_won(deals):
                yield f"I5: {kind} {row['Id']} is Customer, no deal was ever won"

    def _deals(self, contact: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        roles = self.house.crm.find("OpportunityContactRole", "ContactId", contact["Id"])
        return [self.house.crm.get("Opportunity", role["OpportunityId"]) for role in roles]

    def _ever_won(self, deals: Sequence[Mapping[str, Any]]) -> bool:
        ids = {deal["Id"] for deal in deals}
        return any(
            row["OpportunityId"] in ids and row["StageName"] == "Closed Won"
            for row in self.house.crm.rows("OpportunityHistory")
        )

    # I10

    def owners(self) -> Iterator[str]:
        queue = self.house.company.staff.queue
        for row in self.house.leads():
            if row["IsConverted"] or not row.get("Leadcycle_Handed_Over__c"):
                continue
            owner = row["OwnerId"]
            if owner != queue and not self.house.crm.get("User", owner)["IsActive"]:
                yield f"I10: lead {row['Id']} belongs to the inactive {owner}"
            if owner == self.house.crm.integration_user:
                yield f"I10: lead {row['Id']} belongs to nobody in person"

    # I13

    def clocks(self) -> Iterator[str]:
        for person in self.known():
            for (_, number, at), (grade, due) in self._hand_overs(person.number).items():
                naive = working(at, timedelta(hours=ANSWER.get(grade, 8)))
                if {naive} != due:
                    yield f"I13: hand-over {number} of {person.number} at {at}, grade {grade}: due {due}, not {naive}"
            standing = self._standing(person.number)
            handover = standing.handover if standing else None
            for kind, row in person.crm:
                if handover is not None and handover.answer_due is not None:
                    if _moment(row["Leadcycle_Answer_Due__c"]) != handover.answer_due.replace(
                        microsecond=0
                    ):
                        yield f"I13: {kind} {row['Id']} shows another due time"
                    late = handover.open and self.house.now >= handover.answer_due
                    if bool(row.get("Leadcycle_Overdue__c")) != late:
                        yield f"I13: {kind} {row['Id']} is overdue: {not late}"
            if (
                handover is not None
                and handover.open
                and len(person.leads) == 1
                and self._simple(person)
            ):
                mine = [
                    task
                    for task in self.house.tasks(person.leads[0]["Id"])
                    if str(task.get("Leadcycle_Key__c")).endswith(f"-{handover.number}")
                ]
                if len(mine) != 1:
                    yield f"I13: {len(mine)} tasks for hand-over {handover.number} of {person.number}"

    def _hand_overs(self, number: int) -> dict[tuple[int, int, datetime], tuple[str, set[Any]]]:
        """Every hand-over (two people who turned out to be one had one each): its grade, and every due time it ever had."""
        found: dict[tuple[int, int, datetime], tuple[str, set[Any]]] = {}
        for recorded in self.house.store.told.history(number):
            decision = recorded.decision
            handover = decision.standing.handover
            if handover is None or handover.answer_due is None:
                continue
            place = (decision.contact, handover.number, handover.at)
            if decision.routing is not None:
                found.setdefault(place, (decision.score.grade, set()))
            if (
                place in found
            ):  # else it came along with somebody who turned out to be the same person
                found[place][1].add(handover.answer_due)
        return found

    # I23, every score adds up

    def sums(self) -> Iterator[str]:
        for person in self.people:
            for recorded in self.house.store.told.history(person.number):
                score = recorded.decision.score
                for axis, total in (("profile", score.profile), ("activity", score.activity)):
                    added = sum(r.points for r in score.reasons if r.axis == axis)
                    if abs(added - total) > 1e-6:
                        yield f"I23: the {axis} of decision {recorded.id} is {total}, its reasons say {added}"

    # What was dropped is made again from the ledgers

    def rebuilds(self) -> Iterator[str]:
        """Changes the store, or rather does not: every projection comes back as it was."""
        store, before = self.house.store, self._dump()
        for name in store.projections():
            store.rebuild(name, self.house.now)
            after = self._dump()
            for table in PROJECTIONS:
                lost, come = before[table] - after[table], after[table] - before[table]
                if lost or come:
                    said = f"{sorted(lost, key=repr)[:2]} became {sorted(come, key=repr)[:2]}"
                    yield f"after the rebuild of {name} {table} is another one: {said}"
            before = after

    def _dump(self) -> dict[str, set[tuple[Any, ...]]]:
        return {table: set(self.rows(f"SELECT * FROM {table}")) for table in PROJECTIONS}

    # Intake at least once, effect once

    def activities(self) -> Iterator[str]:
        """Every sum of the store against the bare lists of what people did."""
        for person in self.known():
            if not self._simple(person) or len(person.hubspot) != 1:
                continue
            naive = self._sums(person.hubspot[0])
            dossier = self.house.store.dossier(person.number, self.house.now)
            ours = {name: strength.sum for name, strength in dossier.strengths.items()}
            for name in naive.keys() | ours.keys():
                if abs(naive.get(name, 0.0) - ours.get(name, 0.0)) > 2e-6:
                    yield (
                        f"I5: {name} of contact {person.number} is {ours.get(name, 0.0)},"
                        f" people did {naive.get(name, 0.0)}"
                    )

    def _sums(self, contact: str) -> dict[str, float]:
        found: dict[str, list[datetime]] = defaultdict(list)
        portal = self.house.hubspot.portal
        email = self.house.hubspot.get("contacts", contact)["email"].lower()
        for form in portal.forms.by_guid.values():
            # A submission has no id: two of one form in one millisecond cannot be told from one shown twice.
            times = {at for at, one in form.submissions.between() if email and one.email == email}
            found[form.name] += map(_from_ms, sorted(times))
        for at, event in portal.mail.events.between():
            if email and event.recipient == email and not event.filtered:
                found[event.type].append(_from_ms(at))
        for at, event in portal.occurrences.of.get(("contacts", int(contact)), _NONE).between():
            found[event.properties.get("path", event.properties.get("minutes", ""))].append(
                _from_ms(at)
            )
        return self._weighed(found)

    def _weighed(self, done: Mapping[str, list[datetime]]) -> dict[str, float]:
        now = self.house.now

        def faded(days: float, *names: str) -> float:
            times = [at for name in names for at in done.get(name, ())]
            return float(sum(0.5 ** ((now - at) / timedelta(days=days)) for at in times))

        prices = sorted(at for path in ("/preise/a", "/en/prices/d") for at in done.get(path, ()))
        days: dict[date, list[datetime]] = defaultdict(list)
        for at in prices:
            days[at.astimezone(BERLIN).date()].append(at)
        counted = {"prices": [at for times in days.values() for at in times[:2]]}
        careers = [at for at in done.get("/karriere/c", ()) if at > now - timedelta(days=90)]
        sums = {
            "sample_order": faded(45, "Musterbestellung", "Sample order"),
            "demo_request": faded(45, "Beratungstermin", "Demo request"),
            "whitepaper": faded(30, "Whitepaper Seal selection"),
            "webinar_attended": faded(30, "20", "55"),
            "product_page": faded(30, "/produkte/b"),
            "mail_clicked": faded(14, "CLICK"),
            "mail_opened": faded(14, "OPEN"),
            "price_page": sum(0.5 ** ((now - at) / timedelta(days=30)) for at in counted["prices"]),
            "career_page": sum(0.5 ** ((now - at) / timedelta(days=30)) for at in careers),
        }
        return {name: total for name, total in sums.items() if total}


class _Nothing:
    def between(self) -> Sequence[tuple[int, Any]]:
        return ()


_NONE = _Nothing()


def _from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def working(start: datetime, span: timedelta) -> datetime:
    """Minute by minute through the calendar: Monday to Thursday 8 to 17, Friday 8 to 15, no holidays."""
    moment, left = start, span
    while left > timedelta(0):
        step = min(timedelta(minutes=1), left)
        local = moment.astimezone(BERLIN)
        if not _at_work(local):
            # To the next full minute outside, so that a shift begins where it begins.
            moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
            continue
        closing_time = local.replace(
            hour=15 if local.weekday() == 4 else 17, minute=0, second=0, microsecond=0
        )
        step = min(step, closing_time - local)
        moment, left = moment + step, left - step
    return moment


def _at_work(local: datetime) -> bool:
    if local.weekday() > 4 or local.date() in FREE:
        return False
    return 8 <= local.hour < (15 if local.weekday() == 4 else 17)
