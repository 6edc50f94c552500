"""Rules somebody has edited: numbers changed at random, until the files say something else and are still right."""

from __future__ import annotations

import random
import re
from pathlib import Path

from house import NOWHERE, House

from connector.config import Loaded, Settings, load

FILES = ("rules/scoring.yaml", "rules/lifecycle.yaml", "rules/routing.yaml", "rules/nurture.yaml")
_NUMBER = re.compile(
    r"\b(points|cap|at_least|above|below|weight|score|max_open|A|B|C): (-?[0-9]+(?:\.[0-9]+)?)\b"
)
TRIES = 200


def rewrite(house: House, root: Path, dice: random.Random) -> Loaded:
    """The project in `root` with some numbers changed, on disk, too."""
    texts = {name: (root / name).read_text("utf-8") for name in FILES}
    in_force = house.parts.active
    for _ in range(TRIES):
        for name in FILES:
            (root / name).write_text(texts[name], "utf-8")
        for _ in range(dice.randint(1, 4)):
            name = dice.choice(FILES)
            (root / name).write_text(_one((root / name).read_text("utf-8"), dice), "utf-8")
        found = read(house, root)
        if found.ok and found.book is not None and found.book.digest != in_force.book.digest:
            return found
    raise AssertionError("no edit was found that is right")


def read(house: House, root: Path) -> Loaded:
    """The project of these files, for this house."""
    return load(root, settings=Settings(sandbox=NOWHERE, database=house.url))


def _one(text: str, dice: random.Random) -> str:
    places = list(_NUMBER.finditer(text))
    if not places:
        return text
    place = dice.choice(places)
    before = float(place[2])
    after = before * dice.choice((0.2, 0.5, 0.8, 1.25, 2, 4)) + dice.choice((0, 0, 1))
    said = f"{after:.2f}" if "." in place[2] else f"{round(after)}"
    return text[: place.start(2)] + said + text[place.end(2) :]
