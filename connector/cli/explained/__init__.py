"""How an explanation looks to people, in German or English."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.console import Console

from connector.cli.explained.belonging import show_belonging
from connector.cli.explained.hindsight import show_hindsight
from connector.cli.explained.points import show_points
from connector.cli.explained.reader import Reader
from connector.cli.explained.standing import called, show_standing
from connector.cli.explained.way import show_lost, show_owner, show_way
from connector.cli.explained.what_if import show_nearest
from connector.decide.explanation import Language
from connector.report.explain import Explained

__all__ = ["show_explained"]


def show_explained(out: Console, found: Explained, zone: ZoneInfo, words: Language) -> None:
    """Where they stand, the score point by point, the owner, the way here; what was asked for beside it."""
    reader = Reader(out, words, zone, found.labels)
    if found.nearest is not None:
        show_nearest(reader, called(found), found.standing, found.nearest)
        return
    show_standing(reader, found)
    show_points(reader, found)
    if found.belonging is not None:
        show_belonging(reader, found.belonging)
    if found.hindsight is not None:
        show_hindsight(reader, found.hindsight)
    show_owner(reader, found)
    show_way(reader, found)
    show_lost(reader, found)
