"""Contacts whole: what an evaluation needs of each, loaded for many at a time from one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from connector.decide.fields.handed import handed_over
from connector.decide.tracks.attribution import attributed
from connector.model.person.contact import Account, Contact, HandedOver
from connector.model.person.dossier import Dossier, Image
from connector.model.person.standing import Standing
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.store.deciding.contests import NONE, contests
from connector.store.deciding.deals import deals_of
from connector.store.deciding.fields import Bodies, Seen, agreed, winning
from connector.store.deciding.firsts import firsts
from connector.store.deciding.former import handing_back, owned_before
from connector.store.deciding.images import images_of
from connector.store.deciding.late import late
from connector.store.deciding.strengths import strengths_of
from connector.store.due import RULES
from connector.store.intake.done.addresses import PLATFORM as ADDRESSES
from connector.store.intake.done.ties import STANDS
from connector.store.keeping import Keeping
from connector.store.sql.codec import restored
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes


class Due(NamedTuple):
    """A contact that is to be decided, and the mark it was found with."""

    contact: int
    mark: int
    lane: int


def due(tx: Transaction, now: int, limit: int) -> list[Due]:
    """The most urgent lane first, in each the longest due."""
    found: list[Due] = []
    for lane in range(RULES.lane + 1):
        if len(found) < limit:
            rows = tx.rows(
                "SELECT contact, mark, lane FROM look WHERE lane = ? AND at <= ? ORDER BY at, contact LIMIT ?",
                lane,
                now,
                limit - len(found),
            )
            found += [Due(*row) for row in rows]
    return found


def marks(tx: Transaction, contacts: Sequence[int]) -> list[Due]:
    """These contacts with their marks, due or not."""
    rows = tx.rows("SELECT contact, mark, lane FROM look WHERE contact IN [?]", list(contacts))
    by_contact = {row[0]: Due(*row) for row in rows}
    return [by_contact.get(contact, Due(contact, 0, RULES.lane)) for contact in contacts]


Back = Mapping[int, Mapping[str, Standing]]
Images = Mapping[int, Sequence[Image]]


def dossiers(
    tx: Transaction,
    keeping: Keeping,
    wanted: Sequence[Due],
    now: datetime,
    back: Back | None = None,
    images: Images | None = None,
    *,
    begun: bool = True,
) -> list[Dossier]:
    """Their dossiers, in order; contacts that do not exist are left out.

    For a plan that is taken back: standings that will be given `back`, and the `images` of then instead of those on record.
    `begun` False: nobody asks when it began with them, so no activity is read for that.
    """
    if not wanted:
        return []
    load = _Load(tx, keeping, [one.contact for one in wanted], now, back or {}, images, begun)
    return [load.dossier(one) for one in wanted if one.contact in load.contacts]


class _Load:
    """Everything about some contacts, by contact."""

    def __init__(
        self,
        tx: Transaction,
        keeping: Keeping,
        contacts: Sequence[int],
        now: datetime,
        back: Back,
        images: Images | None,
        begun: bool,
    ) -> None:
        self._tx, self._keeping, self._homes, self._bodies = tx, keeping, Homes(tx), Bodies()
        self._known = tx.last_entry()
        self.contacts: dict[int, tuple[str, int | None]] = {
            row[0]: (row[1], row[2])
            for row in tx.rows(
                "SELECT id, key, account FROM contact WHERE id IN [?] AND survivor IS NULL",
                list(contacts),
            )
        }
        self._refs: dict[int, list[Ref]] = defaultdict(list)
        self._observed: dict[int, dict[Ref, Seen]] = defaultdict(dict)
        self._away: dict[int, dict[Ref, Seen]] = defaultdict(dict)
        self._done: dict[int, set[str]] = defaultdict(set)
        self._tasks: dict[int, dict[str, Ref]] = defaultdict(dict)
        self._owned: dict[int, list[int]] = defaultdict(list)  # contact -> all its refs
        self._returning = {} if keeping.mappings is None else handing_back(keeping.mappings)
        self._numbers: dict[int, Ref] = {}  # records that may be handed back
        self._load_refs()
        self._before = self._load_owners_before()
        self._contests = contests(tx, keeping, self._observed)
        self._accounts = self._load_accounts()
        self._outcomes, self._learned = self._load_outcomes()
        self._standings = self._load_standings()
        for contact, standings in back.items():
            self._standings[contact].update(standings)
        self._images = images_of(tx, list(self.contacts)) if images is None else images
        self._late = late(tx, self._owned, self._standings)
        self._strengths = strengths_of(tx, keeping, self._owned, now)
        holders = {ref: who for who, refs in self._owned.items() for ref in refs if begun}
        self._firsts = firsts(tx, holders, keeping.machines)

    def dossier(self, one: Due) -> Dossier:
        number = one.contact
        key, account = self.contacts[number]
        observed = self._observed[number]
        contest = self._contests.get(number, NONE)
        fields = winning(self._keeping, observed, contest.chosen, self._away[number])
        contact = Contact(
            id=number,
            key=key,
            refs=tuple(self._refs[number]),
            fields=fields,
            account=None if account is None else self._accounts.get(account),
            outcomes=attributed(self._outcomes[number], self._standings[number]),
            recorded=self._learned[number],
            observed=observed,
            done=frozenset(self._done[number]),
            tasks=self._tasks[number],
            owned_before={ref: self._before[ref] for ref in observed if ref in self._before}
            if self._before
            else {},
            contested=contest.waiting,
            consents=agreed(self._keeping, fields),
            handed=told_of(self._keeping, observed),
            known=self._known,
            late=self._late.get(number, ()),
            first_activity=self._firsts.activity.get(number),
            first_seen=self._firsts.seen.get(number),
        )
        return Dossier(
            contact,
            self._strengths.get(number, {}),
            self._standings[number],
            one.mark,
            one.lane >= RULES.lane,
            self._known,
            tuple(self._images.get(number, ())),
        )

    def _load_refs(self) -> None:
        for contact, number, home, key, gone_at, target, body, keys in self._tx.rows(
            "SELECT r.contact, r.id, r.home, r.key, r.gone_at, r.target, o.body, o.keys"
            " FROM ref r LEFT JOIN observed o ON o.ref = r.id WHERE r.contact IN [?] ORDER BY r.contact, r.id",
            list(self.contacts),
        ):
            self._owned[contact].append(number)
            platform, kind = self._homes.place(home)
            ref = Ref(platform, kind, key)
            if keys is not None and '"task"' in keys:
                made = {str(v): ref for name, v in orjson.loads(keys) if name == "task"}
                self._done[contact].update(made)
                self._tasks[contact].update(made if gone_at is None and target is None else {})
            if gone_at is not None or target is not None:
                if body is not None and self._keeping.consents(platform, kind):
                    self._away[contact][ref] = self._bodies.observed(body)
                continue
            if platform == ADDRESSES:
                continue
            self._refs[contact].append(ref)
            if (platform, kind) in self._returning:
                self._numbers[number] = ref
            if body is not None:
                self._observed[contact][ref] = self._bodies.observed(body)

    def _load_owners_before(self) -> dict[Ref, Ref]:
        if not self._numbers:
            return {}
        found = owned_before(self._tx, self._returning, self._numbers)
        return {self._numbers[number]: owner for number, owner in found.items()}

    def _load_accounts(self) -> dict[int, Account]:
        wanted = sorted({account for _, account in self.contacts.values() if account is not None})
        observed: dict[int, dict[Ref, Seen]] = {account: {} for account in wanted}
        for account, home, key, body in self._tx.rows(
            "SELECT r.account, r.home, r.key, o.body FROM ref r LEFT JOIN observed o ON o.ref = r.id"
            " WHERE r.account IN [?] AND r.contact IS NULL AND r.target IS NULL AND r.gone_at IS NULL ORDER BY r.id",
            wanted,
        ):
            place = self._homes.place(home)
            if not self._keeping.is_person(*place):
                observed[account][Ref(*place, key)] = self._bodies.observed(body or "{}")
        keys = self._tx.rows("SELECT id, key FROM account WHERE id IN [?]", wanted)
        deals = deals_of(self._tx, wanted) if wanted else {}
        return {
            n: replace(as_account(self._keeping, key, observed[n]), deals=deals.get(n, ()))
            for n, key in keys
        }

    def _load_outcomes(
        self,
    ) -> tuple[dict[int, list[Outcome]], dict[int, dict[str, datetime]]]:
        holders: dict[int, list[int]] = defaultdict(list)  # ref -> contacts it speaks for
        for contact, refs in self._owned.items():
            for number in refs:
                holders[number].append(contact)
        owners = {number: contacts[0] for number, contacts in holders.items()}
        for ref, other in self._tx.rows(
            "SELECT t.ref, t.other FROM tie t JOIN ref o ON o.id = t.other"  # noqa: S608  (ours)
            f" WHERE t.ref IN [?] AND o.gone_at IS NULL AND {STANDS} ORDER BY t.id",
            sorted(owners),
        ):
            if owners[ref] not in holders[other]:
                holders[other].append(owners[ref])
        latest: dict[tuple[int, str], tuple[Any, ...]] = {}
        for row in self._tx.rows(
            "SELECT ref, key, recorded_at, withdrawn, body FROM outcome WHERE ref IN [?] ORDER BY id",
            sorted(holders),
        ):
            latest[row[0], row[1]] = row
        outcomes: dict[int, list[Outcome]] = defaultdict(list)
        learned: dict[int, dict[str, datetime]] = defaultdict(dict)
        for (ref, key), (_, _, recorded_at, withdrawn, body) in latest.items():
            if withdrawn:
                continue
            outcome = restored(Outcome, body)
            for contact in holders[ref]:
                if key not in learned[contact]:
                    outcomes[contact].append(outcome)
                    learned[contact][key] = from_ms(recorded_at)
        for found in outcomes.values():
            found.sort(key=lambda one: (one.at, one.key))
        return outcomes, learned

    def _load_standings(self) -> dict[int, dict[str, Standing]]:
        found: dict[int, dict[str, Standing]] = defaultdict(dict)
        for contact, track, body in self._tx.rows(
            "SELECT contact, track, body FROM standing WHERE contact IN [?] ORDER BY contact, track",
            list(self.contacts),
        ):
            found[contact][track] = restored(Standing, body)
        return found


def as_account(keeping: Keeping, key: str, observed: Mapping[Ref, Seen]) -> Account:
    """A company by what is observed of its records."""
    values = {name: value.value for name, value in winning(keeping, observed).items()}
    return Account(key, tuple(observed), values, _owner(values.get("owner")))


def told_of(keeping: Keeping, observed: Mapping[Ref, Seen]) -> HandedOver | None:
    """A hand-over that a record shows and that we have not written there."""
    return None if keeping.mappings is None else handed_over(keeping.mappings, observed)


def _owner(text: Any) -> Ref | None:
    try:
        return Ref.parse(str(text)) if text else None
    except ValueError:
        return None


def next_due(tx: Transaction) -> datetime | None:
    """When the next contact is due; who waits for a plan is not."""
    lanes = range(RULES.lane + 1)
    sql = "SELECT min(at) FROM look WHERE lane = ? AND at IS NOT NULL"
    moments = [
        row[0] for row in (tx.one(sql, lane) for lane in lanes) if row and row[0] is not None
    ]
    return from_ms(min(moments)) if moments else None
