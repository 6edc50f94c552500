"""First contact: what would be written to systems that have people in them, and the question whether it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from connector.cli.output import console, figures, table
from connector.store import Preview, Sample, Store

SAMPLES = 10
WHY = {"our key": "by our key", "redirect": "by a merge or conversion", "person": "by a person"}


def previews(
    store: Store, held: Mapping[str, str], now: datetime, *, people: bool
) -> tuple[Preview, ...]:
    """What waits for the systems that are held; `people`: with everybody it concerns instead of some."""
    return tuple(store.first.preview(name, now, None if people else SAMPLES) for name in held)


def allow(store: Store, found: Sequence[Preview], now: datetime) -> None:
    """Somebody has seen this and says yes to as many new records as were shown."""
    for one in found:
        store.first.allow(one.platform, now, creates=sum(one.creates.values()))


def asked(found: Sequence[Preview]) -> bool:
    """Shows all of it and asks."""
    for one in found:
        show(console(), one)
    names = " and ".join(one.platform for one in found)
    return click.confirm(f"Write this to {names}?", default=False)


def as_json(one: Preview) -> dict[str, Any]:
    """One system's preview; samples hold names, for they are asked for by somebody who may see them."""
    return {
        "strangers": one.strangers,
        "creates": dict(one.creates),
        "updates": one.updates,
        "tasks": one.tasks,
        "properties": {
            name: {"filled": touched.filled, "changed": touched.changed}
            for name, touched in one.properties.items()
        },
        "matched": dict(one.matched),
        "doubtful": one.doubtful,
        "owners": dict(one.owners),
        "samples": [
            {
                "contact": sample.contact,
                "who": sample.who,
                "company": sample.company,
                "record": sample.record,
                "create": sample.create,
                "owner": sample.owner,
                "fields": list(sample.fields),
            }
            for sample in one.samples
        ],
    }


def show(out: Console, one: Preview) -> None:
    """Counts, properties, owners, examples."""
    out.print(f"\n[bold]First contact with {one.platform}[/bold]")
    figures(out, _counts(one))
    if one.properties:
        out.print("\nWhat would change on records that are there")
        rows = [(name, f"{t.filled:,}", f"{t.changed:,}") for name, t in one.properties.items()]
        table(out, ("property", "filled", "overwritten"), rows, right=(1, 2))
    if one.owners:
        out.print("\nWhose they would be")
        table(out, ("owner", ""), [(k, f"{n:,}") for k, n in one.owners.items()], right=(1,))
    if one.samples:
        out.print("\nFor example" if len(one.samples) <= SAMPLES else "\nEverybody")
        table(out, ("", "who", "company", "owner", "properties"), [_row(s) for s in one.samples])
    out.print()


def _counts(one: Preview) -> list[tuple[str, str]]:
    rows = [("people there already", f"{one.strangers:,}")]
    rows += [(f"would create {kind}", f"{count:,}") for kind, count in one.creates.items()]
    rows += [
        ("would update", f"{one.updates:,} records"),
        ("would create tasks", f"{one.tasks:,}"),
    ]
    rows += [
        (f"known elsewhere {WHY.get(why, why.replace('key:', 'by '))}", f"{count:,}")
        for why, count in one.matched.items()
    ]
    if one.doubtful:
        rows.append(("perhaps known elsewhere", f"{one.doubtful:,}   (leadcycle shelf list)"))
    return rows


def _row(sample: Sample) -> tuple[str, ...]:
    names = ", ".join(sample.fields[:4]) + (" …" if len(sample.fields) > 4 else "")
    kind = sample.record.split("/")[1]
    return (
        f"new {kind}" if sample.create else kind,
        escape(sample.who),
        escape(sample.company),
        sample.owner,
        names,
    )
