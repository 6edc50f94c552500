"""Puts what the demo shows into README.md, between its two marks: `python docs/capture.py`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- demo -->\n", "<!-- /demo -->\n"
DEMO = ("demo", "--days", "90", "--seed", "7")


def main() -> None:
    before, rest = README.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    README.write_text(f"{before}{BEGIN}```text\n{shown()}```\n{END}{after}", encoding="utf-8")


def shown() -> str:
    """Standard output of the demo, as if it had been run in the project's folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "connector.cli", *DEMO]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own program
        text = done.stdout.replace(f"{Path(folder).resolve()}/", "")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


if __name__ == "__main__":
    main()
