"""The JSON Schema of scenarios, made from the shapes: `python -m parcelproof.scenario.schema FILE` writes it."""

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from .shapes import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def made() -> bytes:
    """Return the schema as it follows from the shapes."""
    found = _lenient(msgspec.json.schema(Scenario))
    document = {"$schema": DIALECT, "title": "parcelproof scenario", **found}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def shipped() -> bytes:
    """Return the schema that came with the package."""
    return (resources.files(__package__) / "schema.json").read_bytes()


def _lenient(node: Any) -> Any:
    """Allow numbers wherever text is wanted: the reader takes `postal_code: 97070` as text, so an editor should too."""
    if isinstance(node, list):
        return [_lenient(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _lenient(item) for key, item in node.items()}
    if found.get("type") == "string":
        found["type"] = ["string", "number"]
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(made())
