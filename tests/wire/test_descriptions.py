"""What carriers declare of their wires: a valid document of every route, with shapes that let nothing slip through."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.description import document

DESCRIBED = [carrier for carrier in CARRIERS if carrier.description is not None]
DOCUMENTS: dict[str, Any] = {carrier.name: json.loads(json.dumps(document(carrier))) for carrier in DESCRIBED}


@pytest.fixture(params=DESCRIBED, ids=list(DOCUMENTS))
def carrier(request: pytest.FixtureRequest) -> Carrier:
    found: Carrier = request.param
    return found


def operations(carrier: Carrier) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENTS[carrier.name]["paths"].items():
        yield from ((method.upper(), path, found) for method, found in methods.items())


def test_a_document_is_openapi_3_1(carrier: Carrier) -> None:
    validate(DOCUMENTS[carrier.name])
    assert DOCUMENTS[carrier.name]["openapi"] == "3.1.0"


def test_every_route_is_described_and_nothing_else_is(carrier: Carrier) -> None:
    assert carrier.description is not None
    assert set(carrier.description.operations) == {route.operation for route in carrier.routes}
    routed = sorted((route.method, route.template) for route in carrier.routes)
    assert sorted((method, path) for method, path, _ in operations(carrier)) == routed
    ids = [found["operationId"] for *_, found in operations(carrier)]
    assert len(set(ids)) == len(ids)


def test_every_example_is_what_the_operation_takes(carrier: Carrier) -> None:
    whole, tried = DOCUMENTS[carrier.name], 0
    for _, path, found in operations(carrier):
        for kind, content in found.get("requestBody", {}).get("content", {}).items():
            if "example" in content:
                validator = jsonschema_rs.Draft202012Validator({**content["schema"], "components": whole["components"]})
                assert not [error.message for error in validator.iter_errors(content["example"])], (path, kind)
                tried += 1
    bodies = sum("requestBody" in found for *_, found in operations(carrier))
    assert tried >= min(4, bodies)


def test_an_answer_can_have_no_member_that_is_not_named_and_no_value_without_a_type(carrier: Carrier) -> None:
    whole = DOCUMENTS[carrier.name]
    seen = 0
    for _, path, found in operations(carrier):
        for status, answer in found["responses"].items():
            for content in answer.get("content", {}).values():
                for schema in schemas(content.get("schema"), whole["components"]["schemas"], set()):
                    assert {"type", "enum", "anyOf"} & set(schema), (path, status, schema)
                    if schema.get("type") == "object":
                        assert schema["additionalProperties"] is False, (path, status, schema)
                        seen += 1
    assert seen >= 20


def schemas(schema: Any, named: dict[str, Any], known: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a schema and all below it, each component once."""
    if schema is None:
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in known:
            known.add(name)
            yield from schemas(named[name], named, known)
        return
    yield schema
    for below in (
        *schema.get("properties", {}).values(),
        *schema.get("anyOf", ()),
        *(k for k in [schema.get("items")] if k),
    ):
        yield from schemas(below, named, known)
