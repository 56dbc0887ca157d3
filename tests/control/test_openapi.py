"""The OpenAPI document: valid, whole, and made of what the server does."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from parcelproof.simulators.control import openapi, service
from parcelproof.simulators.control.operations import operation_of
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire.carrier import Carrier

DOCUMENT = json.loads(
    json.dumps(openapi.document(service.routes, {carrier.name: carrier for carrier in CARRIERS}, guarded=True))
)
OPERATIONS = [(path, method, found) for path, row in DOCUMENT["paths"].items() for method, found in row.items()]
IDS = [found["operationId"] for *_, found in OPERATIONS]


def test_the_document_is_openapi_3_1() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_route_stands_in_it_once() -> None:
    stated = {(method.upper(), path.removeprefix("/_sim")) for path, method, _ in OPERATIONS}
    assert stated == {(route.method, route.template) for route in service.routes}
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("operation", [found for *_, found in OPERATIONS], ids=IDS)
def test_every_operation_says_what_it_does_takes_and_answers(operation: dict[str, Any]) -> None:
    assert operation["summary"].endswith((".", ")")) or ":" in operation["summary"]
    assert any(status.startswith("2") for status in operation["responses"])
    assert {"400", "401", "405", "413", "422"} <= set(operation["responses"])
    assert ("415" in operation["responses"]) == ("requestBody" in operation)
    in_path = any(row["in"] == "path" for row in operation.get("parameters", ()))
    assert not in_path or "404" in operation["responses"]
    for row in operation.get("parameters", ()):
        assert row["schema"]


def test_every_path_parameter_is_described_and_none_is_left_over() -> None:
    named = {name for route in service.routes for name in openapi.path_names(route)}
    assert named == set(openapi.PATH_PARAMETERS)


def test_every_schema_is_used_and_no_marker_of_ours_is_left() -> None:
    text = json.dumps(DOCUMENT)
    assert "x-known" not in text
    assert "x-each" not in text
    assert r"\\A" not in text and r"\\Z" not in text  # JSON Schema's patterns are ECMA's, where these are letters
    for name in DOCUMENT["components"]["schemas"]:
        queried = any(getattr(operation_of(route).query, "__name__", "") == name for route in service.routes)
        assert queried or f"#/components/schemas/{name}" in text, name


def test_names_that_only_the_server_knows_stand_in_it() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    codes = schemas["ScanBody"]["properties"]["code"]["enum"]
    assert {"DELIVERED", "out_for_delivery"} <= set(codes)
    named = set(schemas["CredentialBody"]["properties"]["carrier"]["enum"])
    assert {carrier.name for carrier in CARRIERS} | {"smtp"} == named
    assert "cdek" in schemas["Settings"]["properties"]


@pytest.fixture
async def http(parrot_server: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with parrot_server() as started, httpx.AsyncClient(base_url=started.url) as found:
        yield found


async def test_a_server_serves_its_own(http: httpx.AsyncClient, parrot: Carrier) -> None:
    answer = await http.get("/_sim/v1/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found = answer.json()
    validate(found)
    assert found["components"]["schemas"]["MixBody"]["properties"]["carrier"]["enum"] == [parrot.name]
    assert "security" not in found  # this server asks for no token, and answers its own pages only
    stated = [set(row["responses"]) for methods in found["paths"].values() for row in methods.values()]
    assert all("403" in statuses and "401" not in statuses for statuses in stated)
    foreign = await http.post("/_sim/v1/tenants", json={"name": "t"}, headers={"Origin": "https://other.example"})
    assert (foreign.status_code, foreign.headers["Content-Type"]) == (403, "application/problem+json")
