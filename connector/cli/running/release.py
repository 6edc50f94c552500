"""release: what news has moved too many people for, and a person's word that it may go."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from connector.cli.opening import open_store
from connector.cli.options import ATTENTION, Common, common, end
from connector.cli.output import console, figures, table
from connector.cli.reading import latest
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.store import Store, Surge
from connector.sync.counted import people, wait
from connector.sync.guard import WHAT
from connector.sync.rollout import active

EXAMPLES = 3  # of each cause
NOTHING = "Nothing is latched."


@click.command()
@click.option(
    "--allow",
    type=click.IntRange(0),
    envvar="LEADCYCLE_RELEASE_ALLOW",
    metavar="N",
    help="Let it go, if no more than so many people wait.",
)
@click.option(
    "--people",
    "everybody",
    envvar="LEADCYCLE_RELEASE_PEOPLE",
    is_flag=True,
    help="Show everybody instead of some.",
)
@common
def release(allow: int | None, everybody: bool, common: Common) -> None:
    """Changes that wait because news moved too many people at once: see them, and let them go."""
    with closing(open_store(common)) as store:
        active(store)
        found = store.guard.surge(latest(store), None if everybody else EXAMPLES)
        released = bool(found.latches) and allow is not None and _released(store, allow)
    data = {"released": released, **as_json(found)}
    common.show(data, lambda: _tell(found, released=released))
    if found.latches and not released:
        end(ATTENTION)


def _released(store: Store, allow: int) -> bool:
    done, waiting = store.guard.release(latest(store), allow)
    if not done and waiting > allow:
        said = f"{wait(waiting)}; {allow:,} are allowed"
        hint = f"look at them once more, then: leadcycle release --allow {waiting}"
        raise ConfigError([Problem("release", said, hint)])
    return done


def as_json(found: Surge) -> dict[str, Any]:
    """Samples hold names, for they are asked for by somebody who may see them."""
    return {
        "latches": {
            latch.group: {
                "since": latch.since.isoformat(),
                "people": latch.people,
                "limit": latch.limit,
            }
            for latch in found.latches
        },
        "people": found.people,
        "changes": dict(found.changes),
        "causes": dict(found.causes),
        "samples": [
            {
                "contact": one.contact,
                "who": one.who,
                "company": one.company,
                "cause": one.cause,
                "record": one.record,
                "create": one.create,
                "fields": list(one.fields),
            }
            for one in found.samples
        ],
    }


def _tell(found: Surge, *, released: bool) -> None:
    if not found.latches:
        click.echo(NOTHING)
        return
    _show(console(), found)
    if released:
        click.echo(f"Released: what waits for {people(found.people)} goes now.")
    else:
        click.echo(f"To let it go:  leadcycle release --allow {found.people}", err=True)


def _show(out: Console, found: Surge) -> None:
    rows = [
        (
            f"{WHAT[one.group]} wait since",
            f"{one.since:%Y-%m-%d %H:%M} UTC: more than {one.limit:,} people were moved at once",
        )
        for one in found.latches
    ]
    rows += [("people who wait", f"{found.people:,}")]
    rows += [(f"would write {kind}", f"{count:,}") for kind, count in found.changes.items()]
    figures(out, rows)
    if found.causes:
        out.print("\nWhy")
        table(out, ("cause", "people"), _counted(found.causes.items()), right=(1,))
    if found.samples:
        out.print("\nFor example")
        table(
            out,
            ("who", "company", "cause", "properties"),
            [
                (escape(s.who), escape(s.company), escape(s.cause), _fields(s.fields))
                for s in found.samples
            ],
        )


def _counted(causes: Any) -> list[tuple[str, str]]:
    return [(escape(cause), f"{count:,}") for cause, count in causes]


def _fields(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
