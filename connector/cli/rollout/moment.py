"""The time that plans live in: real, or the virtual one of a rehearsal, also after its sandbox is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.cli.reading import latest
from connector.cli.running.assembly import Clock
from connector.cli.running.cycle import clock_of
from connector.config import Project
from connector.store import Store


@dataclass(frozen=True, slots=True)
class Still:
    """A clock that stands."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def clock_at(store: Store, project: Project) -> Clock:
    """The project's clock; of a rehearsal's store without its sandbox the moment that `status` and `explain` see, too."""
    if store.plans.rehearsed() and not project.rehearsal:
        return Still(latest(store))
    return clock_of(project)
