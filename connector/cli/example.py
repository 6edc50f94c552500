"""Where the example project lies: beside the package in a wheel, in the repository's root otherwise."""

from __future__ import annotations

from pathlib import Path

PARTS = ("leadcycle.yaml", "mappings", "rules", "values")
ENDINGS = frozenset({".yaml", ".csv"})


def example_root() -> Path:
    """The folder that holds the example's leadcycle.yaml."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "example"
    return packed if packed.is_dir() else package.parent


def example_files() -> tuple[Path, ...]:
    """All files of the example, relative to its root, in order."""
    root = example_root()
    found = [path for part in PARTS for path in _part(root / part)]
    return tuple(path.relative_to(root) for path in found)


def _part(part: Path) -> list[Path]:
    if part.is_file():
        return [part]
    return sorted(path for path in part.rglob("*.*") if path.suffix in ENDINGS)
