"""When somebody last did anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector.decide.ready import Ready
from connector.model.person.decision import Strength

LAST = "last_activity_at"


def last_activity(ready: Ready, strengths: Mapping[str, Strength]) -> datetime | None:
    """The latest activity that any signal with points counts; a mail that was received is none of theirs."""
    times = [
        found.last_at
        for voice in ready.voices
        if voice.points and (found := strengths.get(voice.name)) and found.last_at is not None
    ]
    return max(times, default=None)
