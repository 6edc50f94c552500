"""Who reads an explanation: where it goes, in which language, in which time zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from connector.decide.explanation import Language
from connector.decide.explanation.echo import echoed
from connector.decide.explanation.language import Labels, labelled


@dataclass(frozen=True, slots=True)
class Reader:
    """What a view needs of whoever reads it."""

    out: Console
    words: Language
    zone: ZoneInfo
    labels: Labels = field(default_factory=dict)

    def say(self, sentence: str, /, **values: Any) -> str:
        return self.words.say(sentence, **values)

    def at(self, moment: datetime | None) -> str:
        """A moment in the reader's zone."""
        return self.say("nothing") if moment is None else self.words.moment(moment, self.zone)

    def day(self, moment: datetime) -> str:
        return self.words.day(moment.astimezone(self.zone).date())

    def echo(self, recorded: str) -> str:
        """A sentence from the record."""
        said = echoed(recorded, self.words, self.zone)
        head, _, reason = said.partition(": ")
        excluded = recorded.startswith("excluded: ")
        return f"{head}: {self.label(reason)}" if excluded else said

    def label(self, text: str) -> str:
        """A label of the rules in the reader's language."""
        return labelled(text, self.labels, self.words.code)

    def line(self, text: str, style: str = "") -> None:
        """One line as it is: values may hold brackets."""
        self.out.print(text, style=style, soft_wrap=True, markup=False)
