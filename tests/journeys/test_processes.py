"""The real program as a process of its own: killed at any moment, stopped politely, sent to nowhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import HEAD_OF_PURCHASING, Tap

from connector.cli.example import example_files, example_root
from connector.sandbox.company import furnish
from connector.sandbox.server import serving
from connector.sandbox.world import World

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PATIENCE = 90.0  # seconds of real time that a busy machine may take for one step
PEOPLE = 12
KILLED_AT = ((1, "after"), (1, "before"), (2, "after"), (1, "after"), (3, "before"), (2, "after"))
"""The write, counted from the start of each process, before or after which that process is killed."""


class Site:
    """The company over HTTP in this process; the program under test is another one."""

    def __init__(self, folder: Path) -> None:
        self.world = World.build(3, START)
        self.company = furnish(self.world.hubspot, self.world.salesforce, 3, content=False)
        self.crm, self.hubspot = self.world.salesforce, self.world.hubspot
        self.watch: Callable[[str], None] = lambda _: None
        vendors = {
            name: Tap(name, each, self._passed) for name, each in self.world.vendors().items()
        }
        self.world.vendors = lambda: vendors  # type: ignore[method-assign]  # every request is seen
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LEADCYC")},
            "LEADCYCLE_PROJECT": str(_unhurried(folder / "unhurried")),
            "LEADCYCLE_DATABASE": f"sqlite:///{folder / 'store.db'}",
            "PYTHONWARNINGS": "error",
        }

    def _passed(self, place: str) -> None:
        self.watch(place)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "connector.cli", *words]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A process that certainly ends with the block."""
        with subprocess.Popen(
            self.command(*words),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def tick(self, seconds: float = 61) -> None:
        self.world.advance(self.world.clock.now() + timedelta(seconds=seconds))

    def eventually(self, holds: Callable[[], bool], what: str) -> None:
        """The virtual clock goes on until it holds; real time is bounded."""
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.1)):
            with self.world.lock:
                if holds():
                    return
            self.tick()
            pause.wait(0.1)
        pytest.fail(f"not within {PATIENCE} seconds: {what}")

    def ask_for_samples(self, count: int = PEOPLE) -> list[str]:
        """So many new people; their contacts' ids."""
        form, known = self.company.forms["Sample order"], len(self.hubspot.ids("contacts"))
        asked = ({"email": f"p{known + n}@kern.example"} for n in range(count))
        with self.world.lock:
            return [
                str(self.hubspot.submit_form(form, {**HEAD_OF_PURCHASING, **each}))
                for each in asked
            ]

    def leads(self) -> list[Mapping[str, Any]]:
        return list(self.crm.rows("Lead"))


