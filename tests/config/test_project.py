"""Settings of one process: environment, secrets, the rehearsal, where the project lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.config import compile_text, find_root, load
from connector.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path, example: Mapping[str, str]) -> Path:
    for path, text in example.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def test_secrets_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_TOKEN", "pat-eu1-4711")
    monkeypatch.delenv("SALESFORCE_KEY", raising=False)
    monkeypatch.setenv("SALESFORCE_SECRET", "")
    loaded = load(folder)
    assert loaded.ok, "a variable that is not set is no mistake of the text"
    assert loaded.project is not None
    hubspot, salesforce = (
        loaded.project.connection("hubspot"),
        loaded.project.connection("salesforce"),
    )
    assert hubspot.secrets["token"].get_secret_value() == "pat-eu1-4711"
    assert hubspot.missing == ()
    assert hubspot.values == {
        "overlap": "300",
        "paths": "v3",
        "edition": "enterprise",
        "daily_share": "0.5",
    }
    assert salesforce.missing == ("SALESFORCE_KEY", "SALESFORCE_SECRET")
    assert salesforce.secrets == {}
    assert "4711" not in repr(loaded.project)


def test_secrets_come_from_files(folder: Path) -> None:
    text = (folder / "leadcycle.yaml").read_text("utf-8")
    text = text.replace("{env: HUBSPOT_TOKEN}", "{file: token.txt}").replace(
        "{env: SALESFORCE_KEY}", "{file: none.txt}"
    )
    (folder / "leadcycle.yaml").write_text(text, "utf-8")
    (folder / "token.txt").write_text("pat-eu1-4712\n")
    project = load(folder).project
    assert project is not None
    assert project.connection("hubspot").secrets["token"].get_secret_value() == "pat-eu1-4712"
    assert "none.txt" in project.connection("salesforce").missing


def test_a_database_file_lies_in_the_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = load(folder).project
    assert project is not None
    assert project.database.get_secret_value() == f"sqlite:///{folder.as_posix()}/var/leadcycle.db"
    monkeypatch.setenv("LEADCYCLE_DATABASE", "postgresql+psycopg://me:secret@127.0.0.1/leads")
    project = load(folder).project
    assert project is not None
    assert project.database.get_secret_value().endswith("/leads")
    assert "secret@" not in repr(project)


def test_a_database_with_a_password_is_a_secret(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        (folder / "leadcycle.yaml")
        .read_text("utf-8")
        .replace('"sqlite:///var/leadcycle.db"', "{env: DATABASE_URL}")
    )
    (folder / "leadcycle.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:secret@127.0.0.1/leads")
    project = load(folder).project
    assert project is not None
    assert project.database.get_secret_value().startswith("postgresql+psycopg://me")


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("{env: NO_STORE}", "the variable NO_STORE"),
        ("{file: secrets/url}", "the file secrets/url"),
    ],
)
def test_a_database_that_is_not_there_is_named(folder: Path, place: str, named: str) -> None:
    path = folder / "leadcycle.yaml"
    text = path.read_text("utf-8").replace('"sqlite:///var/leadcycle.db"', place)
    path.write_text(text, "utf-8")
    project = load(folder).project
    assert project is not None
    assert (project.database.get_secret_value(), project.database_at) == ("", named)


def test_a_rehearsal_replaces_addresses_and_credentials(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_TOKEN", "pat-of-production")
    monkeypatch.setenv("LEADCYCLE_SANDBOX", "http://127.0.0.1:8500/")
    project = load(folder).project
    assert project is not None
    assert project.rehearsal
    assert [one.url for one in project.connections] == [
        "http://127.0.0.1:8500/hubspot",
        "http://127.0.0.1:8500/salesforce",
    ]
    for one in project.connections:
        assert one.missing == ()
        assert one.secrets
        assert all("production" not in value.get_secret_value() for value in one.secrets.values())


@pytest.mark.parametrize(
    "url",
    [
        "https://api.hubapi.com",
        "http://127.0.0.1.evil.example:80",
        "http://127.0.0.1:80@evil.example",
        "http://10.0.0.1:8500",
        "127.0.0.1:8500",
    ],
)
def test_a_rehearsal_does_not_leave_this_machine(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADCYCLE_SANDBOX", url)
    loaded = load(folder)
    assert [str(problem) for problem in loaded.problems] == [
        "LEADCYCLE_SANDBOX:1:1: a rehearsal does not leave this machine, write the address of a sandbox on this machine: http://127.0.0.1:8500"
    ]
    assert loaded.book is None
    assert loaded.project is None, "nobody can connect by mistake"
    assert compile_text(loaded.text).project is None


def test_the_project_is_found_upwards(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_root(folder / "rules" / "cases") == folder.resolve()
    monkeypatch.setenv("LEADCYCLE_PROJECT", str(folder / "leadcycle.yaml"))
    assert find_root(Path("/")) == folder.resolve()
    monkeypatch.setenv("LEADCYCLE_PROJECT", str(folder / "rules"))
    with pytest.raises(
        ConfigError, match=r"LEADCYCLE_PROJECT:1:1: no leadcycle\.yaml in the folder it names"
    ):
        find_root(folder)


def test_no_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no project here or in any folder above"):
        find_root(tmp_path / "nowhere")


def test_an_unknown_connection_is_told(example: Mapping[str, str]) -> None:
    project = compile_text(example).project
    assert project is not None
    with pytest.raises(
        ConfigError, match='no connection "marketo", connections are: hubspot, salesforce'
    ):
        project.connection("marketo")
