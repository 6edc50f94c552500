"""What would have to change for a stage, for one contact of the store."""

from __future__ import annotations

from datetime import datetime

from connector.decide.counterfactual import Nearest, Situation, nearest
from connector.decide.fields.scope import barred
from connector.model.contact import Contact
from connector.model.decision import Decision
from connector.model.dossier import Dossier
from connector.model.mapping import Mappings
from connector.model.rules import Rulebook
from connector.model.standing import MAIN, Standing
from connector.store import Store


def what_if(
    store: Store,
    book: Rulebook,
    mappings: Mappings | None,
    dossier: Dossier,
    contact: int,
    stage: str,
    now: datetime,
) -> Nearest:
    """By the rules as they are in `book`, from what was known at `now`. Raises ValueError for a stage they do not know."""
    roster = store.roster()

    def why(decision: Decision, person: Contact) -> str:
        return "" if mappings is None else barred(mappings, book, decision, person, roster)

    return nearest(
        Situation(
            book=book,
            contact=dossier.contact,
            log=store.told.log(contact, now, book),
            standing=dossier.standings.get(MAIN, Standing(stage=book.lifecycle.start)),
            roster=roster,
            now=now,
            barred=why,
        ),
        stage,
    )
