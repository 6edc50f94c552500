"""Consent, told: where somebody stands on each purpose, by which statement, and everything said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.model.person.contact import Consent, Contact
from connector.store import Statement
from connector.store.sql.moment import EPOCH


def told_consents(contact: Contact, said: Sequence[Statement]) -> Mapping[str, Mapping[str, Any]]:
    """By purpose: the state, what decides it (nothing: the default) with its proof, and the statements behind it."""
    return {
        purpose: {
            "state": consent.state,
            "by": consent.field or "nobody has said anything",
            **_proof(consent, said),
        }
        for purpose, consent in contact.consents.items()
    }


def all_statements(said: Sequence[Statement]) -> list[Mapping[str, Any]]:
    return [
        {
            "record": str(one.ref),
            "field": one.field,
            "value": one.value,
            "at": one.at.isoformat(),
            "learned_at": one.learned_at.isoformat(),
            "evidence": dict(one.evidence),
        }
        for one in said
    ]


def _proof(consent: Consent, said: Sequence[Statement]) -> dict[str, Any]:
    """Which record says it, since when, and what it shows as proof. What we passed on ourselves is no statement."""
    if consent.said is None:
        return {"record": None, "since": None, "evidence": {}}
    value, source, at = consent.said
    alike = [one for one in said if one.field == consent.field and one.value == value]
    if not alike:
        since = at.isoformat() if at > EPOCH else None  # it stood there before we looked
        return {"record": str(source), "since": since, "evidence": {}}
    own = [one for one in alike if one.ref == source] or alike
    latest = own[-1]
    return {
        "record": str(latest.ref),
        "since": latest.at.isoformat(),
        "evidence": dict(latest.evidence),
    }
