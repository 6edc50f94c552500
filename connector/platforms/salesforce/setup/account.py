"""Who we are there, for `connect`: organisation, user, limits, rights in excess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connector.errors import Refused
from connector.model.problem import Problem
from connector.platforms.budget import Limits, Unmetered
from connector.platforms.connection import Connection
from connector.platforms.plugin import AccountInfo
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME

_USED = re.compile(r"(?:^|[;,\s])api-usage=(\d+)/(\d+)")
_NEEDED: Mapping[str, str] = {
    "Lead": "leads", "Contact": "contacts", "Account": "companies", "Opportunity": "won and lost",
    "OpportunityContactRole": "whose deal it is", "Task": "calls and follow-up", "Event": "meetings",
    "User": "owners", "Group": "queues", "LeadHistory": "when a lead was accepted",
    "OpportunityHistory": "when a deal was closed",
}  # fmt: skip
_WRITTEN = ("Lead", "Contact", "Task")


def limits(headers: Mapping[str, str]) -> Limits | None:
    """`Sforce-Limit-Info: api-usage=18/5000; …` (api-contracts B.5); header names in lower case."""
    found = _USED.search(headers.get("sforce-limit-info", ""))
    return None if found is None else Limits(daily=int(found[2]), used=int(found[1]))


def account(connection: Connection) -> AccountInfo:
    """Five calls. Raises Stopped when the login is refused, TryLater when nobody answers."""
    door = Door(connection, Unmetered())
    user = door.userinfo()
    organisation = door.rows(
        ["SELECT Id, Name, OrganizationType, TimeZoneSidKey FROM Organization LIMIT 1"]
    )[0][0]
    day = (door.get("limits") or {}).get("DailyApiRequests", {})
    most, left = day.get("Max"), day.get("Remaining")
    return AccountInfo(
        platform=NAME,
        id=str(organisation["Id"]),
        name=str(organisation.get("Name") or ""),
        user=str(user.get("preferred_username") or user.get("email") or ""),
        url=f"https://{door.instance}",
        edition=str(organisation.get("OrganizationType") or ""),
        timezone="UTC",  # the limit is of the last 24 hours and ends at no midnight (B.11)
        limits=Limits(daily=most, used=None if most is None or left is None else most - left),
        problems=tuple(_problems(Schema(door))),
    )


def _problems(schema: Schema) -> Iterator[Problem]:
    try:
        schema.load(_NEEDED)
    except Refused as error:
        said = f"cannot describe the organisation's records: {error.code}"
        yield Problem(NAME, said, "show the code to the Salesforce administrator", code=error.code)
        return
    for name, why in _NEEDED.items():
        kind = schema.kind(name)
        if kind is None:
            hint = "give the integration user read access"
            yield Problem(
                f"{NAME}/{name}", f"we may not see this ({why})", hint, "warning", "NO_KIND"
            )
        elif name in _WRITTEN and not (kind.createable and kind.updateable):
            hint = "give the integration user create and edit"
            yield Problem(
                f"{NAME}/{name}", "we may not create and edit these", hint, code="NO_EDIT"
            )
