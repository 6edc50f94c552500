"""A case, tried: what comes out beside what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connector.config.compiled.condition import tests
from connector.config.documents import CaseDocument, TestsDocument
from connector.config.examples import Case
from connector.config.yaml import Source
from connector.decide.condition import compiled
from connector.decide.consent import consents
from connector.decide.decision import decide
from connector.decide.fields.normal import normalise
from connector.decide.strength import from_log
from connector.model.contact import Account, Contact, Value
from connector.model.decision import Decision, Strength
from connector.model.fact import Outcome
from connector.model.mapping import Mappings
from connector.model.ref import Ref
from connector.model.roster import Owner, Roster
from connector.model.rules import Rulebook
from connector.model.standing import Standing

PERSON = Ref("case", "person", "1")
COMPANY = Ref("case", "company", "1")
NOWHERE = Source("", None)


@dataclass(frozen=True, slots=True)
class Row:
    """One expectation: `what` (stage, owner ...), in words what was expected and what came out."""

    what: str
    expected: str
    got: str
    ok: bool


def run_case(book: Rulebook, mappings: Mappings, case: Case) -> tuple[Row, ...]:
    """Decides the case by these rules; everybody in the pools is there and nobody has had a turn.

    Raises ValueError for a value of the person that its field cannot have, without the value.
    """
    return tuple(_rows(case.document, decided(book, mappings, case)))


def decided(book: Rulebook, mappings: Mappings, case: Case) -> Decision:
    """The case's decision, for whoever wants to see the reasons."""
    document, now = case.document, case.document.now.astimezone(UTC)
    standing = Standing()
    if document.stage is not None:
        since = (document.since or document.now).astimezone(UTC)
        standing = Standing(stage=document.stage, peak=document.stage, since=since)
    roster = _roster(book, document)
    return decide(
        book,
        _contact(document, mappings, now),
        _strengths(book, document, now),
        standing,
        roster,
        now,
    )


def _contact(document: CaseDocument, mappings: Mappings, now: datetime) -> Contact:
    outcomes = tuple(
        Outcome(PERSON, answer.kind, answer.at.astimezone(UTC), f"case-{number}", answer.reason)
        for number, answer in enumerate(document.outcomes)
    )
    fields = {
        name: Value(value, PERSON, now)
        for name, value in _fields(document.person, mappings).items()
    }
    return Contact(
        id=1,
        key="case",
        refs=(PERSON,),
        fields=fields,
        account=_account(document, mappings),
        outcomes=outcomes,
        recorded={outcome.key: outcome.at for outcome in outcomes},
        consents=consents(mappings, fields),
    )


def _account(document: CaseDocument, mappings: Mappings) -> Account | None:
    if not document.account and document.account_owner is None:
        return None
    owner = _user(document.account_owner) if document.account_owner else None
    return Account("case", (COMPANY,), _fields(document.account, mappings), owner)


def _fields(written: Mapping[str, Any], mappings: Mappings) -> dict[str, Any]:
    read = {
        name: normalise(
            field.type, value, mappings.default_region, of=field.of, currency=field.currency
        )
        for name, value in written.items()
        if (field := mappings.fields[name])
    }
    return {name: value for name, value in read.items() if value is not None}


def _strengths(book: Rulebook, document: CaseDocument, now: datetime) -> dict[str, Strength]:
    found = {}
    for signal in book.scoring.activities.signals:
        log = [
            (deed.at.astimezone(UTC), deed.asset, deed.detail)
            for deed in document.activities
            if deed.kind == signal.kind
        ]
        found[signal.name] = from_log(signal, log, now, book.timezone)
    return found


def _user(key: str) -> Ref:
    return Ref("case", "User", key.lower())


def _roster(book: Rulebook, document: CaseDocument) -> Roster:
    """Everybody the rules name, and the account's owner."""
    routes = book.routes
    people = {member for pool in routes.pools for member in pool.members}
    people |= {
        a.name
        for a in (*(rule.assign for rule in routes.rules), routes.fallback)
        if a.to == "person"
    }
    people |= {document.account_owner.lower()} if document.account_owner else set()
    owners = {key: Owner(key, key, (_user(key),)) for key in sorted(people)}
    return Roster(owners=owners, by_ref={_user(key): key for key in owners})


def _rows(document: CaseDocument, decision: Decision) -> Iterator[Row]:
    standing, score, expect = decision.standing, decision.score, document.expect
    words = {
        "stage": standing.stage,
        "grade": score.grade,
        "band": score.band,
        "route": decision.routing.rule if decision.routing else "",
        "stream": standing.stream,
        "excluded": standing.excluded,
    }
    for what, got in words.items():
        wanted = getattr(expect, what)
        if wanted is not None:
            yield Row(what, wanted or "none", got or "none", got == wanted)
    for what, points in (("profile", score.profile), ("activity", score.activity)):
        inner = getattr(expect, what)
        if inner is not None:
            yield Row(what, _asked(inner), f"{points:g}", _holds(inner, points))
    if expect.owner:
        owners = [owner.lower() for owner in expect.owner]
        wanted = " or ".join(owner or "none" for owner in owners)
        yield Row("owner", wanted, standing.owner or "none", standing.owner in owners)
    if expect.waits is not None:
        waits = "; ".join(decision.waits)
        yield Row(
            "waits", expect.waits, waits or "none", expect.waits.casefold() in waits.casefold()
        )


def _holds(wanted: float | TestsDocument, points: float) -> bool:
    if not isinstance(wanted, TestsDocument):
        return wanted == points
    return compiled(tests(wanted, "points", NOWHERE, (), {}))(lambda _: points)


def _asked(wanted: float | TestsDocument) -> str:
    if not isinstance(wanted, TestsDocument):
        return f"{wanted:g}"
    return " and ".join(
        f"{operator.replace('_', ' ')} {_plain(value)}" for operator, value in wanted.given()
    )


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return " and ".join(_plain(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
