"""A rule that asks how near a day is: the stage moves at midnight although nobody did anything, and the proof makes it again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from house import House

from connector.cli.example import example_files, example_root
from connector.report.verify import verify

EMAIL = "ute@kern.example"
EDITS = {
    "mappings/fields.yaml": (
        "  owner:       {",
        "  contract_until: {type: date, wins: newest}\n  owner:       {",
    ),
    "mappings/hubspot.yaml": (
        "      opted_out: hs_email_optout\n",
        "      opted_out: hs_email_optout\n      contract_until: contract_until\n",
    ),
    "rules/lifecycle.yaml": (
        "transitions:\n",
        "transitions:\n  - {name: contract-ends, from: Prospect, to: Lead, when: {contract_until: {within_next: 7d}}}\n",
    ),
}
MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
"""In Berlin the third begins: seven days before the tenth."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    root = tmp_path / "project"
    for name in example_files():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(example_root() / name, root / name)
    for name, (old, new) in EDITS.items():
        text = (root / name).read_text("utf-8")
        assert text.count(old) == 1, old
        (root / name).write_text(text.replace(old, new), "utf-8")
    built = House(tmp_path / "house", root=root, pull=timedelta(minutes=30))
    built.hubspot.add_property("contacts", "contract_until", "date", "date")
    yield built
    assert [proof.broken for proof in verify(built.store, built.now).proofs if proof.broken] == []
    built.close()


def test_a_stage_moves_at_midnight(house: House) -> None:
    contact = house.hubspot.create(
        "contacts", {"email": EMAIL, "lastname": "Kern", "contract_until": "2026-03-10"}
    )
    house.pass_to(MIDNIGHT.replace(minute=0, hour=22))
    assert house.stage(contact) == "subscriber"
    house.pass_to(MIDNIGHT.replace(minute=20))
    assert house.stage(contact) == "lead"
    (number,) = house.store.find(EMAIL)
    last = house.store.told.history(number)[-1].decision
    assert [step.rule for step in last.steps] == ["contract-ends"]
    assert last.at == MIDNIGHT
