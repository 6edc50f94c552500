"""Sales reps, who live in the CRM: they call, accept or reject, convert, win and lose."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connector.sandbox.company.furniture import LOSSES, Company
from connector.sandbox.company.staff import LEAVER, Rep
from connector.sandbox.people.agenda import Agenda, after_work_time, at_work
from connector.sandbox.people.market import Market
from connector.sandbox.people.prospect import Prospect

_STAGES = ("Qualification", "Value Proposition", "Proposal/Price Quote", "Negotiation/Review")
Lead = Mapping[str, Any]


class Sales:
    """The team. Each rep has a temper: hours until the first call, and how reliably they answer at all."""

    def __init__(
        self, salesforce: Any, company: Company, market: Market, agenda: Agenda, seed: int
    ) -> None:
        self._crm, self._company, self._market, self._agenda = salesforce, company, market, agenda
        self._dice = {rep.email: random.Random(f"{seed}:{rep.email}") for rep in company.staff.reps}
        self._pace = {email: dice.uniform(0.4, 3.0) for email, dice in self._dice.items()}
        self._care = {email: dice.uniform(0.93, 0.995) for email, dice in self._dice.items()}
        self._seen: set[tuple[str, Any]] = set()
        self._gone: set[str] = set()

    def begin(self, now: datetime) -> None:
        for place, rep in enumerate(self._company.staff.reps):
            self._agenda.plan(
                at_work(now + timedelta(minutes=10 + 3 * place)),
                partial(self._look, rep),
            )
        self._agenda.plan(at_work(now + timedelta(days=45, hours=3)), self._resign)

    def _look(self, rep: Rep, now: datetime) -> None:
        """Through the own leads, every working hour: each hand-over is noticed once."""
        if rep.email in self._gone:
            return
        for lead in self._crm.find("Lead", "OwnerId", rep.user):
            handed = lead.get("Leadcycle_Handed_Over__c")
            if handed and not lead["IsConverted"] and (lead["Id"], handed) not in self._seen:
                self._seen.add((lead["Id"], handed))
                self._take(rep, lead["Id"], now)
        self._agenda.plan(after_work_time(now, timedelta(hours=1)), lambda at: self._look(rep, at))

    def _take(self, rep: Rep, lead: str, now: datetime) -> None:
        dice = self._dice[rep.email]
        if dice.random() > self._care[rep.email]:
            return  # forgotten
        wait = timedelta(hours=self._pace[rep.email] * dice.lognormvariate(-0.4, 0.8))
        called = after_work_time(now, wait)
        self._agenda.plan(called, lambda at: self._call(rep, lead, at))
        self._agenda.plan(
            after_work_time(called, timedelta(minutes=dice.randrange(5, 90))),
            lambda at: self._answer(rep, lead, at),
        )

    def _open(self, rep: Rep, lead: str) -> Lead | None:
        row: Lead = self._crm.get("Lead", lead)
        return None if row["IsDeleted"] or row["IsConverted"] or rep.email in self._gone else row

    def _call(self, rep: Rep, lead: str, now: datetime) -> None:
        row = self._open(rep, lead)
        if row is None:
            return
        dice = self._dice[rep.email]
        for task in self._crm.find("Task", "WhoId", lead):
            if task.get("Status") != "Completed" and dice.random() < 0.8:
                self._crm.update(
                    "Task", task["Id"], {"Status": "Completed", "Type": "Call"}, by=rep.user
                )
                break
        else:
            fields = {
                "WhoId": lead,
                "Subject": "Call",
                "Status": "Completed",
                "TaskSubtype": "Call",
                "OwnerId": rep.user,
                "ActivityDate": now.date().isoformat(),
            }
            self._crm.create("Task", fields, by=rep.user)
        if dice.random() < 0.15:
            self._crm.update(
                "Lead",
                lead,
                {"Title": f"{row.get('Title') or 'Einkauf'} (Tel.)"[:128]},
                by=rep.user,
            )

    def _answer(self, rep: Rep, lead: str, now: datetime) -> None:
        row = self._open(rep, lead)
        if row is None or row.get("OwnerId") != rep.user:
            return
        person = self._market.by_email.get(str(row.get("Email") or "").lower())
        dice = self._dice[rep.email]
        fit, interest = (person.fit, person.interest(now)) if person else (0.4, 0.4)
        if dice.random() < 0.05 + fit * interest:
            self._accept(rep, lead, person, now)
        elif dice.random() < 0.03:
            self._pass_on(rep, lead)
        else:
            reason = _reason(person, fit, interest, dice)
            self._crm.update(
                "Lead",
                lead,
                {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": reason},
                by=rep.user,
            )

    def _accept(self, rep: Rep, lead: str, person: Prospect | None, now: datetime) -> None:
        dice = self._dice[rep.email]
        if dice.random() < 0.25:
            self._convert(rep, lead, person, now)
            return
        self._crm.update(
            "Lead", lead, {"Leadcycle_Acceptance__c": "Accepted", "Status": "Working"}, by=rep.user
        )
        if dice.random() < 0.75:
            later = at_work(now + timedelta(days=dice.uniform(1, 12)))
            self._agenda.plan(later, lambda at: self._convert(rep, lead, person, at))

    def _pass_on(self, rep: Rep, lead: str) -> None:
        """Not mine: a colleague gets it by hand, and that choice must stand."""
        others = [
            each
            for each in self._company.staff.reps
            if each is not rep and each.email not in self._gone
        ]
        self._crm.update(
            "Lead", lead, {"OwnerId": self._dice[rep.email].choice(others).user}, by=rep.user
        )

    def _convert(self, rep: Rep, lead: str, person: Prospect | None, now: datetime) -> None:
        row = self._open(rep, lead)
        if row is None:
            return
        dice = self._dice[rep.email]
        account = next(
            (each["Id"] for each in self._crm.rows("Account") if each["Name"] == row["Company"]),
            None,
        )
        _, _, deal = self._crm.convert(lead, by=rep.user, account_id=account)
        size = person.firm.size if person and person.firm else 50
        amount = round(900 + size * dice.uniform(2, 14), 2)
        self._crm.update(
            "Opportunity", deal, {"Amount": amount, "StageName": _STAGES[0]}, by=rep.user
        )
        self._deal(rep, deal, person, now, 1)

    def _deal(self, rep: Rep, deal: str, person: Prospect | None, now: datetime, step: int) -> None:
        dice = self._dice[rep.email]
        later = at_work(now + timedelta(days=dice.uniform(2, 12)))
        self._agenda.plan(later, lambda at: self._move_deal(rep, deal, person, at, step))

    def _move_deal(
        self, rep: Rep, deal: str, person: Prospect | None, now: datetime, step: int
    ) -> None:
        dice = self._dice[rep.email]
        by = rep.user if rep.email not in self._gone else self._company.staff.manager
        if step < len(_STAGES) and dice.random() < 0.75:
            self._crm.update("Opportunity", deal, {"StageName": _STAGES[step]}, by=by)
            self._deal(rep, deal, person, now, step + 1)
            return
        wish = 0.3 if person is None else 0.2 + 0.6 * person.fit * max(person.interest(now), 0.3)
        today = now.date().isoformat()
        if dice.random() < wish:
            self._crm.update(
                "Opportunity", deal, {"StageName": "Closed Won", "CloseDate": today}, by=by
            )
            return
        self._crm.update(
            "Opportunity",
            deal,
            {"StageName": "Closed Lost", "CloseDate": today, "Loss_Reason__c": dice.choice(LOSSES)},
            by=by,
        )
        if dice.random() < 0.04:
            again = at_work(now + timedelta(days=dice.uniform(3, 15)))
            self._agenda.plan(again, lambda at: self._reopen(rep, deal, person, at))

    def _reopen(self, rep: Rep, deal: str, person: Prospect | None, now: datetime) -> None:
        by = rep.user if rep.email not in self._gone else self._company.staff.manager
        self._crm.update(
            "Opportunity", deal, {"StageName": _STAGES[-1], "Loss_Reason__c": None}, by=by
        )
        self._deal(rep, deal, person, now, len(_STAGES))

    def _resign(self, now: datetime) -> None:
        """One rep leaves; the next morning the manager hands their unanswered leads to colleagues."""
        rep = next(each for each in self._company.staff.reps if each.email == LEAVER)
        self._gone.add(rep.email)
        self._crm.deactivate(rep.user)
        self._agenda.plan(at_work(now + timedelta(days=1)), partial(self._inherit, rep))

    def _inherit(self, leaver: Rep, _: datetime) -> None:
        heirs = [each for each in self._company.staff.reps if each.email not in self._gone]
        open_leads = [
            lead["Id"]
            for lead in self._crm.find("Lead", "OwnerId", leaver.user)
            if not lead["IsConverted"] and not lead.get("Leadcycle_Acceptance__c")
        ]
        for place, lead in enumerate(open_leads):
            heir = heirs[place % len(heirs)]
            self._seen = {entry for entry in self._seen if entry[0] != lead}
            self._crm.update("Lead", lead, {"OwnerId": heir.user}, by=self._company.staff.manager)


def _reason(person: Prospect | None, fit: float, interest: float, dice: random.Random) -> str:
    if person is not None and person.mood == "rival":
        return "Competitor"
    if interest < 0.62:
        return "Too early" if dice.random() < 0.6 else "Not reachable"
    if fit < 0.45:
        return (
            "Too small"
            if person is not None and person.firm is not None and person.firm.size < 100
            else "Wrong person"
        )
    return dice.choice(("No budget", "Bad timing", "Not reachable"))
