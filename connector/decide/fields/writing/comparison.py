"""One record beside what is wanted of it: the properties that differ, and may be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.decide.consent import withheld
from connector.decide.fields.forms import LEFT_OUT, equal_forms
from connector.decide.fields.plan import KindPlan, PlatformPlan
from connector.decide.fields.sources import ANSWER, OBJECTION
from connector.decide.fields.unread import stands_unread
from connector.decide.fields.wins import RESTRICTIVE
from connector.decide.fields.writing.content import Content, names_currency
from connector.decide.fields.writing.disputes import (
    clears,
    dispute,
    field_of,
    only_fills,
    overwritten,
    returns,
)
from connector.decide.fields.writing.ownership import (
    NOBODY,
    Ownership,
    may_assign,
    may_empty,
    takes,
)
from connector.decide.fields.writing.wanted import Wanted
from connector.model.mapping.field import Field
from connector.model.mapping.property import Write
from connector.model.person.contact import Observed
from connector.model.systems.ref import Ref

_NOTHING: Mapping[str, Observed] = {}


class Comparison:
    """`fields` gathers what differs, `observed` is what the record shows."""

    __slots__ = ("fields", "kind", "observed", "owned", "plan", "ref", "wanted")

    def __init__(
        self, wanted: Wanted, plan: PlatformPlan, kind: KindPlan, ref: Ref, owned: Ownership
    ) -> None:
        self.wanted, self.plan, self.kind, self.ref, self.owned = wanted, plan, kind, ref, owned
        self.observed = wanted.contact.observed.get(ref, _NOTHING)
        self.fields = Content()

    @property
    def base(self) -> Mapping[str, Any]:
        """What the record shows in the properties that are to be written."""
        seen = ((name, self.observed.get(name)) for name in self.fields.forms)
        return {name: None if one is None else one.form for name, one in seen}

    def compare(self, write: Write) -> None:
        """Put the wanted value if it is ours to say, the record does not say it yet, and nobody's edit forbids it."""
        field = field_of(self.wanted.mappings, write)
        if not self._ours_to_say(write, field):
            return
        value = self.wanted.value(write, self.owned, self.ref)
        if value is NOBODY or self._theirs_stands(write, field, value):
            return
        self._put(write, value, field)

    def shows(self, write: Write, form: Any) -> bool:
        """Whether the record says this already, perhaps in the system's own spelling of what we sent."""
        seen = self.observed.get(write.property)
        known = (None,) if seen is None else seen.forms
        return any(equal_forms(write, self.plan.mapping.form, form, one) for one in known)

    def lists(self) -> None:
        """Put the mailing lists of whose streams this contact has come or gone."""
        stream = self.wanted.decision.standing.stream
        for name, streams in self.plan.lists.items():
            seen = self.observed.get(name)
            member = stream in streams
            shown = False if seen is None else seen.form  # None: an attempt ended without an answer
            if member is not shown:
                self.fields.enlist(name, member, "stream")

    def _put(self, write: Write, value: Any, field: Field | None) -> None:
        """Put this value in the vendor's form, unless the record shows it already or must not be given it."""
        made = self.wanted.form(self.plan, write, value, self.ref, self.fields)
        if made.form is LEFT_OUT:
            self.fields.leave(write, made)
            return
        if self.shows(write, made.form) and names_currency(write, value, self.observed):
            return
        if not self._may_bear(write, field, value):
            return
        self.fields.put(write, made, value)
        if field is not None and field.wins in RESTRICTIVE:
            self.fields.sources.append(OBJECTION)
        seen = self.observed.get(write.property)
        if seen is not None and not seen.ours:
            over = overwritten(field, self.wanted.contact, write, self.ref, seen)
            self.fields.over[write.property] = over

    def _ours_to_say(self, write: Write, field: Field | None) -> bool:
        wanted = self.wanted
        if write.source == "owner" and not self._may_own(write):
            return False
        if write.source == ANSWER:
            seen = self.observed.get(write.property)
            if not may_empty(wanted.decision, seen):
                return False
        if field is not None and field.name in wanted.contact.contested:
            wanted.problems.append(dispute(wanted.contact))
            return False
        return True

    def _may_own(self, write: Write) -> bool:
        wanted, owned = self.wanted, self.owned
        seen = self.observed.get(write.property)
        who = (wanted.owning, wanted.contact, self.ref, seen, wanted.roster)
        if not may_assign(*who, continues=bool(self.kind.record.same_as)):
            return False
        if owned.problem is not None and not owned.queue:
            wanted.problems.append(owned.problem)
        mapping, record = self.plan.mapping, self.kind.record
        return owned.ref is not None and takes(mapping, record, write, owned.ref)

    def _theirs_stands(self, write: Write, field: Field | None, value: Any) -> bool:
        """Whether what the record shows is to stay, whatever the form of ours."""
        contact, seen = self.wanted.contact, self.observed.get(write.property)
        if withheld(field, write, value, seen, contact.consents):
            return True
        if not write.shared:
            return False
        if value is None and not clears(field, contact, write):
            return True  # what the other side has put there is not ours to clear
        if seen is None:
            return False
        if seen.form is not None and self._means(write, seen, value):
            return True
        return stands_unread(field, self.kind, contact, write, self.ref, seen)

    def _means(self, write: Write, seen: Observed, value: Any) -> bool:
        """Whether what is shown already means the wanted value, however it is spelled there."""
        return self.kind.field_of.get(write.property) == write.source and bool(seen.value == value)

    def _may_bear(self, write: Write, field: Field | None, value: Any) -> bool:
        seen = self.observed.get(write.property)
        shown = None if seen is None else seen.form
        contact = self.wanted.contact
        return (
            self._is_bearer(write, field, value)
            and not returns(self.wanted.mappings, field, contact, self.ref)
            and not only_fills(field, write, self.plan.mapping.form, shown)
        )

    def _is_bearer(self, write: Write, field: Field | None, value: Any) -> bool:
        """What identifies a person is written to one of their records only: the one that shows it, else the first.

        Two records with one e-mail address would be duplicates of our making; merging them is a person's decision.
        """
        if field is None or not field.identifies:
            return True
        contact = self.wanted.contact
        kinds = {kind.record.kind for kind in self.plan.kinds}
        own = [r for r in contact.refs if r.platform == self.ref.platform and r.kind in kinds]
        seen = ((r, contact.observed.get(r, _NOTHING).get(write.property)) for r in own)
        shown = (r for r, one in seen if one is not None and one.value == value)
        return self.ref == next(shown, own[0])
