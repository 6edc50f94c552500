"""Who owns a record: the text of a ref to a user or queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connector.decide.fields.normal.text import spelled
from connector.model.systems.ref import Ref

_KEY_PREFIXES = {"005": "User", "00G": "Group"}  # api-contracts B.8
_SALESFORCE_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def owner(raw: Any) -> str | None:
    """The text `platform/kind/id`; None for blank. Raises ValueError for all else."""
    found = spelled(raw).strip()
    if not found:
        return None
    try:
        return str(Ref.parse(found))
    except ValueError:
        raise ValueError("is not a ref to an owner: platform/kind/id") from None


def owner_on(platform: str, kind: str) -> Callable[[Any], str | None]:
    """Reads an owner's id as `platform` shows it. A Salesforce id tells by its key prefix whether it is a user or a queue."""

    def read(raw: Any) -> str | None:
        found = record_id(raw)
        if found is None:
            return None
        prefixed = _KEY_PREFIXES.get(found[:3], kind) if len(found) == 18 else kind
        return f"{platform}/{prefixed}/{found}"

    return read


def record_id(raw: Any) -> str | None:
    """A record's id as text. Salesforce's 15 characters become the 18 that REST answers with (api-contracts B.3, B.8)."""
    found = raw.strip() if type(raw) is str else spelled(raw).strip()
    if not found:
        return None
    if len(found) == 15 and _SALESFORCE_ID.fullmatch(found) and not _counted(found):
        return found + _suffix(found)
    if any(c.isspace() or c == "\0" for c in found):
        raise ValueError("is not a record's id")
    return found


def _counted(found: str) -> bool:
    """A plain count, as HubSpot gives (api-contracts A.5), even if it is 15 digits long: that never starts with zeros."""
    return found.isdigit() and not found.startswith("00")


def _suffix(short: str) -> str:
    """Three characters, each the bits of five: which of them are capitals."""
    parts = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(
        _SUFFIX[sum(("A" <= c <= "Z") << i for i, c in enumerate(part))] for part in parts
    )
