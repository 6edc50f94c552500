"""Yes and no."""

from __future__ import annotations

from typing import Any

_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "ja", "j", "wahr", "oui", "si", "sí"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0", "nein", "falsch", "non"), False),
}


def yes_no(raw: Any) -> bool | None:
    """True or False from flags, 1 and 0, and the usual words; None for blank. Raises ValueError for all else."""
    if raw is True or raw is False:
        return bool(raw)
    if raw is None:
        return None
    if isinstance(raw, str):
        word = raw.strip().casefold()
        if not word:
            return None
    else:
        word = "1" if raw == 1 else "0" if raw == 0 else ""
    if word not in _WORDS:
        raise ValueError("is neither yes nor no")
    return _WORDS[word]
