"""verify: the ledgers prove what stands."""

from __future__ import annotations

from collections.abc import Sequence

import click

from connector.cli.options import ATTENTION, Common, common, end
from connector.cli.output import console, progress, table
from connector.cli.reading import looking, one_contact
from connector.report.verify import Verified
from connector.report.verify import verify as verified
from connector.store.proof.broken import Broken, Proof

SHOWN = 20  # problems of one proof, for people
SENTENCES = {
    "projections": "what stands is what the ledgers tell, byte for byte",
    "strengths": "kept strengths are what their activities sum to",
    "decisions": "every decision replays, and its reasons sum to its score",
    "edits": "no edit of others is lost: it stands, was followed by another, or lost by a rule on record",
    "writes": "every write has a decision and one fate, and nothing was created twice",
}
WORDS = {"before_this_version": "from before this version", "lost_by_rule": "lost by a rule"}


@click.command()
@click.option(
    "--contact",
    metavar="EMAIL|REF",
    envvar="LEADCYCLE_VERIFY_CONTACT",
    help="Only what concerns one person.",
)
@common
def verify(contact: str | None, common: Common) -> None:
    """Prove from the ledgers that nothing was lost, doubled or made up; changes nothing."""
    with looking(common) as (store, _, now):
        whom = None if contact is None else one_contact(store, contact)
        with progress("verify", 1.0) as tell:
            found = verified(store, now, tell)
    found = found if whom is None else found.of(whom)
    common.show(found.as_json(), lambda: _tell(found))
    if not found.holds:
        end(ATTENTION)


def _tell(found: Verified) -> None:
    rows = [
        ("holds" if proof.holds else f"{len(proof.broken):,} broken", *_said(proof))
        for proof in found.proofs
    ]
    looked = any(proof.counts for proof in found.proofs)
    heads = ("", "proof", "looked at") if looked else ("", "proof", "")
    table(console(), heads, rows)
    for proof in found.proofs:
        _broken(proof)


def _said(proof: Proof) -> Sequence[str]:
    counts = {name: count for name, count in proof.counts.items() if count}
    if proof.name == "projections":
        counts = {"rows": sum(counts.values())} if counts else {}
    told = ", ".join(
        f"{count:,} {WORDS.get(name, name.replace('_', ' '))}" for name, count in counts.items()
    )
    return SENTENCES.get(proof.name, proof.name), told


def _whose(one: Broken) -> str:
    contact = f"contact/{one.contact}"
    known = one.contact is None or one.record == contact
    return one.record if known else f"{one.record} ({contact})"


def _broken(proof: Proof) -> None:
    for one in proof.broken[:SHOWN]:
        click.echo(f"{_whose(one)}: {one.cause}")
    if len(proof.broken) > SHOWN:
        click.echo(
            f"… and {len(proof.broken) - SHOWN:,} more of {proof.name} (all of them by --json)"
        )
