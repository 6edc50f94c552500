"""Memory of the daemon: idle, and after reading 10,000 and 100,000 contacts: `python -m benchmarks.memory`.

`leadcycle serve` runs as a process of its own, the emulated systems as another. It reads everybody (25 properties), decides about
everybody, writes a stage for everybody and goes on polling; then its resident memory is asked for. The sandbox's clock is moved on
all the while, so that the daemon's call budget is filled up again.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import click

from benchmarks.figures import Figures, tell
from benchmarks.portal import ROOT, person
from connector.cli.running.rehearsal import SandboxClock, sandbox_process
from connector.store import Store

STEP = timedelta(seconds=10)  # of virtual time for each look: twenty times the real one
LOOK_S = 0.5
SETTLED = timedelta(minutes=12)  # of virtual time at rest before the measurement
LONGEST_S = 900.0
MB = 2**20


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes: at rest, and at most (None where the system does not tell)."""

    rest: int
    peak: int | None


def export(path: Path, contacts: int) -> None:
    """A HubSpot export of so many contacts."""
    people = [person(number) for number in range(contacts)]
    names = list(dict.fromkeys(name for shown in people[:1000] for name in shown))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(people)


@contextmanager
def daemon(folder: Path, sandbox: str, database: str) -> Iterator[subprocess.Popen[bytes]]:
    """`leadcycle serve` on a new store with the wide project in force; asked to stop at the end."""
    project = folder / "wide"
    copytree(ROOT, project)
    environment = {
        **os.environ,
        "LEADCYCLE_SANDBOX": sandbox,
        "LEADCYCLE_PROJECT": str(project),
        "LEADCYCLE_DATABASE": database,
    }
    command = [sys.executable, "-m", "connector.cli"]
    subprocess.run([*command, "apply"], env=environment, check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "serve", "--listen", "127.0.0.1:0"], env=environment, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def size(process: subprocess.Popen[bytes]) -> Size:
    """Resident memory as the system counts it."""
    found = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process.pid)], check=True, capture_output=True
    )
    status = Path(f"/proc/{process.pid}/status")
    peak = None
    if status.exists():
        line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
        peak = int(line.split()[1]) * 1024
    return Size(int(found.stdout) * 1024, peak)


def at_rest(
    store: Store, clock: SandboxClock, contacts: int, process: subprocess.Popen[bytes]
) -> None:
    """Until everybody is read, decided and written, and for a while longer. Raises if that takes too long."""
    begun, quiet_since = time.monotonic(), None
    while time.monotonic() - begun < LONGEST_S:
        if process.poll() is not None:
            raise RuntimeError(f"the daemon ended with {process.returncode}")
        clock.advance(clock.now() + STEP)
        time.sleep(LOOK_S)
        found = store.status(clock.now())
        busy = found["outbox"] or found["due"] or len(store.contacts(limit=contacts)) < contacts
        if busy or not found["streams"]:
            quiet_since = None
            continue
        quiet_since = quiet_since or clock.now()
        if clock.now() - quiet_since >= SETTLED:
            return
    raise RuntimeError(f"not at rest after {LONGEST_S} seconds")


def measured(contacts: int) -> Size:
    """The daemon's memory with so many contacts."""
    tell(f"{contacts:,} contacts ...")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options: tuple[str, ...] = ()
        if contacts:
            export(folder / "contacts.csv", contacts)
            options = ("--contacts", str(folder / "contacts.csv"))
        database = f"sqlite:///{folder / 'bench.db'}"
        with (
            sandbox_process(*options) as url,
            daemon(folder, url, database) as process,
            closing(Store.open(database)) as store,
        ):
            at_rest(store, SandboxClock(url), contacts, process)
            return size(process)


@click.command()
@click.option("--contacts", multiple=True, type=int, default=(10_000, 100_000), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
def main(contacts: tuple[int, ...], as_json: bool) -> None:
    """Memory of the daemon, idle and with contacts."""
    report(contacts).show(as_json)


def report(contacts: tuple[int, ...]) -> Figures:
    figures = Figures(
        "memory",
        "Memory of `leadcycle serve` (resident)",
        ("contacts", "at rest", "above idle", "peak", "above idle"),
    )
    idle = measured(0)
    for count in (0, *contacts):
        found = measured(count) if count else idle
        peak = found.peak or found.rest
        cells = (found.rest, found.rest - idle.rest, peak, peak - (idle.peak or idle.rest))
        figures.rows.append((f"{count:,}", *(f"{cell / MB:.0f} MiB" for cell in cells)))
        figures.data[str(count)] = {
            "rest_mib": round(found.rest / MB, 1),
            "peak_mib": round(peak / MB, 1),
        }
    return figures


if __name__ == "__main__":
    main()
