"""SIGKILL in the middle of everything: after a new start nothing is lost and nothing happens twice."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from connector.model.systems.ref import Ref
from connector.store import Store
from connector.store.sql.database import reading

CHILD = Path(__file__).with_name("crash_child.py")
PAGES, SIZE = 14, 4  # as in the child
KILLS = 4


def _life(database: str, crm: Path, lines: int | None) -> str:
    """Let the daemon live until it has said so many lines, then kill it; None: to its end. Returns its last word."""
    command = [sys.executable, "-W", "error", str(CHILD), database, str(crm)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        last = ""
        for count, line in enumerate(child.stdout, start=1):
            last = line.strip()
            if lines is not None and count >= lines:
                child.kill()
        child.wait()
    return last


def test_kill_nine(tmp_path):
    database, crm = f"sqlite:///{tmp_path / 'store.db'}", tmp_path / "crm"
    chance = random.Random(9)
    for _ in range(KILLS):
        assert _life(database, crm, chance.randint(2, 40)) != "done"
    assert _life(database, crm, None) == "done"
    created = crm.read_text().split()
    people = PAGES * SIZE
    store = Store.open(database)
    try:
        assert store.counts()["contacts"] == people
        assert store.counts()["activities"] == people
        assert store.counts()["handed_over"] == people
        assert len(created) == len(set(created))
        assert sum(name.startswith("Lead:") for name in created) == people
        assert sum(name.startswith("Task:") for name in created) == people
        for number in range(people):
            assert len(store.find(str(Ref("hubspot", "contacts", str(number))))) == 1
        with reading(store._engine) as tx:
            assert tx.rows("SELECT * FROM outbox") == []
            assert (
                tx.rows(
                    "SELECT id FROM attempt WHERE id NOT IN (SELECT attempt FROM receipt WHERE attempt IS NOT NULL)"
                )
                == []
            )
            turns = tx.rows("SELECT sum(turns) FROM turn")
            assert turns == tx.rows("SELECT count(*) FROM assignment WHERE pool <> ''")
            assert tx.rows("PRAGMA integrity_check") == [("ok",)]
            assert tx.rows("PRAGMA foreign_key_check") == []
    finally:
        store.close()
