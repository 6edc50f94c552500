"""Carries the example project, which is the repository's own root, into the wheel as package data."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
EXAMPLE = ("leadcycle.yaml", "mappings", "rules", "values")


class WithExample(build_py):
    """`leadcycle init` and `leadcycle demo` find the example beside the package."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "connector" / "example"
        for name in EXAMPLE:
            for path in sorted(found(ROOT / name)):
                copy = target / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


def found(part: Path) -> list[Path]:
    """A file, or all project files of a folder."""
    if part.is_file():
        return [part]
    return [path for path in part.rglob("*.*") if path.suffix in (".yaml", ".csv")]


setup(cmdclass={"build_py": WithExample})
