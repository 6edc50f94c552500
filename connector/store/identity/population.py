"""What a sample of different people shows, for the question whether a key can carry them all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import orjson

from connector.decide.fields.free_mail import company_domain
from connector.decide.fields.plan import shown_by
from connector.decide.identity.keys import EMAIL
from connector.model.identity import EMAIL_DOMAIN
from connector.model.mapping.mappings import Mappings
from connector.store.intake.candidates import text_of
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

SAMPLE = 20_000


class Population(NamedTuple):
    """`people` contacts; `sample`: the fields of some of them, spread over all."""

    people: int
    sample: list[Mapping[str, Any]]


def population(tx: Transaction, mappings: Mappings, fields: Collection[str]) -> Population:
    """Values of these fields as text, one person each; `email_domain` is derived where it is asked for."""
    row = tx.one("SELECT count(*), COALESCE(max(id), 0) FROM contact WHERE survivor IS NULL")
    people, last = row or (0, 0)
    step = max(1, int(last) // SAMPLE)
    chosen = [
        number
        for (number,) in tx.rows(
            "SELECT id FROM contact WHERE survivor IS NULL AND id - id / ? * ? = 0 ORDER BY id LIMIT ?",
            step,
            step,
            SAMPLE,
        )
    ]
    homes, shows = Homes(tx), shown_by(mappings)
    found: dict[int, dict[str, Any]] = {}
    for contact, home, body in tx.rows(
        "SELECT r.contact, r.home, o.body FROM ref r JOIN observed o ON o.ref = r.id"
        " WHERE r.contact IN [?] AND r.target IS NULL ORDER BY r.id",
        chosen,
    ):
        shown, said = orjson.loads(body), found.setdefault(contact, {})
        for each in shows.get(homes.place(home), ()):
            seen = shown.get(each.property)
            if seen and seen[1] not in (None, "", []):
                if each.name in fields:
                    said.setdefault(each.name, text_of(seen[1]))
                if EMAIL_DOMAIN in fields and each.field.type == EMAIL:
                    said.setdefault(EMAIL_DOMAIN, company_domain(text_of(seen[1])))
    return Population(int(people), list(found.values()))
