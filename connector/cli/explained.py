"""How an explanation looks to people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from connector.cli.output import figures, table
from connector.model.decision import Reason
from connector.report.conflicts import told
from connector.report.consents import in_words, told_consents
from connector.report.explain import Explained

LAST = 12  # decisions shown
LINKED_BY = {
    "own": "itself: the contact began with it",
    "made": "leadcycle: it was made for this contact",
    "found": "a search before a new record was made",
    "redirect": "a merge or conversion in its system",
    "joined": "a merge of two contacts",
    "our key": "our key in it",
    "person": "a person's ruling",
    "address": "its address",
}


def show_explained(out: Console, found: Explained, zone: ZoneInfo) -> None:
    """Where they stand, the score point by point, the owner, the way here."""
    value, standing = found.contact.value, found.standing
    name = " ".join(str(part) for part in (value("first_name"), value("last_name")) if part) or str(
        value("email") or found.contact.key
    )
    company = value("company") or (
        found.contact.account.fields.get("name") if found.contact.account else None
    )
    out.print(f"[bold]{name}[/bold]" + (f", {company}" if company else ""))
    figures(out, _where(found, zone))
    out.print(f"\nProfile {found.score.profile:g}, grade {found.score.grade or '–'}")
    _reasons(out, [one for one in found.score.reasons if one.axis == "profile"])
    out.print(
        f"Activity {found.score.activity:.1f}, {standing.shown.band if standing.shown else found.score.band}"
    )
    _reasons(out, [one for one in found.score.reasons if one.axis != "profile"])
    _owner(out, found, zone)
    _way(out, found, zone)
    _lost(out, found, zone)


def _where(found: Explained, zone: ZoneInfo) -> list[tuple[str, str]]:
    standing, handover = found.standing, found.standing.handover
    rows = [
        (
            "stage",
            f"{standing.stage} since {_at(standing.since, zone)}, highest ever {standing.peak or standing.stage}",
        )
    ]
    if standing.owner:
        rows.append(("owner", standing.owner))
    if handover is not None:
        rows.append(
            (
                "handed over",
                f"{_at(handover.at, zone)}, answer due {_at(handover.answer_due, zone)}"
                + (", overdue" if standing.overdue else ""),
            )
        )
        if handover.answered_at:
            rows.append(("answer", f"{handover.answer} {_at(handover.answered_at, zone)}"))
        if handover.contacted_at:
            rows.append(("contacted", _at(handover.contacted_at, zone)))
    if standing.stream:
        rows.append(("stream", standing.stream))
    if standing.rest_until and standing.rest_until > found.at:
        rows.append(("rests until", _at(standing.rest_until, zone)))
    if standing.excluded:
        rows.append(("excluded", standing.excluded))
    rows += [("waits", why) for why in found.waits]
    rows += [
        (f"consent {purpose}", in_words(told, zone))
        for purpose, told in told_consents(found.contact, found.said).items()
    ]
    rows += [("not in scope of", why) for why in found.outside]
    rows += [("lossy", sentence) for sentence in found.lossy]
    for name, shown in found.disputes.items():
        both = ", ".join(f"{value or 'a blank'!r} in {record}" for record, value in shown.items())
        rows.append(("conflict", f"{name}: {both}; leadcycle shelf list, then choose"))
    rows += [
        ("record", f"{ref}" + (f", linked by {linked_by(why)}" if why else ""))
        for ref, why in found.links.items()
    ]
    rows.append(("as known", _at(found.at, zone)))
    return rows


def linked_by(why: str) -> str:
    """By what a record was linked, in words."""
    kind, _, name = why.partition(":")
    return name if kind == "key" else LINKED_BY.get(why, why)


def _reasons(out: Console, reasons: list[Reason]) -> None:
    if not reasons:
        return
    table(
        out,
        ("", "points", "", "rule"),
        [
            (
                "  ",
                f"{one.points:+.1f}",
                f"{one.rule}: {one.label}" if one.label else one.rule,
                one.where,
            )
            for one in reasons
        ],
        right=(1,),
    )


def _owner(out: Console, found: Explained, zone: ZoneInfo) -> None:
    if found.routing is None:
        return
    routing = found.routing
    out.print(
        f"\nRoute {_at(found.routed_at, zone)}: {routing.owner} by rule {routing.rule} ({routing.where})"
    )
    for one in routing.skipped:
        out.print(f"  not {one.who}: {one.why}", style="dim")


def _way(out: Console, found: Explained, zone: ZoneInfo) -> None:
    if not found.history:
        return
    out.print(
        "\nThe way here"
        + (
            f" (the last {LAST} of {len(found.history)} decisions)"
            if len(found.history) > LAST
            else ""
        )
    )
    for recorded in found.history[-LAST:]:
        decision = recorded.decision
        steps = (
            ", ".join(f"{one.before} to {one.after} by {one.rule}" for one in decision.steps)
            or f"stays {decision.standing.stage}"
        )
        written = ", ".join(
            f"{wanted.ref.platform} {wanted.ref.kind}" for wanted in recorded.wanted
        )
        out.print(
            f"  {_at(decision.at, zone)}  {steps}" + (f"; wrote {written}" if written else ""),
            soft_wrap=True,
        )


def _lost(out: Console, found: Explained, zone: ZoneInfo) -> None:
    """Edits of this person's records that lost. Their values are shown: an explanation is for those who may see them."""
    if not found.lost:
        return
    out.print("\nEdits that lost")
    for one in found.lost[-LAST:]:
        row = told(one, values=True)
        out.print(
            f"  {_at(one.at, zone)}  {one.ref} {one.property}: {row['lost'] or 'a blank'!r} gave way to"
            f" {row['put'] or 'a blank'!r}; {one.rule}" + (f", {one.winner}" if one.winner else ""),
            soft_wrap=True,
            markup=False,
        )


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return "–" if moment is None else f"{moment.astimezone(zone):%d %b %Y %H:%M %z}"
