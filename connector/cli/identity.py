"""link and unlink: a person says who is who."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click

from connector.cli.opening import open_store
from connector.cli.options import Common, common
from connector.cli.reading import latest, one_contact
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.model.systems.ref import Ref
from connector.store import NothingToRule, Ruled, Store
from connector.sync.rollout import active

KNOWN = "leadcycle explain shows a contact's records"


@click.command()
@click.argument("ref", metavar="REF")
@click.argument("contact", metavar="CONTACT")
@common
def link(ref: str, contact: str, common: Common) -> None:
    """This record (platform/kind/id) is that contact's (e-mail, record, key or number)."""

    def rule(store: Store) -> Ruled:
        return store.link(_ref(ref), one_contact(store, contact), latest(store))

    _rule(ref, common, rule)


@click.command()
@click.argument("ref", metavar="REF")
@common
def unlink(ref: str, common: Common) -> None:
    """This record is somebody else's: it gets a contact of its own, and no key joins the two again."""
    _rule(ref, common, lambda store: store.unlink(_ref(ref), latest(store)))


def _rule(ref: str, common: Common, rule: Any) -> None:
    with closing(open_store(common)) as store:
        active(store)
        try:
            ruled: Ruled = rule(store)
        except NothingToRule as error:
            raise ConfigError([Problem(ref, str(error).removeprefix(f"{ref} "))]) from error
        except KeyError as error:
            raise ConfigError([Problem(ref, "no such record is known", KNOWN)]) from error
    data = {
        "contact": ruled.contact,
        "other": ruled.other,
        "moved": [str(one) for one in ruled.moved],
        "stay": [str(one) for one in ruled.stay],
    }
    common.show(data, lambda: _tell(ruled))


def _ref(text: str) -> Ref:
    try:
        return Ref.parse(text)
    except ValueError as error:
        raise ConfigError(
            [Problem(text, "not a record", "write platform/kind/id, e.g. salesforce/Lead/00Q…")]
        ) from error


def _tell(ruled: Ruled) -> None:
    moved = ", ".join(str(one) for one in ruled.moved)
    click.echo(f"{moved} now belongs to contact {ruled.contact}. It is decided again.")
    if ruled.stay and ruled.other is not None:
        stay = ", ".join(str(one) for one in ruled.stay)
        click.echo(f"Contact {ruled.other} keeps {stay}.")
