"""check beside a store: users and queues that no system knows, and people who have left."""

from __future__ import annotations

from pathlib import Path

from prompt import lead

from connector.config import texts
from connector.sandbox.world import World

ROUTING = "rules/routing.yaml"
FILES = sum(not name.startswith("rules/cases/") for name in texts(Path(__file__).parents[2]))


def edit(project: Path, old: str, new: str, name: str = ROUTING) -> None:
    text = (project / name).read_text("utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new, 1), "utf-8")


def said(project: Path) -> list[str]:
    """What check says of the rules; cases that name people of before are no matter here."""
    for cases in (project / "rules" / "cases").glob("*.yaml"):
        cases.unlink()
    lines = lead("check", "--project", project).out.splitlines()
    return [line for line in lines if not line.startswith("note: ")]


def test_who_is_nobody_is_told_once_a_store_knows_the_users(
    project: Path, world: World, sandbox: str
) -> None:
    edit(project, "members: [j.brandt@", "members: [j.brand@")
    edit(project, "queue: Leadcycle Unassigned", "queue: Leads Nobody")
    assert said(project) == [f"0 errors, 0 warnings in {FILES} files"], (
        "without a store nothing is known"
    )
    lead("apply", "--project", project)
    assert said(project)[-1] == f"0 errors, 0 warnings in {FILES} files", "nobody has been read yet"
    lead("run", "--project", project)
    lines = (project / ROUTING).read_text("utf-8").splitlines()
    (last,) = [n for n, line in enumerate(lines, start=1) if line.startswith("fallback:")]
    assert said(project) == [
        'warning: rules/routing.yaml:5:22: no system knows a user "j.brand@nordring.example", did you mean "j.brandt@nordring.example"?',
        f'warning: rules/routing.yaml:{last}:19: no system knows a queue "Leads Nobody", correct it, or add the queue there',
        f"0 errors, 2 warnings in {FILES} files",
    ]


def test_who_has_left_is_told_unless_somebody_answers_instead(
    project: Path, world: World, sandbox: str
) -> None:
    lead("apply", "--project", project)
    for name in ("p.smith", "e.rossi"):
        (user,) = world.salesforce.find("User", "Email", f"{name}@nordring.example")
        world.salesforce.deactivate(str(user["Id"]))
    lead("run", "--project", project)
    assert [line.partition(": rules")[2] for line in said(project)[:2]] == [
        '/routing.yaml:8:22: "e.rossi@nordring.example" has left, name somebody else, or a substitute in mappings/owners.yaml',
        '/routing.yaml:8:48: "p.smith@nordring.example" has left, name somebody else, or a substitute in mappings/owners.yaml',
    ]
    table = (
        "version: 1\nowners:\n  e.rossi@nordring.example: {substitute: t.vogel@nordring.example}\n"
    )
    (project / "mappings/owners.yaml").write_text(table, "utf-8")
    found = said(project)
    assert not any("e.rossi" in line for line in found)
    assert any("p.smith" in line for line in found)
