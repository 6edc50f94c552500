"""All benchmarks, each in a process of its own so that none pays for another's memory: `python -m benchmarks [NAME ...]`.

Each result is kept as soon as it is there, as JSON in `var/bench/NAME.json`; `--go-on` measures only what is not there yet.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from benchmarks.figures import Figures

KEPT = Path("var") / "bench"
SIZES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "pull": (("--contacts", 100_000), ("--activities", 100_000)),
    "merge": (("--contacts", 20_000),),
    "decide": (("--contacts", 5_000),),
    "plan": (("--contacts", 10_000), ("--contacts", 100_000)),
    "calls": (("--leads", 1_000),),
    "memory": (("--contacts", 10_000), ("--contacts", 100_000)),
}
"""What each is about, and its full size."""
LEAST = 20  # contacts; fewer show nothing


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(tuple(SIZES)))
@click.option(
    "--share",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.0, 1.0, min_open=True),
    help="Of the full sizes.",
)
@click.option("--go-on", is_flag=True, help="Measure only what has no result of this size yet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each.")
def main(names: tuple[str, ...], share: float, go_on: bool, as_json: bool) -> None:
    """Every measured comparison (or those named), one after the other; what is done is told on stderr."""
    wanted = names or tuple(SIZES)
    for place, name in enumerate(wanted, start=1):
        told = f"[{place}/{len(wanted)}] {name}"
        found = _kept(name, share) if go_on else None
        if found is None:
            click.echo(f"{told} ...", err=True)
            begun = time.monotonic()
            found = _measured(name, share)
            told = f"{told}: {time.monotonic() - begun:,.0f} s, kept in {_file(name)}"
            _keep(name, found)
        else:
            told = f"{told}: as kept in {_file(name)}"
        click.echo(told, err=True)
        _show(found, as_json)


def _measured(name: str, share: float) -> dict[str, Any]:
    sizes = [part for option, size in _sizes(name, share) for part in (option, str(size))]
    command = [sys.executable, "-m", f"benchmarks.{name}", *sizes, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return {"share": share, **orjson.loads(done.stdout)}


def _sizes(name: str, share: float) -> list[tuple[str, int]]:
    return [(option, max(LEAST, round(size * share))) for option, size in SIZES[name]]


def _file(name: str) -> Path:
    return KEPT / f"{name}.json"


def _kept(name: str, share: float) -> dict[str, Any] | None:
    try:
        found = dict(orjson.loads(_file(name).read_bytes()))
    except (OSError, ValueError):
        return None
    return found if found.get("share") == share else None


def _keep(name: str, found: dict[str, Any]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    _file(name).write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(found).decode())
    else:
        Figures(str(found["benchmark"]), **found["table"]).show(False)


if __name__ == "__main__":
    main()
