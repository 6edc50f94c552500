"""Engines, transactions, and how values and texts become columns."""
