"""Texts that repeat, as small integers: where refs live, kinds of activities, assets."""

from __future__ import annotations

from collections.abc import Iterable

from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import home, word

KEPT = 20_000  # words remembered in memory; beyond that the memory starts again
Place = tuple[str, str]  # platform, kind


class Homes:
    """The places refs live in, as one transaction sees them: a handful."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._numbers: dict[Place, int] = {
            (platform, kind): number
            for number, platform, kind in tx.rows("SELECT id, platform, kind FROM home")
        }
        self._places = {number: place for place, number in self._numbers.items()}

    def known(self, platform: str, kind: str) -> int | None:
        return self._numbers.get((platform, kind))

    def number(self, platform: str, kind: str) -> int:
        """Its number, issued if it is new."""
        found = self._numbers.get((platform, kind))
        if found is None:
            found = self._tx.allot("home")
            self._tx.insert(home, [(found, platform, kind)])
            self._numbers[platform, kind] = found
            self._places[found] = (platform, kind)
        return found

    def place(self, number: int) -> Place:
        return self._places[number]

    def on(self, platform: str) -> list[int]:
        """All places of one platform."""
        return [number for (name, _), number in self._numbers.items() if name == platform]


class Words:
    """Interned words. What a transaction adds is remembered only once it has been committed."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def numbers(self, tx: Transaction, wanted: Iterable[str]) -> dict[str, int]:
        """The numbers of these words, issued where they are new."""
        words = set(wanted)
        found = {text: self._numbers[text] for text in words if text in self._numbers}
        missing = sorted(words - found.keys())
        if not missing:
            return found
        stored: dict[str, int] = dict(
            tx.rows("SELECT text, id FROM word WHERE text IN [?]", missing)
        )
        fresh = [text for text in missing if text not in stored]
        if fresh:
            first = tx.allot("word", len(fresh))
            made = {text: first + place for place, text in enumerate(fresh)}
            tx.insert(word, [(number, text) for text, number in made.items()])
            stored.update(made)
        tx.after_commit.append(lambda: self._remember(stored))
        return found | stored

    def _remember(self, found: dict[str, int]) -> None:
        if len(self._numbers) + len(found) > KEPT:
            self._numbers.clear()
        self._numbers.update(found)
