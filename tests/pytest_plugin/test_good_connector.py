"""The reference as a user would judge it: alone, in workers with a process each, and at one address by two workers."""

from typing import TYPE_CHECKING

import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.targets import CommandTarget

if TYPE_CHECKING:
    from .conftest import Folder

pytestmark = pytest.mark.ci
LABELS = "--parcelproof-profile=labels"
FEW = "not LBL-002 and not LBL-006"  # properties, of fifty examples a carrier: `verify` holds them


def test_two_workers_with_a_reference_each(folder: "Folder") -> None:
    folder.write(
        "test_mine.py", "def test_it(parcelproof):\n    assert parcelproof.verify(cases=['LBL-007']).failed() == ()\n"
    )
    both = ("-m", "parcelproof or not parcelproof")
    made = folder.pytest("--parcelproof-reference", LABELS, "-n", "2", *both, "-k", FEW)
    counts = made.outcomes()
    assert made.exit_code == 0 and counts["passed"] >= 6 and not {"failed", "error", "skipped"} & set(counts), made.text


def test_two_workers_at_one_address_do_not_mix(folder: "Folder") -> None:
    target = CommandTarget(engine_command(), simulator="", smtp="", ours=True)
    try:
        made = folder.pytest(f"--parcelproof-connector={target.connector.base_url}", LABELS, "-n", "2", "-k", FEW)
    finally:
        target.close()
    counts = made.outcomes()
    assert made.exit_code == 0 and counts["passed"] >= 5 and not {"failed", "error"} & set(counts), made.text


def test_two_workers_with_an_object_each(folder: "Folder") -> None:
    folder.shop()
    made = folder.pytest("--parcelproof-connector=shop:Shop", LABELS, "-n", "2", "-k", "LBL-001 or LBL-007")
    assert (made.exit_code, made.outcomes()) == (1, {"failed": 2}), made.text
    assert "Traceback" not in made.text
    assert "replay: parcelproof verify --connector shop:Shop" in " ".join(made.text.split())
