"""The command line as people and scripts use it: words in; exit code, standard output and standard error out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.cli import main
from connector.sandbox.world import World

NOBODY = "http://127.0.0.1:9"  # a port where nobody listens
DEMO = ("demo", "--days", 3, "--every", 120, "--seed", 3, "--json")
EMAIL = "ute@kern.example"
PERSON = {
    "email": EMAIL,
    "firstname": "Ute",
    "lastname": "Kern",
    "jobtitle": "Head of Purchasing",
    "country": "Deutschland",
    "zip": "30159",
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def lead(*words: object, said: str = "") -> Done:
    """`leadcycle words...` in this process, by the installed command's own function; `said` is typed by the user."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["leadcycle", *map(str, words)], io.StringIO(said)
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv, sys.stdin = before
    code = ended.value.code
    assert isinstance(code, int)
    return Done(code, out.getvalue(), err.getvalue())


def process(*words: object, env: dict[str, str] | None = None, cwd: Path | None = None) -> Done:
    """`leadcycle words...` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "connector.cli", *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def wait(world: World, **span: float) -> None:
    """Time goes by in the sandbox; HubSpot's search, for example, lags by some minutes."""
    world.advance(world.clock.now() + timedelta(**span))


def ask_for_samples(world: World) -> None:
    """Somebody who fits orders samples."""
    world.hubspot.create("contacts", PERSON)
    forms = {form.name: form.guid for form in world.hubspot.portal.forms.by_guid.values()}
    world.hubspot.submit_form(forms["Sample order"], {"email": EMAIL})
    wait(world, minutes=5)
