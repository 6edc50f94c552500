"""Where a case's contact stands before it begins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connector.config.documents import CaseDocument
from connector.config.documents.cases import BeforeDocument
from connector.decide.nurture.hold_out import HELD, TREATED, Drawn
from connector.model.person.standing import Handover, Standing
from connector.model.rules import HoldOut


def standing_before(document: CaseDocument, hold_out: HoldOut | None) -> Standing:
    before, track = document.before, document.before.track
    standing = Standing() if track is None else Standing(track=track)
    if document.stage is not None:
        since = (document.since or document.now).astimezone(UTC)
        standing = standing.at(stage=document.stage, peak=document.stage, since=since)
    plain: dict[str, Any] = {
        "peak": before.peak,
        "owner": None if before.owner is None else before.owner.lower(),
        "stream": before.stream,
        "handovers": before.handovers,
        "rest_until": utc(before.rest_until),
        "reopened_at": utc(before.went_back),
        "former_owners": tuple(name.lower() for name in before.former_owners) or None,
        "handover": _handed_over(before),
        "drawn": _drawn(before, hold_out),
    }
    if plain["handover"] is not None:
        plain["handovers"] = plain["handover"].number
    return standing.at(**{name: value for name, value in plain.items() if value is not None})


def _handed_over(before: BeforeDocument) -> Handover | None:
    at = utc(before.handed_over)
    if at is None:
        return None
    owner = (before.owner or "").lower()
    return Handover(at, owner, before.handovers or 1, utc(before.answer_due))


def _drawn(before: BeforeDocument, rule: HoldOut | None) -> Drawn | None:
    """The draw of the case; without a word about it, that of its key."""
    if before.held_out is None or rule is None:
        return None
    return ((rule.name, HELD if before.held_out else TREATED),)


def utc(at: datetime | None) -> datetime | None:
    """The same moment in UTC."""
    return None if at is None else at.astimezone(UTC)
