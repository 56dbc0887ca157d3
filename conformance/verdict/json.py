"""A run as JSON, for machines."""

from pathlib import Path

import msgspec

from ..run import Run


def write_json(run: Run, path: Path) -> None:
    """Write the whole run: counts, requirements, cases with findings, exit code."""
    document = {"exit_code": run.exit_code, "counts": run.counts(), **msgspec.to_builtins(run)}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
