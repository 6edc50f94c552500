"""Rules into force: seen beforehand, carried out exactly, taken back."""

from connector.sync.rollout.activation import Active, activate_first, active, told, waiting

__all__ = ["Active", "activate_first", "active", "told", "waiting"]
