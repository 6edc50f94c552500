"""What somebody said about being contacted: granted, pending or refused."""

from __future__ import annotations

from typing import Any

from connector.decide.fields.normal.text import spelled
from connector.decide.fields.normal.yes_no import yes_no
from connector.model.person.consent import STATES


def consent(raw: Any) -> str | None:
    """`granted`, `pending` or `refused`; None for blank. A plain yes is granted and a plain no refused. Raises ValueError."""
    found = spelled(raw).strip().casefold()
    if not found:
        return None
    if found in STATES:
        return found
    try:
        return "granted" if yes_no(raw) else "refused"
    except ValueError:
        raise ValueError("is not a consent: granted, pending or refused") from None
