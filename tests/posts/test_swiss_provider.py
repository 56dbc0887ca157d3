"""Schemathesis against Swiss Post's running mount: no 500, no answer that its document does not declare.

The web service's messages are its own description's: `test_swiss_wsdl_fuzz` draws those.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from parcelproof.simulators.postal_api.swiss import CARRIER
from parcelproof.simulators.server import Options, Running, running

from ..fuzzing import fuzzed, only

HOOKS = Path(__file__).with_name("swiss_hooks.py")
SHOP, SECRET = "shop", "secret"
SCOPES = "DCAPI_BARCODE_READ MYSB_MAILPIECE_TRACKING_B2B_READ"
CONFIG = """
hooks = "{hooks}"

[phases.stateful]
max-steps = 6

[phases.stateful.inference]
algorithms = []
"""
SETTINGS = {"token_lifetime_s": 86_400, "strict_customer": "off"}  # a 400 without a body is more than OpenAPI can say
ELSEWHERE = {"web_service"}  # its faults are 500, as SOAP asks
MAKING = {"generate_address_label", "generate_single_barcodes", "generate_replacement_label"}
READING = {"read_detail", "read_events", "read_many", "read_consignment", "list_consignments"}
ALONE = {"drop_file", "list_folder", "token"}  # succeed without a link


@pytest.fixture
async def mount() -> AsyncIterator[tuple[Running, str]]:
    """Yield a running server and a token."""
    async with running(Options(port=0, virtual=True)) as started:
        yield started, await asyncio.to_thread(sign_in, started.url)


def sign_in(url: str) -> str:
    with httpx.Client(base_url=url) as http:
        tenant = {"name": SHOP, "settings": {"swiss_post": SETTINGS}}
        http.post("/_sim/v1/tenants", json=tenant).raise_for_status()
        form = {"grant_type": "client_credentials", "client_id": SHOP, "client_secret": SECRET, "scope": SCOPES}
        token: str = http.post("/swiss-post/OAuth/token", data=form).raise_for_status().json()["access_token"]
        return token


def answered(started: Running) -> set[str]:
    """Return the operations that answered as they should, no refusal, as the journal tells it."""
    tenants = started.shell.tenants
    lines = tenants.journal(tenants.find(SHOP)).lines()
    return {line.operation for line in lines if line.status < 300 and not refused(str(line.response_body))}


def refused(text: str) -> bool:
    try:
        body = json.loads(text)
    except ValueError:
        return False
    item = body.get("item") if isinstance(body, dict) else None
    rows = [body, *(item if isinstance(item, list) else [item])] if isinstance(body, dict) else []
    return any(isinstance(row, dict) and "errors" in row for row in rows)


async def run(mount: tuple[Running, str], tmp_path: Path, *options: str) -> str:
    """Run schemathesis and return what it says; fails when it does."""
    started, token = mount
    return await fuzzed(
        f"{started.url}/_sim/v1/carriers/swiss_post/openapi.json",
        CONFIG.format(hooks=HOOKS),
        tmp_path,
        *options,
        known={"URL": started.url, "TENANT": SHOP, "SECRET": SECRET, "TOKEN": token},
    )


async def test_what_was_made_is_answered_about_as_declared(mount: tuple[Running, str], tmp_path: Path) -> None:
    chosen = only({"generate_address_label", "read_events"})
    await run(mount, tmp_path, "--phases=examples,stateful", "--mode=positive", "--max-examples=1", *chosen)
    assert answered(mount[0]) >= {"generate_address_label"}


@pytest.mark.long
async def test_whatever_was_done_before_every_answer_is_declared(mount: tuple[Running, str], tmp_path: Path) -> None:
    chosen = only(MAKING | READING)
    said = await run(mount, tmp_path, "--phases=stateful", "--mode=positive", "--max-examples=12", *chosen)
    assert re.search(r"API Links: +[1-9]", said), said
    assert answered(mount[0]) >= MAKING | READING


@pytest.mark.ci
async def test_whatever_is_sent_every_answer_is_declared(mount: tuple[Running, str], tmp_path: Path) -> None:
    left_out = [option for name in sorted(ELSEWHERE) for option in ("--exclude-operation-id", name)]
    said = await run(mount, tmp_path, "--phases=examples,fuzzing", "--max-examples=4", *left_out)
    found = re.search(r"(\d+) selected / (\d+) total", said)
    routes = sum(1 for route in CARRIER.routes)
    assert found is not None
    assert (int(found[1]), int(found[2])) == (routes - len(ELSEWHERE), routes)
    assert answered(mount[0]) >= ALONE, answered(mount[0])
