"""docs/pytest.md: its files are written, its commands typed, their outputs compared."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .guide import blocks_of, fits

PAGE = Path(__file__).parents[2] / "docs" / "pytest.md"


@pytest.mark.ci
def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}
    blocks, printed, compared = blocks_of(PAGE.read_text(encoding="utf-8")), "", 0
    for block in [row for row in blocks if row.kind == "python"]:
        (tmp_path / block.role).write_text(block.text)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    for block in blocks:
        if block.kind == "sh":
            made = subprocess.run(
                ["sh", "-c", block.text], cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False
            )
            printed = (made.stdout + made.stderr).decode()
        elif block.kind == "text":
            assert fits(block.text, printed), f"line {block.line}: {printed}"
            compared += 1
    assert compared == 2
