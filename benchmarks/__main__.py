"""All benchmarks, each in a process of its own so that none pays for another's memory: `python -m benchmarks [--json]`."""

from __future__ import annotations

import subprocess
import sys

import click

ALL = ("pull", "merge", "decide", "plan", "calls", "memory")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each.")
def main(as_json: bool) -> None:
    """Every measured comparison, one after the other."""
    for name in ALL:
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--json"] if as_json else [])]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
