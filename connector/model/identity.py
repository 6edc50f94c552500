"""What identifies a person or a company: keys, the strongest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

PartForm = Literal[
    "same",
    "year",
    "month_and_day",
    "digits",
    "sorted_words",
    "sounds_german",
    "sounds_english",
    "company_name",
]
EMAIL_DOMAIN = (
    "email_domain"  # a part that is no field: the domain of the address, where it names a company
)
FORMER, SHARED, ROLE, OF_PERSON = "former ", "shared ", "role ", "of "
"""Before a kind: a value the record no longer shows; one that stands for several people; one that is a role's, not a person's;
a company's key as a person's record shows it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field's value (or several fields', joined by a blank) in one of the forms; `first` keeps that many characters, 0 all."""

    fields: tuple[str, ...]
    form: PartForm = "same"
    first: int = 0


@dataclass(frozen=True, slots=True)
class Alike:
    """At least `needed` of the fields are known on both sides and `at_least` (0 to 1) alike."""

    fields: tuple[str, ...]
    needed: int
    at_least: float


@dataclass(frozen=True, slots=True)
class Key:
    """Records that show the same of at least `needed` of the parts are one person's (or company's).

    `alike` and `unless_differs` look again at whom the parts bring up. `ask`: too weak to join anybody; a person is asked.
    `of_person` names the fields by which a person's record shows a company's parts, where they are called differently.
    """

    name: str
    parts: tuple[Part, ...]
    needed: int
    ask: bool = False
    alike: tuple[Alike, ...] = ()
    unless_differs: tuple[str, ...] = ()
    of_person: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is the very value of a field that identifies, or of one of several."""
        return self.needed == 1 and all(
            part.form == "same" and not part.first and len(part.fields) == 1 for part in self.parts
        )

    @property
    def looks_again(self) -> bool:
        return bool(self.alike or self.unless_differs)


@dataclass(frozen=True, slots=True)
class Identity:
    """`person` and `account`: keys, the strongest first. `names`: the fields that say what a person is called."""

    person: tuple[Key, ...] = ()
    account: tuple[Key, ...] = ()
    names: tuple[str, ...] = ()
    role_addresses: frozenset[str] = frozenset()
    disposable_domains: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()  # fields that are looked at again, the names included


class Shown(NamedTuple):
    """A record that shows a key: whose it is, and what it says in the fields that are compared."""

    contact: int
    values: Mapping[str, str] = {}
