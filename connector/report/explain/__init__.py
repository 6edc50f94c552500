"""Why somebody stands where they stand: now, then, by what is known now of then, and what would change it."""

from connector.report.explain.explained import Explained
from connector.report.explain.gather import adding_up, explain
from connector.report.explain.hindsight import Hindsight
from connector.report.explain.view import Wish

__all__ = ["Explained", "Hindsight", "Wish", "adding_up", "explain"]
