"""What would have to change for a stage, for one contact of the store."""

from __future__ import annotations

from connector.decide.counterfactual import Nearest, Situation, nearest
from connector.decide.fields.scope import barred
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.report.explain.view import View


def what_if(view: View, stage: str) -> Nearest:
    """By the rules of the view's moment, from what was known at it. Raises ValueError for a stage they do not know."""

    def why(decision: Decision, person: Contact) -> str:
        mappings = view.mappings
        return (
            "" if mappings is None else barred(mappings, view.book, decision, person, view.roster)
        )

    situation = Situation(
        book=view.book,
        contact=view.dossier.contact,
        log=view.store.told.log(view.contact, view.at, view.book),
        standing=view.standing,
        roster=view.roster,
        now=view.at,
        barred=why,
        beside=view.beside,
    )
    return nearest(situation, stage)
