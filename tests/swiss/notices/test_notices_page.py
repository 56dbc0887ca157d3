"""The page on notices as a reader runs it."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from parcelproof.simulators.server import Options, running

from ...docs.guide import blocks_of, fits
from ...needed import missing

PAGE = (Path(__file__).parents[3] / "docs" / "swiss-post-notices.md").read_text(encoding="utf-8")
HOST = "http://127.0.0.1:8400"


@pytest.mark.ci
async def test_the_page_says_what_happens(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        missing("curl", "curl is not installed")
    blocks = [block for block in blocks_of(PAGE) if block.text.strip() != "parcelproof simulate --virtual"]
    assert [block.kind for block in blocks] == ["sh", "text"] * 4
    told = [block.text for block in blocks if block.kind == "text"]
    script = "echo; echo '---'\n".join(block.text for block in blocks if block.kind == "sh")
    async with running(Options(port=0, virtual=True)) as started:
        command = ["bash", "-ec", script.replace(HOST, started.url)]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
    said = done.stdout.split("---\n")
    assert [fits(wanted, found) for wanted, found in zip(told, said, strict=True)] == [True] * 4, said
