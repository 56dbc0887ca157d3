"""The wheel holds every file of the four folders, and what runs in tests is the installed package."""

import os
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("reference", "simulators", "conformance", "load")
LEFT_OUT = {".md"}  # pages for people who read the tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names in a wheel built from a copy of the tracked tree, links and all."""
    copy = tmp_path_factory.mktemp("tree") / "checkout"
    copy.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    present = b"\0".join(name for name in listed.split(b"\0") if name and os.path.lexists(ROOT / os.fsdecode(name)))
    subprocess.run(
        ["tar", "--create", "--null", "--files-from=-", "--file", copy.parent / "tree.tar"],
        cwd=ROOT, input=present, check=True,
    )  # fmt: skip
    subprocess.run(["tar", "--extract", "--file", copy.parent / "tree.tar"], cwd=copy, check=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", copy.parent, copy], check=True
    )
    (built,) = copy.parent.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_the_wheel_holds_every_file_of_the_four_folders(wheel: set[str]) -> None:
    listed = subprocess.run(["git", "ls-files", "-z", *PARTS], cwd=ROOT, capture_output=True, check=True, text=True)
    files = {name for name in listed.stdout.split("\0") if name and Path(name).suffix not in LEFT_OUT}
    assert files
    assert {f"parcelproof/{name}" for name in files} - wheel == set()


def test_the_wheel_holds_nothing_outside_the_package(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"parcelproof"}


def test_no_bare_folder_is_imported() -> None:
    program = (
        "import pkgutil, sys, parcelproof\n"
        "from parcelproof.cli import root, COMMANDS\n"
        "import importlib\n"
        "[importlib.import_module(p.partition(':')[0]) for p in COMMANDS.values()]\n"
        "import parcelproof.simulators.server, parcelproof.reference.engine, parcelproof.conformance.runner\n"
        f"print(sorted(set({PARTS!r}) & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_no_bare_folder_is_imported_by_the_tests() -> None:
    assert set(PARTS) & set(sys.modules) == set()


def test_importing_the_package_imports_nothing_else() -> None:
    program = "import sys; before = set(sys.modules); import parcelproof; print(sorted(set(sys.modules) - before))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "['parcelproof']\n"


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox installs the wheel; here the tree is installed")
def test_what_is_tested_is_the_installed_wheel() -> None:
    where = Path(str(resources.files("parcelproof"))).resolve()
    assert where.parent.name == "site-packages"
    assert not where.is_relative_to(ROOT / "src")
    assert not (where / "simulators").is_symlink()
