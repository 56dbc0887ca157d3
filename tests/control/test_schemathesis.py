"""Schemathesis against a live simulator: what its OpenAPI document says is what it does, with every check it has."""

import re
from pathlib import Path
from typing import Any

import pytest

from parcelproof.simulators.control import service

from ..fuzzing import fuzzed

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
# Most calls are about what there is; nothing but a lucky call would find it. That tenant is not to be deleted.
STOCKED = """
[[operations]]
include-operation-id = "delete_tenant"
parameters = { "path.tenant" = "forgotten" }
"""
CONFIG = """
hooks = "{hooks}"

# How the numbers of one distribution must lie to one another is more than a schema can say.
[[operations]]
include-operation-id = "add_fault"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "404", "409", "422"]

# In which forms a carrier gives its reports out is a tenant's own affair; the list of its payouts tells them.
[[operations]]
include-operation-id = "read_payout"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "404", "422"]
"""


def known(stocked: Any) -> str:
    values = {"tenant": [SHOP], "parcel": [stocked.cdek, stocked.mail_alliance], "carrier": ["cdek", "mail_alliance"]}
    return STOCKED + "".join(NAMED.format(name=name, values=found) for name, found in values.items())


async def run(stocked: Any, tmp_path: Path, known: str, *options: str) -> str:
    """Run schemathesis and return what it says; fails when it does."""
    snapshot = tmp_path / "shop.snapshot"
    snapshot.write_bytes(stocked.running.shell.tenants.snapshot(stocked.world))
    header = ("--header", f"Authorization: Bearer {TOKEN}")
    config = CONFIG.format(hooks=HOOKS) + known
    document, told = f"{stocked.running.url}/_sim/v1/openapi.json", {"SNAPSHOT": str(snapshot)}
    return await fuzzed(document, config, tmp_path, *header, *options, checks=("all",), known=told)


@pytest.mark.long
async def test_what_the_document_says_of_each_operation_is_true(stocked: Any, tmp_path: Path) -> None:
    said = await run(stocked, tmp_path, known(stocked), "--phases=examples,coverage,fuzzing", "--max-examples=20")
    found = re.search(r"(\d+) selected / (\d+) total", said)
    assert found is not None
    assert {int(found[1]), int(found[2])} == {sum(1 for _ in service.routes) - 1}  # the document itself is not tried
    assert SHOP in {world.name for world in stocked.running.shell.tenants}


@pytest.mark.ci
async def test_what_was_made_is_there_and_what_was_deleted_is_gone(stocked: Any, tmp_path: Path) -> None:
    said = await run(stocked, tmp_path, "", "--phases=stateful", "--max-examples=40")
    assert re.search(r"API Links: +[1-9]", said), said