def _unhurried(folder: Path) -> Path:
    """The example, in which nobody is late: each hand-over has one task, however far the virtual clock runs."""
    for name in example_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(example_root() / name, folder / name)
    rules = folder / "rules" / "follow_up.yaml"
    text = rules.read_text("utf-8")
    kept = re.sub(r"\n    (remind|on_breach):.*(\n      - .*)*", "", text)
    assert kept != text
    rules.write_text(re.sub(r"within: \{[^}]*\}", 'within: {"*": 200d}', kept), "utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with serving(made.world) as url:
        made.environment["LEADCYCLE_SANDBOX"] = url
        yield made


def is_write(place: str) -> bool:
    """Whether records change at this boundary; HubSpot's searches and batch reads are POSTs, too."""
    return place.split(": ")[1].split()[1] in ("POST", "PATCH", "PUT")


def test_killed_again_and_again_nothing_is_lost_and_nothing_done_twice(site: Site) -> None:
    assert site.run("apply").returncode == 0
    contacts: list[str] = []
    killed = 0
    for number, moment in KILLED_AT:
        contacts += site.ask_for_samples(4)
        with site.started("serve", "--listen", "127.0.0.1:0") as process:
            _kill_at_write(site, process, number, moment)
            _ticking(site, process)
            killed += process.wait(PATIENCE) == -signal.SIGKILL
    site.watch = lambda _: None
    assert killed == len(KILLED_AT)

    with site.started("serve", "--listen", "127.0.0.1:0") as process:
        site.eventually(lambda: _handed_over(site, contacts), "everybody is handed over")
        lead = site.leads()[0]
        site.crm.update("Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"})
        site.eventually(
            lambda: "94822001" in {_stage(site, each) for each in contacts}, "HubSpot hears of it"
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert site.crm.duplicate_leads() == 0
    assert len(site.leads()) == len(contacts)
    tasks = [row["Leadcycle_Key__c"] for row in site.crm.rows("Task")]
    assert len(tasks) == len(set(tasks)) == len(contacts)
    before = site.crm.writes_total + site.hubspot.writes_total
    site.tick(3600)
    assert site.run("run").returncode == 0
    assert site.crm.writes_total + site.hubspot.writes_total == before


def test_run_killed_in_the_middle_is_simply_run_again(site: Site) -> None:
    assert site.run("apply").returncode == 0
    site.ask_for_samples()
    with site.started("run") as process:
        _kill_at_write(site, process, 2, "after")
        assert process.wait(PATIENCE) == -signal.SIGKILL
    site.watch = lambda _: None
    site.tick()
    site.run("run")
    site.tick(3600)
    done = site.run("run", "--json")
    assert (done.returncode, json.loads(done.stdout)["shelf"]) == (0, 0)
    assert len(site.leads()) == len(list(site.crm.rows("Task"))) == PEOPLE
    assert site.crm.duplicate_leads() == 0


def test_two_daemons_on_one_store_are_told_apart(site: Site) -> None:
    assert site.run("apply").returncode == 0
    site.ask_for_samples()
    with site.started("serve", "--listen", "127.0.0.1:0") as process:
        site.eventually(lambda: len(site.leads()) == PEOPLE, "the first one works")
        second = site.run("run")
        assert second.returncode in (1, 4)
        assert "Traceback" not in second.stderr
        assert "lease" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert len(site.leads()) == PEOPLE


def test_the_daemon_says_how_it_is_and_stops_politely(site: Site) -> None:
    assert site.run("apply").returncode == 0
    site.ask_for_samples()
    with site.started("serve", "--listen", "127.0.0.1:0") as process:
        address = _address(process)
        site.eventually(lambda: len(site.leads()) == PEOPLE, "it works")
        site.tick(3600)  # nothing was read for an hour, and then it is
        _until_healthy(address)
        assert json.loads(_read(f"{address}/health")) == {"status": "ok"}
        metrics = _read(f"{address}/metrics")
        assert f"leadcycle_handed_over {float(PEOPLE)}" in metrics
        assert 'leadcycle_stream_age_seconds{stream="hubspot/contacts"}' in metrics
        assert "kern.example" not in metrics + _read(f"{address}/")
        begun = datetime.now(UTC)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        took = datetime.now(UTC) - begun
        said = process.stderr.read() if process.stderr else ""
    assert took < timedelta(seconds=30)
    assert "Traceback" not in said
    assert "kern.example" not in said
    assert '"event": "stopped"' in said


def test_a_system_that_cannot_be_reached_is_one_sentence(site: Site) -> None:
    assert site.run("apply").returncode == 0
    with closing(socket.socket()) as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for verb in ("run", "connect"):
            done = site.run(verb, LEADCYCLE_SANDBOX=nowhere)
            assert done.returncode == 4, (verb, done.stderr)
            assert "Traceback" not in done.stderr


def test_wrong_credentials_are_one_sentence_a_platform(site: Site, tmp_path: Path) -> None:
    root = _copied(tmp_path)
    url = site.environment.pop("LEADCYCLE_SANDBOX")
    path = root / "leadcycle.yaml"
    text = path.read_text("utf-8")
    for name in ("hubspot", "salesforce"):
        text = text.replace(f"    type: {name}\n", f"    type: {name}\n    url: {url}/{name}\n")
    path.write_text(text, "utf-8")
    wrong = {
        "LEADCYCLE_PROJECT": str(root),
        "HUBSPOT_TOKEN": "canary-token",
        "SALESFORCE_KEY": "canary-key",
        "SALESFORCE_SECRET": "canary-secret",
    }
    assert site.run("apply", **wrong).returncode == 0
    for verb in ("connect", "run"):
        done = site.run(verb, **wrong)
        said = done.stdout + done.stderr
        assert done.returncode == 4, (verb, said)
        assert "Traceback" not in said
        assert "canary" not in said
        assert "hubspot" in said
        assert "salesforce" in said


def test_missing_credentials_are_named_by_their_variable(site: Site) -> None:
    del site.environment["LEADCYCLE_SANDBOX"]
    for name in ("HUBSPOT_TOKEN", "SALESFORCE_KEY", "SALESFORCE_SECRET"):
        site.environment.pop(name, None)
    done = site.run("connect")
    assert done.returncode == 4
    assert "HUBSPOT_TOKEN" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("rules/scoring.yaml", "half_life: 30d", "half_life: 30 apples", "rules/scoring.yaml:"),
        ("rules/lifecycle.yaml", "hand_over: SQL", "hand_over: SQX", "rules/lifecycle.yaml:7:"),
        ("rules/routing.yaml", "fallback:", "falback:", "rules/routing.yaml:"),
        ("mappings/fields.yaml", "type: email", "type: emial", "mappings/fields.yaml:"),
        ("leadcycle.yaml", "version: 1", "version: [1", "leadcycle.yaml:"),
    ],
)
def test_a_broken_project_is_named_by_line_and_nothing_applied(
    site: Site, tmp_path: Path, file: str, old: str, new: str, where: str
) -> None:
    root = _copied(tmp_path)
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), "utf-8")
    for verb in ("check", "apply"):
        done = site.run(verb, LEADCYCLE_PROJECT=str(root))
        said = done.stdout + done.stderr
        assert done.returncode == 2, (verb, said)
        assert where in said
        assert "Traceback" not in said
    assert site.run("run").returncode == 2  # nothing is in force


