"""Since when two records are one person's, from the bare ledgers of links and joins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from oracle.view import View

Turn = tuple[int, int]  # ms, the contact from then on


class Belonging:
    def __init__(self, view: View) -> None:
        self._links: dict[int, list[Turn]] = defaultdict(list)
        for ref, contact, at in view.rows(
            "SELECT ref, target, at FROM link WHERE role = 'contact' ORDER BY id"
        ):
            self._links[ref].append((at, contact))
        joined = view.rows("SELECT loser, survivor, at FROM joined WHERE role = 'contact'")
        self._joined = {loser: (at, survivor) for loser, survivor, at in joined}
        self._numbers = dict(view.rows("SELECT key, id FROM contact"))
        self._refs: dict[str, list[int]] = defaultdict(list)
        for key, ref in view.rows("SELECT DISTINCT key, ref FROM outcome ORDER BY id"):
            self._refs[key].append(ref)

    def since(self, outcome: str, handover: Any, now: int) -> datetime | None:
        """Since when the outcome with this key hangs on whom the hand-over was made for; `now`: who has it now. None: it does not."""
        holder = list(self._turns(self._numbers[handover.key] if handover.key else now))
        moments = [self._together(self._links[ref], holder) for ref in self._refs[outcome]]
        return min((moment for moment in moments if moment is not None), default=None)

    def _turns(self, contact: int) -> Iterator[Turn]:
        """Who a contact has been, from its beginning."""
        yield 0, contact
        while contact in self._joined:
            at, contact = self._joined[contact]
            yield at, contact

    @staticmethod
    def _together(one: list[Turn], other: list[Turn]) -> datetime | None:
        since: int | None = None
        for at in sorted({at for at, _ in (*one, *other)}):
            if _then(one, at) != _then(other, at):
                since = None
            elif since is None:
                since = at
        return None if since is None else datetime.fromtimestamp(since / 1000, UTC)


def _then(turns: list[Turn], moment: int) -> int | None:
    """Whose it was at a moment; of several turns at the same one the last counts."""
    return next((contact for at, contact in reversed(turns) if at <= moment), None)
