"""What the environment says: LEADCYCLE_PROJECT, LEADCYCLE_DATABASE, LEADCYCLE_SANDBOX."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from connector.config.files import PROJECT
from connector.errors import ConfigError
from connector.model.problem import Problem

VARIABLE = "LEADCYCLE_PROJECT:1:1"
LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5}/?")


class Settings(BaseSettings):
    """Overrides of one process.

    `project`: the folder of leadcycle.yaml. `database`: instead of `store.url`. `sandbox`: the base address of a rehearsal,
    which replaces addresses and credentials of all connections; only this machine's own.
    """

    model_config = SettingsConfigDict(env_prefix="LEADCYCLE_", frozen=True, extra="ignore")

    project: str = ""
    database: str = ""
    sandbox: str = ""

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the variables; their values are not shown."""
        if not self.sandbox or LOOPBACK.fullmatch(self.sandbox):
            return ()
        hint = "write the address of a sandbox on this machine: http://127.0.0.1:8500"
        return (Problem("LEADCYCLE_SANDBOX:1:1", "a rehearsal does not leave this machine", hint),)


def find_root(start: Path, settings: Settings | None = None, named_by: str = VARIABLE) -> Path:
    """The folder of LEADCYCLE_PROJECT, else the nearest one upwards with a leadcycle.yaml; raises ConfigError.

    `named_by`: what gave `settings` its folder, as a message names it.
    """
    named = (settings or Settings()).project
    if named:
        folder = Path(named).expanduser()
        folder = folder.parent if folder.name == PROJECT else folder
        if (folder / PROJECT).is_file():
            return folder.resolve()
        raise ConfigError([Problem(named_by, f"no {PROJECT} in the folder it names")])
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / PROJECT).is_file():
            return folder
    hint = (
        "go to a project's folder, name it by LEADCYCLE_PROJECT, or write one with leadcycle init"
    )
    raise ConfigError([Problem(f"{PROJECT}:1:1", "no project here or in any folder above", hint)])
