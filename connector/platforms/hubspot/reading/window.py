"""The window of time that an event stream reads next, and how far behind it the reading begins.

Events appear late: a moment late as a rule (the overlap), now and then hours late. So every few hours a reading goes back two
days; what is known already is harmless. Nothing documents how late an event may come; later than two days is not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connector.platforms.hubspot.reading import place

DEEP = timedelta(days=2)
DEEP_EVERY = timedelta(hours=6)
_MS = timedelta(milliseconds=1)


def opened(here: Mapping[str, Any], now: datetime, overlap: timedelta) -> dict[str, int]:
    """The window under way, or the next one: `from` and `to` (ms), `back` (ms before `from`), `deep`: when it last went far back."""
    if "to" in here:
        return {name: int(here.get(name, 0)) for name in ("from", "to", "back", "deep")}
    start = int(here.get("from", 0))
    end = max(place.ms(now), start)
    deep = int(here.get("deep", 0))
    if end - deep >= DEEP_EVERY // _MS:
        return {"from": start, "to": end, "back": DEEP // _MS, "deep": end}
    return {"from": start, "to": end, "back": overlap // _MS, "deep": deep}


def begins(window: Mapping[str, int]) -> int:
    """Where the reading begins, in ms; 0: at the beginning of everything."""
    return max(0, window["from"] - window["back"]) if window["from"] else 0


def closed(window: Mapping[str, int]) -> dict[str, int]:
    """What remains when the window has been read to its end."""
    return {"from": window["to"], "deep": window["deep"]}
