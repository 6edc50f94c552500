"""Everything that all systems hold, against the ledger: every difference with its cause. Writes nothing anywhere."""

from connector.sync.reconcile.difference import Difference, Reconciled
from connector.sync.reconcile.reconcile import reconcile

__all__ = ["Difference", "Reconciled", "reconcile"]
