"""Schemathesis against Russian Post's running REST mounts: no answer that their documents do not declare.

The service answers 500 where the contract says so (E1b), in a shape that no defect of ours can have: a broken
handler is told in the framework's. Tracking's messages are its WSDL's: `tests/russia/test_wsdl_fuzz.py` draws those.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from parcelproof.simulators.postal_api.russia import CALCULATED, POST
from parcelproof.simulators.server import Options, Running, running
from parcelproof.simulators.wire.carrier import Carrier

from ..fuzzing import fuzzed, only
from ..russia.letter_papers import ROW, packed, upload

HOOKS = Path(__file__).with_name("russian_hooks.py")
SHOP = "shop"
NEWCOMER = "new@example.org"  # signs up by login alone
CONFIG = """
hooks = "{hooks}"

[phases.stateful]
max-steps = 8

[phases.stateful.inference]
algorithms = []

[[operations]]
include-operation-id = {broken}
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 500]
"""
SETTINGS = {POST.name: {"daily_limit": 1_000_000, "balance_call": "answered", "free_return_address": "on"}}
ORDERING = {
    "create_orders", "read_order", "edit_order", "create_batch", "read_batch", "list_batch_orders", "check_in_batch",
    "read_shipment", "return_to_new", "f7", "f103", "zip_all", "list_documents", "read_document",
}  # fmt: skip
OWN = {
    "create_letter", "read_letter", "withdraw_letter", "create_recipient", "read_recipient", "change_consent",
    "put_product", "read_product", "read_stock", "announce_supply", "read_supply", "create_warehouse_order",
    "read_warehouse_order", "change_delivery", "cancel_warehouse_order",
}  # fmt: skip
REACHED = {  # in a chain: each can answer about what was made before only
    "create_batch", "check_in_batch", "read_shipment", "f103", "zip_all", "list_documents",
    "read_document", "read_letter", "withdraw_letter", "change_consent", "announce_supply",
    "create_warehouse_order", "read_warehouse_order",
}  # fmt: skip
AT_LEAST = {POST.name: 65, CALCULATED.name: 10}  # operations that succeed


def operations_with_500() -> list[str]:
    """Return the ids of the operations that may answer 500, further paths of one numbered."""
    described = POST.description
    assert described is not None
    return [name for name, told in described.operations.items() if 500 in told.answers]


@dataclass(frozen=True)
class Mount:
    started: Running
    tmp_path: Path

    def answered(self, *names: str) -> set[str]:
        """Return the operations that answered as they should, no refusal, as the tenants' journals tell it."""
        tenants = self.started.shell.tenants
        lines = [line for name in names for line in tenants.journal(tenants.find(name)).lines()]
        return {line.operation for line in lines if 200 <= line.status < 300 and not refused(str(line.response_body))}

    async def fuzz(self, carrier: Carrier, *options: str) -> str:
        """Run schemathesis and return what it says; fails when it does."""
        zipped, url = self.tmp_path / "upload.zip", self.started.url
        zipped.write_bytes(packed(upload([ROW])))
        return await fuzzed(
            f"{url}/_sim/v1/carriers/{carrier.name}/openapi.json",
            CONFIG.format(hooks=HOOKS, broken=json.dumps(operations_with_500())),
            self.tmp_path,
            *options,
            known={"URL": url, "CARRIER": carrier.name, "TENANT": SHOP, "NEWCOMER": NEWCOMER, "UPLOAD": str(zipped)},
        )


def refused(text: str) -> bool:
    try:
        body = json.loads(text)
    except ValueError:
        return False
    return isinstance(body, dict) and any(body.get(name) for name in ("errors", "error-code", "error-codes"))


@pytest.fixture
async def mount(tmp_path: Path) -> AsyncIterator[Mount]:
    async with running(Options(port=0, virtual=True)) as started:
        async with httpx.AsyncClient(base_url=started.url) as http:
            for name in (SHOP, NEWCOMER):
                made = await http.post("/_sim/v1/tenants", json={"name": name, "settings": SETTINGS})
                made.raise_for_status()
        yield Mount(started, tmp_path)


async def test_what_was_made_is_answered_about_as_declared(mount: Mount) -> None:
    chosen = only({"create_orders", "read_order", "create_batch"})
    await mount.fuzz(POST, "--phases=examples,stateful", "--mode=positive", "--max-examples=2", *chosen)
    assert mount.answered(SHOP) >= {"create_orders", "read_order"}


@pytest.mark.long
async def test_whatever_was_done_before_every_answer_is_declared(mount: Mount) -> None:
    said = await mount.fuzz(
        POST, "--phases=examples,stateful", "--mode=positive", "--max-examples=20", *only(ORDERING | OWN)
    )
    assert re.search(r"API Links: +[1-9]", said), said
    assert mount.answered(SHOP) >= REACHED, REACHED - mount.answered(SHOP)


@pytest.mark.ci
@pytest.mark.parametrize("carrier", [POST, CALCULATED], ids=lambda carrier: carrier.name)
async def test_whatever_is_sent_every_answer_is_declared(mount: Mount, carrier: Carrier) -> None:
    said = await mount.fuzz(carrier, "--phases=examples,fuzzing", "--max-examples=2")
    found = re.search(r"(\d+) selected / (\d+) total", said)
    assert found is not None
    assert {int(found[1]), int(found[2])} == {sum(1 for _ in carrier.routes)}
    answered = mount.answered(*((SHOP, NEWCOMER) if carrier is POST else ("public",)))
    assert len(answered) >= AT_LEAST[carrier.name], sorted(answered)
