"""The client knows v1, v3 and v4 paths only; the configured version decides what is really asked (api-contracts 0.1, A.5, A.8)."""

from __future__ import annotations

import re
from functools import lru_cache

VERSIONS = ("v3", "2026-03", "2026-09")
"""`v3` leaves every path as the client has it."""

_DATED = re.compile(
    r"/(?P<family>crm|oauth|communication-preferences|account-info)/(?P<old>v\d)/(?P<rest>.*)"
)
_EVENTS = re.compile(r"/events/v3/events(?P<rest>/.*)?")
_TOKEN_INFO = "/oauth/v2/private-apps/"  # noqa: S105 - a path; it has no date form (api-contracts A.2)


@lru_cache(maxsize=4096)
def versioned(path: str, version: str) -> str:
    """The same resource under the version: `/crm/v3/objects/contacts` -> `/crm/objects/2026-09/contacts`.

    `crm` names the resource first and the version after it; event occurrences changed their name; forms, form submissions
    and e-mail events have no date path (api-contracts A.12) and stay as they are.
    """
    if version == "v3" or path.startswith(_TOKEN_INFO):
        return path
    if events := _EVENTS.fullmatch(path):
        return f"/events/event-occurrences/{version}{(events['rest'] or '').rstrip('/')}"
    found = _DATED.fullmatch(path)
    if found is None:
        return path
    if found["family"] != "crm":
        return f"/{found['family']}/{version}/{found['rest'].rstrip('/')}"
    resource, _, rest = found["rest"].rstrip("/").partition("/")
    return f"/crm/{resource}/{version}" + (f"/{rest}" if rest else "")
