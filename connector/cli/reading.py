"""status, explain and report: looking at what is, changing nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from connector.cli.opening import open_store
from connector.cli.options import ATTENTION, Common, Verbs, common, end
from connector.cli.output import console, duration, figures
from connector.cli.reports.funnel import show_funnel
from connector.cli.rollout.edited import WAITS, edits_wait
from connector.config import Settings
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.report.funnel import funnel as funnel_of
from connector.store import Store
from connector.sync.counted import people, wait
from connector.sync.first import holds
from connector.sync.guard import alarms
from connector.sync.rollout import Active, active

REPORTS = {
    "funnel": "connector.cli.reading:funnel",
    "follow-up": "connector.cli.reports.followed:follow_up_command",
    "conflicts": "connector.cli.reports.conflicts:conflicts",
    "routing": "connector.cli.reports.routed:routing_command",
    "nurture": "connector.cli.reports.nursed:nurture_command",
    "cost": "connector.cli.reports.costs:cost_command",
    "content": "connector.cli.reports.content:content_command",
}


@contextmanager
def looking(common: Common) -> Iterator[tuple[Store, Active, datetime]]:
    """The store, what is in force, and the moment up to which it knows something (a rehearsal's time may be any)."""
    with closing(open_store(common)) as store:
        in_force = active(store)
        yield store, in_force, latest(store)


def latest(store: Store) -> datetime:
    """Real time, or the last reading of a stream where that lies elsewhere: a rehearsal lives in virtual time."""
    moments = list(store.status(datetime.now(UTC))["streams"].values())
    return max(moments) if moments else datetime.now(UTC)


@click.command()
@common
def status(common: Common) -> None:
    """When each stream was last read, what waits, what is overdue."""
    with looking(common) as (store, in_force, now):
        found, counted = store.status(now), store.counts()
        held = holds(store, in_force.mappings, rehearsal=bool(Settings().sandbox))
        waits, left = edits_wait(common, store), store.plans.left()
        latched, behind = alarms(store), store.guard.people()
    data = {
        "now": now.isoformat(),
        "rulebook": in_force.book.digest,
        "plan": {"files_differ": waits, "left": left},
        "streams": {
            f"{platform}/{stream}": at.isoformat()
            for (platform, stream), at in found["streams"].items()
        },
        "outbox": found["outbox"],
        "unclear": found["unclear"],
        "due": found["due"],
        "overdue": found["overdue"],
        "unanswered": found["unanswered"],
        "held": held,
        "latched": {"causes": latched, "people": behind},
        **counted,
    }
    more = [*_of_latches(latched, behind), *_of_plans(waits, left)]
    common.show(data, lambda: _tell_status(found, counted, held, now, more))
    if counted["shelf"] or found["unclear"] or held or left or latched:
        end(ATTENTION)


@click.command(cls=Verbs, verbs=REPORTS)
def report() -> None:
    """Reports: funnel, follow-up, cost, content, routing, nurture, conflicts."""


@click.command()
@click.option("--since", help="Days back (90d) or a date (2026-03-01); by default everything.")
@click.option("--until", help="A date; by default now.")
@common
def funnel(since: str | None, until: str | None, common: Common) -> None:
    """How many came into each stage, and what sales made of the hand-overs."""
    with looking(common) as (store, in_force, now):
        end_at = (
            now + timedelta(seconds=1)
            if until is None
            else moment_of(until, in_force.book.timezone, "--until")
        )
        start = (
            datetime(1970, 1, 1, tzinfo=UTC)
            if since is None
            else since_of(since, end_at, in_force.book.timezone)
        )
        found = funnel_of(store, in_force.book, start, end_at)
    common.show(found.as_json(), lambda: show_funnel(console(), found))


def one_contact(store: Store, who: str) -> int:
    """The contact a person at the command line means; raises ConfigError, in the name of the command, for nobody and for several."""
    found = store.find(who)
    if len(found) == 1:
        return found[0]
    command = click.get_current_context().info_name or ""
    if not found:
        hint = "give an e-mail address or platform/kind/id"
        raise ConfigError([Problem(command, f"nobody is known as {who!r}", hint)])
    hint = "give one record: platform/kind/id"
    raise ConfigError([Problem(command, f"{len(found)} contacts are known as {who!r}", hint)])


def moment_of(text: str, zone: str, option: str, like: str = "") -> datetime:
    """A time as people write it, in the project's time zone unless it names one.

    Raises BadParameter in the name of the option; `like`: what else one may write there.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is not a time; write it like 2026-03-01T10:00{like}", param_hint=option
        ) from error
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def since_of(text: str, until: datetime, zone: str) -> datetime:
    """Days back (90d), or a time: what --since takes."""
    if text.endswith("d") and text[:-1].isdigit():
        return until - timedelta(days=int(text[:-1]))
    return moment_of(text, zone, "--since", ", or 90d for so many days back")


def _tell_status(
    found: Mapping[str, Any],
    counted: Mapping[str, int],
    held: Mapping[str, str],
    now: datetime,
    more: Sequence[tuple[str, str]],
) -> None:
    rows = [
        (f"{platform} {stream}", f"{duration(now - at)} ago")
        for (platform, stream), at in found["streams"].items()
    ]
    rows += [
        ("contacts, activities", f"{counted['contacts']:,}, {counted['activities']:,}"),
        ("changes waiting", f"{found['outbox']:,}, {found['unclear']:,} of them to be looked up"),
        ("due for a decision", f"{found['due']:,}"),
        ("answers overdue", f"{found['overdue']:,}"),
        (
            "waiting for a person",
            f"{counted['shelf']:,}" + ("   (leadcycle shelf list)" if counted["shelf"] else ""),
        ),
    ]
    rows += [(f"{platform} is held", cause) for platform, cause in held.items()]
    figures(console(), [*rows, *more])


def _of_latches(latched: Mapping[str, str], waiting: int) -> list[tuple[str, str]]:
    """What news has moved too many people for."""
    return [(f"latched, {wait(waiting)}", cause) for cause in latched.values()]


def _of_plans(waits: bool, left: int) -> list[tuple[str, str]]:
    """What a plan waits for."""
    rows = [("rules", WAITS)] if waits else []
    if left:
        rows.append(("a plan is under way", f"{people(left)} left: leadcycle apply with its hash"))
    return rows
