"""Rulebooks into force: once, and what decides is the stored text."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from desk import START

from connector.config import load
from connector.errors import Bug, ConfigError
from connector.store import Store
from connector.sync.rollout import activate_first, active, waiting

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path):
    opened = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the example that may be edited."""
    root = tmp_path / "project"
    root.mkdir()
    shutil.copy(ROOT / "leadcycle.yaml", root)
    for part in ("mappings", "rules", "values"):
        shutil.copytree(ROOT / part, root / part)
    return root


def edit(root: Path, file: str, before: str, after: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_nothing_is_in_force_at_first(store, example):
    with pytest.raises(ConfigError, match="no rulebook is active yet, run `leadcycle check`"):
        active(store)
    assert not waiting(store, example)


def test_the_first_activation_puts_the_rules_into_force(store, example):
    found = activate_first(store, example, START)
    assert found.book.digest == example.book.digest
    assert found.mappings.digest == example.mappings.digest
    assert store.active()[0] == example.book.digest
    assert not waiting(store, example)


def test_a_second_activation_is_refused(store, example):
    activate_first(store, example, START)
    before = store.active()
    with pytest.raises(
        ConfigError, match="a rulebook is active already, see what the files would change"
    ):
        activate_first(store, example, START)
    assert store.active() == before


def test_rules_with_errors_are_not_activated(store, project):
    edit(project, "rules/scoring.yaml", "half_life: 30d", "half_life: soon")
    with pytest.raises(ConfigError, match=r"rules/scoring\.yaml:\d+:\d+: "):
        activate_first(store, load(project), START)
    assert store.active() is None


def test_what_is_in_force_is_the_stored_text_whatever_the_files_say(store, project):
    activate_first(store, load(project), START)
    edit(project, "rules/lifecycle.yaml", "activity: {at_least: 35}", "activity: {at_least: 36}")
    edited = load(project)
    assert edited.ok
    assert waiting(store, edited)
    shutil.rmtree(project)
    in_force = active(store).book
    (interested,) = [rule for rule in in_force.lifecycle.transitions if rule.name == "interested"]
    assert "value=35" in repr(interested)
    assert in_force.digest != edited.book.digest


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("mappings/salesforce.yaml", "max_length: 128", "max_length: 100"),
        ("mappings/fields.yaml", "{type: text, wins: newest}", "{type: text, wins: first}"),
        ("rules/routing.yaml", "max_open: 25", "max_open: 24"),
    ],
)
def test_any_edit_that_means_something_waits(store, project, file, before, after):
    activate_first(store, load(project), START)
    edit(project, file, before, after)
    assert waiting(store, load(project))


def test_a_comment_waits_for_nothing(store, project):
    activate_first(store, load(project), START)
    edit(project, "rules/lifecycle.yaml", "version: 1", "# a word about it\nversion: 1")
    assert not waiting(store, load(project))


def test_broken_files_do_not_wait(store, project):
    activate_first(store, load(project), START)
    edit(project, "rules/lifecycle.yaml", "start: Prospect", "start: Nobody")
    assert not waiting(store, load(project))


def test_a_stored_text_that_cannot_be_read_any_more_is_a_bug(store, example):
    broken = {**example.text, "rules/lifecycle.yaml": "version: 99\n"}
    store.activate(broken, example.book, example.mappings, START)
    with pytest.raises(Bug, match="cannot be read any more: rules/lifecycle"):
        active(store)
    assert waiting(store, example)
