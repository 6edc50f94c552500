"""What conditions may ask about one contact at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connector.decide.consent import fact
from connector.model.consent import FACT
from connector.model.contact import Contact
from connector.model.roster import Roster

SALES_FACTS = ("acceptance", "rejection_reason", "opportunity", "loss_reason", "contacted")
DERIVED = frozenset({"email_domain"})
SCORED = frozenset({"profile", "activity", "grade"})
WALKED = frozenset(
    {
        "band",
        "stage",
        "peak",
        "lead_event",
        "owner",
        "stream",
        "asked_stream",
        "track",
        "account_owner",
    }
) | frozenset(SALES_FACTS)


def vocabulary(fields: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Names that conditions may use, by place: criterion, exclusion, band, lifecycle (transitions and consent), route,
    stream, create (who gets a record) and signal. A signal sees besides `asset` whatever details its kind carries.
    """
    known = frozenset(fields) | DERIVED
    walked = known | SCORED | WALKED
    return {
        "criterion": known,
        "exclusion": known,
        "band": known | SCORED,
        "lifecycle": walked,
        "route": walked,
        "stream": walked,
        "create": walked,
        "signal": frozenset({"asset"}),
    }


def _field(contact: Contact, name: str) -> Any:
    """A hub field of the person, else of the company."""
    value = contact.value(name)
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


_COMPUTED: Mapping[str, Callable[[Contact, Roster], Any]] = {
    "email_domain": _email_domain,
    "account_owner": _account_owner,
}


class Facts:
    """Facts about one contact: what was told, else computed, else a hub field; None is unknown. Looked up once each."""

    __slots__ = ("_known", "contact", "roster")

    def __init__(self, contact: Contact, roster: Roster) -> None:
        self.contact = contact
        self.roster = roster
        self._known: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        known = self._known
        if name in known:
            return known[name]
        value = known[name] = self._looked_up(name)
        return value

    def _looked_up(self, name: str) -> Any:
        compute = _COMPUTED.get(name)
        if compute is not None:
            return compute(self.contact, self.roster)
        if name.startswith(FACT):
            return fact(self.contact.consents, name)
        return _field(self.contact, name)

    def tell(self, **values: Any) -> None:
        """What is decided so far: later conditions see it, before any hub field of the same name."""
        self._known.update(values)

    def without_sales(self, name: str) -> Any:
        """The same facts as if sales had not said anything yet."""
        if name == "contacted":
            return False
        return None if name in SALES_FACTS else self.get(name)
