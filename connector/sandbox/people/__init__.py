"""Everybody who acts in the sandbox: prospects, marketers, sales reps."""

from connector.sandbox.people.crowd import People

__all__ = ["People"]
