"""Follow-up as sales lives it: reminders, escalation, pauses, another owner; every task once, every e-mail at most once."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from house import Crash, House
from proofs import unproved

from connector.cli.example import example_files, example_root
from connector.platforms.mail import MailServer, MailTarget
from connector.sandbox.mailbox import Mailbox, mail_server

EMAIL = "ute@kern.example"
BRANDT, MANAGER = "j.brandt@nordring.example", "k.hollmann@nordring.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


def with_mail(folder: Path, mailbox: Mailbox, seed: int = 0, root: Path | None = None) -> House:
    server = MailServer("127.0.0.1", mailbox.port, "none", "leadcycle@nordring.example")
    return House(folder, seed, root=root, mail=MailTarget(server))


@pytest.fixture
def posted(tmp_path: Path, mailbox: Mailbox) -> Iterator[House]:
    """The example's house, which sends real e-mails to a server of its own."""
    built = with_mail(tmp_path, mailbox)
    yield built
    built.close()


def keys(house: House, lead: Mapping[str, Any]) -> list[str]:
    """What tells the lead's tasks apart, without the person's key."""
    return sorted(
        str(task.get("Leadcycle_Key__c") or "").partition("-")[2]
        for task in house.tasks(lead["Id"])
    )


def due(house: House) -> str:
    return str(house.lead()["Leadcycle_Answer_Due__c"])


def test_the_ladder_of_a_lead_that_nobody_answers(posted: House, mailbox: Mailbox) -> None:
    """Handed over on Monday at nine, grade B: four hours of work, until one o'clock in Berlin."""
    lead = posted.handed_over()
    assert due(posted) == "2026-03-02T12:00:00.000+0000"
    posted.pass_by(hours=2)
    assert [str(mail["Subject"]) for mail in mailbox.to(BRANDT)] == ["Answer due 2026-03-02, 13:00"]
    assert keys(posted, lead) == ["1"]
    posted.pass_by(hours=2)
    assert keys(posted, lead) == ["1", "1-answer-14400"]
    posted.pass_by(hours=4)
    assert keys(posted, lead) == ["1", "1-answer-14400", "1-answer-28800"]
    (manager,) = posted.crm.find("User", "Email", MANAGER)
    (told,) = [
        t
        for t in posted.tasks(lead["Id"])
        if str(t.get("Leadcycle_Key__c")).endswith("-answer-28800")
    ]
    assert (told["OwnerId"], told["ActivityDate"]) == (manager["Id"], "2026-03-02")
    (mail,) = mailbox.to(MANAGER)
    assert "Owner: j.brandt@nordring.example" in mail.get_content()
    assert str(lead["Id"]) in mail.get_content()


def test_a_lead_goes_to_somebody_else_and_its_clock_begins_anew(posted: House) -> None:
    before = posted.rep(posted.handed_over())
    posted.pass_by(hours=28)
    lead, standing = posted.lead(), posted.standing(EMAIL)
    assert posted.rep(lead) != before
    assert standing.former_owners == (BRANDT,)
    assert (standing.handover.number, due(posted)) == (2, "2026-03-03T15:00:00.000+0000")
    assert "2" in keys(posted, lead)
    posted.idle(days=6)
    owners = {BRANDT, *posted.standing(EMAIL).former_owners, posted.standing(EMAIL).owner}
    assert len(owners) == 3, "the pool of three is asked once each, then nobody is left"
    told = posted.standing(EMAIL).handover.runs[0].told[-1]
    assert told.note == "nobody is left who has not had this lead"
    assert posted.second_pass() == 0
    assert list(unproved(posted)) == []


def test_nothing_fires_for_what_has_been_answered(posted: House, mailbox: Mailbox) -> None:
    lead = posted.handed_over()
    posted.pass_by(hours=1)
    posted.crm.update(
        "Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=posted.rep(lead)
    )
    posted.crm.create(
        "Task",
        {"WhoId": lead["Id"], "Subject": "Call", "Status": "Completed", "TaskSubtype": "Call"},
        by=posted.rep(lead),
    )
    posted.idle(days=5)
    assert keys(posted, lead) == ["", "1"], "the hand-over's task and the rep's own call"
    assert mailbox.kept == []
    runs = {run.clock: run for run in posted.standing(EMAIL).handover.runs}
    assert {name: run.stopped_by for name, run in runs.items()} == {
        "answer": "accepted",
        "contacted": "contacted",
        "next_step": "",
        "outcome": "",
    }
    assert runs["contacted"].evidence.kind == "Task"


