"""Vendor activities in our words: the kind, the asset and the details that the mapping names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from connector.model.mapping.record import ActivityRead
from connector.model.systems.fact import Activity
from connector.model.systems.ref import Ref

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
Member = Callable[[str], Any]


def activity(
    read: ActivityRead,
    member: Member,
    *,
    ref: Ref | None,
    hint: str,
    at: datetime,
    now: datetime,
    key: str,
    machine: bool = False,
    movable: bool = False,
) -> Activity:
    """One activity; `member(name)` finds what the vendor shows under a name, None if nothing. Numbers become numbers in details."""
    asset = member(read.asset) if read.asset else ""
    detail = {
        name: plain(found) for name, own in read.kept() if (found := member(own)) not in (None, "")
    }
    if machine:
        detail["machine"] = True
    return Activity(
        ref,
        hint,
        read.kind,
        at,
        now,
        key,
        "" if asset is None else str(asset),
        detail or None,
        movable,
    )


def plain(found: Any) -> Any:
    """HubSpot sends every value as text (A.5); conditions compare numbers and yes/no."""
    if not isinstance(found, str):
        return found
    if found in ("true", "false"):
        return found == "true"
    if _NUMBER.fullmatch(found):
        return float(found) if "." in found else int(found)
    return found


def among(shown: Mapping[str, Any], prefix: str = "hs_") -> Member:
    """Finds a member by its own name or by HubSpot's longer one."""

    def member(name: str) -> Any:
        found = shown.get(name)
        return shown.get(prefix + name) if found is None else found

    return member
