"""The outbox, told from the ledgers: what was wanted, what was sent, what was answered."""

from __future__ import annotations

from connector.store.recall.again.ledger import Event, story
from connector.store.sending.outbox import NOTHING, Pending
from connector.store.sending.settle import NOT_ITS_FAULT
from connector.store.sql.transaction import Transaction

Place = tuple[str, str, str]


def pending_from_ledgers(tx: Transaction) -> list[Pending]:
    """Rows of the outbox by id."""
    outbox = _Outbox()
    for event in story(
        tx,
        wanted="contact, platform, kind, record, lane, at",
        attempt="wanted",
        receipt="wanted, attempt, state, code, again_at, at",
        joined="role, loser, survivor",
    ):
        outbox.tell(event)
    return sorted(outbox.rows.values())


class _Outbox:
    def __init__(self) -> None:
        self.rows: dict[Place, Pending] = {}
        self._places: dict[int, Place] = {}  # wanted -> place

    def tell(self, event: Event) -> None:
        if event.ledger == "wanted":
            self._want(event.id, *event.row)
        elif event.ledger == "attempt":
            self._send(event.id, event.row[0])
        elif event.ledger == "receipt":
            self._answer(*event.row)
        elif event.row[0] == "contact":
            _, loser, survivor = event.row
            for place, row in self.rows.items():
                if row.contact == loser:
                    self.rows[place] = row._replace(contact=survivor)

    def _want(
        self, number: int, contact: int, platform: str, kind: str, record: str, lane: int, at: int
    ) -> None:
        place = (platform, kind, record)
        self._places[number] = place
        before = self.rows.get(place)
        if before is None:
            self.rows[place] = Pending(number, *place, contact, number, lane, at, 0, None, None)
        else:
            self.rows[place] = before._replace(
                contact=contact, wanted=number, lane=lane, not_before=at, attempts=0
            )

    def _send(self, attempt: int, wanted: int) -> None:
        place = self._places[wanted]
        row = self.rows[place]
        self.rows[place] = row._replace(attempts=row.attempts + 1, attempt=attempt, sent=wanted)

    def _answer(
        self, wanted: int, attempt: int | None, state: str, code: str, again_at: int | None, at: int
    ) -> None:
        place = self._places[wanted]
        row = self.rows.get(place)
        if row is None:
            return
        if attempt is None:
            self._take_back(place, row, wanted)
        elif state == "unclear":
            self.rows[place] = row._replace(not_before=again_at or at)
        elif state == "retry":
            self._reopen(place, row, again_at or at, row.attempts - (code in NOT_ITS_FAULT), at)
        elif row.wanted in (NOTHING, row.sent):
            del self.rows[place]
        elif state in ("written", "refused") and not row.record.startswith("new:"):
            self._reopen(place, row, at, 0, at)
        else:
            self.rows[place] = row._replace(attempt=None, sent=None)  # its own receipt follows

    def _take_back(self, place: Place, row: Pending, wanted: int) -> None:
        if row.wanted != wanted:
            return
        if row.attempt is None:
            del self.rows[place]
        else:
            self.rows[place] = row._replace(wanted=NOTHING)

    def _reopen(self, place: Place, row: Pending, not_before: int, attempts: int, at: int) -> None:
        if row.wanted == NOTHING:
            del self.rows[place]
            return
        if row.wanted != row.sent:
            not_before, attempts = at, 0
        self.rows[place] = row._replace(
            attempt=None, sent=None, not_before=not_before, attempts=max(attempts, 0)
        )
