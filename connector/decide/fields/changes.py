"""What is to be written: wanted forms against observed ones, per record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.decide.condition import Get
from connector.decide.consent import withheld
from connector.decide.fields.content import Content, names_currency
from connector.decide.fields.disputes import (
    clears,
    dispute,
    field_of,
    only_fills,
    overwritten,
    returns,
)
from connector.decide.fields.forms import LEFT_OUT, Formed, Unfit, equal_forms, formed
from connector.decide.fields.lanes import Urgency, urgency
from connector.decide.fields.ownership import (
    NOBODY,
    Ownership,
    creatable,
    may_assign,
    may_empty,
    ownership,
    takes,
    translated,
)
from connector.decide.fields.plan import KindPlan, PlatformPlan, written_to
from connector.decide.fields.scope import (
    given_up,
    handed_back,
    inside,
    lists_left,
    nothing,
    objects,
)
from connector.decide.fields.sources import (
    ANSWER,
    DECIDED,
    LEAVES,
    OBJECTION,
    facts,
    field_value,
)
from connector.decide.fields.task import task_change
from connector.decide.fields.unread import stands_unread
from connector.decide.fields.wins import RESTRICTIVE
from connector.model.change import Change, Lane
from connector.model.contact import Contact, Observed
from connector.model.decision import Decision
from connector.model.mapping import Field, Mappings, Write
from connector.model.problem import Problem
from connector.model.ref import Ref
from connector.model.roster import Roster
from connector.model.rules import Rulebook

_NOTHING: Mapping[str, Observed] = {}


def changes(
    decision: Decision,
    contact: Contact,
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    *,
    backfill: bool = False,
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """The changes that make every system show this decision; none where everything already does.

    Only differing properties are named, compared in the vendor's form. The ids of decision and outbox row are left 0. A value
    that cannot be written is a problem and left out; the rest goes.
    """
    how_urgent = urgency(book, decision, backfill=backfill)
    draft = _Draft(decision, contact, mappings, roster, book, how_urgent)
    for platform in written_to(mappings)(book.lifecycle.stages):
        draft.platform(platform)
    return tuple(draft.changes), tuple(dict.fromkeys(draft.problems))


class _Draft:
    """One contact's changes in the making."""

    def __init__(
        self,
        decision: Decision,
        contact: Contact,
        mappings: Mappings,
        roster: Roster,
        book: Rulebook,
        how_urgent: Urgency,
    ) -> None:
        self.decision, self.contact, self.mappings = decision, contact, mappings
        self.roster, self.book = roster, book
        self.urgency = how_urgent
        self.changes: list[Change] = []
        self.problems: list[Problem] = []
        self._known: Get | None = None

    def platform(self, plan: PlatformPlan) -> None:
        """Records first, then the task that hangs on one of them."""
        name = plan.mapping.platform
        refs = [ref for ref in self.contact.refs if ref.platform == name]
        present = {ref.kind for ref in refs}
        owned = ownership(self.decision, self.roster, name, self._where(refs))
        if plan.scope is not None and not inside(plan, self._facts()):
            self._leave(plan, refs, owned)
            return
        for kind in plan.kinds:
            if present & kind.continued_by:
                continue  # a converted lead is frozen (api-contracts B.7): the person goes on as a contact
            own = [ref for ref in refs if ref.kind == kind.record.kind]
            for ref in own:
                self._update(plan, kind, ref, owned)
            person = own[0] if own else self._create(plan, kind, owned)
            if person is not None and kind.task is not None:
                self._task(kind, person, owned)

    def _update(self, plan: PlatformPlan, kind: KindPlan, ref: Ref, owned: Ownership) -> None:
        observed = self.contact.observed.get(ref, _NOTHING)
        fields = Content()
        for write in kind.writes:
            if not write.on_create_only:
                self._compare(plan, kind, write, ref, observed, owned, fields)
        self._lists(plan, observed, fields)
        if fields.forms:
            base = {name: seen.form for name in fields.forms if (seen := observed.get(name))}
            self._add(ref, fields, {name: base.get(name) for name in fields.forms})

    def _leave(self, plan: PlatformPlan, refs: Sequence[Ref], owned: Ownership) -> None:
        """Records of somebody out of scope: objections, and what the mapping says of leaving. Tasks stay as they are."""
        kinds = {kind.record.kind: kind for kind in plan.kinds}
        present = {ref.kind for ref in refs}
        for ref in refs:
            kind = kinds.get(ref.kind)
            if kind is None or present & kind.continued_by:
                continue
            observed = self.contact.observed.get(ref, _NOTHING)
            fields = Content()
            for write in kind.writes:
                if objects(field_of(self.mappings, write)):
                    self._compare(plan, kind, write, ref, observed, owned, fields)
                else:
                    self._give_up(plan, write, ref, observed.get(write.property), fields)
            for name in lists_left(plan, observed, self.decision.standing.stream):
                fields.forms[name] = fields.values[name] = False
                fields.sources.append(LEAVES)
            if fields.forms:
                forms = {name: seen.form for name, seen in observed.items()}
                self._add(ref, fields, {name: forms.get(name) for name in fields.forms})

    def _give_up(
        self, plan: PlatformPlan, write: Write, ref: Ref, seen: Observed | None, fields: Content
    ) -> None:
        if write.source == "owner":
            value: Any = handed_back(plan, self.contact, ref, seen, self.roster)
            value = NOBODY if value is None else str(value)
        else:
            value = nothing(write, plan.mapping.form) if given_up(plan, write, seen) else NOBODY
        if value is NOBODY:
            return
        made = self._form(plan, write, value, ref, fields)
        if made.form is not LEFT_OUT and not _shows(write, plan, made.form, seen):
            fields.put(write, made, value)

    def _facts(self) -> Get:
        """What conditions of `scope` and `create` may ask."""
        if self._known is None:
            self._known = facts(self.book, self.decision, self.contact, self.roster)
        return self._known

    def _compare(
        self,
        plan: PlatformPlan,
        kind: KindPlan,
        write: Write,
        ref: Ref,
        observed: Mapping[str, Observed],
        owned: Ownership,
        fields: Content,
    ) -> None:
        seen = observed.get(write.property)
        if write.source == "owner":
            continues = bool(kind.record.same_as)
            who = (self.decision, self.contact, ref, seen, self.roster)
            if not may_assign(*who, continues=continues):
                return
            if owned.problem is not None and not owned.queue:
                self.problems.append(owned.problem)
            if owned.ref is None or not takes(plan.mapping, kind.record, write, owned.ref):
                return
        if write.source == ANSWER and not may_empty(self.decision, seen):
            return
        field = field_of(self.mappings, write)
        if field is not None and field.name in self.contact.contested:
            self.problems.append(dispute(self.contact))
            return
        value = self._value(write, owned, ref)
        if value is NOBODY:
            return
        if withheld(field, write, value, seen, self.contact.consents):
            return
        shown = None if seen is None else seen.form
        if write.shared and value is None and not clears(field, self.contact, write):
            return  # what the other side has put there is not ours to clear
        if (
            write.shared
            and seen is not None
            and shown is not None
            and self._stands(kind, write, seen, value)
        ):
            return
        if write.shared and seen and stands_unread(field, kind, self.contact, write, ref, seen):
            return
        made = self._form(plan, write, value, ref, fields)
        if made.form is LEFT_OUT:
            fields.leave(write, made)
            return
        if _shows(write, plan, made.form, seen) and names_currency(write, value, observed):
            return
        if not self._bears(field, plan, write, ref, value):
            return
        if returns(self.mappings, field, self.contact, ref) or only_fills(
            field, write, plan.mapping.form, shown
        ):
            return
        fields.put(write, made, value)
        if field is not None and field.wins in RESTRICTIVE:
            fields.sources.append(OBJECTION)
        if seen is not None and not seen.ours:
            fields.over[write.property] = overwritten(field, self.contact, write, ref, seen)

    def _bears(
        self, field: Field | None, plan: PlatformPlan, write: Write, ref: Ref, value: Any
    ) -> bool:
        """What identifies a person is written to one of their records only: the one that shows it, else the first.

        Two records with one e-mail address would be duplicates of our making; merging them is a person's decision.
        """
        if field is None or not field.identifies:
            return True
        kinds = {kind.record.kind for kind in plan.kinds}
        own = [r for r in self.contact.refs if r.platform == ref.platform and r.kind in kinds]
        shown = (r for r in own if self._shows(r, write.property, value))
        return ref == next(shown, own[0])

    def _shows(self, ref: Ref, name: str, value: Any) -> bool:
        seen = self.contact.observed.get(ref, _NOTHING).get(name)
        return seen is not None and bool(seen.value == value)

    def _stands(self, kind: KindPlan, write: Write, seen: Observed, value: Any) -> bool:
        """Whether what is shown already means the wanted value, however it is spelled there."""
        return kind.field_of.get(write.property) == write.source and bool(seen.value == value)

    def _value(self, write: Write, owned: Ownership, ref: Ref) -> Any:
        if write.source == "owner":
            return None if owned.ref is None else str(owned.ref)
        decided = DECIDED.get(write.source)
        if decided is not None:
            return decided(self.decision, self.contact)
        # The company's value must not come back as the person's own from a property that is read, too.
        if write.shared:
            value = self.contact.value(write.source)
        else:
            value = field_value(self.contact, write.source)
        return value if write.type != "owner" else self._person(value, ref)

    def _person(self, value: Any, ref: Ref) -> Any:
        found = translated(value, self.roster, ref.platform, str(ref))
        if isinstance(found, Problem):
            self.problems.append(found)
            return NOBODY
        return found

    def _form(
        self, plan: PlatformPlan, write: Write, value: Any, ref: Ref, fields: Content
    ) -> Formed:
        try:
            fields.name_currency(write, value)
            return formed(write, plan.mapping.form, value)
        except Unfit as unfit:
            hint = f"see {write.where}" if write.where else ""
            text = f"{write.property} {unfit}"
            self.problems.append(Problem(str(ref), text, hint, code=unfit.code))
            return Formed(LEFT_OUT)

    def _create(self, plan: PlatformPlan, kind: KindPlan, owned: Ownership) -> Ref | None:
        """A new record if the condition holds; it waits while its owner cannot be named, so that it is never ownerless."""
        if kind.create is None:
            return None
        if not kind.create(self._facts()):
            return None
        problem = creatable(plan.mapping, kind.record, kind.writes, owned, self._where(()))
        if problem is not None:
            self.problems.append(problem)
            return None
        ref = Ref(plan.mapping.platform, kind.record.kind, f"new:{self.contact.key}")
        fields = Content()
        for write in kind.writes:
            value = self._value(write, owned, ref)
            field = field_of(self.mappings, write)
            if value is NOBODY or withheld(field, write, value, None, self.contact.consents):
                continue
            made = self._form(plan, write, value, ref, fields)
            if made.form is LEFT_OUT:
                fields.leave(write, made)
                if made.loss and write.if_missing is not None:
                    made = self._form(plan, write, None, ref, fields)
            if made.form is not LEFT_OUT and made.form not in (None, "", plan.mapping.form.clear):
                fields.put(write, made, value)
        self._add(ref, fields, {}, create=True)
        return ref

    def _lists(self, plan: PlatformPlan, observed: Mapping[str, Observed], fields: Content) -> None:
        stream = self.decision.standing.stream
        for name, streams in plan.lists.items():
            seen = observed.get(name)
            member = stream in streams
            shown = False if seen is None else seen.form  # None: an attempt ended without an answer
            if member is not shown:
                fields.forms[name] = fields.values[name] = member
                fields.sources.append("stream")

    def _task(self, kind: KindPlan, person: Ref, owned: Ownership) -> None:
        lane: Lane = "backfill" if self.urgency.backfill else "follow_up"
        change = task_change(self.book, self.decision, self.contact, kind.task, person, owned, lane)
        if change is not None:
            self.changes.append(change)

    def _add(
        self, ref: Ref, fields: Content, base: Mapping[str, Any], *, create: bool = False
    ) -> None:
        email = self.contact.value("email") if create else None
        self.changes.append(
            Change(
                ref=ref,
                fields=fields.forms,
                base=base,
                lane=self.urgency.lane(fields.sources, create),
                decision=0,
                contact=self.contact.id,
                key=self.contact.key if create else "",
                create=create,
                values=fields.values,
                lookup={"email": email} if email else {},
                shared=tuple(fields.shared),
                over=fields.over,
                lossy=tuple(dict.fromkeys(fields.lossy)),
            )
        )

    def _where(self, refs: Sequence[Ref]) -> str:
        return str(min(refs or self.contact.refs, default=f"contact {self.contact.id}"))


def _shows(write: Write, plan: PlatformPlan, form: Any, seen: Observed | None) -> bool:
    """Whether the record says this already, perhaps in the system's own spelling of what we sent."""
    known = (None,) if seen is None else seen.forms
    return any(equal_forms(write, plan.mapping.form, form, one) for one in known)
