"""A census for the lint of rules: what a sample of people show, and what was done in a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import orjson

from connector.decide.fields.plan import shown_by
from connector.decide.identity.keys import EMAIL
from connector.model.identity import EMAIL_DOMAIN
from connector.model.mapping.mappings import Mappings
from connector.store.intake.candidates import text_of
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

SAMPLE = 20_000


class Counted(NamedTuple):
    """`people` contacts; of a sample of them these fields as text, and whether something of theirs was seen since; deeds since."""

    people: int
    sample: list[tuple[dict[str, str], bool]]
    deeds: list[tuple[str, str, int]]  # kind, asset, how often


def census(
    tx: Transaction, mappings: Mappings, fields: Collection[str], since: datetime
) -> Counted:
    """Values of the person, else of the company; e-mail domains are derived. Deeds are counted in one pass over all of them."""
    row = tx.one("SELECT count(*), COALESCE(max(id), 0) FROM contact WHERE survivor IS NULL")
    people, last = row or (0, 0)
    step = max(1, int(last) // SAMPLE)
    accounts: dict[int, int | None] = dict(
        tx.rows(
            "SELECT id, account FROM contact WHERE survivor IS NULL AND id - id / ? * ? = 0"
            " ORDER BY id LIMIT ?",
            *(step, step, SAMPLE),
        )
    )
    own = _values(tx, mappings, fields, "contact", accounts)
    firms = _values(tx, mappings, fields, "account", {a for a in accounts.values() if a})
    lately = _lately(tx, accounts, to_ms(since))
    sample = [
        ({**firms.get(account or 0, {}), **own.get(contact, {})}, contact in lately)
        for contact, account in accounts.items()
    ]
    return Counted(int(people), sample, _deeds(tx, to_ms(since)))


def _values(
    tx: Transaction, mappings: Mappings, fields: Collection[str], whose: str, ids: Iterable[int]
) -> dict[int, dict[str, str]]:
    homes, shows = Homes(tx), shown_by(mappings)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for number, home, body in tx.rows(
        f"SELECT r.{whose}, r.home, o.body FROM ref r JOIN observed o ON o.ref = r.id"  # noqa: S608  (a word of ours)
        f" WHERE r.{whose} IN [?] AND r.target IS NULL ORDER BY r.id",
        sorted(ids),
    ):
        shown = orjson.loads(body)
        for each in shows.get(homes.place(home), ()):
            seen = shown.get(each.property)
            if each.name in fields and seen and seen[1] not in (None, "", []):
                found[number].setdefault(each.name, text_of(seen[1]))
            if EMAIL_DOMAIN in fields and each.field.type == EMAIL and seen and seen[1]:
                found[number].setdefault(EMAIL_DOMAIN, text_of(seen[1]).rpartition("@")[2].lower())
    return found


def _lately(tx: Transaction, ids: Iterable[int], since: int) -> set[int]:
    chosen = sorted(ids)
    seen = tx.rows(
        "SELECT DISTINCT r.contact FROM ref r JOIN sighting s ON s.ref = r.id"
        " WHERE r.contact IN [?] AND s.at >= ? AND s.written = 0",
        *(chosen, since),
    )
    acted = tx.rows(
        "SELECT DISTINCT r.contact FROM ref r JOIN activity a ON a.ref = r.id"
        " WHERE r.contact IN [?] AND a.at >= ?",
        *(chosen, since),
    )
    return {contact for (contact,) in seen} | {contact for (contact,) in acted}


def _deeds(tx: Transaction, since: int) -> list[tuple[str, str, int]]:
    rows = tx.rows(
        "SELECT k.text, w.text, d.n FROM (SELECT kind, asset, count(*) AS n FROM activity WHERE at >= ?"
        " GROUP BY kind, asset) d JOIN word k ON k.id = d.kind JOIN word w ON w.id = d.asset"
        " ORDER BY k.text, w.text",
        since,
    )
    return [(kind, asset, int(count)) for kind, asset, count in rows]
