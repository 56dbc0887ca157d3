"""Schemathesis against the couriers' running mounts: no 500, no answer that their documents do not declare."""

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.server import Options, Running, running

from ..fuzzing import fuzzed, only

HOOKS = Path(__file__).with_name("provider_hooks.py")
SHOP, SECRET = "shop", "secret"
CONFIG = """
hooks = "{hooks}"

[phases.stateful]
max-steps = 10

[phases.stateful.inference]
algorithms = []
"""
FIRST = {"cdek": {"register_order"}, "iml": {"create_order"}, "pickpoint": {"create_shipment", "createsending"}}
AT_LEAST = {"cdek": 10, "iml": 4, "pickpoint": 8}  # operations that succeed
COURIERS = ("cdek", "iml", "pickpoint")


@dataclass(frozen=True)
class Mount:
    """A courier's mount on a running server, with a tenant that is signed in; `session` is PickPoint's."""

    started: Running
    name: str
    headers: dict[str, str]
    session: str = ""

    def answered(self) -> set[str]:
        """Return the operations that answered as they should, no refusal, at least once, as the journal tells it."""
        tenants = self.started.shell.tenants
        lines = tenants.journal(tenants.find(SHOP)).lines()
        return {line.operation for line in lines if 200 <= line.status < 300 and not refused(str(line.response_body))}


def refused(text: str) -> bool:
    """Tell whether an answer of 200 is a refusal: IML's and PickPoint's are."""
    try:
        body = json.loads(text)
    except ValueError:
        return text.startswith("Error: ")
    return isinstance(body, dict) and bool("Errors" in body or body.get("ErrorCode") or body.get("Error"))


def sign_in(started: Running, name: str) -> Mount:
    with httpx.Client(base_url=started.url) as http:
        tenant = {"name": SHOP, "settings": {"token_lifetime_s": 86_400, "session_lifetime_s": 86_400}}
        http.post("/_sim/v1/tenants", json=tenant).raise_for_status()
        if name == "cdek":
            form = {"grant_type": "client_credentials", "client_id": SHOP, "client_secret": SECRET}
            token = http.post("/cdek/v2/oauth/token", data=form).raise_for_status().json()["access_token"]
            return Mount(started, name, {"Authorization": f"Bearer {token}"})
        if name == "iml":
            return Mount(started, name, {"Authorization": "Basic " + b64encode(f"{SHOP}:{SECRET}".encode()).decode()})
        login = http.post("/pickpoint/api/login", json={"Login": SHOP, "Password": SECRET}).raise_for_status()
        return Mount(started, name, {}, login.json()["SessionId"])


@pytest.fixture(params=COURIERS)
async def mount(request: pytest.FixtureRequest) -> AsyncIterator[Mount]:
    async with running(Options(port=0, virtual=True)) as started:
        yield await asyncio.to_thread(sign_in, started, request.param)


async def run(mount: Mount, tmp_path: Path, *options: str) -> str:
    """Run schemathesis and return what it says; fails when it does."""
    url = mount.started.url
    headers = [part for name, value in mount.headers.items() for part in ("--header", f"{name}: {value}")]
    return await fuzzed(
        f"{url}/_sim/v1/carriers/{mount.name}/openapi.json",
        CONFIG.format(hooks=HOOKS),
        tmp_path,
        *headers,
        *options,
        known={"URL": url, "CARRIER": mount.name, "TENANT": SHOP, "SESSION": mount.session},
    )


def chained(name: str) -> list[str]:
    """Return the options that leave in what links lead from or to."""
    found = next(carrier for carrier in CARRIERS if carrier.name == name).description
    assert found is not None
    linked = {link.to for told in found.operations.values() for link in told.links}
    linked |= {operation for operation, told in found.operations.items() if told.links}
    return only(linked - {"login", "logout"})


async def test_what_was_made_is_answered_about_as_declared(mount: Mount, tmp_path: Path) -> None:
    await run(
        mount, tmp_path, "--phases=examples,stateful", "--mode=positive", "--max-examples=2", *chained(mount.name)
    )
    assert mount.answered() & FIRST[mount.name], mount.answered()


@pytest.mark.long
async def test_whatever_was_done_before_every_answer_is_declared(mount: Mount, tmp_path: Path) -> None:
    said = await run(mount, tmp_path, "--phases=stateful", "--mode=positive", "--max-examples=12", *chained(mount.name))
    assert re.search(r"API Links: +[1-9]", said), said
    assert len(mount.answered()) >= AT_LEAST[mount.name], mount.answered()


@pytest.mark.ci
async def test_whatever_is_sent_every_answer_is_declared(mount: Mount, tmp_path: Path) -> None:
    said = await run(mount, tmp_path, "--phases=examples,fuzzing", "--max-examples=4")
    found = re.search(r"(\d+) selected / (\d+) total", said)
    carrier = next(carrier for carrier in CARRIERS if carrier.name == mount.name)
    assert found is not None
    assert {int(found[1]), int(found[2])} == {sum(1 for _ in carrier.routes)}


@pytest.mark.long
async def test_at_every_bound_of_a_schema_every_answer_is_declared(mount: Mount, tmp_path: Path) -> None:
    await run(mount, tmp_path, "--phases=coverage")
