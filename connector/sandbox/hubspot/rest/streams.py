"""What people did: forms and their submissions, e-mail events, event occurrences (api-contracts A.12)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from connector.sandbox.hubspot.records import intake, standard
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import Refusal, invalid, missing
from connector.sandbox.hubspot.records.streams import (
    Form,
    Occurrence,
    made_id,
    newest_before,
    oldest_after,
)
from connector.sandbox.hubspot.records.timeline import Timeline
from connector.sandbox.hubspot.records.values import instant, iso
from connector.sandbox.hubspot.rest.calls import Call, Route, page, rows, text, whole
from connector.sandbox.wire import Response, answer

A_PAGE_OF_SUBMISSIONS = 50
A_PAGE_OF_EVENTS = 1000
MONTH_MS = 31 * 86_400_000
FIELDS = 1000
"""Most fields of one submission."""


def route(method: str, rest: list[str]) -> Route | None:
    match method, rest:
        case "GET", ["marketing", "forms"]:
            return Route("list forms", forms, ("forms",))
        case "GET", ["marketing", "forms", guid]:
            return Route("get forms", partial(form, guid), ("forms",))
        case "GET", ["form-integrations", "submissions", "forms", guid]:
            return Route("read form submissions", partial(submissions, guid), ("forms",))
        case "POST", ["submissions", "integration", "submit", portal_id, guid]:
            return Route("submit form", partial(submit, portal_id, guid), public=True, writes=True)
        case "POST", ["submissions", "integration", "secure", "submit", portal_id, guid]:
            return Route("submit form", partial(submit, portal_id, guid), ("forms",), writes=True)
        case "GET", ["email", "public", "events"]:
            return Route("read email events", mail, ("content",))
        case "GET", ["email", "public", "campaigns", number]:
            return Route("get email campaigns", partial(campaign, number), ("content",))
        case "GET", ["events", "events"]:
            return Route(
                "read event occurrences", occurrences, ("business-intelligence",), enterprise=True
            )
        case "GET", ["events", "events", "event-types"]:
            return Route(
                "list event types", event_types, ("business-intelligence",), enterprise=True
            )
    return None


def _cursor(at: int, seq: int) -> str:
    """Opaque, and stable while newer things arrive."""
    return base64.urlsafe_b64encode(f"{at}:{seq}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, int] | None:
    if not cursor:
        return None
    try:
        at, _, seq = (
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        )
        return int(at), int(seq)
    except (ValueError, binascii.Error):
        raise invalid(f"Invalid paging cursor: {cursor}") from None


def _taken(items: Iterator[Any], limit: int) -> tuple[list[Any], str | None]:
    """One page, and the cursor behind its last item if there is more."""
    found = list(islice(items, limit + 1))
    more = len(found) > limit
    return found[:limit], _cursor(found[limit - 1].at, found[limit - 1].seq) if more else None


def _doubled(portal: Portal, shown: list[Any]) -> list[Any]:
    return (
        [*shown, shown[0]] if shown and portal.faults.strikes("hubspot.duplicate_events") else shown
    )


def _moment(call: Call, *names: str) -> int | None:
    """A time parameter: epoch milliseconds or ISO."""
    given = next((call.one(name) for name in names if call.one(name)), "")
    try:
        return instant(given) if given else None
    except (ValueError, OverflowError):
        raise invalid(f"{names[0]} is not a time: {given}") from None


def forms(call: Call) -> Response:
    found = list(call.portal.forms.by_guid.values())
    limit, first = call.limit(50, 500), next(iter(whole([call.one("after")])), 0)
    end = first + limit
    return page(
        [_definition(item) for item in found[first:end]], str(end) if end < len(found) else None
    )


def _form(call: Call, guid: str) -> Form:
    found = call.portal.forms.by_guid.get(guid)
    if found is None:
        raise missing(f"No form found with GUID {guid}")
    return found


def form(guid: str, call: Call) -> Response:
    return answer(200, _definition(_form(call, guid)))


def _definition(item: Form) -> dict[str, Any]:
    return {
        "id": item.guid,
        "name": item.name,
        "formType": "hubspot",
        "createdAt": iso(item.created),
        "updatedAt": iso(item.created),
        "archived": False,
        "fieldGroups": [
            {"groupType": "default_group", "richTextType": "text", "fields": [_EMAIL_FIELD]}
        ],
        "configuration": _CONFIGURATION,
        "displayOptions": _DISPLAY,
        "legalConsentOptions": {"type": "none"},
    }


_EMAIL_FIELD = {
    "objectTypeId": "0-1", "name": "email", "label": "Email", "required": True, "hidden": False, "fieldType": "email",
    "dependentFields": [], "validation": {"blockedEmailDomains": [], "useDefaultBlockList": False},
}  # fmt: skip
_CONFIGURATION = {
    "language": "de", "cloneable": True, "editable": True, "archivable": True, "recaptchaEnabled": False,
    "notifyContactOwner": False, "notifyRecipients": [], "createNewContactForNewEmail": False, "prePopulateKnownValues": True,
    "allowLinkToResetKnownValues": False, "postSubmitAction": {"type": "thank_you", "value": "Thank you"},
}  # fmt: skip
_DISPLAY = {
    "renderRawHtml": False, "theme": "default_style", "submitButtonText": "Submit",
    "style": {
        "fontFamily": "arial", "backgroundWidth": "100%", "labelTextColor": "#33475b", "labelTextSize": "13px",
        "helpTextColor": "#7C98B6", "helpTextSize": "11px", "legalConsentTextColor": "#33475b", "legalConsentTextSize": "14px",
        "submitColor": "#ff7a59", "submitAlignment": "left", "submitFontColor": "#ffffff", "submitSize": "12px",
    },
}  # fmt: skip


def submissions(guid: str, call: Call) -> Response:
    """Newest first, at most 50."""
    found = call.portal.forms.newest(_form(call, guid), _place(call.one("after")))
    items, after = _taken(found, min(call.limit(20, 10**6), A_PAGE_OF_SUBMISSIONS))
    return page(_doubled(call.portal, [item.shown() for item in items]), after)


def submit(portal_id: str, guid: str, call: Call) -> Response:
    portal, sent = call.portal, call.sent()
    if portal_id != str(portal.switches.portal_id):
        raise missing(f"Portal {portal_id} does not exist")
    fields = {
        text(row, "name"): str(row.get("value") or "") for row in rows(sent, FIELDS, "fields")
    }
    at = sent.get("submittedAt") or portal.now()
    if not isinstance(at, int) or not portal.now() - MONTH_MS <= at <= portal.now() + 86_400_000:
        raise invalid(
            "submittedAt is not within the last month",
            errors=[{"message": "submittedAt", "errorType": "SUBMITTED_AT"}],
        )
    context = sent.get("context")
    url = str(context.get("pageUri") or "") if isinstance(context, dict) else ""
    intake.submit(portal, _form(call, guid), fields, url, at)
    return answer(200, {"inlineMessage": "<p>Thank you</p>"})


def mail(call: Call) -> Response:
    """Newest first; the window is by the event's own time, both ends included."""
    portal = call.portal
    since, until = _moment(call, "startTimestamp"), _moment(call, "endTimestamp")
    kind, recipient, number = (
        call.one("eventType"),
        call.one("recipient").lower(),
        call.one("campaignId"),
    )
    found = (
        event
        for event in newest_before(portal.mail.events, _place(call.one("offset")), since, until)
        if kind in ("", event.type)
        and recipient in ("", event.recipient)
        and number in ("", str(event.campaign))
    )
    items, after = _taken(found, call.limit(100, A_PAGE_OF_EVENTS))
    shown = _doubled(portal, [event.shown(portal.switches.portal_id) for event in items])
    last = after or (_cursor(items[-1].at, items[-1].seq) if items else call.one("offset"))
    return answer(200, {"hasMore": after is not None, "offset": last, "events": shown})


