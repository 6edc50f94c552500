"""Communication preferences: v3, and v4 with its date paths (api-contracts A.13)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from connector.sandbox.hubspot.records.consent import LEGAL_BASES, SUBSCRIPTIONS, Status
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import invalid
from connector.sandbox.hubspot.records.table import Stamp
from connector.sandbox.hubspot.records.values import iso
from connector.sandbox.hubspot.rest.calls import Call, Route, text
from connector.sandbox.wire import Response, answer

_READ, _WRITE = ("communication_preferences.read",), ("communication_preferences.write",)
_WORDS = {True: "SUBSCRIBED", False: "UNSUBSCRIBED", None: "NOT_SPECIFIED"}


def route(method: str, rest: list[str]) -> Route | None:
    """`/communication-preferences/{version}/...`, without that."""
    match method, rest:
        case "GET", ["definitions"]:
            return Route("list subscriptions", definitions, _READ)
        case "GET", ["status", "email", email]:
            return Route("read consent", partial(status, email), _READ)
        case "POST", [("subscribe" | "unsubscribe") as verb]:
            return Route("write consent", partial(change, verb), _WRITE, writes=True)
        case "GET", ["statuses", email]:
            return Route("read consent", partial(statuses, email), _READ)
        case "POST", ["statuses", email]:
            return Route("write consent", partial(put_status, email), _WRITE, writes=True)
        case "POST", ["statuses", email, "unsubscribe-all"]:
            return Route("write consent", partial(unsubscribe_all, email), _WRITE, writes=True)
    return None


def definitions(call: Call) -> Response:
    born = iso(call.portal.owners.since)
    found = [
        {
            "id": id_, "name": name, "description": name, "purpose": "Marketing", "communicationMethod": "Email", "isActive": True,
            "isDefault": id_ == "301", "isInternal": id_ == "303", "createdAt": born, "updatedAt": born,
        }
        for id_, name in SUBSCRIPTIONS.items()
    ]  # fmt: skip
    return answer(200, {"subscriptionDefinitions": found})


def _third(portal: Portal, email: str, id_: str) -> dict[str, Any]:
    """A status as v3 has it: nobody has said anything is NOT_SUBSCRIBED."""
    held = portal.consent.status(email, id_)
    found: dict[str, Any] = {
        "id": id_,
        "name": SUBSCRIPTIONS[id_],
        "description": SUBSCRIPTIONS[id_],
        "status": "SUBSCRIBED" if held.wants else "NOT_SUBSCRIBED",
        "sourceOfStatus": "PORTAL_WIDE_STATUS" if held.portal_wide else "SUBSCRIPTION_STATUS",
    }
    if held.legal_basis:
        found |= {"legalBasis": held.legal_basis, "legalBasisExplanation": held.explanation or ""}
    return found


def status(email: str, call: Call) -> Response:
    found = [_third(call.portal, email, id_) for id_ in SUBSCRIPTIONS]
    return answer(200, {"recipient": email, "subscriptionStatuses": found})


def _known(id_: str) -> str:
    if id_ not in SUBSCRIPTIONS:
        raise invalid(f"Subscription {id_} does not exist")
    return id_


def _status(sent: Mapping[str, Any], wants: bool, ms: int) -> Status:
    basis = sent.get("legalBasis")
    if basis is not None and basis not in LEGAL_BASES:
        raise invalid(f"Legal basis {basis} does not exist")
    return Status(wants, ms, basis, str(sent.get("legalBasisExplanation") or ""))


def _put(portal: Portal, email: str, id_: str, wanted: Status) -> None:
    if wanted.wants and portal.consent.status(email, id_).wants is False:
        raise invalid(
            f"{email} has unsubscribed from {SUBSCRIPTIONS[id_]} and cannot be subscribed again"
        )
    portal.tally("consent", 1, int(portal.consent.status(email, id_).wants is not wanted.wants))
    portal.consent.put(email, id_, wanted)


def change(verb: str, call: Call) -> Response:
    sent = call.sent()
    email, id_ = text(sent, "emailAddress"), _known(text(sent, "subscriptionId"))
    _put(call.portal, email, id_, _status(sent, verb == "subscribe", call.portal.now()))
    return answer(200, _third(call.portal, email, id_))


def _fourth(portal: Portal, email: str, id_: str) -> dict[str, Any]:
    held = portal.consent.status(email, id_)
    return {
        "subscriptionId": int(id_),
        "subscriptionName": SUBSCRIPTIONS[id_],
        "subscriberIdString": email,
        "channel": "EMAIL",
        "status": _WORDS[held.wants],
        "source": "PORTAL_WIDE_STATUS" if held.portal_wide else "API",
        "legalBasis": held.legal_basis,
        "legalBasisExplanation": held.explanation,
        "timestamp": iso(held.ms),
        "businessUnitId": 0,
    }


def _success(call: Call, results: list[dict[str, Any]]) -> Response:
    # The documented word is SUCCESS although the specification's list of words lacks it.
    now = iso(call.portal.now())
    return answer(
        200, {"status": "SUCCESS", "results": results, "startedAt": now, "completedAt": now}
    )


def statuses(email: str, call: Call) -> Response:
    if call.one("channel", "EMAIL") != "EMAIL":
        raise invalid("channel must be EMAIL")
    return _success(call, [_fourth(call.portal, email, id_) for id_ in SUBSCRIPTIONS])


def put_status(email: str, call: Call) -> Response:
    sent = call.sent()
    id_, word = _known(text(sent, "subscriptionId")), text(sent, "statusState")
    if word not in ("SUBSCRIBED", "UNSUBSCRIBED"):
        raise invalid(f"statusState {word} is not possible")
    _put(call.portal, email, id_, _status(sent, word == "SUBSCRIBED", call.portal.now()))
    return _success(call, [_fourth(call.portal, email, id_)])


def opt_out(portal: Portal, email: str, stamp: Stamp) -> None:
    """Out of everything: the contact's property follows, and the mail log has a STATUSCHANGE."""
    portal.consent.opt_out(email, stamp.ms)
    portal.mail.add(
        "STATUSCHANGE",
        stamp.ms,
        email.lower(),
        "unsubscribe",
        {"portalSubscriptionStatus": "UNSUBSCRIBED"},
        filtered=False,
    )
    record = portal.tables["contacts"].holder("email", email)
    if record:
        portal.update("contacts", record, {"hs_email_optout": "true"}, stamp)


def unsubscribe_all(email: str, call: Call) -> Response:
    opt_out(call.portal, email, call.stamp())
    return _success(call, [_fourth(call.portal, email, id_) for id_ in SUBSCRIPTIONS])
