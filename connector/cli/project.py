"""init, check and schema: the project as text."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import click
import orjson

from connector.cli.example import example_files, example_root
from connector.cli.options import WRONG, Common, common, end
from connector.cli.rules import coverage
from connector.cli.rules.seen import unmet
from connector.cli.rules.unknown import unknown_owners
from connector.cli.rules.unlisted import unlisted_assets
from connector.cli.rules.weak import weak_keys
from connector.cli.running.assembly import project_root
from connector.config import load, schemas
from connector.config.notes import notes
from connector.errors import ConfigError
from connector.model.problem import Problem

NEXT = "Next: put HUBSPOT_TOKEN, SALESFORCE_KEY and SALESFORCE_SECRET into the environment, then  leadcycle check  and  leadcycle connect"
IGNORE = "var/\n.env\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@common
def init(folder: Path, common: Common) -> None:
    """Begin a project: the example's rules and mappings, ready to be edited."""
    if (folder / "leadcycle.yaml").exists():
        raise ConfigError(
            [
                Problem(
                    str(folder / "leadcycle.yaml"),
                    "there is a project already",
                    "choose another folder",
                )
            ]
        )
    written = [_copy(name, folder) for name in example_files()]
    (folder / ".gitignore").write_text(IGNORE, encoding="utf-8")
    written += _write_schemas(folder)
    data = {"folder": str(folder), "files": [str(path) for path in written]}
    common.show(
        data,
        lambda: click.echo(
            f"Created {folder}/: leadcycle.yaml, mappings/, rules/, values/, schemas for editors: {len(written)} files.\n{NEXT}"
        ),
    )


@click.command()
@click.option(
    "--coverage",
    "covered",
    is_flag=True,
    envvar="LEADCYCLE_CHECK_COVERAGE",
    help="Show which routing rule takes which country and postal code.",
)
@common
def check(covered: bool, common: Common) -> None:
    """Find every problem in rules, mappings and settings, with file, line and column."""
    loaded = load(project_root(common))
    stretches = coverage.stretches(loaded.book) if covered and loaded.book else ()
    problems = (
        *loaded.problems,
        *weak_keys(common, loaded),
        *unlisted_assets(common, loaded),
        *unknown_owners(common, loaded),
        *unmet(common, loaded),
        *(notes(loaded.book) if loaded.book else ()),
    )
    errors = [problem for problem in problems if problem.level == "error"]
    warnings = [problem for problem in problems if problem.level == "warning"]
    data = {
        "status": "wrong" if errors else "ok",
        "errors": [_row(problem) for problem in errors],
        "warnings": [_row(problem) for problem in warnings],
        "notes": [_row(problem) for problem in problems if problem.level == "note"],
        "files": len(loaded.text),
    }
    if covered:
        data["coverage"] = [row._asdict() for row in stretches]

    def shown() -> None:
        coverage.show(stretches)
        _tell(problems, len(errors), len(warnings), len(loaded.text))

    common.show(data, shown)
    if errors:
        end(WRONG)


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the schemas; by default .schema in the project.",
)
@common
def schema(out: Path | None, common: Common) -> None:
    """Write JSON Schemas, so that editors complete and check the YAML files."""
    written = _write_schemas(project_root(common) if out is None else out, plain=out is not None)
    common.show(
        {"files": [str(path) for path in written]}, lambda: click.echo("\n".join(map(str, written)))
    )


def _copy(name: Path, folder: Path) -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(example_root() / name, target)
    return target


def _write_schemas(folder: Path, *, plain: bool = False) -> list[Path]:
    target = folder if plain else folder / ".schema"
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in schemas().items():
        path = target / name
        path.write_bytes(
            orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
        )
        written.append(path)
    return written


def _row(problem: Problem) -> dict[str, str]:
    return {"where": problem.where, "message": problem.message, "hint": problem.hint}


def _tell(problems: Sequence[Problem], errors: int, warnings: int, files: int) -> None:
    for problem in problems:
        click.echo(("" if problem.level == "error" else f"{problem.level}: ") + str(problem))
    click.echo(
        f"{_count(errors, 'error')}, {_count(warnings, 'warning')} in {_count(files, 'file')}"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
