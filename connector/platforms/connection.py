"""One configured connection: where a system is and how we prove who we are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connector.errors import Stopped


class Secret:
    """A value that shows itself only when asked by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a secret is not copied into files")


def utc_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of the project file. `values` are its plain settings, `secrets` its credentials by setting name.

    `url` replaces the vendor's own address (a rehearsal's sandbox, e.g. `http://127.0.0.1:8500/hubspot`); None: the vendor.
    `transport`, `clock` and `sleep` are the hooks into the outside: an in-process transport (a urllib3 pool for HubSpot, a
    requests adapter for Salesforce; None: the network), the time at which tokens expire, and how short waits are spent
    (None: never wait here, say `TryLater`).
    """

    name: str
    type: str
    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    url: str | None = None
    transport: Any = field(default=None, repr=False, compare=False)
    clock: Callable[[], datetime] = field(default=utc_now, repr=False, compare=False)
    sleep: Callable[[float], None] | None = field(default=None, repr=False, compare=False)

    def secret(self, name: str) -> str:
        """The credential; raises Stopped if it is not set."""
        found = self.secrets.get(name)
        if found is None or not found.reveal():
            raise Stopped(
                self.name,
                f"the credential {name!r} is not set; set the variable that leadcycle.yaml names for it",
            )
        return found.reveal()

    def has(self, name: str) -> bool:
        """Whether a credential is set."""
        found = self.secrets.get(name)
        return found is not None and bool(found.reveal())
