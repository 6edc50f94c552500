"""What only several files together show: names, reachability, coverage. Warnings do not block."""

from connector.config.lint.everything import lint

__all__ = ["lint"]
