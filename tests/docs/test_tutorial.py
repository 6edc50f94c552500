"""The tutorial's commands, run in the order of the page in one shell beside a sandbox; what it shows must come out."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
FENCE = re.compile(r"^```(sh|text)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "8500"


@dataclass
class Step:
    """One block of commands, how it must end, and what must be seen, in this order."""

    commands: str
    words: str
    seen: str = ""

    @property
    def code(self) -> int:
        return int(self.words.removeprefix("exit=")) if self.words.startswith("exit=") else 0


def typed(commands: str) -> str:
    """As a person types it: the hash that the last plan has shown."""
    shown = "$(grep -o 'apply [0-9a-f]*' plan.out | cut -d' ' -f2)"
    return commands.replace("leadcycle plan\n", "leadcycle plan | tee plan.out\n").replace(
        "HASH", shown
    )


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    for kind, words, body in FENCE.findall(text):
        if kind == "sh":
            found.append(Step(body, words.strip()))
        else:
            found[-1].seen = body
    return found


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def in_background(step: Step, folder: Path, env: dict[str, str]) -> Iterator[str]:
    """The second shell; yields what it says first."""
    words = step.commands.split()
    with subprocess.Popen(
        words,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.kill()


def in_shell(done: list[Step], folder: Path, env: dict[str, str]) -> list[tuple[int, str]]:
    """Exit code and output of each block, all in one shell."""
    script = "".join(f"{typed(step.commands)}\nprintf '\\n@@ %s\\n' $?\n" for step in done)
    ran = subprocess.run(
        ["bash"],
        input=script,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    parts = re.split(r"\n@@ (\d+)\n", ran.stdout)
    return [(int(code), out) for out, code in zip(parts[::2], parts[1::2], strict=False)]


def shows(output: str, seen: str) -> None:
    """Every line that the page shows comes out, in this order; `…` stands for anything, blanks for any blanks."""
    lines = [" ".join(line.split()) for line in output.splitlines()]
    place = 0
    for wanted in filter(None, (" ".join(line.split()) for line in seen.splitlines())):
        pattern = ".*".join(map(re.escape, wanted.split("…")))
        while place < len(lines) and not re.search(pattern, lines[place]):
            place += 1
        assert place < len(lines), f"{wanted!r} does not come out of:\n{output}"


def test_every_command_of_the_tutorial(tmp_path: Path) -> None:
    port = free_port()
    page = steps(PAGE.read_text("utf-8").replace(PORT, port))
    behind = next(place for place, step in enumerate(page) if step.words == "sandbox")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEADCYCLE_", "HUBSPOT_"))}
    env = {**clean, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    before, sandbox, after = page[:behind], page[behind], page[behind + 1 :]
    results = in_shell(before, tmp_path, env)
    project = tmp_path / "nordring"
    with in_background(sandbox, project, env) as said:
        shows(said, sandbox.seen)
        results += in_shell(after, project, env)
    shown = [*before, *after]
    assert len(results) == len(shown)
    for step, (code, output) in zip(shown, results, strict=True):
        assert code == step.code, f"{step.commands}\n{output}"
        shows(output, step.seen)
        assert "Traceback" not in output
