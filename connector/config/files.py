"""Which file of a project is which document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from connector.config import documents as d
from connector.config.near import suggest
from connector.config.tables import LIMIT as TABLE_LIMIT
from connector.config.yaml import LIMIT, at
from connector.model.problem import Problem

PROJECT = "leadcycle.yaml"
RULES: dict[str, type[d.Document]] = {
    "scoring": d.ScoringDocument,
    "lifecycle": d.LifecycleDocument,
    "routing": d.RoutingDocument,
    "follow_up": d.FollowUpDocument,
    "nurture": d.NurtureDocument,
    "classification": d.ClassificationDocument,
    "costs": d.CostsDocument,
}
MAPPINGS: dict[str, type[d.Document]] = {
    "fields": d.FieldsDocument,
    "outcomes": d.OutcomesDocument,
    "assets": d.AssetsDocument,
    "owners": d.OwnersDocument,
}
REQUIRED = (
    PROJECT,
    "mappings/fields.yaml",
    "rules/scoring.yaml",
    "rules/lifecycle.yaml",
    "rules/routing.yaml",
)
VALUES = "values"  # the folder of lists and tables
PLACES = (
    ("", PROJECT),
    ("mappings", "*.yaml"),
    ("rules", "*.yaml"),
    ("rules/cases", "*.yaml"),
    (VALUES, "**/*.csv"),
)

LIMITS = {
    False: (LIMIT, "split it, or move lists to CSV files under values"),
    True: (TABLE_LIMIT, "keep only the columns and rows that rules use"),
}


def is_table(path: str) -> bool:
    """Whether the file of this name is a CSV file for rules."""
    return path.startswith(f"{VALUES}/") and path.endswith(".csv")


def document_of(path: str) -> type[d.Document] | None:
    """The document that stands in a file of this name; None: no file of a project is called so."""
    parts = PurePosixPath(path).parts
    name = PurePosixPath(path).stem
    if path == PROJECT:
        return d.ProjectDocument
    if parts[:-1] == ("mappings",):
        return MAPPINGS.get(name, d.PlatformDocument)
    if parts[:-1] == ("rules", "cases"):
        return d.CasesDocument
    return RULES.get(name) if parts[:-1] == ("rules",) else None


def stranger(path: str) -> Problem:
    """A file in `rules/` that nothing reads is most likely a misspelt one."""
    hint = suggest(PurePosixPath(path).stem, RULES).replace('"?', '.yaml"?')
    return Problem(at(path), "no rules are read from a file of this name", hint)


def gather(root: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """All texts of a project by their path from its root, in order; files that cannot be read are problems."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for folder, pattern in PLACES:
        for file in sorted((root / folder).glob(pattern)):
            path = file.relative_to(root).as_posix()
            found = _text(path, file)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                texts[path] = found
        problems += _misnamed(root, folder)
    return texts, tuple(problems)


def unread(problems: Iterable[Problem]) -> frozenset[str]:
    """The files of a project that `gather` has no text of, by their right names: what they say is not known, but is there."""
    paths = (problem.where.rsplit(":", 2)[0] for problem in problems)
    return frozenset(re.sub(r"\.yml$", ".yaml", re.sub(r"\.txt$", ".csv", path)) for path in paths)


def _misnamed(root: Path, folder: str) -> Iterator[Problem]:
    """Files that nobody would read: a wrong ending is a mistake, and silence about it costs an afternoon."""
    wrong, right = ("*.txt", "csv") if folder == VALUES else ("*.yml", "yaml")
    for file in sorted((root / folder).glob(wrong)):
        path = file.relative_to(root).as_posix()
        yield Problem(at(path), f"files end in .{right} here", "rename it")


def _text(path: str, file: Path) -> str | Problem:
    limit, hint = LIMITS[is_table(path)]
    try:
        if file.stat().st_size > limit:
            return Problem(at(path), f"the file is larger than {limit >> 20} MiB", hint)
        raw = file.read_bytes()
    except OSError as error:
        return Problem(at(path), f"the file cannot be read ({error.strerror})")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2]) + 1
        cure = 'save it as "CSV UTF-8"' if is_table(path) else "save the file as UTF-8"
        return Problem(at(path, line, column), "a byte that is not UTF-8", cure)
