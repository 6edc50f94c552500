"""The company that the sandbox plays: Nordring, a maker of seals, as the example project knows it."""

from connector.sandbox.company.furniture import furnish
from connector.sandbox.company.staff import Staff

__all__ = ["Staff", "furnish"]
