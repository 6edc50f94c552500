"""Looking before writing: who is there already, by key and by e-mail, and where a record went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.parts import Part, Row, soql
from connector.platforms.salesforce.reading.history import chunks
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.verdict import failed_call

PEOPLE = ("Lead", "Contact")
_RETRIEVE = 2000
"""Records in one read by ids (api-contracts B.3, collections)."""
_FOLLOW: Mapping[str, tuple[str, ...]] = {
    "Lead": ("IsConverted", "ConvertedContactId", "IsDeleted", "MasterRecordId"),
    "Contact": ("IsDeleted", "MasterRecordId"),
}
_HOPS = 20
"""Merges and conversions of one record after another that are followed."""
_ID = re.compile(r"[a-zA-Z0-9]{15}|[a-zA-Z0-9]{18}")


@dataclass(frozen=True, slots=True)
class Person:
    """A living Lead or Contact, and the row it showed (None if only its id is known)."""

    ref: Ref
    row: Row | None = None


@dataclass(slots=True)
class People:
    """Everybody a look-up found; an open lead goes before a contact, the older before the newer."""

    by_key: dict[str, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)
    lost: dict[str, Ref] = field(default_factory=dict)
    """By key: what became of a record that has the key and nobody can write any more."""

    def of(self, change: Change) -> Person | None:
        found = self.by_key.get(change.key)
        by_email = (self.by_email.get(address) for address in emails_of(change))
        return found or next((person for person in by_email if person is not None), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is now: `ref` differs from the one asked for if it was merged or converted; None: deleted."""

    ref: Ref | None


def email_of(change: Change) -> str:
    return change.lookup.get("email", "").strip().lower()


def emails_of(change: Change) -> list[str]:
    """Every address of the person, the main one first."""
    aliases = change.lookup.get("aliases", "").lower().split()
    return [address for address in dict.fromkeys([email_of(change), *aliases]) if address]


def key_property(schema: Schema, kind: str, wanted: str) -> str | None:
    """The external id field of a kind, if it has it."""
    found = schema.kind(kind)
    return None if found is None or not wanted else found.actual(wanted)


