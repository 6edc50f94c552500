"""What has become of companies' opportunities, whoever of their people takes part in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connector.model.systems.fact import COMPANY, Outcome
from connector.store.sql.codec import restored
from connector.store.sql.transaction import Transaction

Deals = dict[int, tuple[Outcome, ...]]


def deals_of(tx: Transaction, accounts: Sequence[int], until: int | None = None) -> Deals:
    """By account, oldest first; with `until` (ms) as it was known then, as far as ties and outcomes tell."""
    limit = (1 << 62) if until is None else until
    ties: dict[tuple[int, int, str], tuple[int, int]] = {}
    for account, ref, deal, source, withdrawn in tx.rows(
        "SELECT r.account, t.ref, t.other, t.source, t.withdrawn FROM ref r JOIN tie t ON t.ref = r.id"
        " JOIN ref o ON o.id = t.other WHERE r.account IN [?] AND r.contact IS NULL AND t.role = ? AND t.at <= ?"
        " AND (o.gone_at IS NULL OR o.gone_at > ?) ORDER BY t.id",
        list(accounts),
        COMPANY,
        limit,
        limit,
    ):
        ties[ref, deal, source] = (account, withdrawn)
    companies: dict[int, list[int]] = defaultdict(list)  # deal -> accounts
    for (_, deal, _), (account, withdrawn) in ties.items():
        if not withdrawn and account not in companies[deal]:
            companies[deal].append(account)
    if not companies:
        return {}
    latest: dict[tuple[int, str], tuple[int, str]] = {}
    for ref, key, withdrawn, body in tx.rows(
        "SELECT ref, key, withdrawn, body FROM outcome WHERE ref IN [?] AND recorded_at <= ? ORDER BY id",
        sorted(companies),
        limit,
    ):
        latest[ref, key] = (withdrawn, body)
    found: dict[int, list[Outcome]] = defaultdict(list)
    for (ref, _), (withdrawn, body) in latest.items():
        for account in () if withdrawn else companies[ref]:
            found[account].append(restored(Outcome, body))
    return {n: tuple(sorted(one, key=lambda o: (o.at, o.key))) for n, one in found.items()}
