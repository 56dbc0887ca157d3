"""The page about forms, documents and customs: its commands run, it names every call and setting, and none besides."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from parcelproof.simulators.postal_api.russia.forms import PART, own_calls, printed
from parcelproof.simulators.postal_api.russia.own_rest.operations import ROOT
from parcelproof.simulators.server import Options, running

from ...docs.guide import blocks_of, fits
from ...docs.test_qa_guide import curl_trouble
from ...needed import missing

PAGE = (Path(__file__).parents[3] / "docs" / "russian-post-documents.md").read_text("utf-8")


def test_the_page_names_every_call() -> None:
    told = set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE, re.MULTILINE))
    theirs = {f"{route.method} {route.template}" for route in printed.routes}
    ours = {f"{route.method} {route.template.removeprefix(ROOT)}" for route in own_calls.routes}
    assert told == theirs | ours


def test_the_page_names_every_setting() -> None:
    assert [name for name in PART.switches.allowed() if f"`{name}`" not in PAGE] == []


@pytest.mark.ci
async def test_its_commands_print_what_it_shows(tmp_path: Path) -> None:
    if trouble := curl_trouble():
        missing("curl", trouble)
    blocks = [block for block in blocks_of(PAGE) if block.text.strip() != "parcelproof simulate --virtual"]
    told = [block.text for block in blocks if block.kind == "text"]
    script = "echo '---'\n".join(block.text for block in blocks if block.kind == "sh")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    async with running(Options(port=0, virtual=True)) as started:
        command = ["bash", "-ec", script.replace("http://127.0.0.1:8400", started.url)]
        done = await asyncio.to_thread(
            subprocess.run,
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    found = done.stdout.split("---\n")
    assert [fits(*pair) for pair in zip(told, found, strict=True)] == [True] * 3, done.stdout
