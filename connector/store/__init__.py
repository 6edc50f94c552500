"""Floor 3: what we remember. Ledgers that only grow, projections that can be rebuilt, on SQLite or PostgreSQL."""

from connector.store.identity.rulings import NothingToRule, Ruled
from connector.store.intake.page import Merged
from connector.store.recall.person.conflicts import Losses, Lost
from connector.store.recall.person.history import Glimpse, Recorded, Wanted
from connector.store.recall.person.late import Late
from connector.store.recall.person.statements import Statement
from connector.store.recall.reports.funnel import Flow
from connector.store.recall.reports.handovers import Handed
from connector.store.recall.reports.preview import Preview, Sample
from connector.store.sending.guard.latch import Latch
from connector.store.sending.guard.surge import Surge
from connector.store.shelf import Cause, Shelved
from connector.store.store import Store

__all__ = [
    "Cause",
    "Flow",
    "Glimpse",
    "Handed",
    "Latch",
    "Late",
    "Losses",
    "Lost",
    "Merged",
    "NothingToRule",
    "Preview",
    "Recorded",
    "Ruled",
    "Sample",
    "Shelved",
    "Statement",
    "Store",
    "Surge",
    "Wanted",
]
