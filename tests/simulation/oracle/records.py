"""The records of both systems: no duplicates, one stage everywhere, reps' edits, consent, answers, owners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from oracle.view import View, moment

STAGES = {
    "subscriber": "Prospect",
    "lead": "Lead",
    "marketingqualifiedlead": "MQL",
    "salesqualifiedlead": "SQL",
    "94822001": "SAL",
    "customer": "Customer",
    "other": "Disqualified",
}


def duplicates(view: View) -> Iterator[str]:
    """I4."""
    crm = view.house.crm
    if crm.duplicate_leads():
        yield f"I4: {crm.duplicate_leads()} duplicate leads"
    by_key: Counter[str] = Counter()
    for kind in ("Lead", "Contact"):
        for row in crm.rows(kind):
            if row.get("Leadcycle_Key__c") and not row.get("IsConverted"):
                by_key[str(row["Leadcycle_Key__c"])] += 1
    yield from (f"I4: {n} living records have the key {key}" for key, n in by_key.items() if n > 1)
    tasks = Counter(str(row.get("Leadcycle_Key__c")) for row in crm.rows("Task"))
    tasks.pop("None", None)
    yield from (f"I4: {n} tasks have the key {key}" for key, n in tasks.items() if n > 1)


def stages(view: View) -> Iterator[str]:
    """I1, I5, I12: HubSpot shows where the person stands in the main track, the CRM the track that leads."""
    for person in view.known():
        main, leads = view.standings(person.number).get("main"), view.leading(person.number)
        if main is None:
            yield f"I5: the contact {person.number} was never decided"
            continue
        shown = {
            f"hubspot {key}": (
                STAGES.get(view.house.hubspot.get("contacts", key)["lifecyclestage"], "none"),
                main.stage,
            )
            for key in person.hubspot
        }
        for kind, row in person.crm:
            shown[f"{kind} {row['Id']}"] = str(row.get("Leadcycle_Stage__c")), leads.stage
        wrong = {name: stages for name, stages in shown.items() if len(set(stages)) > 1}
        if wrong:
            yield f"I1: contact {person.number} shows one stage and has another: {wrong}"


def edits(view: View) -> Iterator[str]:
    """I9."""
    for (kind, key, name), (value, at) in view.journal.edits.items():
        row = view.house.crm.get(kind, key)
        if name == "Title" or row["IsDeleted"] or row.get("IsConverted"):
            continue
        handed_over = row.get("Leadcycle_Handed_Over__c")
        if name == "OwnerId" and not _later(at, handed_over):
            continue
        if name == "OwnerId" and handed_over is None and _assigned_after(view, key, at):
            continue  # handed over since, and gone back
        if row.get(name) != value:
            yield f"I9: a rep wrote {name} of {kind} {key} ({value!r}), it shows {row.get(name)!r}"
    yield from _titles(view)


def _titles(view: View) -> Iterator[str]:
    """A field in which the newest wins shows what somebody wrote last on one of the two sides."""
    for person in view.known():
        if not view.simple(person) or len(person.hubspot) != 1 or len(person.crm) != 1:
            continue
        kind, row = person.crm[0]
        title = view.house.hubspot.get("contacts", person.hubspot[0])["jobtitle"]
        edits = {
            value
            for (_, key, name), (value, _) in view.journal.edits.items()
            if name == "Title" and key in person.records
        }
        earlier = {
            value
            for _, value, _ in view.house.hubspot.history("contacts", person.hubspot[0], "jobtitle")
        }
        fits = {title, *edits} if title else {*earlier, *edits, None}
        if row.get("Title") not in fits:
            yield f"I5: {kind} {row['Id']} has the title {row.get('Title')!r}, people wrote {fits}"


def _later(at: datetime, text: Any) -> bool:
    return text is None or at > moment(text)


def _assigned_after(view: View, key: str, at: datetime) -> bool:
    (count,) = view.rows(
        "SELECT count(*) FROM assignment a JOIN ref r ON r.contact = a.contact"
        f" WHERE r.key = '{key}' AND a.at > {int(at.timestamp() * 1000)}"
    )[0]
    return bool(count)


def consent(view: View) -> Iterator[str]:
    """I20."""
    for person in view.known():
        out = any(
            view.house.hubspot.get("contacts", key)["hs_email_optout"] == "true"
            for key in person.hubspot
        ) or any(row["HasOptedOutOfEmail"] for _, row in person.crm)
        if not out:
            continue
        for key in person.hubspot:
            if view.house.streams(key):
                yield f"I20: contact {key} has opted out and is in {view.house.streams(key)}"
        for kind, row in person.crm:
            if not row["HasOptedOutOfEmail"]:
                yield f"I20: {kind} {row['Id']} does not show the opt-out"


def streams(view: View) -> Iterator[str]:
    """One stream at a time, the one that was decided, and none for who is held out."""
    names = {
        "hydraulics-de": "Nurture Hydraulik DE",
        "seals-de": "Nurture Dichtungen DE",
        "seals-en": "Nurture Seals EN",
        "long-term": "Long term",
        "after-the-offer": "After the offer",
        "before-the-contract-ends": "Before the contract ends",
        "talk-to-us": "Talk to us",
        "what-do-you-do": "What do you do",
        "wake-up": "Wake up",
        "last-call": "Last call",
    }
    for person in view.known():
        standing = view.leading(person.number)
        wanted = {names[standing.stream]} if standing and standing.stream else set()
        for key in person.hubspot:
            if view.house.streams(key) != wanted:
                yield f"stream: contact {key} is in {view.house.streams(key)}, should be in {wanted}"


def answers(view: View) -> Iterator[str]:
    """I5: what sales said has been heard."""
    for person in view.known():
        if not view.simple(person) or len(person.crm) != 1:
            continue
        kind, row = person.crm[0]
        handed = row.get("Leadcycle_Handed_Over__c")
        if handed is None or row.get("Leadcycle_Track__c") != "Seals":
            continue
        stage = row.get("Leadcycle_Stage__c")
        leads = [key for key in person.records if key in view.journal.answers]
        last = max((view.journal.answers[key] for key in leads), key=lambda a: a[1], default=None)
        deals = _deals(view, row) if kind == "Contact" else []
        if len(deals) > 1:
            continue
        if stage == "SQL" and last is not None and last[1] > moment(handed):
            yield f"I5: {kind} {row['Id']} is SQL although sales said {last[0]} after it was handed over"
        if stage == "SQL" and deals and deals[0]["IsWon"]:
            yield f"I5: {kind} {row['Id']} is SQL, its deal is won"
        if stage == "SAL" and deals and deals[0]["IsClosed"]:
            yield f"I5: {kind} {row['Id']} is SAL, its deal is closed"
        if stage == "SAL" and not person.records & view.journal.accepted:
            yield f"I5: {kind} {row['Id']} is SAL, sales never accepted it"
        if stage == "Customer" and not _ever_won(view, deals):
            yield f"I5: {kind} {row['Id']} is Customer, no deal was ever won"


def _deals(view: View, contact: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    crm = view.house.crm
    roles = crm.find("OpportunityContactRole", "ContactId", contact["Id"])
    return [crm.get("Opportunity", role["OpportunityId"]) for role in roles]


def _ever_won(view: View, deals: Sequence[Mapping[str, Any]]) -> bool:
    ids = {deal["Id"] for deal in deals}
    return any(
        row["OpportunityId"] in ids and row["StageName"] == "Closed Won"
        for row in view.house.crm.rows("OpportunityHistory")
    )


def owners(view: View) -> Iterator[str]:
    """I10."""
    queue = view.house.company.staff.queue
    for row in view.house.leads():
        if row["IsConverted"] or not row.get("Leadcycle_Handed_Over__c"):
            continue
        owner = row["OwnerId"]
        if owner != queue and not view.house.crm.get("User", owner)["IsActive"]:
            yield f"I10: lead {row['Id']} belongs to the inactive {owner}"
        if owner == view.house.crm.integration_user:
            yield f"I10: lead {row['Id']} belongs to nobody in person"
