"""The command as a process: exit codes, what goes where, signals, colours, the environment."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
import pytest
import requests
from prompt import EMAIL, Done, ask_for_samples, lead, process, wait

from connector.cli import leadcycle
from connector.cli.running.rehearsal import sandbox_process
from connector.errors import Stopped
from connector.sandbox.world import World

PATIENCE = 60


@contextmanager
def running(*words: object, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on; it is ended by the test, or at the latest here."""
    command = [sys.executable, "-m", "connector.cli", *map(str, words)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    ) as found:
        try:
            yield found
        finally:
            found.kill()


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def ended(found: subprocess.Popen[str], by: signal.Signals) -> Done:
    """Python drops an interruption that arrives while it tidies an object up: then a person presses the keys once more."""
    for _ in range(3):
        found.send_signal(by)
        try:
            out, err = found.communicate(timeout=PATIENCE / 3)
        except subprocess.TimeoutExpired:
            continue
        return Done(found.returncode, out, err)
    raise AssertionError("the process did not end")


def test_version_and_help_come_without_a_project(tmp_path: Path) -> None:
    assert process("--version", cwd=tmp_path).out.startswith("leadcycle, version ")
    done = process("-h", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    for verb in ("init", "check", "connect", "install", "apply", "run", "serve", "demo"):
        assert f"\n  {verb} " in done.out


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("explain",),
        ("status", "--nonsense"),
        ("demo", "--days", "0"),
        ("shelf",),
    ],
)
def test_wrong_use_is_exit_2_on_stderr(words: tuple[str, ...]) -> None:
    done = lead(*words)
    assert (done.code, done.out) == (2, "")
    assert "Usage: leadcycle" in done.err


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """Only known errors become a sentence; anything else is shown whole."""
    monkeypatch.setattr("connector.cli.project.load", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lead("check", "--project", project)


def test_results_on_stdout_logs_on_stderr(
    project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert process("apply", "--project", project).code == 0
    world.hubspot.portal.switches.token_state = "revoked"
    ask_for_samples(world)
    with_fault = process("run", "--project", project, "--json")
    assert isinstance(with_fault.json, dict)
    for said in with_fault.err.splitlines():
        assert json.loads(said)["level"] in ("warning", "error", "info")


def test_serve_lives_until_sigterm(project: Path, world: World, sandbox: str) -> None:
    """Health and metrics on the loopback; a lead is handed over; a second daemon is refused; SIGTERM ends it cleanly."""
    assert lead("apply", "--project", project).code == 0
    with running("serve", "--project", project, "--listen", "127.0.0.1:0") as daemon:
        started = json.loads(line(daemon.stderr))
        assert started["event"] == "serving"
        ask_for_samples(world)
        for _ in range(600):
            found = lead("explain", EMAIL, "--project", project, "--json")
            if found.code == 0 and found.json["stage"] == "SQL":
                break
        else:
            pytest.fail(f"never handed over: {found}")
        assert requests.get(f"{started['address']}/health", timeout=10).json() == {"status": "ok"}
        metrics = requests.get(f"{started['address']}/metrics", timeout=10).text
        assert "\nleadcycle_handed_over 1.0\n" in metrics
        assert EMAIL not in metrics
        second = lead("run", "--project", project)
        assert (second.code, second.out) == (1, "")
        assert "holds the lease 'daemon' until" in second.err
        done = ended(daemon, signal.SIGTERM)
    assert (done.code, done.out) == (0, "")
    assert json.loads(done.err.splitlines()[-1])["clean"] is True
    assert lead("run", "--project", project).code == 0  # the lease was given back


def test_a_running_daemon_notices_other_rules(project: Path, world: World, sandbox: str) -> None:
    """plan and apply beside it; it begins anew by the new rules and writes what the plan decided."""
    assert lead("apply", "--project", project).code == 0
    path = project / "rules" / "lifecycle.yaml"
    with running("serve", "--project", project, "--listen", "127.0.0.1:0") as daemon:
        address = json.loads(line(daemon.stderr))["address"]
        path.write_text(
            path.read_text("utf-8").replace("activity: {at_least: 35}", "activity: {at_least: 34}"),
            "utf-8",
        )
        assert (
            "\nleadcycle_edited_files_wait 1.0\n"
            in requests.get(f"{address}/metrics", timeout=10).text
        )
        made = lead("plan", "--project", project, "--json").json["plan"]
        assert lead("apply", made, "--project", project).code == 0
        wait(world, minutes=5)
        told = (json.loads(line(daemon.stderr)) for _ in range(20))
        noticed = next(one for one in told if one["event"] == "rules_in_force")
        metrics = requests.get(f"{address}/metrics", timeout=10).text
        assert "\nleadcycle_edited_files_wait 0.0\n" in metrics
        done = ended(daemon, signal.SIGTERM)
    assert done.code == 0, done.err
    status = lead("status", "--project", project, "--json").json
    assert status["rulebook"].startswith(noticed["rulebook"])
    assert status["plan"] == {"files_differ": False, "left": 0}


@pytest.mark.parametrize("where", ["0.0.0.0:8400", "example.org:8400", "8400", "127.0.0.1:http"])
def test_serve_listens_on_the_loopback_only(project: Path, sandbox: str, where: str) -> None:
    lead("apply", "--project", project)
    done = lead("serve", "--project", project, "--listen", where)
    assert done.code == 2
    assert "is not an address of the loopback" in done.err


def test_serve_says_where_it_cannot_listen(project: Path, sandbox: str) -> None:
    lead("apply", "--project", project)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        done = lead("serve", "--project", project, "--listen", where)
    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        f"serve.listen: cannot listen at {where},"
        " is something else running there? give --listen another port"
    )


def test_a_sandbox_that_does_not_start_is_one_sentence() -> None:
    with pytest.raises(Stopped), sandbox_process("--start", "yesterday"):
        pass


def test_the_sandbox_says_where_it_listens(tmp_path: Path) -> None:
    export = tmp_path / "contacts.csv"
    export.write_text("Record ID,Email,First Name\n7,ada@export.example,Ada\n")
    with running("sandbox", "--port", 0, "--contacts", export, "--json") as found:
        said = json.loads(line(found.stdout))
        assert said["contacts"] == 1
        assert requests.get(f"{said['url']}/sandbox/health", timeout=10).json() == {"status": "ok"}
        ended(found, signal.SIGTERM)


def test_an_export_that_cannot_be_read_has_a_line(tmp_path: Path) -> None:
    export = tmp_path / "contacts.csv"
    export.write_text("Record ID,Email\n7,ada@export.example\nseven,bob@export.example\n")
    done = process("sandbox", "--port", 0, "--contacts", export)
    assert done.code == 2
    assert "contacts.csv:3: seven is not a Record ID" in done.err
    assert "Traceback" not in done.err


def test_an_interrupted_command_is_130(project: Path) -> None:
    with running("demo", "--days", 90, "--database", project / "demo.db") as found:
        while not (project / "demo.db").exists():
            assert found.poll() is None
        done = ended(found, signal.SIGINT)
    assert done.code == 130
    assert "interrupted" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("colour", [{"NO_COLOR": "1"}, {}])
def test_no_colours_in_files_and_pipes(demo: Done, store: str, colour: dict[str, str]) -> None:
    done = process("report", "funnel", "--database", store, env=colour)
    assert done.code == 0
    assert "\x1b[" not in done.out + done.err


def test_no_color_holds_where_colours_are_forced(store: str) -> None:
    forced = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    assert "\x1b[" in process("report", "funnel", "--database", store, env=forced).out
    plain = process("report", "funnel", "--database", store, env={**forced, "NO_COLOR": "1"}).out
    assert "\x1b[3" not in plain  # bold is no colour


def options() -> Iterator[tuple[tuple[str, ...], click.Option]]:
    """Every option of every verb."""

    def below(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Option]]:  # fmt: skip
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from below(found, (*words, name))
            return
        yield from ((words, each) for each in command.params if isinstance(each, click.Option))

    return below(leadcycle, ())


