"""Countries and the beginnings of their postal codes, as far as routing rules tell them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.decide.conditions.condition import tests
from connector.decide.routing.territory import OTHERS
from connector.model.condition import Test
from connector.model.rules import Rulebook, Territories

NO_CODE = ""
DIGITS = "0123456789"
MOST = 1_000  # beginnings in one row of a table, and in one country
MOST_ASKED = (
    100_000  # places times rules; beyond, places are told apart by fewer digits, or not at all
)
WIDTHS = (8, 2, 1)  # digits; the first is also the length to which a beginning is filled up
Places = dict[str, list[tuple[str, str]]]


def places(book: Rulebook) -> Places:
    """By country: beginnings of postal codes ("" for none), each with a code that no longer beginning takes."""
    for width in WIDTHS:
        found = _places(book, width)
        if sum(map(len, found.values())) * len(book.routes.rules) <= MOST_ASKED:
            return found
    return {}


def _places(book: Rulebook, width: int) -> Places:
    table = book.routes.territories
    asked = [test for rule in book.routes.rules for test in tests(rule.when)]
    scored = [
        test
        for model in book.scoring.models
        for criterion in model.criteria
        for choice in criterion.first_match
        for test in tests(choice.when)
    ]
    countries = {each for test in (*asked, *scored) for each in _named(test, table.country)}
    countries |= {patch.country for patch in table.patches} - {"", OTHERS}
    everywhere = {code[:width] for test in asked for code in _named(test, table.postal_code)}
    rows = _rows(table, width)
    shared = everywhere | rows.get("", set()) | rows.get(OTHERS, set())
    return {
        country: list(_codes(shared | rows.get(country, set()))) for country in sorted(countries)
    }


def _named(test: Test, field: str) -> Iterator[str]:
    """The texts that a test of this field is about."""
    if test.field == field and test.operator != "present":
        many = test.value if isinstance(test.value, tuple) else (test.value,)
        yield from (each for each in many if isinstance(each, str) and each)


def _rows(table: Territories, width: int) -> dict[str, set[str]]:
    """Beginnings by the country of the table's rows."""
    found: dict[str, set[str]] = {}
    for patch in table.patches:
        if patch.low:
            found.setdefault(patch.country, set()).update(
                _range(patch.low[:width], patch.high[:width])
            )
    return found


def _range(low: str, high: str) -> Iterator[str]:
    whole = low.isdecimal() and high.isdecimal() and int(high) - int(low) < MOST
    if whole:
        yield from (str(number).zfill(len(low)) for number in range(int(low), int(high) + 1))
    else:
        yield from (low, high)


def _codes(named: set[str]) -> Iterator[tuple[str, str]]:
    yield NO_CODE, NO_CODE
    if len(named) > MOST:
        named = {code[:1] for code in named}
    if not named:
        return
    letters = sorted({*DIGITS, *(letter for code in named for letter in code)})
    beginnings = {*DIGITS, *named}
    longer = {each[:end] for each in beginnings for end in range(1, len(each) + 1)}
    for beginning in sorted(beginnings):
        free = next((letter for letter in letters if beginning + letter not in longer), None)
        if free is not None:
            yield beginning, (beginning + free).ljust(WIDTHS[0], free)


def spoken(codes: Iterable[str], others: Iterable[str] = ()) -> str:
    """Beginnings as people read them: `1-3, 70, 8 but not 81`; `others` are beginnings that do not belong to them."""
    groups: list[list[str]] = []
    mine, theirs = set(codes), set(others)
    for code in sorted(mine):
        if _nearest(code, mine | theirs) in mine:
            continue  # said by the shorter one
        last = groups[-1][-1] if groups else ""
        if _follows(code, last) and not _without(last, theirs) and not _without(code, theirs):
            groups[-1].append(code)
        else:
            groups.append([code])
    parts = [_span(one) + _without(one[0], theirs) for one in groups[:8]]
    return ", ".join(parts) + (" …" if len(groups) > 8 else "")


def _nearest(code: str, known: set[str]) -> str:
    """The longest shorter beginning that is known, or ""."""
    return next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in known), "")


def _follows(code: str, last: str) -> bool:
    alike = code.isdecimal() and last.isdecimal() and len(code) == len(last)
    return alike and int(code) == int(last) + 1


def _span(group: list[str]) -> str:
    return group[0] if len(group) == 1 else f"{group[0]}-{group[-1]}"


def _without(code: str, others: Iterable[str]) -> str:
    longer = sorted(other for other in others if other != code and other.startswith(code))
    return f" but not {' and '.join(longer[:3])}" if longer and code else ""
