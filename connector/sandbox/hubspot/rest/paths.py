"""Legacy and date paths are names for the same resource (api-contracts A and 0.1): the version is taken out, the rest compared."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

DATES = frozenset({"2026-03", "2026-09"})
_VERSION = re.compile(r"v[1-4]|20\d\d-\d\d(?:-beta)?")
_LEGACY: dict[tuple[str, ...], frozenset[str]] = {
    ("crm",): frozenset({"v3", "v4"}),
    ("events",): frozenset({"v3"}),
    ("oauth",): frozenset({"v1", "v2", "v3"}),
    ("marketing",): frozenset({"v3"}),
    ("communication-preferences",): frozenset({"v3", "v4"}),
    ("account-info",): frozenset({"v3"}),
    ("form-integrations",): frozenset({"v1"}),
    ("submissions",): frozenset({"v3"}),
    ("email", "public"): frozenset({"v1"}),
}
_UNDATED = frozenset({"form-integrations", "submissions", "email"})
"""Families without a date path (api-contracts A.12)."""
_SAME = {
    ("events", "event-occurrences"): ("events", "events"),
    ("events", "custom", "send"): ("events", "send"),
}

Place = tuple[tuple[str, ...], str]


@lru_cache(maxsize=8192)
def place(path: str) -> Place | None:
    """The parts of a path without its version, and the version; None for a path HubSpot does not know.

    Empty parts (trailing and doubled slashes) do not count, every part is percent-decoded.
    """
    parts = tuple(unquote(part) for part in path.split("/") if part)
    for index in (1, 2):
        if len(parts) > index and _VERSION.fullmatch(parts[index]):
            rest, version = parts[:index] + parts[index + 1 :], parts[index]
            return (_renamed(rest), version) if _served(parts[:index], version) else None
    return None


def _served(before: tuple[str, ...], version: str) -> bool:
    if version.startswith("v"):
        return version in _LEGACY.get(before, ())
    if before[0] == "marketing":
        # Forms have date paths as a beta only.
        return version.removesuffix("-beta") in DATES and version.endswith("-beta")
    return version in DATES and before[0] not in _UNDATED and (before[0],) in _LEGACY


def _renamed(rest: tuple[str, ...]) -> tuple[str, ...]:
    for old, new in _SAME.items():
        if rest[: len(old)] == old:
            return new + rest[len(old) :]
    return rest