def test_a_rep_says_when_the_clock_goes_on(posted: House) -> None:
    lead = posted.handed_over()
    posted.pass_by(hours=1)
    away = {"Leadcycle_Pause_Until__c": "2026-03-06", "Leadcycle_Pause_Reason__c": "On holiday"}
    posted.crm.update("Lead", lead["Id"], away, by=posted.rep(lead))
    posted.pass_by(minutes=20)
    answer, _ = posted.standing(EMAIL).handover.runs
    assert (answer.pause.pause, answer.pause.said_in) == ("the prospect is away", "pause_reason")
    assert due(posted) == answer.due.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    assert answer.due.date().isoformat() == "2026-03-06"
    posted.idle(days=3)
    assert keys(posted, lead) == ["1"]
    posted.crm.update("Lead", lead["Id"], {"Leadcycle_Pause_Until__c": None}, by=posted.rep(lead))
    posted.pass_by(hours=5)
    assert posted.standing(EMAIL).handover.runs[0].pause is None
    assert "1-answer-14400" in keys(posted, posted.lead())


def test_the_owner_goes_away_and_comes_back(posted: House) -> None:
    """A field of the user says so; the contact's clock stands still from then on, the answer's does not."""
    user = posted.rep(posted.handed_over())
    posted.crm.update("User", user, {"Leadcycle_Away_Until__c": "2026-03-05"})
    posted.pass_by(hours=2)
    answer, contacted = posted.standing(EMAIL).handover.runs
    assert answer.pause is None
    assert contacted.pause.pause == "the owner is away"
    assert contacted.turns_at.date().isoformat() == "2026-03-06", "the day itself is away"
    posted.crm.update("User", user, {"Leadcycle_Away_Until__c": None})
    posted.pass_by(hours=2)
    assert posted.standing(EMAIL).handover.runs[1].pause is None
    assert posted.second_pass() == 0


def rooted(folder: Path) -> Path:
    """The example, where reminders and every rung go out both ways."""
    for name in example_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(example_root() / name, folder / name)
    file = folder / "rules" / "follow_up.yaml"
    text = file.read_text("utf-8").replace("- {tell: owner}", "- {tell: owner, by: [task, email]}")
    assert text != file.read_text("utf-8")
    file.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("seed", range(2))
def test_every_task_once_and_every_mail_at_most_once_whatever_crashes(
    tmp_path: Path, mailbox: Mailbox, seed: int
) -> None:
    """The process dies again and again, at any boundary of store, network and mail server, which has moods of its own."""
    dice = random.Random(seed)
    house = with_mail(tmp_path / "house", mailbox, seed, rooted(tmp_path / "project"))
    mailbox.moods.drop_after, mailbox.moods.drop_before = 1, dice.randrange(2)

    def strike(place: str) -> None:
        if dice.random() < (0.15 if place.startswith("mail") else 0.004):
            raise Crash(place)

    house.person(EMAIL)
    house.ask(EMAIL)
    house.pull = timedelta(hours=1)
    house.boundary = strike
    end, crashes = house.now.timestamp() + 5 * 86_400, 0
    while house.now.timestamp() < end:
        try:
            house.pass_by(hours=3)
        except Crash:
            crashes += 1
            house.boundary = lambda _: None
            house.crash()
            house.boundary = strike
    house.boundary = lambda _: None
    house.crash()
    house.pass_by(hours=12)
    assert crashes > 3
    ids = Counter(str(mail["Message-ID"]) for mail in mailbox.kept)
    assert not [one for one, count in ids.items() if count > 1]
    assert len(ids) >= 1
    lead = house.lead()
    told = Counter(keys(house, lead))
    assert set(told.values()) == {1}
    assert "1-answer-14400" in told
    (task,) = [key for key in told if key.isdigit()]  # of the hand-over: it went along each time
    assert int(task) == house.standing(EMAIL).handover.number > 1
    assert house.second_pass() == 0
    house.close()
