"""reconcile: all systems against the ledger, record by record; writes nothing unless asked to bury what was erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from connector.cli.opening import open_store
from connector.cli.options import ATTENTION, Common, common, end
from connector.cli.output import console, progress, table
from connector.cli.running.assembly import Clock, budget, connections, open_project
from connector.cli.running.cycle import clock_of, wait_until
from connector.config import Project
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.model.systems.change import Lane
from connector.model.systems.fact import Gone, Page
from connector.model.systems.port import Source
from connector.model.systems.ref import Ref
from connector.platforms.budget import Meter
from connector.platforms.plugin import load as load_platform
from connector.store import Store
from connector.sync.reconcile import Difference, Reconciled
from connector.sync.reconcile import reconcile as reconciled
from connector.sync.reconcile.people import people
from connector.sync.rollout import Active, active

SHOWN = 10  # records of one cause, for people


@click.command()
@click.argument("platforms", metavar="[PLATFORM]...", nargs=-1)
@click.option(
    "--bury",
    is_flag=True,
    envvar="LEADCYCLE_RECONCILE_BURY",
    help="Note in our own store that records erased there for good are gone.",
)
@common
def reconcile(platforms: Sequence[str], bury: bool, common: Common) -> None:
    """Compare every record of the systems with the ledger, and say why anything differs; writes nothing anywhere."""
    project, _ = open_project(common)
    with closing(open_store(common)) as store:
        clock, in_force = clock_of(project), active(store)
        found: dict[str, Reconciled] = {}
        for name, (source, meter) in _sources(project, store, clock, in_force, platforms).items():
            found[name] = _one(name, source, store, in_force, clock)
            found[name].calls = meter.calls
        people(store, in_force.book, in_force.mappings, clock.now(), found)
        buried = _bury(store, found.values(), clock.now()) if bury else 0
    data = {
        "explained": all(one.explained for one in found.values()),
        "buried": buried,
        "platforms": {name: _as_json(one) for name, one in found.items()},
    }
    common.show(data, lambda: _tell(found.values(), buried))
    if not data["explained"]:
        end(ATTENTION)


def _one(name: str, source: Source, store: Store, in_force: Active, clock: Clock) -> Reconciled:
    def wait(span: timedelta) -> None:
        wait_until(clock, clock.now() + span)

    expected = max(1, store.records().count(name))
    with progress(f"reconcile {name}", expected) as tell:
        return reconciled(
            source,
            name,
            store,
            in_force.mappings,
            clock.now(),
            wait,
            lambda count: tell(count, f"{count:,} records"),
        )


@dataclass
class Counted:
    """Counts the calls that a budget allows."""

    meter: Meter
    calls: int = 0

    def before(self, calls: int = 1, lane: Lane | None = None) -> None:
        self.meter.before(calls, lane)
        self.calls += calls

    def after(self, headers: Mapping[str, str]) -> None:
        self.meter.after(headers)


def _sources(
    project: Project, store: Store, clock: Clock, in_force: Active, names: Sequence[str]
) -> Mapping[str, tuple[Source, Counted]]:
    known = connections(project)
    for name in names:
        if name not in known:
            hint = f"connections are: {', '.join(known)}"
            raise ConfigError([Problem("reconcile", f"there is no connection {name!r}", hint)])
    found = {}
    for name in names or known:
        connection = replace(known[name], clock=clock.now)
        platform = load_platform(connection.type)
        if platform.source is not None:
            zone = ZoneInfo(project.timezone)
            meter = Counted(budget(platform, connection, store, clock, zone, burst=True))
            found[name] = platform.source(connection, in_force.mappings, meter), meter
    return found


def _bury(store: Store, found: Iterable[Reconciled], now: datetime) -> int:
    """Our own tombstones for what is not even in a recycle bin; the contacts are decided again."""
    count = 0
    for one in found:
        gone = tuple(Gone(Ref.parse(record), now) for record in one.erased)
        if gone:
            store.merge(one.platform, "reconcile", Page(gone=gone), (), now)
            count += len(gone)
    return count


def _as_json(found: Reconciled) -> dict[str, Any]:
    return {
        "there": dict(found.there),
        "here": dict(found.here),
        "same": found.same,
        "calls": found.calls,
        "explained": found.explained,
        "causes": [
            {"side": side, "code": cause.code, "cause": cause.sentence, "cure": cause.cure, "count": count}
            for (side, cause), count in found.by_cause.items()
        ],
        "differences": [_difference(one) for one in found.differences],
        "by_rule": [
            {"field": field, "rule": rule, "count": count}
            for (field, rule), count in found.by_rule.most_common()
        ],
    }  # fmt: skip


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "side": one.side,
        "record": one.record,
        "contact": one.contact,
        "properties": list(one.properties),
        "code": one.cause.code,
    }


def _tell(found: Iterable[Reconciled], buried: int) -> None:
    for one in found:
        click.echo(
            f"{one.platform}: {one.there.total():,} records there, {one.here.total():,} here,"
            f" {one.same:,} the same ({one.calls:,} calls)"
        )
        if one.by_cause:
            _causes(one)
        for (field, rule), count in one.by_rule.most_common():
            click.echo(f"  by rule: {count:,} {field} ({rule})")
    if buried:
        click.echo(f"{buried:,} erased records are noted as gone. Next: leadcycle run")


def _causes(found: Reconciled) -> None:
    rows = [
        (
            str(count),
            side,
            f"{cause.sentence}\n{cause.cure}".strip(),
            _examples(found, side, cause.code),
        )
        for (side, cause), count in sorted(
            found.by_cause.items(), key=lambda item: (item[0][1].explained, -item[1])
        )
    ]
    table(console(), ("", "where", "cause, and the cure", "records"), rows, right=(0,))


def _examples(found: Reconciled, side: str, code: str) -> str:
    mine = [one for one in found.differences if one.side == side and one.cause.code == code]
    names = [
        one.record.partition("/")[2] + (f": {', '.join(one.properties[:4])}" if one.properties else "")
        for one in mine[:SHOWN]
    ]  # fmt: skip
    more = _more(len(mine) - SHOWN)
    return "\n".join([*names, *more])


def _more(count: int) -> list[str]:
    return [f"… and {count:,} more"] if count > 0 else []
