"""connect and install."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from prompt import NOBODY, lead

from connector.sandbox.mailbox import mail_server
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.world import World

RIGHT = {
    "HUBSPOT_TOKEN": "sandbox-hubspot",
    "SALESFORCE_KEY": "sandbox-client",
    "SALESFORCE_SECRET": "sandbox-secret",
}


BOTH = ("hubspot", "salesforce")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def give(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return give


def aim(project: Path, hubspot: str, salesforce: str) -> None:
    """The connections at other addresses than the vendors' own."""
    path = project / "leadcycle.yaml"
    text = path.read_text().replace("type: hubspot", f"type: hubspot\n    url: {hubspot}")
    path.write_text(text.replace("type: salesforce", f"type: salesforce\n    url: {salesforce}"))


def test_connect_says_who_we_are(project: Path, sandbox: str) -> None:
    done = lead("connect", "--project", project, "--json")
    assert done.code == 0
    hubspot, salesforce, mail = done.json["connections"]
    assert (mail["status"], mail["account"]) == ("ok", "a rehearsal sends none")
    assert (hubspot["name"], hubspot["status"], hubspot["problems"]) == ("hubspot", "ok", [])
    assert "crm.objects.contacts.write" in hubspot["scopes"]
    assert hubspot["daily_limit"] > hubspot["daily_used"] >= 0
    assert (salesforce["status"], salesforce["user"]) == ("ok", "leadcycle@nordring.example")


def test_connect_lists_what_is_missing(
    project: Path, bare: World, rehearse: Callable[[World], str]
) -> None:
    rehearse(bare)
    done = lead("connect", "salesforce", "--project", project)
    assert done.code == 1
    assert "salesforce/Lead.Leadcycle_Key__c: is not there, or we may not see it" in done.out
    assert "run: leadcycle install salesforce (for mappings/salesforce.yaml:" in done.out
    assert "hubspot" not in done.out


def test_an_unknown_connection_is_wrong_use(project: Path, sandbox: str) -> None:
    done = lead("connect", "marketo", "--project", project)
    assert done.code == 2
    assert "known are: hubspot, salesforce" in done.err


def test_variables_that_are_not_set_are_named(project: Path) -> None:
    done = lead("connect", "--project", project)
    assert done.code == 4
    assert done.err == (
        "hubspot: not set: HUBSPOT_TOKEN\nsalesforce: not set: SALESFORCE_KEY, SALESFORCE_SECRET\n"
        "mail: not set: SMTP_PASSWORD\n"
    )


@pytest.mark.parametrize(
    ("wrong", "which"),
    [
        ({"HUBSPOT_TOKEN": "nonsense-1234"}, "hubspot"),
        ({"SALESFORCE_SECRET": "nonsense-1234"}, "salesforce"),
    ],
)
def test_wrong_credentials_are_one_sentence(
    project: Path,
    world: World,
    rehearse: Callable[[World], str],
    credentials: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, str],
    which: str,
) -> None:
    url = rehearse(world)
    monkeypatch.delenv("LEADCYCLE_SANDBOX")
    aim(project, f"{url}/hubspot", f"{url}/salesforce")
    credentials(**{**RIGHT, **wrong})
    done = lead("connect", *BOTH, "--project", project)
    assert done.code == 4
    (sentence,) = done.err.splitlines()
    assert sentence.startswith(f"{which}: ")
    assert "nonsense-1234" not in done.out + done.err
    other = {"hubspot": "salesforce", "salesforce": "hubspot"}[which]
    assert f"{other:10}  ok" in done.out  # the other one is looked at all the same


def test_a_system_that_is_not_there_is_one_sentence(
    project: Path, credentials: Callable[..., None]
) -> None:
    aim(project, NOBODY, NOBODY)
    credentials(**RIGHT)
    done = lead("connect", *BOTH, "--project", project)
    assert done.code == 4
    assert len(done.err.splitlines()) == 2
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("password", "code", "said"),
    [("s3cret", 0, "ok"), ("wrong-1234", 4, "does not accept the user or the password")],
)
def test_the_mail_server_is_asked_to_let_us_in(
    project: Path, credentials: Callable[..., None], password: str, code: int, said: str
) -> None:
    credentials(SMTP_PASSWORD=password)
    path = project / "leadcycle.yaml"
    with mail_server() as mailbox:
        mailbox.moods.user, mailbox.moods.password = "leadcycle", "s3cret"
        server = f"host: 127.0.0.1, port: {mailbox.port}, security: none"
        text = path.read_text().replace("host: smtp.nordring.example", server)
        path.write_text(text)
        done = lead("connect", "mail", "--project", project)
    assert (done.code, mailbox.kept) == (code, [])
    assert said in done.out + done.err
    assert password not in done.out + done.err


def test_a_rehearsal_does_not_leave_this_machine(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADCYCLE_SANDBOX", "http://sandbox.example:8500")
    done = lead("connect", "--project", project)
    assert done.code == 2
    assert "does not leave this machine" in done.err


@pytest.mark.parametrize(("name", "some"), [("hubspot", "leadcycle_grade"), ("salesforce", "Lead.Leadcycle_Key__c")])  # fmt: skip
def test_install_prints_then_creates_then_has_nothing_to_do(
    project: Path, bare: World, rehearse: Callable[[World], str], name: str, some: str
) -> None:
    rehearse(bare)

    def install(*words: str) -> dict[str, list[str]]:
        done = lead("install", name, "--project", project, "--json", *words)
        assert done.code == 0
        return done.json

    printed = install("--print")
    assert printed["done"] == []
    assert any(some in line for line in printed["planned"])
    first = install("--yes")
    assert first["planned"] == printed["planned"]  # printing created nothing
    assert first["done"] == printed["planned"]
    assert install("--yes") == {"connection": name, "planned": [], "done": []}
    assert lead("connect", name, "--project", project).code == 0


def test_install_asks_before_it_creates(
    project: Path, bare: World, rehearse: Callable[[World], str]
) -> None:
    rehearse(bare)
    done = lead("install", "hubspot", "--project", project, said="n\n")
    assert (done.code, done.out) == (0, "hubspot: nothing was created\n")
    assert "Create these " in done.err
    assert (
        lead("install", "hubspot", "--project", project, "--json").code == 2
    )  # a script cannot answer
    assert lead("install", "hubspot", "--project", project).code == 130  # nor can an empty input
    assert lead("install", "hubspot", "--project", project, said="y\n").code == 0
    assert lead("install", "hubspot", "--project", project).out == "hubspot: nothing is missing\n"


def test_reps_choose_from_the_reasons_that_the_rules_name(
    project: Path, bare: World, rehearse: Callable[[World], str]
) -> None:
    path = project / "rules" / "lifecycle.yaml"
    path.write_text(path.read_text().replace("Competitor, Duplicate]", "Competitor, Not for us]"))
    rehearse(bare)
    assert lead("install", "salesforce", "--project", project, "--yes").code == 0
    person = {"LastName": "Kern", "Company": "Kern"}
    bare.salesforce.create("Lead", {**person, "Leadcycle_Rejection_Reason__c": "Not for us"})
    with pytest.raises(Refusal, match="Duplicate"):
        bare.salesforce.create("Lead", {**person, "Leadcycle_Rejection_Reason__c": "Duplicate"})
