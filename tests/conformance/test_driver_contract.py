"""The driver contract: a valid OpenAPI document, equal to the types that check a connector's answers."""

import types
import typing
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

import msgspec
import pytest
import yaml
from openapi_spec_validator import validate

from parcelproof.conformance.driver import sense, shapes
from parcelproof.conformance.targets import DRIVER_PATH

CONTRACT: dict[str, Any] = yaml.safe_load(
    (files("parcelproof.conformance.driver") / "openapi.yaml").read_text(encoding="utf-8")
)
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]
LABEL: dict[str, Any] = SCHEMAS["OrderView"]["properties"]["label"]["oneOf"][0]
PROMPT: dict[str, Any] = SCHEMAS["OrderView"]["properties"]["follow_prompt"]["properties"]
# shape -> the schema it stands for; schemas written in place are reached by path
PAIRS: dict[type[msgspec.Struct], str] = {
    shapes.Problem: "Problem",
    shapes.Money: "Money",
    shapes.Capabilities: "Capabilities",
    shapes.Import: "Import",
    shapes.Surcharge: "Surcharge",
    shapes.Quote: "Quote",
    shapes.HistoryEvent: "HistoryEvent",
    shapes.ReturnView: "ReturnView",
    shapes.OrderView: "OrderView",
    shapes.Subscription: "Subscription",
    shapes.Alert: "Alert",
    shapes.AlertCounts: "AlertCounts",
    shapes.StateRule: "StateRule",
    shapes.MonitoredAlert: "MonitoredAlert",
    shapes.MailAccount: "MailAccount",
    shapes.PublicTrace: "PublicTrace",
    shapes.PickupRequest: "PickupRequest",
    shapes.ReportResult: "ReportResult",
    shapes.ReportRow: "ReportRow",
    shapes.Document: "Document",
    shapes.HandOver: "HandOver",
    shapes.Balances: "Balances",
}


def test_it_is_a_valid_openapi_document() -> None:
    validate(CONTRACT)
    assert CONTRACT["servers"][0]["url"].endswith(DRIVER_PATH)


def test_every_operation_has_an_id_and_a_refusal_in_problem_shape() -> None:
    ids = []
    for path, entry in CONTRACT["paths"].items():
        for method, operation in entry.items():
            if method == "parameters":
                continue
            ids.append(operation["operationId"])
            assert any(code.startswith(("4", "5")) or code == "default" for code in operation["responses"]), path
    assert len(ids) == len(set(ids)) == 43


@pytest.mark.parametrize("shape", PAIRS, ids=lambda shape: shape.__name__)
def test_a_shape_asks_for_what_its_schema_asks_for(shape: type[msgspec.Struct]) -> None:
    schema = SCHEMAS[PAIRS[shape]]
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    assert set(fields) == set(schema["properties"])
    asked = {name for name, field in fields.items() if field.required}
    # a member that may be null is asked for by the contract; the types are lenient where null and absent mean the same
    lenient = {name for name in set(schema["required"]) - asked if _nullable(schema["properties"][name])}
    assert asked | lenient == set(schema["required"])


def _nullable(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", ())
    return "null" in kinds or any(part.get("type") == "null" for part in schema.get("oneOf", ()))


def test_enumerations_are_the_same_in_both() -> None:
    pairs = [
        (shapes.StatusWord, SCHEMAS["Status"]["enum"]),
        (_of(shapes.OrderView, "state"), SCHEMAS["OrderView"]["properties"]["state"]["enum"]),
        (_of(shapes.HistoryEvent, "source"), SCHEMAS["HistoryEvent"]["properties"]["source"]["enum"]),
        (_of(shapes.ReturnView, "status"), SCHEMAS["ReturnView"]["properties"]["status"]["enum"]),
        (_of(shapes.Document, "kind"), SCHEMAS["Document"]["properties"]["kind"]["enum"]),
        (_of(shapes.HandOver, "state"), SCHEMAS["HandOver"]["properties"]["state"]["enum"]),
        (_of(shapes.Alert, "result"), SCHEMAS["Alert"]["properties"]["result"]["enum"]),
        (_of(shapes.LabelView, "format"), SCHEMAS["Reset"]["properties"]["label_format"]["enum"]),
        (
            _of(shapes.LabelView, "format"),
            LABEL["properties"]["format"]["enum"],
        ),
        (_of(shapes.StateRule, "visibility"), SCHEMAS["Visibility"]["enum"]),
        (_of(shapes.PickupRequest, "state"), SCHEMAS["PickupRequest"]["properties"]["state"]["enum"]),
        (_of(shapes.FollowPrompt, "state"), PROMPT["state"]["enum"]),
        (Literal[sense.CLAIMS], SCHEMAS["Capabilities"]["properties"]["claims"]["items"]["enum"]),
        (Literal[sense.LABEL_FORMATS], SCHEMAS["Capabilities"]["properties"]["label_formats"]["items"]["enum"]),
        (_of(shapes.OrderView, "final_state"), SCHEMAS["OrderView"]["properties"]["final_state"]["enum"]),
    ]
    for annotation, words in pairs:
        assert set(_words(annotation)) == {word for word in words if word is not None}


def _of(shape: type[msgspec.Struct], name: str) -> Any:
    return typing.get_type_hints(shape)[name]


def _words(annotation: Any) -> list[str]:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return [word for part in typing.get_args(annotation) if part is not type(None) for word in _words(part)]
    return list(typing.get_args(annotation))


def test_examples_of_answers_fit_their_shapes() -> None:
    found = 0
    for entry in CONTRACT["paths"].values():
        for method, operation in entry.items():
            if method == "parameters":
                continue
            for answer in operation["responses"].values():
                content = answer.get("content", {}).get("application/json", {})
                name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                shape = next((shape for shape, schema in PAIRS.items() if schema == name), None)
                if shape is not None and "example" in content:
                    msgspec.convert(content["example"], shape)
                    found += 1
    assert found >= 4
