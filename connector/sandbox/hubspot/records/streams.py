"""Things that happened, newest first for those who ask: form submissions, e-mail events, event occurrences (api-contracts A.12)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.hubspot.records.timeline import Timeline

MAIL_TYPES = frozenset(
    [
        "SENT",
        "DROPPED",
        "PROCESSED",
        "DELIVERED",
        "DEFERRED",
        "BOUNCE",
        "OPEN",
        "CLICK",
        "PRINT",
        "FORWARD",
        "SPAMREPORT",
        "STATUSCHANGE",
        "UNBOUNCE",
    ]
)
_SPACE = uuid.UUID("6f1c1f0e-52ab-4c5c-9a4c-9b7a2f6f7c11")
_APP = (113, "Batch")


def made_id(*parts: object) -> str:
    """A UUID that depends on nothing but its parts."""
    return str(uuid.uuid5(_SPACE, ":".join(map(str, parts))))


@dataclass(frozen=True, slots=True)
class Submission:
    seq: int
    at: int
    email: str
    page_url: str
    values: Mapping[str, str]

    def shown(self) -> dict[str, Any]:
        """No contact id: whoever reads it must match by e-mail."""
        given = [
            {"name": name, "value": value, "objectTypeId": "0-1"}
            for name, value in self.values.items()
        ]
        return {"submittedAt": self.at, "values": given, "pageUrl": self.page_url}


@dataclass(slots=True)
class Form:
    guid: str
    name: str
    created: int
    submissions: Timeline[Submission] = field(default_factory=Timeline)


@dataclass(slots=True)
class Forms:
    by_guid: dict[str, Form] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    """Addresses erased under the GDPR: their submissions up to then are gone."""

    def add(self, name: str, created: int) -> Form:
        form = Form(made_id("form", len(self.by_guid), name), name, created)
        self.by_guid[form.guid] = form
        return form

    def submit(
        self, form: Form, at: int, email: str, values: Mapping[str, str], page_url: str
    ) -> Submission:
        found = Submission(len(form.submissions), at, email.lower(), page_url, dict(values))
        form.submissions.add(at, found)
        return found

    def newest(self, form: Form, before: tuple[int, int] | None) -> Iterator[Submission]:
        for item in newest_before(form.submissions, before):
            if item.at > self.erased.get(item.email, -1):
                yield item


@dataclass(frozen=True, slots=True)
class MailEvent:
    seq: int
    at: int
    type: str
    recipient: str
    campaign: int
    sent_by: tuple[str, int]
    filtered: bool
    more: Mapping[str, Any]

    @property
    def id(self) -> str:
        return made_id("mail", self.seq, self.at)

    def shown(self, portal_id: int) -> dict[str, Any]:
        """Identified by id and created together."""
        found: dict[str, Any] = {
            "id": self.id,
            "created": self.at,
            "type": self.type,
            "recipient": self.recipient,
            "portalId": portal_id,
            "appId": _APP[0],
            "appName": _APP[1],
            "emailCampaignId": self.campaign,
            "sentBy": {"id": self.sent_by[0], "created": self.sent_by[1]},
            **self.more,
        }
        if self.type in ("OPEN", "CLICK"):
            found["filteredEvent"] = self.filtered
        return found


@dataclass(slots=True)
class Mail:
    """E-mail events of all campaigns in one stream."""

    events: Timeline[MailEvent] = field(default_factory=Timeline)
    campaigns: dict[str, int] = field(default_factory=dict)
    sent: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def campaign(self, name: str) -> int:
        return self.campaigns.setdefault(name, 4_000_001 + len(self.campaigns))

    def add(
        self,
        type_: str,
        at: int,
        recipient: str,
        campaign: str,
        more: Mapping[str, Any],
        *,
        filtered: bool,
    ) -> MailEvent:
        """ValueError for a type HubSpot does not have."""
        if type_ not in MAIL_TYPES:
            raise ValueError(f"{type_} is not a type of e-mail event")
        seq, number = len(self.events), self.campaign(campaign)
        own = (made_id("mail", seq, at), at)
        if type_ == "SENT":
            self.sent[recipient, number] = own
        cause = self.sent.get((recipient, number), own)
        event = MailEvent(seq, at, type_, recipient, number, cause, filtered, dict(more))
        self.events.add(at, event)
        return event


@dataclass(frozen=True, slots=True)
class Occurrence:
    seq: int
    at: int
    event_type: str
    kind: str
    object_id: int
    properties: Mapping[str, str]


@dataclass(slots=True)
class Occurrences:
    """Behavioural events, all together and per record."""

    all: Timeline[Occurrence] = field(default_factory=Timeline)
    of: dict[tuple[str, int], Timeline[Occurrence]] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)

    def add(
        self, event_type: str, at: int, kind: str, object_id: int, properties: Mapping[str, str]
    ) -> Occurrence:
        found = Occurrence(len(self.all), at, event_type, kind, object_id, dict(properties))
        self.all.add(at, found)
        self.of.setdefault((kind, object_id), Timeline()).add(at, found)
        self.types[event_type] = self.types.get(event_type, 0) + 1
        return found

    def move(self, kind: str, old: int, new: int) -> None:
        """After a merge the survivor has the history of both."""
        for at, item in self.of.pop((kind, old), Timeline()).between():
            self.of.setdefault((kind, new), Timeline()).add(at, item)


def newest_before(
    line: Timeline[Any],
    before: tuple[int, int] | None,
    since: int | None = None,
    until: int | None = None,
) -> Iterator[Any]:
    """Newest first, from just after the place (at, seq) where the last page ended: new arrivals shift nothing."""
    start = before[0] if before else until
    for at, item in line.newest_first(since, start):
        if before is None or (at, item.seq) < before:
            yield item


def oldest_after(
    line: Timeline[Any],
    after: tuple[int, int] | None,
    since: int | None = None,
    until: int | None = None,
) -> Iterator[Any]:
    """Oldest first, from just after the place (at, seq) where the last page ended."""
    start = after[0] if after else since
    for at, item in line.between(start, until):
        if after is None or (at, item.seq) > after:
            yield item
