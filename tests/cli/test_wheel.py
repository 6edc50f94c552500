"""What is shipped: the wheel carries the command, the platforms and the example project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "leadcycle.yaml")
FOLDERS = ("connector", "mappings", "rules", "values")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy without network, and unpacked as an installer would."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copy(ROOT / name, copy)
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out / "installed")
    return out / "installed"


def test_the_wheel_has_what_an_installation_needs(installed: Path) -> None:
    (info,) = installed.glob("leadcycle-*.dist-info")
    points = (info / "entry_points.txt").read_text()
    assert "leadcycle = connector.cli:main" in points
    assert "salesforce = connector.platforms.salesforce:platform" in points
    assert (info / "licenses" / "LICENSE").is_file()
    for name in FOLDERS[1:]:
        shipped = {path.relative_to(ROOT) for path in (ROOT / name).rglob("*.*")}
        example = installed / "connector" / "example"
        assert {path.relative_to(example) for path in (example / name).rglob("*.*")} == shipped
    assert not (installed / "tests").exists()


def test_init_and_check_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(installed)}

    def run(*words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = run("-c", "import connector; print(connector.__file__)")
    assert where.startswith(str(installed))
    run("-m", "connector.cli", "init", "ours")
    said = run("-m", "connector.cli", "check", "--project", "ours").splitlines()
    assert said[-1].startswith("0 errors, 0 warnings in ")
    assert (tmp_path / "ours" / "leadcycle.yaml").read_bytes() == (
        ROOT / "leadcycle.yaml"
    ).read_bytes()
    store = run("-m", "connector.cli", "demo", "--days", "1", "--every", "720", "--json")
    assert '"duplicate_leads": 0' in store
