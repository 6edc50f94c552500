"""What conditions may ask about one contact at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connector.decide.conditions.operators.age import NOW
from connector.decide.consent import fact
from connector.decide.place import placing
from connector.decide.routing.key_account import key_account
from connector.decide.routing.territory import one_address, patch_of
from connector.decide.sales.deals import standing_deals
from connector.model.person.consent import FACT
from connector.model.person.contact import Contact
from connector.model.person.decision import Beside
from connector.model.person.standing import Standing
from connector.model.person.touch import Touch
from connector.model.roster import Roster
from connector.model.rules import Patch, Rulebook, Territories

SALES_FACTS = (
    *("acceptance", "rejection_reason", "opportunity", "loss_reason", "opportunity_stage"),
    *("contacted", "customer", "open_opportunity"),
)
ACCOUNT_FACTS = ("account.open_deals", "account.customer")
"""Of the company, whoever of its people takes part in its deals; unknown without a company."""
LAST_ACTIVITY = "last_activity_at"
_YES_NO = frozenset({"contacted", "customer", "open_opportunity"})
DEEDS: Mapping[str, Any] = {
    "activity": 0.0,
    "band": None,
    "lead_event": (),
    LAST_ACTIVITY: None,
}
"""Facts that come from what people did, as if they had not done anything."""
STAGE_IN = "stage."
"""`stage.service`: where the contact stands in that track."""
DERIVED = frozenset({"email_domain"})
TOUCHED = frozenset({"free_mail", "first_touch_at", "first_touch_kind", "first_touch_asset"})
INTEREST = frozenset({"interest", "interests", "interest_phase", "content_kinds"})
RULED = frozenset({"territory", "region", "key_account"})  # what tables of the rules say of people
FOLLOWED = frozenset({"breached", "paused", "suspicious"})  # of the clocks of a hand-over
SCORED = frozenset({"model", "profile", "activity", "grade"})
WALKED = frozenset(
    {
        "band",
        "excluded",
        "stage",
        "peak",
        "lead_event",
        "owner",
        "stream",
        "asked_stream",
        "track",
        "asks",
        "handovers",
        "account_owner",
        LAST_ACTIVITY,
    }
) | frozenset((*SALES_FACTS, *FOLLOWED, *ACCOUNT_FACTS))


def stages_in(standing: Standing, beside: Iterable[Beside]) -> Mapping[str, str | None]:
    """Where the contact stands in each track, as conditions call it."""
    stages = {f"{STAGE_IN}{one.track}": one.stage or None for one in beside}
    stages[f"{STAGE_IN}{standing.track}"] = standing.stage or None
    return stages


def vocabulary(fields: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Names that conditions may use, by place: classification, targeted, origin, channel, criterion, model, exclusion,
    band, lifecycle (transitions and consent), route, stream, create (who gets a record), pause (of clocks) and signal. A signal sees besides `asset`
    whatever details its kind carries.
    """
    plain = frozenset(fields) | DERIVED | TOUCHED
    known = plain | RULED | INTEREST | frozenset(placing.PLACES)
    walked = known | SCORED | WALKED
    return {
        "classification": plain,
        "targeted": plain | {"classification"},
        "origin": plain | {"classification", "targeted"},
        "channel": plain | {"classification", "targeted", "origin"},
        "criterion": known,
        "model": known | {"track"},
        "exclusion": known | {"track"} | frozenset((*SALES_FACTS, *ACCOUNT_FACTS)),
        "band": known | SCORED,
        "lifecycle": walked,
        "route": walked,
        "stream": walked,
        "create": walked,
        "pause": walked - SCORED - FOLLOWED - frozenset(DEEDS),
        "signal": frozenset({"asset"}),
    }


def _field(contact: Contact, name: str) -> Any:
    """A hub field of the person, else of the company."""
    found = contact.fields.get(name)
    value = None if found is None else found.value
    if (value is None or value == "") and contact.account is not None:
        return contact.account.fields.get(name)
    return value


def _email_domain(contact: Contact, _roster: Roster) -> str | None:
    email = contact.value("email")
    return email.rpartition("@")[2].lower() or None if isinstance(email, str) else None


def _account_owner(contact: Contact, roster: Roster) -> str | None:
    ref = contact.account.owner if contact.account is not None else None
    if ref is None:
        return None
    owner = roster.of(ref)
    return str(ref) if owner is None else owner.key


def _open_deals(contact: Contact, _roster: Roster) -> int | None:
    account = contact.account
    return None if account is None else standing_deals(account.deals).count("opened")


def _of_customer(contact: Contact, _roster: Roster) -> bool | None:
    account = contact.account
    return None if account is None else "won" in standing_deals(account.deals)


