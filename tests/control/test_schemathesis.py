"""Schemathesis against a live simulator: what its OpenAPI document says is what it does, with every check it has."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from parcelproof.simulators.control import service

SHOP = "shop"
TOKEN = "a token of the tests"
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
NAMED = """
[dictionaries.{name}]
values = {values}

[parameters."path.{name}"]
dictionary = "{name}"
probability = 0.7
"""
CONFIG = """
hooks = "{hooks}"

[[operations]]
include-operation-id = "delete_tenant"
parameters = {{ "path.tenant" = "forgotten" }}

# How the numbers of one distribution must lie to one another is more than a schema can say.
[[operations]]
include-operation-id = "add_fault"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "404", "409", "422"]
"""


def config(tmp_path: Path, stocked: Any) -> Path:
    """Let most calls be about what there is; nothing but a lucky call would find it."""
    values = {"tenant": [SHOP], "parcel": [stocked.cdek, stocked.mail_alliance], "carrier": ["cdek", "mail_alliance"]}
    made = CONFIG.format(hooks=HOOKS) + "".join(NAMED.format(name=name, values=found) for name, found in values.items())
    found = tmp_path / "schemathesis.toml"
    found.write_text(made, "utf-8")
    return found


async def run(stocked: Any, tmp_path: Path, *options: str) -> str:
    """Run schemathesis and return what it says; fails when it does."""
    snapshot = tmp_path / "shop.snapshot"
    snapshot.write_bytes(stocked.running.shell.tenants.snapshot(stocked.world))
    command = [str(Path(sys.executable).with_name("schemathesis")), f"--config-file={config(tmp_path, stocked)}", "run"]
    command += [f"{stocked.running.url}/_sim/v1/openapi.json", "--header", f"Authorization: Bearer {TOKEN}"]
    command += ["--checks=all", "--generation-deterministic", "--continue-on-failure", "--no-color", *options]
    environment = {**os.environ, "PARCELPROOF_SNAPSHOT": str(snapshot)}

    def fuzz() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    done = await asyncio.to_thread(fuzz)
    assert done.returncode == 0, "\n".join((f"exit {done.returncode}", done.stdout, done.stderr))
    return done.stdout


@pytest.mark.ci
async def test_the_document_is_true(stocked: Any, tmp_path: Path) -> None:
    phases = "--phases=examples,coverage,fuzzing,stateful"
    said = await run(stocked, tmp_path, phases, "--max-examples=20")
    operations = sum(1 for _ in service.routes)
    assert f"{operations} selected / {operations} total" in said
    assert "API Links" in said
    assert SHOP in {world.name for world in stocked.running.shell.tenants}
