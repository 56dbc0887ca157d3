"""A run as a JSON document for machines, and the JSON Schema of that document, both made from the same types."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import msgspec

from ..run import Run
from .words import word_of

FORMAT = "parcelproof-verdict"
VERSION = 1  # grows when a member goes away or changes its meaning; a new member is no new version
DESCRIPTION = "What `parcelproof verify --json` writes: one run of the judge over one connector."

Document: type[msgspec.Struct] = msgspec.defstruct(
    "Document",
    [
        ("format", Literal["parcelproof-verdict"]),
        ("version", Literal[1]),
        ("parcelproof", str),  # the package's version
        ("exit_code", int),
        ("word", str),  # what the exit code stands for
        ("reached", str),  # the highest level, or ""
        ("counts", dict[str, int]),  # verdict -> requirements
        *((field.name, field.type) for field in msgspec.structs.fields(Run)),
    ],
    frozen=True,
    kw_only=True,
    namespace={"__doc__": DESCRIPTION},
)


def document_of(run: Run) -> dict[str, Any]:
    """Return the whole run as data: counts, requirements, cases with findings and evidence, exit code."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "parcelproof": version("parcelproof"),
        "exit_code": run.exit_code,
        "word": word_of(run),
        "reached": run.reached,
        "counts": run.counts(),
        **msgspec.to_builtins(run),
    }


def write_json(run: Run, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document_of(run)), indent=1) + b"\n")


@cache
def schema() -> dict[str, Any]:
    """Return the document's JSON Schema (2020-12). Every member is always written, so every member is required."""
    made = msgspec.json.schema(Document)
    for definition in made["$defs"].values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
            for member in definition["properties"].values():
                member.pop("default", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT}:{VERSION}",
        "title": "A verdict of parcelproof",
        **made,
    }


def schema_text() -> str:
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