def test_every_option_has_a_variable_of_its_name() -> None:
    everywhere = {"project", "database", "json"}
    for words, option in options():
        name = option.opts[0].removeprefix("--")
        scope = () if name in everywhere else words
        automatic = "_".join(["LEADCYCLE", *words, option.name or ""]).upper().replace("-", "_")
        wanted = "_".join(["LEADCYCLE", *scope, name]).upper().replace("-", "_")
        assert (option.envvar or automatic) == wanted


def test_a_variable_does_what_the_option_does(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_DATABASE", store)
    monkeypatch.setenv("LEADCYCLE_JSON", "1")
    monkeypatch.setenv("LEADCYCLE_REPORT_FUNNEL_SINCE", "2027-01-01")
    assert lead("report", "funnel").json["handed_over"] == 0


def test_a_port_that_is_taken(world: World, sandbox: str) -> None:
    port = sandbox.rpartition(":")[2]
    done = lead("sandbox", "--port", port)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"--port: {port} is taken")
    assert lead("sandbox", "--port", "99999").code == 2


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = lead("init", tmp_path / "file" / "below")
    assert done.code == 2
    assert done.err.startswith(str(tmp_path / "file"))
    assert done.err.endswith(": Not a directory\n")


def test_a_reader_who_leaves_early_is_no_fault(store: str) -> None:
    command = f"{sys.executable} -m connector.cli status --database {store} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("hubspot ")
    assert done.stderr == ""


OUTLIVED = """
import sys
from connector.cli.running.rehearsal import sandbox_process
with sandbox_process() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_a_sandbox_does_not_outlive_whoever_started_it() -> None:
    """Not even a parent that is killed: the error stream, which both hold open, ends only when both are gone."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", OUTLIVED], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert requests.get(f"{url}/sandbox/clock", timeout=PATIENCE).ok
        parent.send_signal(signal.SIGKILL)
        parent.communicate(timeout=PATIENCE)
    assert parent.returncode == -signal.SIGKILL
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/sandbox/clock", timeout=PATIENCE)
