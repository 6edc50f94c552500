"""The shelf: what waits for a person, grouped by cause."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click

from connector.cli.opening import open_store
from connector.cli.options import ATTENTION, Common, Verbs, common, end
from connector.cli.output import console, figures, table
from connector.cli.reading import latest
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.store import Shelved, Store
from connector.sync.rollout import active

VERBS = {
    name: f"connector.cli.shelf:{name}_" for name in ("list", "show", "retry", "skip", "choose")
}
NOT_BEGUN = (
    "Nothing can wait yet: no rules are in force. Run `leadcycle check`, then `leadcycle apply`."
)
SEVERAL = "several"  # systems that take part in a conflict


@click.command(cls=Verbs, verbs=VERBS)
def shelf() -> None:
    """What waits for a person: list, show, retry, skip, choose."""


@click.command("list")
@click.option(
    "--warnings",
    is_flag=True,
    help="Also values that were left out, while the rest of their record went on.",
)
@common
def list_(warnings: bool, common: Common) -> None:
    """Everything on the shelf, grouped by cause."""
    with closing(open_store(common)) as store:
        causes = [cause for cause in store.shelf() if warnings or cause.level == "error"]
        begun = store.active() is not None
    data = [
        {
            "platform": cause.platform,
            "code": cause.code,
            "level": cause.level,
            "message": cause.message,
            "hint": cause.hint,
            "count": len(cause.rows),
            "rows": [row.id for row in cause.rows],
            "since": min(row.since for row in cause.rows).isoformat(),
        }
        for cause in causes
    ]
    common.show({"causes": data}, lambda: _tell(data, begun=begun))
    if any(cause.level == "error" for cause in causes):
        end(ATTENTION)


@click.command("show")
@click.argument("row", type=int)
@common
def show_(row: int, common: Common) -> None:
    """One row in full."""
    with closing(open_store(common)) as store:
        found = _row(store, row)
    data = {
        "row": found.id,
        "platform": found.platform,
        "record": found.record,
        "contact": found.contact,
        "code": found.code,
        "level": found.level,
        "message": found.message,
        "hint": found.hint,
        "since": found.since.isoformat(),
        "seen_at": found.seen_at.isoformat(),
        "state": found.state,
        "count": found.count,
    }
    common.show(
        data,
        lambda: figures(
            console(),
            [(name, str(value)) for name, value in data.items() if value not in (None, "")],
        ),
    )


@click.command("retry")
@click.argument("rows", type=int, nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, envvar="LEADCYCLE_SHELF_RETRY_ALL", help="Every row."
)
@common
def retry_(rows: Sequence[int], everything: bool, common: Common) -> None:
    """Try rows again, once their cause is cured."""
    _each(rows, everything, common, "retried", Store.retry)


@click.command("skip")
@click.argument("rows", type=int, nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, envvar="LEADCYCLE_SHELF_SKIP_ALL", help="Every row."
)
@common
def skip_(rows: Sequence[int], everything: bool, common: Common) -> None:
    """Leave rows be."""
    _each(rows, everything, common, "skipped", Store.skip)


@click.command("choose")
@click.argument("row", type=int)
@click.option(
    "--from",
    "platform",
    envvar="LEADCYCLE_SHELF_CHOOSE_FROM",
    required=True,
    help="The platform whose value holds.",
)
@click.option("--field", help="Only this field; by default all that wait in the row.")
@common
def choose_(row: int, platform: str, field: str | None, common: Common) -> None:
    """Say whose value holds where two systems were edited differently (CONFLICT)."""
    with closing(open_store(common)) as store:
        active(store)
        _row(store, row)
        try:
            chosen = store.choose(row, platform, field, latest(store))
        except ValueError as error:
            hint = "leadcycle shelf list shows what waits"
            raise ConfigError([Problem("shelf", str(error), hint)]) from error
    data = {name: str(ref) for name, ref in chosen.items()}
    common.show(
        {"row": row, "chosen": data},
        lambda: click.echo(
            "\n".join(f"{name}: the value of {ref} holds" for name, ref in data.items())
        ),
    )


def _each(rows: Sequence[int], everything: bool, common: Common, word: str, act: Any) -> None:
    if bool(rows) == everything:
        raise click.UsageError("give row numbers, or --all")
    with closing(open_store(common)) as store:
        active(store)
        now = latest(store)
        chosen = (
            [row.id for row in store.shelf_rows()]
            if everything
            else [_row(store, row).id for row in rows]
        )
        for row in chosen:
            act(store, row, now)
    common.show({word: chosen}, lambda: click.echo(f"{len(chosen)} {word}"))


def _row(store: Store, row: int) -> Shelved:
    known = store.shelf_rows(("open", "retry", "skipped", "cured"))
    found = next((one for one in known if one.id == row), None)
    if found is None:
        raise ConfigError(
            [Problem("shelf", f"there is no row {row}", "leadcycle shelf list shows the rows")]
        )
    return found


def _tell(data: Sequence[dict[str, Any]], *, begun: bool) -> None:
    if not data:
        click.echo("The shelf is empty." if begun else NOT_BEGUN)
        return
    rows = [
        (
            str(one["count"]),
            one["platform"] or SEVERAL,
            one["code"],
            f"{one['message']}\n{one['hint']}".strip(),
            ", ".join(map(str, one["rows"][:5])) + (" …" if one["count"] > 5 else ""),
        )
        for one in data
    ]
    table(console(), ("", "platform", "cause", "what, and the cure", "rows"), rows, right=(0,))
