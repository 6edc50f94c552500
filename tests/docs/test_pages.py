"""The pages say what the program does: generated ones are equal to it, the others name everything there is."""

from __future__ import annotations

import importlib.util
import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
import requests

from connector import errors
from connector.config import load
from connector.platforms.hubspot.check import needed_scopes
from connector.server import Health, Server, application
from connector.store import Store

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_what_the_program_says(generator: ModuleType) -> None:
    for name, text in generator.pages().items():
        assert page(f"reference/{name}") == text, "run: python docs/reference/generate.py"


def test_no_key_is_without_a_line(generator: ModuleType) -> None:
    rows = [line for line in generator.configuration().splitlines() if line.startswith("| `")]
    assert len(rows) > 200
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_metric_is_listed(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    figures = {**store.counts(), "outbox_waiting": 0, "overdue_answers": 0}
    figures |= {"edited_files_wait": 0, "plan_people_left": 0, "latched_people": 0}
    store.close()
    found = Health(False, dict.fromkeys(figures, 1.0), {"hubspot": "away"}, {"hubspot/forms": 1.0})
    server = Server(application(lambda: found, lambda: START), "127.0.0.1", 0)
    text = requests.get(f"http://127.0.0.1:{server.start()}/metrics", timeout=10).text
    server.stop()
    shown = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    assert shown == set(re.findall(r"^\| `(\w+)", page("reference/metrics.md"), re.MULTILINE))


def test_every_family_of_errors_is_listed() -> None:
    families = {one.__name__ for one in errors.LeadcycleError.__subclasses__()}
    assert families == set(re.findall(r"^\| `(\w+)`", page("reference/errors.md"), re.MULTILINE))


def test_every_scope_is_listed() -> None:
    mappings = load(ROOT).mappings
    assert mappings is not None
    text = page("howto/connect-hubspot.md")
    for scope in needed_scopes(mappings.platforms["hubspot"]):
        assert f"`{scope}`" in text


def test_every_promise_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page("reference/promises.md"))
    assert len(named) > 15
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"


def test_commands_in_the_pages_exist(generator: ModuleType) -> None:
    """Whatever a page tells people to type is a command of this version."""
    known = {words for words, _ in generator.verbs(generator.leadcycle, ())}
    firsts = {words[0] for words in known}
    for each in PAGES:
        for typed in re.findall(r"(?:^\$ |`)leadcycle ([a-z]+)(?: ([a-z-]+))?", each.read_text("utf-8"), re.MULTILINE):  # fmt: skip
            assert typed[0] in firsts, f"{each.name}: leadcycle {typed[0]}"
            if typed[0] in ("shelf", "report"):
                assert typed in known, f"{each.name}: leadcycle {' '.join(typed)}"


def test_links_lead_somewhere() -> None:
    for each in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", each.read_text("utf-8")):
            if not target.startswith(("http://", "https://")):
                assert (each.parent / target).exists(), f"{each.relative_to(ROOT)}: {target}"


def test_the_readme_names_every_how_to() -> None:
    linked = set(re.findall(r"\]\((docs/howto/[^)#]+)", (ROOT / "README.md").read_text("utf-8")))
    assert linked == {f"docs/howto/{each.name}" for each in (DOCS / "howto").glob("*.md")}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150