def campaign(number: str, call: Call) -> Response:
    name = next(
        (name for name, own in call.portal.mail.campaigns.items() if str(own) == number), None
    )
    if name is None:
        raise missing(f"Campaign {number} does not exist")
    return answer(
        200,
        {
            "id": int(number),
            "appId": 113,
            "appName": "Batch",
            "name": name,
            "subject": name,
            "type": "BATCH_EMAIL",
        },
    )


def occurrences(call: Call) -> Response:
    """Of one record or of all; newest first unless `sort=occurredAt`."""
    portal = call.portal
    line, kind = _line(call)
    since, until = _moment(call, "occurredAfter"), _moment(call, "occurredBefore")
    reader = (
        oldest_after if call.one("sort").lower() in ("occurredat", "+occurredat") else newest_before
    )
    wanted = call.one("eventType")
    found = (
        item
        for item in reader(line, _place(call.one("after")), since, until)
        if wanted in ("", item.event_type) and kind in ("", item.kind) and _known(portal, item)
    )
    items, after = _taken(found, call.limit(100, A_PAGE_OF_EVENTS))
    return page(_doubled(portal, [_occurrence(portal, item) for item in items]), after)


def _line(call: Call) -> tuple[Timeline[Occurrence], str]:
    name, id_ = call.one("objectType"), call.one("objectId")
    kind = call.portal.kind(name) if name else ""
    if not id_:
        return call.portal.occurrences.all, kind
    if not kind:
        raise invalid("objectType is required with objectId")
    number = next(iter(whole([id_])), -1)
    return call.portal.occurrences.of.get(
        (kind, call.portal.tables[kind].resolve(number)), Timeline()
    ), kind


def _known(portal: Portal, item: Occurrence) -> bool:
    table = portal.tables[item.kind]
    return table.resolve(item.object_id) in table.records


def _occurrence(portal: Portal, item: Occurrence) -> dict[str, Any]:
    """The record's id is the survivor's after a merge."""
    return {
        "id": made_id("occurrence", item.seq),
        "objectType": standard.SINGULAR[item.kind].upper(),
        "objectId": str(portal.tables[item.kind].resolve(item.object_id)),
        "eventType": item.event_type,
        "occurredAt": iso(item.at),
        "properties": item.properties,
    }


def event_types(call: Call) -> Response:
    return answer(200, {"eventTypes": sorted(call.portal.occurrences.types)})


def unavailable() -> Refusal:
    """What reading events answers below Enterprise."""
    return Refusal(
        403,
        "MISSING_SCOPES",
        "Reading web analytics events needs a Marketing Hub Enterprise subscription",
    )
