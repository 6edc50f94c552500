"""What a platform package offers. Somebody else's package registers one `Platform` as entry point `leadcycle.platforms`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Protocol

from connector.errors import ConfigError
from connector.model.mapping.field import Form
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.systems.port import Source, Target
from connector.platforms.budget import Burst, Limits, Meter
from connector.platforms.connection import Connection

GROUP = "leadcycle.platforms"


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Who we are there, for `connect`. `limits` are the account's own; `problems` say which rights or editions are missing."""

    platform: str
    id: str  # portal or organisation
    name: str = ""
    user: str = ""
    url: str = ""
    edition: str = ""
    timezone: str = "UTC"  # the day of the daily limit ends at its midnight
    limits: Limits = field(default_factory=Limits)
    scopes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Installer(Protocol):
    """Puts our fields into a system. Both read first and are harmless when repeated."""

    def plan(self) -> Sequence[str]:
        """What is missing and would be created, one line each; empty: nothing to do."""
        ...

    def install(self) -> Sequence[str]:
        """Creates what `plan` names and returns the lines of what was done."""
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A vendor. A side it does not have is None; everything heavy is imported on first call.

    `limits` reads the vendor's limit headers (names in lower case) for the budget; None: this answer carries none.
    """

    name: str
    form: Form
    account: Callable[[Connection], AccountInfo]
    limits: Callable[[Mapping[str, str]], Limits | None]
    source: Callable[[Connection, Mappings, Meter], Source] | None = None
    target: Callable[[Connection, Mappings, Meter], Target] | None = None
    installer: Callable[[Connection, Mappings], Installer] | None = None
    burst: Burst | None = (
        None  # how many calls in how long are safe on every edition; None: the vendor sets no such limit
    )
    rows: int = 1  # records of one kind that a call writes at most


def known() -> tuple[str, ...]:
    """Names of all installed platforms."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def load(name: str) -> Platform:
    """The installed platform of that name; raises ConfigError for an unknown one."""
    for point in entry_points(group=GROUP, name=name):
        found = point.load()
        if not isinstance(found, Platform):
            raise TypeError(f"the entry point {GROUP}:{name} is not a Platform")
        return found
    hint = "installed are: " + ", ".join(known())
    raise ConfigError([Problem("leadcycle.yaml", f"no platform {name!r} is installed", hint)])
