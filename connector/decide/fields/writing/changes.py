"""What is to be written: one change for each record that does not show the decision yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.decide.conditions.condition import Get
from connector.decide.consent import withheld
from connector.decide.fields.forms import LEFT_OUT
from connector.decide.fields.plan import KindPlan, PlatformPlan, written_to
from connector.decide.fields.scope import inside
from connector.decide.fields.sources import facts
from connector.decide.fields.writing.comparison import Comparison
from connector.decide.fields.writing.content import Content
from connector.decide.fields.writing.disputes import field_of
from connector.decide.fields.writing.lanes import Urgency, urgency
from connector.decide.fields.writing.leaving import leave
from connector.decide.fields.writing.ownership import NOBODY, Ownership, creatable, ownership
from connector.decide.fields.writing.reminders import mails, tasks
from connector.decide.fields.writing.task import ask_change, passed_on, task_change
from connector.decide.fields.writing.wanted import Wanted
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.change import Change, Lane
from connector.model.systems.ref import Ref


def changes(
    decision: Decision,
    contact: Contact,
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    *,
    backfill: bool = False,
    made: Sequence[Decision] = (),
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """The changes that make every system show this decision; none where everything already does. `made` are the decisions of
    all tracks, if there are several: each has a task of its own, and a line of a mapping may name one.

    Only differing properties are named, compared in the vendor's form. The ids of decision and outbox row are left 0. A value
    that cannot be written is a problem and left out; the rest goes.
    """
    wanted = Wanted(decision, contact, mappings, roster, made)
    draft = _Draft(wanted, book, urgency(book, decision, backfill=backfill))
    for platform in written_to(mappings)(book.lifecycle.stages):
        draft.platform(platform)
    draft.mail()
    return tuple(draft.changes), tuple(dict.fromkeys(wanted.problems))


class _Draft:
    """One contact's changes in the making."""

    def __init__(self, wanted: Wanted, book: Rulebook, how_urgent: Urgency) -> None:
        self.wanted, self.contact = wanted, wanted.contact
        self.book, self.urgency = book, how_urgent
        self.changes: list[Change] = []
        self._known: Get | None = None
        self._place = ""  # where sales finds this person

    def platform(self, plan: PlatformPlan) -> None:
        """Records first, then the task that hangs on one of them."""
        name = plan.mapping.platform
        refs = [ref for ref in self.contact.refs if ref.platform == name]
        present = {ref.kind for ref in refs}
        owning = self.wanted.owning
        where = self._where(refs) if owning.standing.owner else ""
        owned = ownership(owning, self.wanted.roster, name, where)
        if plan.scope is not None and not inside(plan, self._facts()):
            self._leave(plan, refs, owned)
            return
        for kind in plan.kinds:
            if present & kind.continued_by:
                continue  # a converted lead is frozen (api-contracts B.7): the person goes on as a contact
            own = [ref for ref in refs if ref.kind == kind.record.kind]
            for ref in own:
                self._update(Comparison(self.wanted, plan, kind, ref, owned))
            person = own[0] if own else self._create(plan, kind, owned)
            if person is not None and kind.task is not None:
                self._tasks(kind, person)

    def _facts(self) -> Get:
        """What conditions of `scope` and `create` may ask."""
        if self._known is None:
            wanted = self.wanted
            self._known = facts(self.book, wanted.decision, self.contact, wanted.roster)
        return self._known

    def _update(self, record: Comparison) -> None:
        for write in record.kind.writes:
            if not write.on_create_only:
                record.compare(write)
        record.lists()
        self._differing(record)

    def _leave(self, plan: PlatformPlan, refs: Sequence[Ref], owned: Ownership) -> None:
        kinds = {kind.record.kind: kind for kind in plan.kinds}
        present = {ref.kind for ref in refs}
        for ref in refs:
            kind = kinds.get(ref.kind)
            if kind is not None and not present & kind.continued_by:
                record = Comparison(self.wanted, plan, kind, ref, owned)
                leave(record)
                self._differing(record)

    def _differing(self, record: Comparison) -> None:
        if record.fields.forms:
            self._add(record.ref, record.fields, record.base)

    def _create(self, plan: PlatformPlan, kind: KindPlan, owned: Ownership) -> Ref | None:
        """A new record if the condition holds; it waits while its owner cannot be named, so that it is never ownerless."""
        if kind.create is None or not kind.create(self._facts()):
            return None
        problem = creatable(plan.mapping, kind.record, kind.writes, owned, self._where(()))
        if problem is not None:
            self.wanted.problems.append(problem)
            return None
        ref = Ref(plan.mapping.platform, kind.record.kind, f"new:{self.contact.key}")
        fields = Content()
        for write in kind.writes:
            self._fill(plan, write, ref, owned, fields)
        self._add(ref, fields, {}, create=True)
        return ref

    def _fill(
        self, plan: PlatformPlan, write: Write, ref: Ref, owned: Ownership, fields: Content
    ) -> None:
        """Put what a new record says in one property, if there is anything to say."""
        wanted = self.wanted
        value = wanted.value(write, owned, ref)
        field = field_of(wanted.mappings, write)
        if value is NOBODY or withheld(field, write, value, None, self.contact.consents):
            return
        made = wanted.form(plan, write, value, ref, fields)
        if made.form is LEFT_OUT:
            fields.leave(write, made)
            if made.loss and write.if_missing is not None:
                made = wanted.form(plan, write, None, ref, fields)
        if made.form is not LEFT_OUT and made.form not in (None, "", plan.mapping.form.clear):
            fields.put(write, made, value)

    def _tasks(self, kind: KindPlan, person: Ref) -> None:
        """Of every hand-over, and of every one that lacks nothing but data."""
        lane: Lane = "backfill" if self.urgency.backfill else "follow_up"
        book, contact, roster = self.book, self.contact, self.wanted.roster
        for decision in self.wanted.made:
            owned = ownership(decision, roster, person.platform, str(person))
            made = (
                task_change(book, decision, contact, kind.task, person, owned, lane),
                ask_change(book, decision, contact, kind.task, person, roster, lane),
                passed_on(decision, contact, kind.task, owned, lane),
            )
            self.changes += filter(None, made)
            if kind.task is not None:
                told, problems = tasks(book, decision, contact, roster, kind.task, person, lane)
                self.changes += told
                self.wanted.problems += problems
        self._place = str(person)

    def mail(self) -> None:
        """E-mails to sales about clocks that have run far."""
        lane: Lane = "backfill" if self.urgency.backfill else "follow_up"
        for decision in self.wanted.made:
            self.changes += mails(self.book, decision, self.contact, self._place, lane)

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
