"""Moments as the store keeps them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Rounded down; exact, because timedelta division keeps integers. Raises TypeError for a naive time."""
    return (moment - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Aware UTC."""
    return EPOCH + timedelta(milliseconds=ms)


def maybe_ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


def maybe_moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
