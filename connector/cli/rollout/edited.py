"""Whether the files say something else than the rules in force: a plan waits for somebody to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from connector.cli.options import Common
from connector.cli.running.assembly import project_root
from connector.config import load
from connector.errors import ConfigError
from connector.store import Store
from connector.sync.rollout import waiting

PARTS = ("leadcycle.yaml", "mappings", "rules", "values")
WAITS = "edited files are not in force: leadcycle plan shows what they would change"
Stamps = Sequence[tuple[str, int]]


class Edits:
    """Files are read again only when one of them was touched, or other rules came into force."""

    def __init__(self, root: Path | None, store: Store) -> None:
        self._root, self._store = root, store
        self._seen: tuple[Stamps, int] | None = None
        self._waits = False

    def wait(self) -> bool:
        """Files with errors in them wait for nothing: `leadcycle check` tells those."""
        if self._root is None:
            return False
        force = self._store.plans.force()
        seen = (_stamps(self._root), 0 if force is None else force.activation)
        if seen != self._seen:
            self._seen, self._waits = seen, _waits(self._root, self._store)
        return self._waits


def edits_wait(common: Common, store: Store) -> bool:
    """The same for a verb; where there is no project, nothing waits."""
    try:
        root = project_root(common)
    except ConfigError:
        return False
    return _waits(root, store)


def _waits(root: Path, store: Store) -> bool:
    try:
        return waiting(store, load(root))
    except ConfigError:
        return False


def _stamps(root: Path) -> Stamps:
    found = [root / part for part in PARTS]
    found += [path for part in PARTS[1:] for path in sorted((root / part).rglob("*"))]
    return [(str(path), path.stat().st_mtime_ns) for path in found if path.exists()]
