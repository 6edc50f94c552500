"""What the mappings need and this portal does not have; every finding at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector.decide.fit.fault import problems
from connector.decide.fit.mapped import faults
from connector.errors import Refused, Stopped
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.record import Record
from connector.model.problem import Problem
from connector.platforms.connection import Connection
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.account import lacking
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.options import CUSTOM, custom_names
from connector.platforms.hubspot.reading.mail import PREFIX
from connector.platforms.hubspot.shapes import OWNED, shapes
from connector.platforms.hubspot.source import NO_EVENTS, event_types, mapping_of
from connector.platforms.hubspot.writing.row import OPT_OUT

_INSTALL = "run `leadcycle install hubspot`"
_EVENTS_SCOPE = "business-intelligence"


def check(connection: Connection, mappings: Mappings, calls: Calls) -> Sequence[Problem]:
    """Scopes, properties, options, lists, event types. A token that is not accepted is one problem, and the only one."""
    mapping = mapping_of(connection, mappings)
    found: list[Problem] = []
    for part in (_scopes, _records, _lists, _events):
        try:
            found += part(connection, mapping, calls)
        except Stopped as error:
            hint = "set a valid token with the scopes that `leadcycle connect` lists"
            return [Problem(connection.name, str(error), hint, code="STOPPED")]
        except Refused as refusal:
            found.append(
                Problem(
                    connection.name,
                    f"HubSpot refused to be asked: {refusal.code}",
                    "run it again; if the code stays, show it to HubSpot's support",
                    code=refusal.code,
                )
            )
    return found


def needed_scopes(mapping: PlatformMapping) -> Mapping[str, str]:
    """Scope -> what for (names as HubSpot's scope list has them; for event reads: api-contracts A.12)."""
    records, activities = mapping.records, mapping.activities
    wanted = {
        "crm.objects.contacts.read": "contacts" if "contacts" in records else "",
        "crm.objects.contacts.write": "writing contacts"
        if "contacts" in records and records["contacts"].write
        else "",
        "crm.schemas.contacts.read": "the properties of contacts" if "contacts" in records else "",
        "crm.objects.companies.read": "companies" if "companies" in records else "",
        "crm.objects.owners.read": "owners" if "owners" in records else "",
        "crm.lists.read": "nurture streams" if mapping.streams else "",
        "crm.lists.write": "nurture streams" if mapping.streams else "",
        "communication_preferences.write": "unsubscribing who objected elsewhere"
        if any(w.property == OPT_OUT for each in records.values() for w in each.write)
        else "",
        "forms": "form submissions" if "form_submission" in activities else "",
        "content": "e-mail events" if any(name.startswith(PREFIX) for name in activities) else "",
        _EVENTS_SCOPE: "behavioural events" if event_types(activities) else "",
    }
    return {scope: what for scope, what in wanted.items() if what}


def _scopes(connection: Connection, mapping: PlatformMapping, calls: Calls) -> Iterator[Problem]:
    if not connection.has("token"):
        return
    have = tuple(str(scope) for scope in calls.token_info().get("scopes") or ())
    needed = needed_scopes(mapping)
    if connection.values.get("edition") in NO_EVENTS:
        needed = {scope: what for scope, what in needed.items() if scope != _EVENTS_SCOPE}
    yield from lacking(connection.name, have, needed)


def _records(_: Connection, mapping: PlatformMapping, calls: Calls) -> Iterator[Problem]:
    for kind, record in mapping.records.items():
        if record.create is not None and kind not in OWNED:
            yield Problem(
                record.where,
                f"{kind} are never created in HubSpot",
                "take `create` out",
                code="CREATE_UNSUPPORTED",
            )
    found = shapes(mapping, calls)
    alone = Mappings("", {}, {mapping.platform: mapping}, {})
    yield from problems(faults(alone, found, {}))
    for kind, record in mapping.records.items():
        if kind not in OWNED and (mapping.platform, kind) not in found:
            yield Problem(
                record.where,
                f"HubSpot does not show the properties of {kind}",
                f"give the token the scope crm.schemas.{kind}.read",
                code="NO_PROPERTIES",
            )


def _lists(_: Connection, mapping: PlatformMapping, calls: Calls) -> Iterator[Problem]:
    for stream, name in mapping.streams.items():
        try:
            found = calls.list_named(name)
        except Refused as refusal:
            if refusal.code not in failure.MISSING:
                raise
            yield Problem(
                f"{mapping.platform}/streams/{stream}",
                f"there is no list named {name!r}",
                _INSTALL,
                code="NO_SUCH_LIST",
            )
            continue
        if found.get("processingType") == "DYNAMIC":
            yield Problem(
                f"{mapping.platform}/streams/{stream}",
                f"the list {name!r} follows filters",
                "map the stream to a manual list",
                code="NOT_A_MANUAL_LIST",
            )


def _events(connection: Connection, mapping: PlatformMapping, calls: Calls) -> Iterator[Problem]:
    """One event is asked for, because no other call tells whether this edition may read them."""
    types = event_types(mapping.activities)
    if not types:
        return
    message = f"this HubSpot edition cannot read behavioural events: {', '.join(types)}"
    problem = Problem(
        connection.name, message, "signals on these activities will not count", "warning", "EDITION"
    )
    if connection.values.get("edition") in NO_EVENTS:
        yield problem
        return
    try:
        calls.occurrences({"object_type": "contact", "event_type": types[0], "limit": 1})
    except (Stopped, Refused):
        yield problem


def missing_labels(record: Record, known: Mapping[str, Members]) -> Mapping[str, Sequence[str]]:
    """Property -> labels the mapping names and the portal lacks, in the mapping's order."""
    found: dict[str, Sequence[str]] = {}
    for name, forms in custom_names(record).items():
        have = {row.get("label") for row in (known.get(name) or {}).get("options") or ()}
        missing = [
            form.removeprefix(CUSTOM)
            for form in sorted(forms)
            if form.removeprefix(CUSTOM) not in have
        ]
        if missing and name in known:
            found[name] = missing
    return found
