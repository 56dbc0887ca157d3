"""No value at any place of any operation is a 500, and a call that is refused has changed nothing.

The places are those of the API's own document: bodies, fields of queries, parts of paths.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict

from parcelproof.simulators.control import openapi, service
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire.call import Answer, Call

from .extreme_values import Place, least, places

BY_NAME = {carrier.name: carrier for carrier in CARRIERS}
DOCUMENT = json.loads(json.dumps(openapi.document(service.routes, BY_NAME, guarded=False)))
OPERATIONS = {
    found["operationId"]: (method.upper(), path.removeprefix("/_sim"), found)
    for path, row in DOCUMENT["paths"].items()
    for method, found in row.items()
}
SHOP = "shop"
HEADERS = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/json", "Host": "127.0.0.1"}))
IN_QUERIES = ("9" * 40, "-1", str(2**63), "1e400", "NaN", "", "٣", "\0", "a\r\nb", "x" * 100_000, "\udc80")
READS = ("read_tenant", "read_clock", "list_parcels", "list_faults", "read_switches", "read_mix", "download_snapshot")


@dataclass
class Desk:
    """The control API itself, called without a server around it, so that what it does not answer is an exception."""

    control: service.Control
    known: dict[str, str]

    async def call(self, operation: str, body: bytes = b"", query: Any = (), **path: str) -> Answer:
        method, template, _ = OPERATIONS[operation]
        given = {name: quote(value, safe="", errors="surrogatepass") for name, value in {**self.known, **path}.items()}
        way = template.format(**given)
        return await self.control(Call(method, way, MultiDict(query), HEADERS, body, "http://127.0.0.1/_sim"))

    def state(self) -> tuple[bytes, list[str]]:
        tenants = self.control.desk.tenants
        return tenants.snapshot(tenants.find(SHOP)), sorted(world.name for world in tenants)

    def back_to(self, state: tuple[bytes, list[str]]) -> None:
        tenants = self.control.desk.tenants
        for name in [world.name for world in tenants if world.name not in state[1]]:
            tenants.delete(name)
        tenants.restore(SHOP, state[0])

    async def tried(self, what: Any, operation: str, body: bytes = b"", query: Any = (), **path: str) -> int:
        """Call; refused, nothing has changed; done, everything is still there to be read. Returns the status."""
        before = self.state()
        answer = await self.call(operation, body, query, **path)
        assert answer.status < 500, (what, answer.body[:300])
        if answer.status < 400:
            for read in READS:
                assert (await self.call(read)).status == 200, (what, read)
            self.back_to(before)
        else:
            problem = json.loads(answer.body)
            assert (problem["status"], answer.headers["Content-Type"]) == (answer.status, "application/problem+json")
            assert problem["detail"] and len(answer.body) < 20_000, what
            assert self.state() == before, what
        return answer.status


@pytest.fixture
async def desk(stocked: Any) -> Desk:
    shell = stocked.running.shell
    found = Desk(service.Control(CARRIERS, shell.tenants, shell.pace), {"tenant": SHOP, "parcel": stocked.cdek})
    found.known |= {"carrier": "cdek", "sequence": "1", "mail": "1", "snapshot": "kept", "bad_day": "answers-lost"}
    added = await found.call("add_fault", b'{"kind": "reset", "carrier": "iml"}')
    (
        await found.call("keep_snapshot", b'{"name": "kept"}'),
        await found.call("begin_bad_day", b'{"name": "answers-lost"}'),
    )
    listed = json.loads((await found.call("list_payouts")).body)
    found.known |= {"fault": json.loads(added.body)["id"], "number": listed["payouts"][0]["number"]}
    return found


def bodied() -> dict[str, dict[str, Any]]:
    found = {name: row[2].get("requestBody", {}).get("content", {}) for name, row in OPERATIONS.items()}
    return {name: content["application/json"]["schema"] for name, content in found.items() if openapi.JSON in content}


def distinct(operation: str) -> Iterator[Place]:
    """Yield the places of an operation's body; of report forms those of one carrier, of settings one operation's."""
    seen = set()
    for place in places(bodied()[operation], DOCUMENT):
        if operation == "create_tenant" and place.way[:1] == ("settings",) and len(place.way) > 2:
            continue  # `change_settings` takes the same
        way = [name for name in place.way if name not in BY_NAME] if "report_layouts" in place.way else place.way
        key = (*way, place.kind, json.dumps(least_kind(place.body)))
        if key not in seen:
            seen.add(key)
            yield place


def least_kind(body: Any) -> Any:
    """Return what tells alternatives of one shape apart: the tag."""
    return body.get("kind") if isinstance(body, dict) else None


def test_every_number_of_the_document_is_tried() -> None:
    numbers = {(name, *place.way) for name in bodied() for place in distinct(name) if place.kind == "number"}
    assert len(numbers) > 150
    assert {("advance", "by_ms"), ("add_fault", "latency", "ms"), ("scan_parcel", "delay_recorded_ms")} <= numbers
    assert {("change_settings", "settings", "cdek", "vat_rate"), ("set_clock", "speed")} <= numbers


async def test_no_value_in_a_body_is_a_500_or_half_done(desk: Desk) -> None:
    for operation, schema in bodied().items():
        assert await desk.tried("the least", operation, json.dumps(least(schema, DOCUMENT)).encode("utf-8")) != 422
        statuses = {
            await desk.tried((operation, place.way, name), operation, body)
            for place in distinct(operation)
            for name, body in place.written()
        }
        assert {400, 422} <= statuses, operation  # what is no JSON, and what does not fit


async def test_no_value_in_a_path_or_a_query_is_a_500_or_half_done(desk: Desk) -> None:
    for operation, (_, _, found) in OPERATIONS.items():
        schema = bodied().get(operation)
        body = b"" if schema is None else json.dumps(least(schema, DOCUMENT)).encode("utf-8")
        for row, value in product(found.get("parameters", ()), IN_QUERIES):
            path, query = ({row["name"]: value}, ()) if row["in"] == "path" else ({}, [(row["name"], value)])
            status = await desk.tried((operation, row["name"], value[:40]), operation, body, query, **path)
            if row["schema"].get("type") == "integer" and value:
                assert status in (404, 422), (operation, row["name"], value[:40])
