"""Schemathesis as a process of its own, against a running simulator."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


async def fuzzed(
    document: str, config: str, folder: Path, *options: str, checks: Iterable[str] = CHECKS, known: Mapping[str, str]
) -> str:
    """Run schemathesis on the document at a URL and return what it says; fails when it does.

    `folder` is where it runs and where `config`, its configuration's text, is kept. `known` is told to the hooks in
    variables of the environment, each `PARCELPROOF_` and its name.
    """
    path = folder / "schemathesis.toml"
    path.write_text(config, "utf-8")
    command = [str(Path(sys.executable).with_name("schemathesis")), f"--config-file={path}", "run", document]
    command += [f"--checks={','.join(checks)}", "--generation-deterministic", "--continue-on-failure", "--no-color"]
    environment = {**os.environ, **{f"PARCELPROOF_{name}": value for name, value in known.items()}}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *options], capture_output=True, text=True, cwd=folder, env=environment, check=False
        )

    done = await asyncio.to_thread(run)
    assert done.returncode == 0, "\n".join((f"exit {done.returncode}", done.stdout, done.stderr))
    return done.stdout


def only(operations: Iterable[str]) -> list[str]:
    """Return the options that leave out all other operations."""
    return [option for name in sorted(operations) for option in ("--include-operation-id", name)]