_COMPUTED: Mapping[str, Callable[[Contact, Roster], Any]] = {
    "email_domain": _email_domain,
    "account_owner": _account_owner,
    "account.open_deals": _open_deals,
    "account.customer": _of_customer,
}


class Facts:
    """Facts about one contact: what was told, else computed, else a hub field; None is unknown. Looked up once each.

    Without a `book` nothing is known that tables of the rules say; without `now` (aware) no day or moment is near or far.
    """

    __slots__ = ("_known", "_later", "book", "contact", "now", "roster")

    def __init__(
        self,
        contact: Contact,
        roster: Roster,
        book: Rulebook | None = None,
        now: datetime | None = None,
    ) -> None:
        self.contact = contact
        self.roster = roster
        self.book = book
        self.now = now
        self._known: dict[str, Any] = {}
        self._later: dict[str, Callable[[], Any]] = {}

    def get(self, name: str) -> Any:
        known = self._known
        if name in known:
            return known[name]
        plain = not (name in _MADE or name.startswith(FACT))
        value = known[name] = _field(self.contact, name) if plain else self._made(name)
        return value

    def _made(self, name: str) -> Any:
        """What may be more than a hub field."""
        later = self._later.get(name)
        if later is not None:
            return later()
        compute = _COMPUTED.get(name)
        if compute is not None:
            return compute(self.contact, self.roster)
        if self.book is not None and (ruled := _RULED.get(name)) is not None:
            return ruled(self, self.book)
        if name == NOW:
            return self._present()
        if name.startswith(FACT):
            return fact(self.contact.consents, name)
        return _field(self.contact, name)

    def _present(self) -> datetime | None:
        """Now, in the time zone in which the project's days begin."""
        if self.now is None or self.book is None:
            return None
        return self.now.astimezone(ZoneInfo(self.book.timezone))

    def field(self, name: str) -> Any:
        """A hub field, also where a fact has its name."""
        return _field(self.contact, name)

    def tell(self, **values: Any) -> None:
        """What is decided so far: later conditions see it, before any hub field of the same name."""
        self._known.update(values)

    def tell_last_activity(self, find: Callable[[], datetime | None]) -> None:
        """The same, found out when somebody asks: few rules do."""
        self._known.pop(LAST_ACTIVITY, None)
        self._later[LAST_ACTIVITY] = find

    def without_sales(self, name: str) -> Any:
        """The same facts as if sales had not said anything yet."""
        if name in _YES_NO:
            return False
        return None if name in SALES_FACTS else self.get(name)

    def without_deeds(self, name: str) -> Any:
        """The same facts as if this person had not done anything yet."""
        return DEEDS[name] if name in DEEDS else self.get(name)


def _patch(facts: Facts, table: Territories) -> Patch | None:
    contact, account = facts.contact, facts.contact.account
    if account is None:
        return patch_of(table, facts.get)
    return patch_of(table, one_address(table, facts.get, contact.value, account.fields.get))


def _territory(facts: Facts, book: Rulebook) -> Any:
    patch = _patch(facts, book.routes.territories)
    return None if patch is None else patch.territory


def _region(facts: Facts, book: Rulebook) -> Any:
    """A column of the table of territories; a house whose table has none may have a field of this name."""
    table = book.routes.territories
    if not any(patch.region for patch in table.patches):
        return facts.field("region")
    patch = _patch(facts, table)
    return None if patch is None else patch.region or None


def _key_account(facts: Facts, book: Rulebook) -> Any:
    found = key_account(book.routes, facts.get)
    return None if found is None else found.owner


def _placed(what: str) -> Callable[[Facts, Rulebook], Any]:
    """A house without such rules may have a field of this name."""

    def found(facts: Facts, book: Rulebook) -> Any:
        if not placing.says(book, what):
            return facts.field(what)
        return placing.value(book, facts.contact, what, facts.get)

    return found


def _touch(read: Callable[[Touch], Any]) -> Callable[[Facts, Rulebook], Any]:
    def found(facts: Facts, book: Rulebook) -> Any:
        touch = placing.touched(book, facts.contact)
        return None if touch is None else read(touch)

    return found


_RULED: Mapping[str, Callable[[Facts, Rulebook], Any]] = {
    **{what: _placed(what) for what in placing.PLACES},
    "free_mail": lambda facts, book: placing.free_mail(book, facts.contact),
    "first_touch_at": _touch(lambda touch: touch.at),
    "first_touch_kind": _touch(lambda touch: touch.kind or None),
    "first_touch_asset": _touch(lambda touch: touch.asset or None if touch.kind else None),
    "territory": _territory,
    "region": _region,
    "key_account": _key_account,
}
_MADE = frozenset((*_COMPUTED, *_RULED, NOW, LAST_ACTIVITY))
