"""All errors, by what cures them.

    LeadcycleError
    ├── ConfigError   edit the named line
    ├── TryLater      wait; nothing was written
    ├── Unclear       look up by key, then decide
    ├── Refused       the vendor rejects this record: the shelf
    ├── Stopped       this platform pauses, an operator is told
    ├── Fenced        another daemon holds the lease: stop working
    ├── Outdated      other rules came into force: begin again with those
    └── Bug           an invariant of ours is broken

Messages say what, which record and what to do; never a token, never a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from connector.model.problem import Problem
from connector.model.systems.ref import Ref


class LeadcycleError(Exception):
    """Any error of ours."""


class ConfigError(LeadcycleError):
    """Rules, mappings or settings are unusable; `problems` names every line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class TryLater(LeadcycleError):
    """A limit, a locked row, an expired token, or a read without an answer. `after` None: the retry policy decides."""

    def __init__(self, message: str, after: timedelta | None = None, code: str = "") -> None:
        self.after = after
        self.code = code
        super().__init__(message)


class Unclear(LeadcycleError):
    """A write without a clear answer: it may or may not have happened."""


class Refused(LeadcycleError):
    """The vendor rejects this record."""

    def __init__(self, ref: Ref | None, code: str, message: str) -> None:
        self.ref = ref
        self.code = code
        self.message = message
        super().__init__(f"{ref or 'record'}: {code} {message}".strip())


class Stopped(LeadcycleError):
    """Credentials, rights, the daily limit: this platform pauses until a person or a new day cures it."""

    def __init__(self, platform: str, message: str, after: timedelta | None = None) -> None:
        self.platform = platform
        self.after = after
        super().__init__(f"{platform}: {message}")


class Fenced(LeadcycleError):
    """Another daemon has taken the lease; whatever this one still holds must not be sent or committed."""


class Outdated(LeadcycleError):
    """Other rules came into force; what was decided or read by the old ones must not be committed."""


class Bug(LeadcycleError):
    """An invariant of ours does not hold."""
