"""A language: its sentences, and how it writes numbers, days and moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

from connector.decide.explanation.english import ENGLISH
from connector.decide.explanation.german import GERMAN

Labels = Mapping[str, Mapping[str, str]]
LANGUAGES = ("de", "en")
_DECIMALS = 6  # of points


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is de or en; `say` fills a sentence of its table. Days are written out so that nobody mistakes a month for a day."""

    code: str
    sentences: Mapping[str, str]
    day_pattern: str
    moment_pattern: str

    def say(self, sentence: str, /, **values: Any) -> str:
        """The sentence of that name; values that are numbers, days or lists are written as this language writes them."""
        return self.sentences[sentence].format(
            **{key: self.plain(value) for key, value in values.items()}
        )

    def number(self, value: float | Decimal) -> str:
        return format_decimal(value, format="#,##0.###", locale=self.code)

    def exact(self, value: float) -> str:
        """With all the decimals that a score has."""
        return format_decimal(value, format="#,##0.######", locale=self.code)

    def points(self, value: float) -> str:
        """With its sign and one decimal; with as many as it takes where one would show nothing of it."""
        enough = (n for n in range(1, _DECIMALS) if abs(value) > 0.5 * 10.0**-n)
        places = next(enough, _DECIMALS) if value else 1
        shown = f"#,##0.{'0' * places}"
        return format_decimal(value, format=f"+{shown};-{shown}", locale=self.code)

    def day(self, day: date) -> str:
        return _day(day, self.day_pattern, self.code)

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """With its offset, to the minute."""
        return format_datetime(at.astimezone(zone), format=self.moment_pattern, locale=self.code)

    def span(self, span: timedelta) -> str:
        """In whole days, hours or minutes."""
        seconds = span.total_seconds()
        for unit, size in (("day", 86_400), ("hour", 3_600)):
            if seconds % size == 0:
                return format_unit(seconds / size, f"duration-{unit}", locale=self.code)
        return format_unit(seconds / 60, "duration-minute", locale=self.code)

    def plain(self, value: Any) -> str:
        """A value in a sentence: numbers, days and lists as this language writes them, text as it is."""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return self.sentences["yes" if value else "no"]
        if isinstance(value, int | float | Decimal):
            return self.number(value)
        if isinstance(value, timedelta):
            return self.span(value)
        if isinstance(value, datetime):
            return f"{self.day(value.date())}, {value:%H:%M %z}"
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, tuple | list | set | frozenset):
            return self.listed(value)
        return str(value)

    def listed(self, values: Iterable[Any], joint: str = ", ") -> str:
        return joint.join(self.plain(one) for one in values)

    def either(self, values: Iterable[Any]) -> str:
        """`A, B or C`."""
        return self.joined("or", values)

    def joined(self, joint: str, values: Iterable[Any]) -> str:
        """`A, B or C`, `A, B and C`; `joint` is or, and."""
        *most, last = [self.plain(one) for one in values] or [""]
        return self.sentences[joint].format(most=", ".join(most), last=last) if most else last


@lru_cache(maxsize=1024)
def _day(day: date, pattern: str, code: str) -> str:
    """Every lead that is decided today shows today."""
    return format_date(day, format=pattern, locale=code)


_ENGLISH = Language("en", ENGLISH, "d MMM y", "d MMM y HH:mm xx")
_GERMAN = Language("de", GERMAN, "d. MMMM y", "d. MMMM y, HH:mm xx")


def labelled(label: str, labels: Labels, code: str) -> str:
    """A label of the rules in this language, if they have it, else as it is."""
    return labels.get(label, {}).get(code, label)


def language(tag: str) -> Language:
    """German for de and its regions (`de-AT`), English for everything else."""
    return _GERMAN if tag.lower().partition("-")[0] == "de" else _ENGLISH


def reading(speaks: Iterable[str], project: str) -> str:
    """The language (de or en) to write in for somebody who speaks these: "" for the project's, if they speak it, or none of ours."""
    own, spoken = language(project).code, {tag.lower().partition("-")[0] for tag in speaks}
    return "" if own in spoken else next((code for code in LANGUAGES if code in spoken), "")
