"""Every projection, dropped and made again from the ledgers, is the same to the byte, whatever has happened."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from connector.model.systems.change import Receipt
from connector.model.systems.fact import Gone, Move
from connector.model.systems.ref import Ref
from connector.store import NothingToRule, Store
from connector.store.sql.database import reading
from connector.store.tables.schema import PROJECTIONS

REPS = ("j.brandt@nordring.example", "l.petersen@nordring.example", "s.keller@nordring.example")
TITLES = ("Head of Purchasing", "Intern", "CPO", "", None)
ASSETS = ("Demo request", "Sample order", "Whitepaper seals")
KINDS = ("form_submitted", "email_clicked", "page_viewed", "meeting_held")
DEALS = [Ref("salesforce", "Opportunity", f"006{n}") for n in range(3)]


class Life:
    """What people and systems do, by chance."""

    def __init__(self, house, seed: int) -> None:
        self.house, self.chance = house, random.Random(seed)
        self.acts = self.ruled = 0

    def live(self, steps: int) -> None:
        self.house.users(*REPS)
        doings = (
            [self.show] * 4
            + [self.act] * 3
            + [self.decide] * 4
            + [self.send] * 4
            + [
                self.company,
                self.sell,
                self.merge,
                self.delete,
                self.convert,
                self.user,
                self.shelf,
                *[self.rule] * 3,
            ]
        )
        for _ in range(steps):
            self.house.later(minutes=self.chance.randint(0, 600))
            self.chance.choice(doings)()

    def address(self) -> str:
        return f"p{self.chance.randint(1, 9)}@{self.chance.choice(['kern', 'alt', 'neu'])}.example"

    def show(self) -> None:
        number = self.chance.randint(1, 12)
        at = self.house.now - timedelta(minutes=self.chance.choice([0, 0, 0, 300]))
        self.house.page(
            self.house.contact(
                number,
                at=at,
                email=self.address() if self.chance.random() < 0.2 else f"p{number}@kern.example",
                jobtitle=self.chance.choice(TITLES),
                country=self.chance.choice(["DE", "AT", "FR", "nowhere"]),
                zip=self.chance.choice(["30159", "70173"]),
                phone=self.chance.choice(["+49 30 1234567", "call me", None]),
                hs_email_optout=self.chance.choice(["true", "false", None]),
                associatedcompanyid=self.chance.choice(["7", "8", None]),
            ),
            backfill=self.chance.random() < 0.2,
        )

    def company(self) -> None:
        number = self.chance.choice([7, 8, 9])
        domain = self.chance.choice(["kern.example", "alt.example", "neu.example", None])
        self.house.page(
            self.house.company(
                number,
                name=f"Company {self.chance.randint(1, 3)}",
                domain=domain,
                industry="Pumpen",
                numberofemployees="400",
            )
        )

    def act(self) -> None:
        acts = []
        for _ in range(self.chance.randint(1, 4)):
            self.acts += self.chance.choice([0, 1, 1])
            kind = self.chance.choice(KINDS)
            back = timedelta(days=self.chance.choice([0, 0, 1, 40]), minutes=self.acts)
            if self.chance.random() < 0.3:
                acts.append(
                    self.house.act(
                        f"e{self.acts}",
                        None,
                        contact_hint=self.address(),
                        kind=kind,
                        at=self.house.now - back,
                    )
                )
            else:
                acts.append(
                    self.house.act(
                        f"e{self.acts}",
                        self.chance.randint(1, 12),
                        kind=kind,
                        asset=self.chance.choice(ASSETS),
                        at=self.house.now - back,
                    )
                )
        self.house.page(activities=acts)

    def people(self, *kinds: str) -> list[Ref]:
        with reading(self.house.store._engine) as tx:
            rows = tx.rows(
                "SELECT h.platform, h.kind, r.key FROM ref r JOIN home h ON h.id = r.home ORDER BY r.id"
            )
        return [Ref(*row) for row in rows if row[1] in kinds]

    def sell(self) -> None:
        people = self.people("Lead", "Contact")
        if not people:
            return
        ref, deal = self.chance.choice(people), self.chance.choice(DEALS)
        kinds = self.chance.sample(["accepted", "rejected", "contacted"], self.chance.randint(0, 2))
        outcomes = [self.house.outcome(ref, kind) for kind in kinds]
        outcomes += [
            self.house.outcome(deal, kind)
            for kind in self.chance.sample(["opened", "won", "lost"], self.chance.randint(0, 2))
        ]
        self.house.crm(
            self.house.record(ref.kind, ref.id, links=[("opportunity", deal)]),
            outcomes=outcomes,
            outcomes_of=[deal] if self.chance.random() < 0.5 else [],
        )

    def merge(self) -> None:
        people = self.people(self.chance.choice(["contacts", "Lead", "companies"]))
        if len(people) > 1:
            old, new = self.chance.sample(people, 2)
            self.house.page(moved=[Move(old, new, "merged", self.house.now)])

    def delete(self) -> None:
        people = self.people("contacts", "Lead", "Contact", "Opportunity", "companies")
        if people:
            self.house.page(gone=[Gone(self.chance.choice(people), self.house.now)])

    def convert(self) -> None:
        leads = self.people("Lead")
        if leads:
            lead = self.chance.choice(leads)
            new = Ref("salesforce", "Contact", f"003{lead.id[3:]}")
            shown = self.house.record(
                "Contact",
                new.id,
                Email=self.address(),
                AccountId=self.chance.choice(["0011", None]),
            )
            self.house.crm(shown, moved=[Move(lead, new, "converted", self.house.now)])

    def user(self) -> None:
        place = self.chance.randint(1, 3)
        active = self.chance.random() < 0.8
        self.house.crm(
            self.house.record(
                "User", f"005{place:015d}", Email=REPS[place - 1], Name="N.", IsActive=active
            )
        )

    def decide(self) -> None:
        self.house.decide(limit=self.chance.choice([1, 7, 50]))

    def send(self) -> None:
        platform = self.chance.choice(["hubspot", "salesforce"])
        changes = self.house.store.lease(platform, self.chance.randint(1, 9), self.house.now)
        if self.chance.random() < 0.3:
            self.decide()
        if self.chance.random() < 0.2:
            return  # the process died
        if self.chance.random() < 0.4:
            changes = [*changes, *self.house.store.unclear(platform, 9, self.house.now)]
        by_id = {change.id: change for change in changes}
        self.house.store.settle([self.answer(change) for change in by_id.values()], self.house.now)

    def answer(self, change) -> Receipt:
        state = self.chance.choice(
            ["written"] * 5 + ["retry", "refused", "unclear", "gone", "moved"]
        )
        ref = None
        if state == "written" and change.create:
            prefix = {"Lead": "00Q", "Contact": "003"}.get(change.ref.kind, "00T")
            ref = Ref(change.ref.platform, change.ref.kind, f"{prefix}{change.version}")
        if state == "moved":
            others = [other for other in self.people("Contact", "Lead") if other != change.ref]
            ref = (
                self.chance.choice(others)
                if others and change.ref.platform == "salesforce"
                else None
            )
        code = self.chance.choice(["A", "B", "TryLater"])
        return Receipt(
            change,
            state,
            ref=ref,
            code=code,
            retry_after=self.chance.choice([None, timedelta(minutes=5)]),
        )

    def shelf(self) -> None:
        rows = self.house.store.shelf_rows()
        if rows:
            row = self.chance.choice(rows)
            act = self.chance.choice([self.house.store.retry, self.house.store.skip])
            act(row.id, self.house.now)

    def rule(self) -> None:
        """A person joins a record with a contact, or takes one out."""
        people = self.house.store.contacts()
        if len(people) < 2:
            return
        links = max(
            (self.house.store.told.links(one) for one in self.chance.sample(people, 2)), key=len
        )
        ref = self.chance.choice([*sorted(links), Ref("hubspot", "contacts", "1")])
        with suppress(NothingToRule, KeyError):
            if self.chance.random() < 0.5:
                self.house.store.unlink(ref, self.house.now)
                self.ruled += 1
            else:
                self.house.store.link(ref, self.chance.choice(people), self.house.now)


def dump(store: Store) -> dict[str, list]:
    with reading(store._engine) as tx:
        tables = {
            table.name: tx.rows(
                f"SELECT {', '.join(c.name for c in table.columns)} FROM {table.name}"
                f" ORDER BY {', '.join(c.name for c in table.primary_key.columns)}"
            )
            for table in PROJECTIONS
        }
        tables["roster"] = tx.rows("SELECT value FROM meta WHERE name = 'roster'")
        return tables


@pytest.mark.parametrize("seed", range(6))
def test_projections_are_what_the_ledgers_say(house, seed):
    life = Life(house, seed)
    life.live(120)
    kept = dump(house.store)
    assert kept["outbox"] or kept["standing"]
    for name in Store.projections():
        house.store.rebuild(name, house.now)
        again = dump(house.store)
        assert {table: rows for table, rows in again.items() if rows != kept[table]} == {}, name


def test_people_rule_in_these_lives(house):
    life = Life(house, 3)
    life.live(150)
    assert life.ruled > 0


def test_rebuilding_repairs(house):
    Life(house, 1).live(60)
    kept = dump(house.store)
    from connector.store.sql.database import writing

    with writing(house.store._engine) as tx:
        for table in (
            "strength",
            "standing",
            "look",
            "outbox",
            "turn",
            "unanswered",
            "owner",
            "identity",
            "observed",
        ):
            tx.run(f"DELETE FROM {table}")
        tx.run("UPDATE contact SET account = NULL, domain = NULL")
        tx.run("UPDATE ref SET contact = NULL, account = NULL, gone_at = NULL, target = NULL")
    for name in Store.projections():
        house.store.rebuild(name, house.now)
    assert dump(house.store) == kept


def test_a_projection_that_does_not_exist(house):
    with pytest.raises(KeyError):
        house.store.rebuild("everything", house.now)


@pytest.mark.parametrize("seed", [11, 12])
def test_nobody_is_lost_whatever_happens(house, seed):
    """Every record of a person belongs to a living contact or waits on the shelf; nobody who is dead is due."""
    Life(house, seed).live(150)
    with reading(house.store._engine) as tx:
        lost = tx.rows(
            "SELECT r.id FROM ref r JOIN contact c ON c.id = r.contact WHERE c.survivor IS NOT NULL"
        )
        dead = tx.rows(
            "SELECT l.contact FROM look l LEFT JOIN contact c ON c.id = l.contact WHERE c.id IS NULL OR c.survivor IS NOT NULL"
        )
        strays = tx.rows(
            "SELECT h.platform, h.kind, r.key FROM ref r JOIN home h ON h.id = r.home"
            " WHERE r.contact IS NULL AND h.kind IN ('contacts', 'Lead', 'Contact')"
            " AND r.id IN (SELECT ref FROM observed)"
        )
    assert (lost, dead) == ([], [])
    shelved = {
        row.record
        for row in house.store.shelf_rows(("open", "retry", "skipped"))
        if row.code == "AMBIGUOUS"
    }
    assert {"/".join(row) for row in strays} <= shelved
