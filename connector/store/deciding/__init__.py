"""Contacts whole, on their way to a decision and back with it."""
