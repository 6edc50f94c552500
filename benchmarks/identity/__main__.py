"""Precision and recall of keys on public data sets: `python -m benchmarks.identity [--json] [--write]`."""

from __future__ import annotations

import click

from benchmarks.figures import Figures
from benchmarks.identity import growth, page
from benchmarks.identity.measure import Measured, measure
from benchmarks.identity.people import FOLDER, SETS


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
@click.option("--write", is_flag=True, help="Also into docs/reference/identity.md.")
@click.option(
    "--further", type=int, default=growth.FURTHER[-1], help="Further people in the last column."
)
def main(as_json: bool, write: bool, further: int) -> None:
    """Every data set through YAML, readings, store and contacts."""
    if not FOLDER.is_dir():
        raise click.ClickException(f"the data sets are not here: {FOLDER}")
    found = {name: measure(load(), page.keys_of(name)) for name, load in SETS.items()}
    grown = growth.measured((*growth.FURTHER[:-1], further))
    figures = Figures("identity", "Who is who", ("", "precision", "recall", "left to a person"))
    for name, one in found.items():
        figures.rows.append(_row(name, one))
        figures.data[name] = {"precision": one.precision, "recall": one.recall, "wrong": one.wrong}
    for each in grown:
        for size, one in each.by_further.items():
            figures.rows.append(_row(f"{each.key} (+{size:,})", one))
    figures.show(as_json)
    if write:
        tables = {"sets": page.sets_table(found), "growth": page.growth_table(grown)}
        text = page.written(page.PAGE.read_text(encoding="utf-8"), tables)
        page.PAGE.write_text(text, encoding="utf-8")


def _row(name: str, one: Measured) -> tuple[str, str, str, str]:
    return name, f"{one.precision:.4f}", f"{one.recall:.4f}", f"{one.ambiguous + one.asked}"


if __name__ == "__main__":
    main()
