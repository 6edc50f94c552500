"""Consent at the last moment: as the store knows it in the transaction that lends a change to its sender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connector.decide.conditions.condition import Holds, compiled, tests
from connector.decide.consent import agrees
from connector.decide.facts import DERIVED, Facts
from connector.model.mapping.mappings import Mappings
from connector.model.person.consent import FACT, STATES
from connector.model.person.contact import Contact
from connector.model.roster import Roster
from connector.model.systems.change import Change
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.intake.records.memberships import LIST
from connector.store.keeping import Keeping
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction


def refused_by_people(
    tx: Transaction, keeping: Keeping, changes: Sequence[Change], now: int
) -> set[int]:
    """Ids of the changes that must not be sent, because somebody does not agree (any more) to what they are for.

    That is: joining a list of a nurture stream, writing a property that has a purpose, and passing on a yes that was taken back.
    """
    mappings = keeping.mappings
    if mappings is None:
        return set()
    needs = _Needs(keeping, mappings)
    asking = [change for change in changes if needs.concern(change)]
    if not asking:
        return set()
    wanted = marks(tx, sorted({change.contact for change in asking}))
    people = {one.contact.id: one.contact for one in dossiers(tx, keeping, wanted, from_ms(now))}
    return {
        change.id
        for change in asking
        if change.contact in people and not needs.may(change, people[change.contact])
    }


class _Needs:
    """What the rules and mappings in force ask of people's consent."""

    def __init__(self, keeping: Keeping, mappings: Mappings) -> None:
        self._keeping, self._mappings = keeping, mappings
        self._may_mail = _people_only(keeping, mappings)

    def concern(self, change: Change) -> bool:
        return bool(_joined(change) or self._purposes(change) or any(self._grants(change)))

    def may(self, change: Change, contact: Contact) -> bool:
        if any(contact.value(name) == STATES[-1] for name in self._grants(change)):
            return False
        purposes = set(self._purposes(change))
        if joined := _joined(change):
            if self._may_mail is not None and not self._may_mail(Facts(contact, Roster()).get):
                return False
            purposes |= self._of_lists(change.ref.platform, joined)
        return all(agrees(contact.consents, purpose) for purpose in purposes)

    def _purposes(self, change: Change) -> list[str]:
        record = self._keeping.record(change.ref.platform, change.ref.kind)
        lines = record.write if record else ()
        return [each.purpose for each in lines if each.purpose and each.property in change.fields]

    def _grants(self, change: Change) -> Iterable[str]:
        """Fields of consent in which this change says anything but no."""
        record = self._keeping.record(change.ref.platform, change.ref.kind)
        for each in record.write if record else ():
            said = change.values.get(each.property) if each.type == "consent" else None
            if each.property in change.fields and said not in (None, STATES[-1]):
                yield each.source

    def _of_lists(self, platform: str, joined: Iterable[str]) -> set[str]:
        book, mapping = self._keeping.book, self._mappings.platforms.get(platform)
        if book is None or mapping is None:
            return set()
        names = {stream for stream, name in mapping.streams.items() if name in joined}
        return {each.purpose for each in book.nurture.streams if each.name in names}


def _joined(change: Change) -> set[str]:
    fields: Mapping[str, object] = change.fields
    return {
        name.removeprefix(LIST) for name, form in fields.items() if name.startswith(LIST) and form
    }


def _people_only(keeping: Keeping, mappings: Mappings) -> Holds | None:
    """The rules' condition for any stream; one that asks for more than people's fields is left to decisions."""
    consent = None if keeping.book is None else keeping.book.nurture.consent
    known = DERIVED | mappings.fields.keys() | {f"{FACT}{name}" for name in mappings.purposes}
    if consent is None or not {test.field for test in tests(consent)} <= known:
        return None
    return compiled(consent)
