"""link, unlink, what explain and check say of identity, at the command line."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prompt import lead

from connector.config import load
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.sync.pull import read, readers

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
LEAD = "salesforce/Lead/00Q1"


def show(store: Store, root: Path, platform: str, *rows: tuple[str, str, dict[str, str]]) -> None:
    """Records as this platform shows them now."""
    mappings = load(root).mappings
    assert mappings is not None
    seen = tuple(Sighting(Ref(platform, kind, key), shown, NOW, NOW) for kind, key, shown in rows)
    page = Page(sightings=seen, cursor="c")
    store.merge(platform, "people", page, read(page, readers(mappings, platform)), NOW)


@pytest.fixture
def store(project: Path, tmp_path: Path) -> str:
    """A store with one contact of two records."""
    path = tmp_path / "people.db"
    loaded = load(project)
    assert loaded.book is not None
    assert loaded.mappings is not None
    with closing(Store.open(f"sqlite:///{path}")) as opened:
        opened.migrate()
        opened.activate(loaded.text, loaded.book, loaded.mappings, NOW)
        show(opened, project, "hubspot", ("contacts", "1", {"email": "ute@kern.example"}))
        show(opened, project, "salesforce", ("Lead", "00Q1", {"Email": "ute@kern.example"}))
    return str(path)


def test_explain_says_by_what_each_record_was_linked(store: str) -> None:
    done = lead("explain", "ute@kern.example", "--database", store)
    assert f"{LEAD}, linked by email" in done.out
    assert "hubspot/contacts/1, linked by itself" in done.out
    found = lead("explain", "ute@kern.example", "--database", store, "--json").json
    assert found["linked_by"] == {LEAD: "key:email", "hubspot/contacts/1": "own"}


def test_an_address_of_two_contacts_names_neither(store: str) -> None:
    lead("unlink", LEAD, "--database", store)
    done = lead("explain", "ute@kern.example", "--database", store)
    assert (done.code, done.err) == (
        2,
        "explain: 2 contacts are known as 'ute@kern.example', give one record: platform/kind/id\n",
    )


def test_unlink_and_link_again(store: str) -> None:
    done = lead("unlink", LEAD, "--database", store)
    assert done.code == 0
    assert done.out.splitlines() == [
        f"{LEAD} now belongs to contact 2. It is decided again.",
        "Contact 1 keeps hubspot/contacts/1.",
    ]
    assert "linked by a person's ruling" in lead("explain", LEAD, "--database", store).out
    again = lead("link", LEAD, "hubspot/contacts/1", "--database", store, "--json")
    assert (again.code, again.json["contact"], again.json["other"]) == (0, 1, None)
    assert lead("explain", "2", "--database", store, "--json").json["refs"] == [
        "hubspot/contacts/1",
        LEAD,
    ]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("unlink", "nonsense"), "nonsense: not a record"),
        (("unlink", "salesforce/Lead/00Q9"), "no such record is known"),
        (("link", LEAD, "nobody@kern.example"), "nobody is known as 'nobody@kern.example'"),
        (("link", LEAD, "1"), "belongs to contact 1 already"),
    ],
)
def test_what_cannot_be_ruled_is_said(store: str, command: tuple[str, ...], said: str) -> None:
    done = lead(*command, "--database", store)
    assert done.code == 2
    assert said in done.err
    assert lead("explain", LEAD, "--database", store).code == 0


def test_check_warns_of_a_key_too_weak_for_the_population(project: Path, store: str) -> None:
    fields = project / "mappings" / "fields.yaml"
    section = "identity:\n  person:\n    - {name: name_and_zip, all: [last_name, postal_code]}\n"
    line = len(fields.read_text("utf-8").splitlines()) + 3
    fields.write_text(fields.read_text("utf-8").rstrip("\n") + "\n" + section, "utf-8")
    assert "people" not in lead("check", "--project", project).out
    with closing(Store.open(f"sqlite:///{store}")) as opened:
        rows = [
            (
                "contacts",
                f"9{number}",
                {
                    "email": f"p{number}@kern.example",
                    "lastname": f"Name{number % 20}",
                    "zip": f"3015{number % 7}",
                },
            )
            for number in range(300)
        ]
        opened.use(load(project).book, load(project).mappings)  # type: ignore[arg-type]
        show(opened, project, "hubspot", *rows)
    done = lead("check", "--project", project, "--database", store)
    assert done.code == 0
    (said,) = [text for text in done.out.splitlines() if "name_and_zip" in text]
    assert said.startswith(f"warning: mappings/fields.yaml:{line}:1: name_and_zip: about ")
    assert "people would be taken for somebody else" in said
    fields.write_text(fields.read_text("utf-8").replace("postal_code]}", "postal_code], ask: true}"), "utf-8")  # fmt: skip
    assert "name_and_zip" not in lead("check", "--project", project, "--database", store).out
