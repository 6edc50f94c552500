"""The follow-up task in the CRM: one for each hand-over."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from connector.decide.fields.writing.ownership import Ownership
from connector.model.change import Change, Lane
from connector.model.contact import Contact
from connector.model.decision import Decision
from connector.model.mapping import TaskWrite
from connector.model.ref import Ref
from connector.model.rules import Rulebook


def task_change(
    book: Rulebook,
    decision: Decision,
    contact: Contact,
    task: TaskWrite | None,
    person: Ref,
    owned: Ownership,
    lane: Lane,
) -> Change | None:
    """Creates the task of an unanswered hand-over that has none yet. Properties as in api-contracts B.8.

    `WhoId` names the person's record, which may be `new:…` and is then created before. The due day is the one on the
    calendar of those who answer. A queue cannot do a task: then nobody in person owns it.
    """
    handover = decision.standing.handover
    if task is None or handover is None or not handover.open:
        return None
    key = f"{handover.key or contact.key}-{handover.number}"
    if key in contact.done:
        return None
    fields: dict[str, Any] = {"Subject": task.subject, "WhoId": {"ref": str(person)}}
    if owned.ref is not None and not owned.queue:
        fields["OwnerId"] = owned.ref.id
    if handover.answer_due is not None:
        zone = ZoneInfo(book.follow_up.calendar.timezone)
        fields["ActivityDate"] = handover.answer_due.astimezone(zone).date().isoformat()
    return Change(
        ref=Ref(person.platform, task.kind, f"new:{key}"),
        fields=fields,
        base={},
        lane=lane,
        decision=0,
        contact=contact.id,
        key=key,
        create=True,
    )