class Finder:
    def __init__(self, door: Door, schema: Schema, key: str) -> None:
        self._door, self._schema, self._key = door, schema, key

    def people(self, changes: Sequence[Change], *, emails: bool = True) -> People:
        """Leads and contacts with these changes' keys or e-mails: two queries for some 150 changes, five queries a call."""
        wanted = sorted({a for each in changes for a in emails_of(each)}) if emails else []
        keys = sorted({each.key for each in changes} - {""})
        props = list(dict.fromkeys(name for each in changes for name in each.fields))
        found = People()
        jobs = [
            (kind, text) for kind in PEOPLE for text in self._queries(kind, props, keys, wanted)
        ]
        answers = self._door.rows([text for _, text in jobs])
        for (kind, _), rows in zip(jobs, answers, strict=True):
            for row in rows:
                self._keep(kind, row, found)
        self._follow(found)
        return found

    def _follow(self, found: People) -> None:
        """A converted lead keeps its key for ever: whoever has it goes on as a contact, as long as that one lives."""
        converted = {key: each.ref for key, each in found.by_key.items() if each.row is None}
        places = self.places(converted.values()) if converted else {}
        for key, ref in converted.items():
            at = places[ref].ref
            if at is not None:
                found.by_key[key] = Person(at)
            else:
                del found.by_key[key]
                found.lost[key] = ref

    def _queries(
        self, kind: str, props: Sequence[str], keys: Sequence[str], emails: Sequence[str]
    ) -> Iterable[str]:
        known = self._schema.kind(kind)
        if known is None:
            return
        key = key_property(self._schema, kind, self._key)
        columns = ", ".join(
            known.known(["Id", "Email", *_FOLLOW[kind], *props, *([key] if key else [])])
        )
        template = (
            "SELECT {:literal} FROM {:literal} WHERE {:literal} IN {} ORDER BY CreatedDate, Id"
        )
        for some in chunks(keys) if key else ():
            yield soql(template, columns, kind, key, some)
        for some in chunks(emails):
            yield soql(template, columns, kind, "Email", some)

    def _keep(self, kind: str, row: Row, found: People) -> None:
        person: Person | None = Person(Ref(NAME, kind, row["Id"]), row)
        if row.get("IsConverted"):
            contact = row.get("ConvertedContactId")
            person = Person(Ref(NAME, "Contact", contact)) if contact else None
        if person is None:
            return
        key = key_property(self._schema, kind, self._key)
        if key and row.get(key):
            known = found.by_key.get(row[key])
            if known is None or known.row is None:
                found.by_key[row[key]] = person
        if row.get("Email") and not row.get("IsConverted"):
            found.by_email.setdefault(row["Email"].lower(), person)

    def by_key(self, kind: str, prop: str, keys: Iterable[str]) -> Mapping[str, str]:
        """Ids of a kind's living records by our key."""
        template = "SELECT Id, {:literal} FROM {:literal} WHERE {:literal} IN {}"
        texts = [soql(template, prop, kind, prop, some) for some in chunks(sorted(set(keys)))]
        return {row[prop]: row["Id"] for rows in self._door.rows(texts) for row in rows}

    def deleted(self, kind: str, keys: Iterable[str]) -> Mapping[str, Ref]:
        """Records of a kind in the recycle bin that have these keys."""
        prop = key_property(self._schema, kind, self._key)
        if prop is None:
            return {}
        template = (
            "SELECT Id, {:literal} FROM {:literal} WHERE IsDeleted = true AND {:literal} IN {}"
        )
        texts = [soql(template, prop, kind, prop, some) for some in chunks(sorted(set(keys)))]
        rows = [row for some in self._door.rows(texts, everything=True) for row in some]
        return {row[prop]: Ref(NAME, kind, row["Id"]) for row in rows}

    def places(self, refs: Iterable[Ref]) -> Mapping[Ref, Place]:
        """Where these leads and contacts are now, however often they were merged and converted."""
        asked = list(dict.fromkeys(refs))
        known: dict[Ref, Place] = {}
        going = asked
        for _ in range(_HOPS):
            if not going:
                break
            known |= self._next(going)
            ahead = [place.ref for place in known.values() if place.ref is not None]
            going = [ref for ref in dict.fromkeys(ahead) if ref not in known]
        return {ref: _end(ref, known) for ref in asked}

    def _next(self, asked: Sequence[Ref]) -> Mapping[Ref, Place]:
        """One step further."""
        found = {ref: Place(None) for ref in asked}
        for kind in dict.fromkeys(ref.kind for ref in asked):
            known = self._schema.kind(kind)
            ids = [ref.id for ref in asked if ref.kind == kind and _ID.fullmatch(ref.id)]
            columns = (
                ", ".join(known.known(["Id", "IsDeleted", *_FOLLOW.get(kind, ())]))
                if known
                else "Id"
            )
            template = "SELECT {:literal} FROM {:literal} WHERE Id IN {}"
            texts = [soql(template, columns, kind, some) for some in chunks(ids)]
            for rows in self._door.rows(texts, everything=True):
                found |= {Ref(NAME, kind, row["Id"]): _place(kind, row) for row in rows}
        return found

    def now(self, wanted: Mapping[str, tuple[Sequence[str], Iterable[str]]]) -> dict[Ref, Row]:
        """What living records show: per kind the ids and properties asked for. 2,000 ids a read, five reads a call.

        Records that are gone are absent. Raises Refused for an id or field that Salesforce does not take.
        """
        asked: list[tuple[str, Part]] = []
        for kind, (ids, props) in wanted.items():
            known = self._schema.kind(kind)
            names = ["Id", *_FOLLOW.get(kind, ()), *props]
            columns = list(known.known(names)) if known else ["Id"]
            for start in range(0, len(ids), _RETRIEVE):
                body = {"ids": list(ids[start : start + _RETRIEVE]), "fields": columns}
                asked.append((kind, Part("POST", f"composite/sobjects/{kind}", body)))
        found: dict[Ref, Row] = {}
        for (kind, _), answer in zip(
            asked, self._door.read([part for _, part in asked]), strict=True
        ):
            if not answer.good:
                raise failed_call(answer.status, answer.body, write=False)
            found |= {Ref(NAME, kind, row["Id"]): row for row in answer.body if row is not None}
        return found

    def shown(self, kind: str, row: Row, props: Iterable[str]) -> Mapping[str, Any]:
        """A row by the mapping's own property names."""
        known = self._schema.kind(kind)
        return {prop: row.get(known.actual(prop) or prop) if known else None for prop in props}


def _end(ref: Ref, known: Mapping[Ref, Place]) -> Place:
    place = known[ref]
    for _ in range(_HOPS):
        if place.ref is None or place.ref == ref or place.ref not in known:
            break
        ref, place = place.ref, known[place.ref]
    return place


def _place(kind: str, row: Row) -> Place:
    master, contact = row.get("MasterRecordId"), row.get("ConvertedContactId")
    if row.get("IsDeleted"):
        return Place(Ref(NAME, kind, master) if master else None)
    if row.get("IsConverted"):
        return Place(Ref(NAME, "Contact", contact) if contact else None)
    return Place(Ref(NAME, kind, row["Id"]))
