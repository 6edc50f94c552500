"""What systems say of their records, kept between two looks at the store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Engine

from connector.model.systems.shape import Shapes
from connector.store.keeping import Keeping
from connector.store.sql.database import reading
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction
from connector.store.systems import shapes
from connector.store.systems.shapes import Regained, Stamps

Writing = Callable[[int | None], AbstractContextManager[Transaction]]


class KnownShapes:
    """`writing` opens a transaction under an epoch; `keeping` gives the rules in force."""

    def __init__(self, engine: Engine, writing: Writing, keeping: Callable[[], Keeping]) -> None:
        self._engine, self._writing, self._keeping = engine, writing, keeping
        self._known: tuple[Stamps, Shapes] | None = None

    def shapes(self) -> Shapes:
        """Every shape that is known; the same value until one of them changes."""
        with reading(self._engine) as tx:
            found = shapes.stamps(tx)
            if self._known is None or self._known[0] != found:
                self._known = (found, shapes.shapes(tx))
        return self._known[1]

    def regained(self, seen: Shapes) -> Regained:
        """What keeping these shapes would bring."""
        with reading(self._engine) as tx:
            return shapes.regained(tx, self._keeping(), seen)

    def keep(self, seen: Shapes, now: datetime, *, epoch: int | None = None) -> None:
        """Note what a system says of its records now; whoever a change may concern is due."""
        with self._writing(epoch) as tx:
            changed = shapes.keep(tx, self._keeping(), seen, to_ms(now))
        if changed:
            self._known = None