def _copied(folder: Path) -> Path:
    root = folder / "project"
    for part in ("mappings", "rules", "values"):
        shutil.copytree(example_root() / part, root / part)
    shutil.copy(example_root() / "leadcycle.yaml", root)
    return root


def _kill_at_write(site: Site, process: subprocess.Popen[str], number: int, moment: str) -> None:
    """SIGKILL arrives while the n-th write of this process is on its way, or its answer is."""
    seen = 0
    written = site.crm.writes_total + site.hubspot.writes_total

    def watch(place: str) -> None:
        nonlocal seen, written
        if not is_write(place):
            return
        if f": {moment} " not in place:
            return
        rows = site.crm.writes_total + site.hubspot.writes_total
        if moment == "after":
            seen += rows > written
            written = rows
        else:
            seen += 1
        if seen >= number and process.poll() is None:
            process.kill()

    site.watch = watch


def _ticking(site: Site, process: subprocess.Popen[str]) -> None:
    """Time goes on until the process is dead."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.1)):
        if process.poll() is not None:
            return
        site.tick()
        pause.wait(0.1)


def _handed_over(site: Site, contacts: list[str]) -> bool:
    tasks = list(site.crm.rows("Task"))
    return (
        len(site.leads()) >= len(contacts)
        and len(tasks) >= len(contacts)
        and all(_stage(site, each) == "salesqualifiedlead" for each in contacts)
    )


def _stage(site: Site, contact: str) -> str:
    return site.hubspot.get("contacts", contact)["lifecyclestage"]


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if '"serving"' in line:
            return str(json.loads(line)["address"])
    pytest.fail("the daemon never said where it listens")


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.read().decode()


def _until_healthy(address: str) -> None:
    """The clock stands still, so a daemon that reads catches up."""
    pause, said = threading.Event(), []
    for _ in range(int(PATIENCE / 0.1)):
        said.append(_status(f"{address}/health"))
        if said[-1] == 200:
            break
        pause.wait(0.1)
    assert set(said) <= {200, 503}
    assert said[-1] == 200


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
