"""A case's world: the person, what they did, sales and its people, as far as the case has gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connector.config.documents import CaseDocument
from connector.config.documents.cases import AnswerDocument, Deal, RepDocument
from connector.config.trials.beginning import standing_before, utc
from connector.decide.consent import consents
from connector.decide.fields.normal import normalise
from connector.decide.place.machine import by_machine, telling
from connector.decide.scoring.own import Logged
from connector.decide.scoring.strength import all_from_log
from connector.model.mapping.mappings import Mappings
from connector.model.person.consent import State
from connector.model.person.contact import Account, Consent, Contact, Value
from connector.model.person.decision import Beside, Decision, Strength
from connector.model.person.touch import Touch
from connector.model.roster import Owner, Roster
from connector.model.rules import Rulebook
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

PERSON = Ref("case", "person", "1")
COMPANY = Ref("case", "company", "1")


class Scene:
    """What is known at one moment of the case; it grows as the case goes on. Times inside are aware UTC."""

    __slots__ = (
        "account",
        "account_deals",
        "book",
        "consents",
        "deeds",
        "document",
        "fields",
        "mappings",
        "outcomes",
        "recorded",
        "reps",
        "standing",
        "turns",
    )

    def __init__(self, book: Rulebook, mappings: Mappings, document: CaseDocument) -> None:
        """Raises ValueError for a value that its field cannot have, without the value."""
        now = document.now.astimezone(UTC)
        self.book, self.mappings, self.document = book, mappings, document
        self.fields: dict[str, Value] = {}
        self.account: dict[str, Any] = {}
        self.account_deals: tuple[Deal, ...] = document.account_deals
        self.consents: dict[str, State] = dict(document.consent)
        self.deeds = list(document.activities)
        self.outcomes: list[Outcome] = []
        self.recorded: dict[str, datetime] = {}
        self.reps: dict[str, RepDocument] = {}
        self.turns: dict[tuple[str, str], float] = {}
        self.learn(document.person, document.account, now)
        self.meet(document.owners)
        for answer in document.outcomes:
            self.answer(answer, answer.at.astimezone(UTC))
        self.standing = standing_before(document, book.nurture.hold_out)

    def learn(self, person: Mapping[str, Any], account: Mapping[str, Any], at: datetime) -> None:
        """Fields that have another value from now on; a blank takes the value away."""
        for name, value in _values(person, self.mappings).items():
            if value is None:
                self.fields.pop(name, None)
            else:
                self.fields[name] = Value(value, PERSON, at)
        if self.document.record_owner is not None:
            owner = str(_user(self.document.record_owner))
            self.fields.setdefault("owner", Value(owner, PERSON, at))
        self.account.update(_values(account, self.mappings))

    def meet(self, owners: Mapping[str, RepDocument]) -> None:
        """Owners as they are from now on."""
        for key, rep in owners.items():
            self.reps[key.lower()] = rep
            self.turns |= {(pool, key.lower()): turns for pool, turns in rep.turns.items()}

    def answer(self, answer: AnswerDocument, recorded: datetime) -> None:
        """What sales made of it, and when we learn it."""
        key = f"case-{len(self.outcomes)}"
        self.outcomes.append(
            Outcome(
                PERSON,
                answer.kind,
                answer.at.astimezone(UTC),
                key,
                answer.reason,
                track=self.document.before.track or "",
                stage=answer.stage,
            )
        )
        self.recorded[key] = recorded

    def beside(self) -> tuple[Beside, ...]:
        """Where the contact stands in the other tracks, all the while."""
        return tuple(Beside(track, stage) for track, stage in self.document.before.stages.items())

    def contact(self) -> Contact:
        said = dict(consents(self.mappings, self.fields))
        said |= {purpose: Consent(state) for purpose, state in self.consents.items()}
        ordered = sorted(self.outcomes, key=lambda one: (one.at, one.key))
        return Contact(
            id=1,
            key="case",
            refs=(PERSON,),
            fields=dict(self.fields),
            account=self._account(),
            outcomes=tuple(ordered),
            recorded=dict(self.recorded),
            consents=said,
            first_activity=self._first(),
            first_seen=self.document.now.astimezone(UTC),
        )

    def _first(self) -> Touch | None:
        """The earliest thing they did, and no machine."""
        machines = telling(self.book)
        first = min(
            (d for d in self.deeds if not by_machine(machines, d.kind, d.asset, d.detail)),
            key=lambda deed: deed.at,
            default=None,
        )
        if first is None:
            return None
        return Touch(first.at.astimezone(UTC), first.kind, first.asset, first.detail)

    def _account(self) -> Account | None:
        owner = self.document.account_owner
        known = {name: value for name, value in self.account.items() if value is not None}
        if not known and owner is None and not self.account_deals:
            return None
        deals = tuple(self._deal(n, kind) for n, kind in enumerate(self.account_deals))
        return Account("case", (COMPANY,), known, _user(owner) if owner else None, deals)

    def _deal(self, number: int, kind: Deal) -> Outcome:
        """One that began when the case does."""
        at = self.document.now.astimezone(UTC)
        deal = Ref("case", "deal", str(number))
        return Outcome(deal, kind, at, f"deal-{number}", evidence=deal)

    def strengths(self, now: datetime) -> dict[str, Strength]:
        """From the log of what was done until now; the first step knows all that the case names at its head."""
        log: dict[str, list[Logged]] = {}
        for deed in self.deeds:
            log.setdefault(deed.kind, []).append((deed.at.astimezone(UTC), deed.asset, deed.detail))
        return dict(all_from_log(self.book.signals, log, now, self.book.timezone))

    def roster(self) -> Roster:
        """Everybody the rules or the case name; who was handed this lead has it open until it is answered."""
        people = _named(self.book) | set(self.reps)
        people |= {name.lower() for name in (self.document.account_owner or "",) if name}
        people |= {name.lower() for name in (self.document.record_owner or "",) if name}
        people |= {self.standing.owner} if self.standing.owner else set()
        people |= {rep.manager.lower() for rep in self.reps.values() if rep.manager}
        owners = {key: _owner(key, self.reps.get(key)) for key in sorted(people)}
        entries = self.mappings.owners.values()
        return Roster(
            owners=owners,
            turns=dict(self.turns),
            open=self._open(),
            by_ref={_user(key): key for key in owners},
            aliases={alias: entry.key for entry in entries for alias in entry.aliases},
            substitutes={entry.key: entry.substitute for entry in entries if entry.substitute},
            speaks={entry.key: entry.speaks for entry in entries if entry.speaks},
            absences={entry.key: entry.away for entry in entries if entry.away},
        )

    def _open(self) -> dict[str, int]:
        counts = {key: rep.open for key, rep in self.reps.items() if rep.open}
        handover = self.standing.handover
        if handover is not None and handover.open:
            counts[handover.owner] = counts.get(handover.owner, 0) + 1
        return counts

    def follow(self, decision: Decision) -> None:
        """The case stands where the decision ended; a turn that was taken counts."""
        self.standing = decision.standing
        routing = decision.routing
        if routing is not None and routing.pool:
            self.turns[routing.pool, routing.owner] = routing.turn


def _values(written: Mapping[str, Any], mappings: Mappings) -> dict[str, Any]:
    region = mappings.default_region
    return {
        name: normalise(field.type, value, region, of=field.of, currency=field.currency)
        for name, value in written.items()
        if (field := mappings.fields[name])
    }


def _user(key: str) -> Ref:
    return Ref("case", "User", key.lower())


def _owner(key: str, rep: RepDocument | None) -> Owner:
    owner = Owner(key, key, (_user(key),))
    if rep is None:
        return owner
    manager = None if rep.manager is None else _user(rep.manager)
    return replace(owner, active=not rep.left, away_until=utc(rep.away_until), manager=manager)


def _named(book: Rulebook) -> set[str]:
    """Everybody the routing rules name."""
    routes = book.routes
    assigned = (*(rule.assign for rule in routes.rules), routes.fallback)
    people = {member for pool in routes.pools for member in pool.members}
    people |= {account.owner for account in routes.key_accounts}
    return people | {assign.name for assign in assigned if assign.to == "person"}
