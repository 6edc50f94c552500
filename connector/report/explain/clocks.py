"""The clocks of a hand-over, as JSON shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector.model.person.contact import Contact
from connector.model.person.run import Leg, Run
from connector.model.person.standing import Handover


def clocks(handover: Handover, contact: Contact) -> Sequence[dict[str, Any]]:
    """Each with its end, what stopped it and what shows that, why it stands still, and who was told."""
    return [_clock(run, contact) for run in handover.runs]


def why_paused(pause: Leg, contact: Contact) -> str:
    """What somebody says of a pause now, or ""."""
    found = contact.value(pause.said_in) if pause.said_in else None
    return found if isinstance(found, str) else ""


def _clock(run: Run, contact: Contact) -> dict[str, Any]:
    pause = run.pause
    return {
        "clock": run.clock,
        "started_at": run.at.isoformat(),
        "within_s": run.span,
        "due": _moment(run.due),
        "stopped_at": _moment(run.stopped_at),
        "stopped_by": run.stopped_by,
        "evidence": None if run.evidence is None else str(run.evidence),
        "paused": None
        if pause is None
        else {
            "name": pause.pause,
            "why": why_paused(pause, contact),
            "since": pause.since.isoformat(),
            "until": _moment(run.turns_at),
        },
        "told": [
            {
                "rung": told.rung,
                "at": told.at.isoformat(),
                "to": list(told.to),
                "by": list(told.by),
                "where": told.where,
                "note": told.note,
            }
            for told in run.told
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
