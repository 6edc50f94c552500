"""Everything an explanation needs, gathered from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from connector.decide.counterfactual import Nearest
from connector.decide.fields.plan import written_to
from connector.decide.fields.scope import inside, sentence
from connector.decide.fields.sources import facts
from connector.decide.scoring.exclusion import in_force
from connector.errors import Bug
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.model.person.decision import Score
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook
from connector.model.systems.ref import Ref
from connector.report.conflicts import disputed
from connector.report.explain.belonging import belonging
from connector.report.explain.explained import Explained
from connector.report.explain.hindsight import hindsight
from connector.report.explain.view import PLAIN, View, Wish
from connector.report.explain.what_if import what_if
from connector.report.losses import losses, unread
from connector.store import Recorded, Store

WITHIN = 1e-6  # reasons and score are rounded to six decimals each


def explain(
    store: Store,
    book: Rulebook,
    contact: int,
    at: datetime | None,
    now: datetime,
    mappings: Mappings | None = None,
    wish: Wish = PLAIN,
) -> Explained:
    """Explain one contact now, or as known at a past moment; `book` is the rulebook that was in force then.

    With `mappings` it also says what they cannot read. Raises KeyError for an unknown contact, ValueError for a stage that the
    rules do not know, and Bug if the reasons do not add up to the score.
    """
    moment = now if at is None else at
    dossier = (
        store.dossier(contact, moment) if at is None else store.told.then(contact, moment, book)
    )
    view = View(store, book, mappings, contact, dossier, wish.track, moment)
    every = tuple(store.told.history(contact, moment))
    history = tuple(one for one in every if one.decision.track == wish.track)
    stands = [one for one in history if one.undone is None]
    routed = next(
        (one.decision for one in reversed(stands) if one.decision.routing is not None), None
    )
    return Explained(
        contact=dossier.contact,
        at=moment,
        rulebook=book.digest,
        standing=view.standing,
        score=adding_up(_recorded(history, book, moment) or view.decision.score),
        routing=routed.routing if routed else None,
        routed_at=routed.at if routed else None,
        history=history,
        waits=history[-1].decision.waits if history else (),
        lost=tuple(store.told.lost_of(contact, moment)),
        disputes=disputed(dossier.contact, mappings),
        said=tuple(store.told.statements(contact, moment)),
        links=_links(store, dossier.contact),
        lossy=(*losses(every), *(unread(mappings, dossier.contact) if mappings else ())),
        outside=_outside(store, book, mappings, dossier.contact, history) if mappings else (),
        others=tuple(one for one in dossier.standings.values() if _other(one, wish.track)),
        exclusions=in_force(book.scoring.exclusions, view.standing, moment),
        belonging=belonging(view),
        people=_people(mappings, dossier.contact),
        labels=book.labels,
        hindsight=hindsight(view) if wish.as_known_now else None,
        nearest=_nearest(view, wish),
    )


def _recorded(history: Sequence[Recorded], book: Rulebook, at: datetime) -> Score | None:
    """The score of the last decision, if that was made at this very moment: what was learned in the same instant came after it."""
    if not history or history[-1].undone is not None:
        return None
    last = history[-1].decision
    return last.score if (last.at, last.rulebook) == (at, book.digest) else None


def _other(standing: Standing, track: str) -> bool:
    return standing.track != track and bool(standing.stage)


def _nearest(view: View, wish: Wish) -> Nearest | None:
    """For the stage that is wished for, or the one after where the contact stands; None if nobody asks, and at the end of all stages."""
    stages = view.book.lifecycle.stages
    after = view.book.lifecycle.rank(view.standing.stage) + 1
    stage = stages[after] if wish.next_stage and after < len(stages) else wish.towards
    if wish.next_stage and not stage:
        stage = stages[-1]
    return what_if(view, stage) if stage else None


def _people(mappings: Mappings | None, contact: Contact) -> frozenset[Ref]:
    """Its records that show a person: neither tasks nor mails."""
    if mappings is None:
        return frozenset(contact.refs)
    kinds = {
        (name, record.kind)
        for name, platform in mappings.platforms.items()
        for record in platform.records.values()
        if record.is_ == "contact"
    }
    return frozenset(ref for ref in contact.refs if (ref.platform, ref.kind) in kinds)


def _outside(
    store: Store, book: Rulebook, mappings: Mappings, contact: Contact, history: Sequence[Recorded]
) -> tuple[str, ...]:
    """Where this person is out of scope, by the facts at the end of the last decision."""
    if not history or all(platform.scope is None for platform in mappings.platforms.values()):
        return ()
    get = facts(book, history[-1].decision, contact, store.roster())
    plans = written_to(mappings)(book.lifecycle.stages)
    return tuple(sentence(plan, get) for plan in plans if not inside(plan, get))


def _links(store: Store, contact: Contact) -> Mapping[Ref, str]:
    """By what each of the records it has now was linked."""
    known = store.told.links(contact.id)
    return {ref: known.get(ref, "") for ref in contact.refs}


def adding_up(found: Score) -> Score:
    """The same score, if its reasons sum to it on both axes; otherwise Bug."""
    for axis, total in (("profile", found.profile), ("activity", found.activity)):
        parts = sum(
            one.points for one in found.reasons if (one.axis == "profile") is (axis == "profile")
        )
        if abs(parts - total) > WITHIN * max(1, len(found.reasons)):
            raise Bug(f"the {axis} reasons sum to {parts}, the score says {total}")
    return found
