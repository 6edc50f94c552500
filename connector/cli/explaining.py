"""explain: why somebody stands where they stand, now and then, and what would change it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from connector.cli.explained import show_explained
from connector.cli.explained.reader import Reader
from connector.cli.explained.way import show_refused
from connector.cli.options import Common, common
from connector.cli.output import console
from connector.cli.reading import looking, moment_of, one_contact
from connector.config import compile_text
from connector.config.near import suggest
from connector.decide.explanation import language
from connector.decide.explanation.language import LANGUAGES
from connector.errors import ConfigError
from connector.model.person.standing import MAIN
from connector.model.problem import Problem
from connector.model.rules import Rulebook
from connector.report.explain import Wish
from connector.report.explain import explain as explained_by
from connector.report.routing import refused
from connector.store import Store
from connector.sync.rollout import Active


@click.command()
@click.argument("who", metavar="EMAIL|REF")
@click.option(
    "--at",
    help="As known at this moment, e.g. 2026-03-01T10:00; the project's time zone unless it names one.",
)
@click.option(
    "--as-known-now",
    is_flag=True,
    help="With --at: beside it what would have been decided from what is known now of that time.",
)
@click.option("--what-if", metavar="STAGE", help="What would have to change for this stage.")
@click.option("--owner", default="", help="An address: why the lead did not go to this one.")
@click.option("--nearest", is_flag=True, help="The same for the next stage.")
@click.option("--track", default=MAIN, show_default=True, help="The business field.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of the explanation; by default the project's.",
)
@common
def explain(
    who: str,
    at: str | None,
    as_known_now: bool,
    what_if: str | None,
    nearest: bool,
    owner: str,
    track: str,
    lang: str | None,
    common: Common,
) -> None:
    """Why this contact stands where it stands, every point of it; or what would have to change for a stage."""
    if as_known_now and at is None:
        raise click.UsageError("--as-known-now looks back at a moment: name it with --at")
    if nearest and what_if:
        raise click.UsageError(
            "--nearest is about the next stage, --what-if names one: use one of them"
        )
    with looking(common) as (store, in_force, now):
        contact = one_contact(store, who)
        moment = None if at is None else moment_of(at, in_force.book.timezone, "--at")
        book = in_force.book if moment is None else _book_at(store, in_force, moment)
        track = _known(
            "--track", "track", track, (MAIN, *(one.name for one in book.lifecycle.tracks))
        )
        towards = "" if what_if is None else _towards(book, what_if)
        wish = Wish(track, as_known_now, towards, nearest)
        found = explained_by(store, book, contact, moment, now, in_force.mappings, wish)
        why_not = refused(store, book, found.history, owner) if owner else None
    words, zone = language(lang or in_force.book.language), ZoneInfo(book.timezone)
    if why_not is not None:
        common.show(
            why_not.as_json(), lambda: show_refused(Reader(console(), words, zone), why_not)
        )
        return
    common.show(found.as_json(), lambda: show_explained(console(), found, zone, words))


def _towards(book: Rulebook, wished: str) -> str:
    """A stage of the order: to one beside it people are moved by sales' answers, and nothing leads there by and by."""
    cycle = book.lifecycle
    stage = _known("--what-if", "stage", wished, cycle.every())
    if stage in cycle.stages:
        return stage
    raise ConfigError(
        [
            Problem(
                "--what-if",
                f"{stage} stands beside the order of the stages: what leads there cannot be asked",
                f"ask for one of {', '.join(cycle.stages)}",
            )
        ]
    )


def _known(option: str, noun: str, word: str, names: tuple[str, ...]) -> str:
    """A name as the rules write it, whatever its case here."""
    for name in names:
        if name.casefold() == word.casefold():
            return name
    raise ConfigError([Problem(option, f'unknown {noun} "{word}"', suggest(word, names))])


def _book_at(store: Store, in_force: Active, at: datetime) -> Rulebook:
    digest = store.told.rulebook_at(at)
    texts = None if digest is None else store.told.rulebook(digest)
    if texts is None:
        raise ConfigError(
            [Problem("--at", "no rulebook was in force at that moment", "choose a later one")]
        )
    return compile_text(texts).book or in_force.book
