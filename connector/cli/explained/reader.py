"""Who reads an explanation: where it goes, in which language, in which time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from connector.decide.explanation import Language
from connector.decide.explanation.echo import echoed


@dataclass(frozen=True, slots=True)
class Reader:
    """What a view needs of whoever reads it."""

    out: Console
    words: Language
    zone: ZoneInfo

    def say(self, sentence: str, /, **values: Any) -> str:
        return self.words.say(sentence, **values)

    def at(self, moment: datetime | None) -> str:
        """A moment in the reader's zone."""
        return self.say("nothing") if moment is None else self.words.moment(moment, self.zone)

    def day(self, moment: datetime) -> str:
        return self.words.day(moment.astimezone(self.zone).date())

    def echo(self, recorded: str) -> str:
        """A sentence from the record."""
        return echoed(recorded, self.words)

    def line(self, text: str, style: str = "") -> None:
        """One line as it is: values may hold brackets."""
        self.out.print(text, style=style, soft_wrap=True, markup=False)
