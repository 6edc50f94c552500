"""What identifies the person or company of a record, as keys that are equal or not.

A key is a kind and a value. A field of type e-mail or phone gives the kind `email` or `phone`, whatever it is called; a key
of several parts gives one value for each choice of parts that is enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, product

from connector.decide.identity.parts import Values, parts_of
from connector.model.identity import FORMER, ROLE, SHARED, Key

EMAIL = "email"  # the kind of every key of that type, whatever the field is called
FORMER_KEPT = 5
MOST = 64  # values of one key for one record: lists in fields multiply
DIVIDER = "|"  # no part holds one
Pair = tuple[str, str]


def values_of(key: Key, values: Values) -> Iterator[str]:
    """Every value of this key that the record shows; none while too few of its parts are known."""
    shown = [(place, parts_of(part, values)) for place, part in enumerate(key.parts)]
    known = [each for each in shown if each[1]]
    count = 0
    for chosen in combinations(known, key.needed):
        which = _which(key, [place for place, _ in chosen])
        for texts in product(*(texts for _, texts in chosen)):
            count += 1
            if count > MOST:
                return
            yield DIVIDER.join((*which, *texts))


def _which(key: Key, places: Sequence[int]) -> tuple[str, ...]:
    """Which parts a value is made of, where not all of them must be."""
    return () if key.needed == len(key.parts) else ("".join(chr(97 + place) for place in places),)


def fields_of(key: Key) -> frozenset[str]:
    """The fields that the parts of a key look at."""
    return frozenset(name for part in key.parts for name in part.fields)


def remembered(
    known: Sequence[Pair], shown: Sequence[Pair], told: Collection[str]
) -> Iterator[Pair]:
    """What stays of the keys a record had when it shows others: `told` are the kinds that it speaks of now.

    An address that is no longer shown keeps naming its person, the last few of them; so does what was found out to be shared.
    """
    kept, former = [], []
    for kind, value in known:
        if (kind, value) in shown:
            continue
        if kind.startswith(FORMER):
            former.append((kind, value))
        elif kind.startswith(SHARED) or kind.removeprefix(ROLE) not in told:
            kept.append((kind, value))
        elif kind == EMAIL:
            former.insert(0, (FORMER + kind, value))
    mine = {(FORMER + kind, value) for kind, value in shown}
    yield from kept
    yield from [pair for pair in former if pair not in mine][:FORMER_KEPT]
