"""Readers and writers at the same time, and a store that does not grow in memory."""

from __future__ import annotations

import threading
import tracemalloc

import pytest

from connector.store.sql.database import reading


def test_a_long_read_hinders_no_writer_and_sees_one_state(house):
    house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in range(1, 11)))
    with reading(house.store._engine) as tx:
        slices = tx.slices("SELECT id FROM contact ORDER BY id", size=3)
        seen = list(next(slices))
        house.page(*(house.contact(n, email=f"p{n}@kern.example") for n in range(11, 21)))
        house.decide()
        seen += [row for some in slices for row in some]
        assert len(tx.rows("SELECT id FROM contact")) == 10
    assert len(seen) == 10
    assert house.store.counts()["contacts"] == 20


def test_writers_take_turns(house):
    failures: list[BaseException] = []

    def pull(first: int) -> None:
        try:
            for page in range(5):
                numbers = range(first + page * 5, first + page * 5 + 5)
                house.page(
                    *(house.contact(n, email=f"p{n}@kern.example") for n in numbers),
                    stream=f"s{first}",
                )
        except BaseException as error:  # noqa: BLE001  (it belongs to another thread)
            failures.append(error)

    threads = [threading.Thread(target=pull, args=(first,)) for first in (0, 10, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert house.store.counts()["contacts"] == 35 + 25  # two of them told of some people both


def test_an_error_leaves_nothing_behind(house, monkeypatch):
    import connector.store.store as module

    def fail(*_: object) -> None:
        raise RuntimeError("on the way")

    monkeypatch.setattr(module.streams, "move", fail)
    with pytest.raises(RuntimeError):
        house.page(
            house.contact(1, email="a@kern.example"),
            activities=[house.act("f1", asset="New asset")],
        )
    monkeypatch.undo()
    assert house.store.counts()["contacts"] == 0
    house.page(
        house.contact(1, email="a@kern.example"), activities=[house.act("f1", asset="New asset")]
    )
    assert house.store.counts()["activities"] == 1
    assert house.store.contacts() == (1,)


def test_merging_page_after_page_keeps_no_memory(house):
    """What stays after a warm-up is the same for one page and for forty."""
    tracemalloc.start()
    try:
        for page in range(10):
            _page(house, page)
        before = tracemalloc.get_traced_memory()[0]
        for page in range(10, 50):
            _page(house, page)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 300_000  # 2,000 contacts and as many assets would be several times that


def _page(house, page: int) -> None:
    numbers = range(page * 50, page * 50 + 50)
    shown = [
        house.contact(
            n,
            email=f"p{n}@company{n}.example",
            firstname=f"First name {n}" * 5,
            lastname=f"Last name {n}" * 5,
        )
        for n in numbers
    ]
    acts = [house.act(f"f{n}", n, kind="page_viewed", asset=f"/page/{n % 500}") for n in numbers]
    house.page(*shown, activities=acts)
