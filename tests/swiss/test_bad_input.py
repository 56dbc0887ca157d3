"""Whatever comes, the answer is one of the wire's: no exception, no partial effect."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import LABEL, TRACKING, Desk, new_tenants, recorded
from .test_shipments import IBAN, picture

ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["PRI", "ZAW3217", "BLN", "1e999", "²", "٣", "𝟙", "\u0000", "A" * 300, "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FULL = recorded(
    sendingID="S",
    customer={"logo": picture("PNG"), "logoFormat": "PNG", "pobox": "1", "logoRotation": 90},
    item={
        "itemNumber": "1",
        "additionalData": [{"type": key, "value": value} for key, value in {"NN_BETRAG": "1.00", **IBAN}.items()],
        "recipient": {"labelAddress": {"labelLine": ["a", "b"]}, "phone": "031", "title": "Frau", "houseKey": "1"},
        "attributes": {
            "przl": ["PRI", "BLN", "LQ", "ZAW3217", "ZAW3218"],
            "deliveryDate": "2026-03-09",
            "parcelNo": 1,
            "parcelTotal": 2,
            "unnumbers": ["1234"],
            "weight": 5,
            "returnInfo": {"returnNote": True, "returnService": "1"},
            "dispatchInfo": {"dispatchDate": "2026-03-03", "dispatchTime": "18:00"},
        },
        "notification": [
            {
                "communication": {"email": "a@b.ch"},
                "service": 1,
                "language": "DE",
                "freeText1": "a",
                "deliveryInstructions": ["10"],
                "dynPic": {"urlPic": "https://a.ch/a.png", "urlLink": "https://a.ch"},
            }
        ],
    },
)  # fmt: skip


def test_what_is_changed_was_taken_before(desk: Desk) -> None:
    answer = desk.post(LABEL, FULL)
    assert "identCode" in json.loads(answer.body)["item"], answer.body


def paths(found: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every member and item of a body."""
    rows = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [at, *[path for key, value in rows for path in paths(value, (*at, key))]]


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = changed(body[path[0]], path[1:], value)
    return copy


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(paths(FULL)), ODD, st.sampled_from(["ZPL2", "PDF"]))
def test_any_member_may_be_anything(path: tuple[Any, ...], value: Any, file_type: str) -> None:
    desk = Desk(new_tenants())
    body = changed(changed(FULL, ("labelDefinition", "imageFileType"), file_type), path, value)
    for call in (LABEL, LABEL.replace("AddressLabel", "SingleBarcodes"), "/barcode/v1/validateCombination"):
        try:
            raw = json.dumps(body).encode("utf-8")
        except (ValueError, UnicodeEncodeError):
            return
        answer = desk.call("POST", call, raw, desk.bearer())
        assert answer.status in (200, 400), (answer.status, answer.body)
        if answer.status == 400:
            assert not answer.body or {"field", "error", "rejectedValue"} == set(json.loads(answer.body)[0])
        else:
            told = json.loads(answer.body)
            item = told.get("item", {})
            assert ("identCode" in item) is not ("errors" in item or "errors" in told) or call.endswith("Combination")
    made = desk.get("/parcelproof/v1/consignments")["total"]
    assert made == desk.world.store.header.counters.get("swiss_post.consignments", 0)


REPLACED = ["sendReplacement", "returnToWarehouse", "customerDetails", "language", "sendReplacement.notification"]
REPLACED += ["sendReplacement.recipient", "returnToWarehouse.attributes", "customerDetails.address"]
REPLACED += ["customerDetails.logo", "customerDetails.imageResolution", "sendReplacement.labelId"]


@settings(max_examples=150, deadline=None)
@given(ODD, st.sampled_from(REPLACED))
def test_a_replacement_of_anything_is_answered(value: Any, name: str) -> None:
    desk = Desk(new_tenants())
    leg = {"recipient": FULL["item"]["recipient"], "attributes": {"przl": ["PRI"]}}
    leg = {**leg, "notification": {"language": "DE", "type": "EMAIL"}}
    details = {"licenseNo": "60013217", "labelLayout": "A6", "address": recorded()["customer"], "logo": {}}
    body: dict[str, Any] = {
        "language": "DE",
        "customerDetails": details,
        "sendReplacement": leg,
        "returnToWarehouse": leg,
    }
    owner, _, member = name.partition(".")
    body[owner] = {**body[owner], member: value} if member else value
    answer = desk.post("/barcode/v1/generateReplacementLabel", body)
    assert answer.status in (200, 400)


@settings(max_examples=100, deadline=None)
@given(ODD, st.text(max_size=40))
def test_tracking_of_anything_is_answered(value: Any, text: str) -> None:
    desk = Desk(new_tenants())
    assert desk.post(f"{TRACKING}/mailpieces", {"ids": value}).status in (200, 400)
    assert desk.post(f"{TRACKING}/mailpieces", value).status in (200, 400)
    key = text.replace("/", "") or "x"
    answer = desk.call("GET", f"{TRACKING}/mailpieces/{key}/events", headers={**desk.bearer(), "Accept-Language": text})
    assert answer.status == 404
