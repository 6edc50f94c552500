"""Intake at least once, effect once: every sum of the store against the bare lists of what people did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from naive import interest, sums
from naive.person import Deed

from oracle.view import View

MAIL = {"OPEN": "email_opened", "CLICK": "email_clicked", "DELIVERED": "email_delivered"}
SITE = {
    "e_visited_page": ("page_viewed", "path"),
    "e_attended_webinar": ("webinar_attended", "webinar"),
}


def activities(view: View) -> Iterator[str]:
    for person in view.known():
        if not view.simple(person) or len(person.hubspot) != 1:
            continue
        naive = _sums(did(view, person.hubspot[0]), view.house.now)
        dossier = view.house.store.dossier(person.number, view.house.now)
        ours = {name: strength.sum for name, strength in dossier.strengths.items()}
        for name in naive.keys() | ours.keys():
            if abs(naive.get(name, 0.0) - ours.get(name, 0.0)) > 2e-6:
                yield (
                    f"I5: {name} of contact {person.number} is {ours.get(name, 0.0)},"
                    f" people did {naive.get(name, 0.0)}"
                )


def _sums(deeds: Sequence[Deed], now: datetime) -> dict[str, float]:
    found = {name: one.sum for name, one in sums.sums(deeds, now).items()}
    return {**found, **interest.strengths(deeds, now), **sums.machines(deeds)}


def did(view: View, contact: str) -> list[Deed]:
    """From HubSpot's own lists."""
    portal = view.house.hubspot.portal
    email = view.house.hubspot.get("contacts", contact)["email"].lower()
    found = []
    for form in portal.forms.by_guid.values():
        # A submission has no id: two of one form in one millisecond cannot be told from one shown twice.
        times = {at for at, one in form.submissions.between() if email and one.email == email}
        found += [Deed(_from_ms(at), "form_submitted", form.name) for at in sorted(times)]
    for at, event in portal.mail.events.between():
        if email and event.recipient == email and event.type in MAIL:
            found.append(_mail(portal, at, event))
    for at, event in portal.occurrences.of.get(("contacts", int(contact)), _NONE).between():
        kind, asset = SITE[event.event_type]
        found.append(Deed(_from_ms(at), kind, event.properties[asset], dict(event.properties)))
    return found


def _mail(portal: Any, at: int, event: Any) -> Deed:
    campaign = next(
        name for name, number in portal.mail.campaigns.items() if number == event.campaign
    )
    detail = {"machine": event.filtered, "program": event.more.get("userAgent")}
    if event.type == "CLICK":
        detail |= {"mail": event.campaign, "link": event.more.get("url")}
        if event.sent_by[0] != event.id:
            detail["after_sending"] = (at - event.sent_by[1]) / 1000
    return Deed(_from_ms(at), MAIL[event.type], campaign, detail)


class _Nothing:
    def between(self) -> Sequence[tuple[int, Any]]:
        return ()


_NONE = _Nothing()


def _from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
