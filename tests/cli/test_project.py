"""init, check and schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from prompt import Done, lead

from connector.config import texts

ROOT = Path(__file__).parents[2]
FILES = len(texts(ROOT))


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), "utf-8")


def test_what_init_writes_is_clean_and_is_the_example(project: Path) -> None:
    done = lead("check", "--project", project)
    assert (done.code, done.err) == (0, "")
    note, last = done.out.splitlines()
    assert note.startswith("note: rules/scoring.yaml:")
    assert "read from each contact's log: whitepaper (only), " in note
    assert last == f"0 errors, 0 warnings in {FILES} files"
    for name in ("leadcycle.yaml", "rules/scoring.yaml", "mappings/salesforce.yaml"):
        assert (project / name).read_bytes() == (ROOT / name).read_bytes()


def test_init_keeps_secrets_and_stores_out_of_git(project: Path) -> None:
    assert (project / ".gitignore").read_text().split() == ["var/", ".env"]


def test_init_says_what_it_wrote(tmp_path: Path) -> None:
    done = lead("init", tmp_path / "new", "--json")
    assert done.code == 0
    assert done.json["folder"] == str(tmp_path / "new")
    assert all(Path(name).is_file() for name in done.json["files"])


def test_init_never_writes_over_a_project(project: Path) -> None:
    (project / "rules" / "scoring.yaml").write_text("mine")
    done = lead("init", project)
    assert done.code == 2
    assert "there is a project already" in done.err
    assert (project / "rules" / "scoring.yaml").read_text() == "mine"


def test_every_problem_is_named_with_its_place_and_a_hint(project: Path) -> None:
    change(project / "rules" / "scoring.yaml", "weight: 35", "wieght: 35")
    change(project / "rules" / "lifecycle.yaml", "to: Customer", "to: Costumer")
    done = lead("check", "--project", project)
    assert done.code == 2
    assert re.search(
        r'rules/scoring.yaml:\d+:9: unknown key "wieght", did you mean "weight"\?', done.out
    )
    assert re.search(
        r'lifecycle.yaml:\d+:39: unknown stage "Costumer", did you mean "Cust', done.out
    )
    assert done.out.endswith(f"2 errors, 0 warnings in {FILES} files\n")


def test_problems_as_json(project: Path) -> None:
    change(project / "rules" / "routing.yaml", "least_open", "lest_open")
    done = lead("check", "--project", project, "--json")
    assert done.code == 2
    assert done.json["status"] == "wrong"
    (error,) = done.json["errors"]
    assert error["where"].startswith("rules/routing.yaml:7:")
    assert set(error) == {"where", "message", "hint"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("version: 1\nstages: [A, B\n", "rules/lifecycle.yaml:"),
        ("\tversion: 1\n", "rules/lifecycle.yaml:1:"),
        ("- a list\n", "rules/lifecycle.yaml:1:1:"),
        ("", "rules/lifecycle.yaml:1:1:"),
        ("version: 2\n", "rules/lifecycle.yaml:1:"),
    ],
)
def test_broken_yaml_has_a_place_too(project: Path, text: str, where: str) -> None:
    (project / "rules" / "lifecycle.yaml").write_text(text)
    done = lead("check", "--project", project)
    assert done.code == 2
    assert where in done.out
    assert "Traceback" not in done.out + done.err


def test_nothing_is_applied_while_a_file_is_wrong(project: Path, sandbox: str) -> None:
    change(project / "rules" / "scoring.yaml", "weight: 35", "weight: 36")
    done = lead("apply", "--project", project)
    assert done.code == 2
    assert done.out == ""
    assert "rules/scoring.yaml:" in done.err
    assert done.err.endswith("Nothing was applied.\n")
    assert not (project / "var" / "leadcycle.db").exists()


def test_nothing_is_planned_while_a_file_is_wrong(demo: Done, store: str, project: Path) -> None:
    change(project / "rules" / "scoring.yaml", "weight: 35", "weight: 36")
    done = lead("plan", "--project", project, "--database", store)
    assert done.code == 2
    assert done.err.endswith("problem. Nothing was planned.\n")


def test_a_folder_without_a_project_is_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = lead("plan", "--project", tmp_path)
    assert typed.code == 2
    assert typed.err == "--project: no leadcycle.yaml in the folder it names\n"
    monkeypatch.setenv("LEADCYCLE_PROJECT", str(tmp_path))
    variable = lead("plan")
    assert variable.err.startswith("LEADCYCLE_PROJECT:1:1: no leadcycle.yaml in the folder")


def test_the_project_is_found_upwards(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "rules" / "cases")
    assert lead("check").code == 0


@pytest.mark.parametrize("file", ["", "leadcycle.yaml"])
def test_the_environment_may_name_the_project(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lead("check").code == 2
    monkeypatch.setenv("LEADCYCLE_PROJECT", str(project / file))
    assert lead("check").code == 0


def test_outside_of_a_project_the_cure_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = lead("check")
    assert done.code == 2
    assert "leadcycle init" in done.err


def test_schemas_describe_every_file(project: Path, tmp_path: Path) -> None:
    done = lead("schema", "--project", project, "--out", tmp_path / "schemas", "--json")
    assert done.code == 0
    written = {Path(name).name: json.loads(Path(name).read_text()) for name in done.json["files"]}
    assert {"project.json", "scoring.json", "mapping.json", "cases.json"} <= set(written)
    assert all("properties" in one for one in written.values())
    assert {path.name for path in (project / ".schema").iterdir()} == set(written)
