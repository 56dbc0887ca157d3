"""Every field of an order at its limit and one beyond it (§4.1, MA-T14), and the two ways of checking held equal."""

import copy
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.mail_alliance.bodies import checked, fast_order
from parcelproof.simulators.mail_alliance.orders import Order
from parcelproof.simulators.mail_alliance.shapes import ORDER
from parcelproof.simulators.wire.members import Faults

GRIN = "\N{GRINNING FACE}"
UMLAUT = "u\N{COMBINING DIAERESIS}"
MISSING = object()


def changed(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Put a value at a JSON pointer, making objects on the way; MISSING takes the member away."""
    found = copy.deepcopy(body)
    *way, last = pointer.strip("/").split("/")
    node: Any = found
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node.setdefault(part, {})
    if value is MISSING:
        node.pop(last, None)
    elif isinstance(node, list):
        node[int(last)] = value
    else:
        node[last] = value
    return found


LENGTHS = [
    *[(f"/{who}/{name}", 50) for who in ("shipper", "recipient") for name in ("name", "company", "street", "city")],
    ("/recipient/address_line2", 50),
    ("/recipient/house_number", 10),
    ("/contents/0/description", 70),
    ("/contents/0/sku", 40),
    ("/references/order", 35),
    ("/references/customer", 35),
    ("/references/shipment", 50),
]


@pytest.mark.parametrize(("pointer", "most"), LENGTHS)
def test_a_text_passes_at_its_length_and_fails_one_longer_emoji_counted_as_one(
    desk: Any, pointer: str, most: int
) -> None:
    good = ["x" * most, GRIN * most, "ü" * most, UMLAUT * most, f"  {'x' * most} \N{NO-BREAK SPACE}"]
    if pointer == "/references/shipment":
        del good[3:]  # the other two are the same text as another once they are clean
    for text in good:
        reply = desk.post("/v1/parcels", changed(desk.order(), pointer, text))
        assert reply.status == 201, (text, reply.body)
    before = len(desk.get("/v1/parcels", query={"limit": "200"}).json["data"])
    for text in ("x" * (most + 1), GRIN * (most + 1)):
        reply = desk.post("/v1/parcels", changed(desk.order(), pointer, text))
        assert reply.status == 422 and reply.faults == [(pointer, "too_long")]
    for text in ("", "   "):
        reply = desk.post("/v1/parcels", changed(desk.order(), pointer, text))
        assert reply.status == 422 and reply.faults == [(pointer, "too_short")]
    for text in ("a\x00b", "a\x1fb", "a\x7fb", "a\x85b", "a\nb", "ab\n", "\tab"):
        reply = desk.post("/v1/parcels", changed(desk.order(), pointer, text))
        assert reply.status == 422 and reply.faults == [(pointer, "pattern")], repr(text)
    assert len(desk.get("/v1/parcels", query={"limit": "200"}).json["data"]) == before


GOOD = [
    ("/package", {"weight_g": 1, "length_mm": 1, "width_mm": 1, "height_mm": 1}),
    ("/package", {"weight_g": 31_500, "length_mm": 1200, "width_mm": 600, "height_mm": 300}),
    ("/package", {"weight_g": 500, "length_mm": 300, "width_mm": 1200, "height_mm": 600}),
    ("/contents", []),
    ("/contents", [{"description": "x", "quantity": 9999}] * 50),
    ("/contents/0/unit_weight_g", 0),
    ("/insurance", {"amount": "500.00", "currency": "EUR"}),
    ("/recipient/email", "a" * 248 + "@b.com"),
    ("/recipient/phone", "+123456789012345"),
    ("/recipient/type", "business"),
    ("/notify", {"email": "a@b.de", "sms": "+49170123456"}),
    ("/ship_date", "2026-03-02"),
    ("/ship_date", "2026-03-16"),
    ("/metadata", {f"key {n}" + "k" * 32: "v" * 200 for n in range(10, 30)}),
    ("/metadata", {"empty": ""}),
    ("/return_address", {"name": "N", "street": "S", "postal_code": "97070", "city": "C", "country": "DE"}),
    ("/label", {"format": "ZPL", "size": "A6", "dpi": 300, "return_label": False}),
    ("/label", {"format": "PDF", "size": "A4"}),
    ("/recipient/company", None),
    ("/label", None),
    ("/service", "ma_parcel_tracked"),
]
ENDLESS = 10**400
BAD = [
    ("/service", MISSING, "/service", "required"),
    ("/service", None, "/service", "required"),
    ("/service", "ma_rocket", "/service", "enum"),
    ("/service", 5, "/service", "type"),
    ("/shipper", MISSING, "/shipper", "required"),
    ("/shipper", "Laden", "/shipper", "type"),
    ("/recipient", [], "/recipient", "type"),
    *[(f"/recipient/{name}", MISSING, f"/recipient/{name}", "required") for name in ("name", "street", "city")],
    ("/recipient/postal_code", MISSING, "/recipient/postal_code", "required"),
    ("/recipient/country", MISSING, "/recipient/country", "required"),
    ("/recipient/name", 7, "/recipient/name", "type"),
    ("/recipient/postal_code", "1011", "/recipient/postal_code", "postal_code"),
    ("/recipient/postal_code", "10115-1", "/recipient/postal_code", "postal_code"),
    ("/recipient/postal_code", "1011٥", "/recipient/postal_code", "postal_code"),
    ("/recipient/country", "XX", "/recipient/country", "country"),
    ("/recipient/country", "de", "/recipient/country", "country"),
    ("/recipient/country", "DEU", "/recipient/country", "too_long"),
    ("/recipient/email", "a" * 249 + "@b.com", "/recipient/email", "too_long"),
    ("/recipient/email", "nobody", "/recipient/email", "pattern"),
    ("/recipient/email", "a b@c.de", "/recipient/email", "pattern"),
    ("/recipient/phone", "0931 123", "/recipient/phone", "pattern"),
    ("/recipient/phone", "+1234567890123456", "/recipient/phone", "too_long"),
    ("/recipient/type", "robot", "/recipient/type", "enum"),
    ("/recipient/shoe~size/eu", 1, "/recipient/shoe~0size", "unknown_member"),
    ("/package", MISSING, "/package", "required"),
    ("/package/weight_g", 0, "/package/weight_g", "min"),
    ("/package/weight_g", 31_501, "/package/weight_g", "max"),
    ("/package/weight_g", ENDLESS, "/package/weight_g", "max"),
    ("/package/weight_g", True, "/package/weight_g", "type"),
    ("/package/weight_g", 1.0, "/package/weight_g", "type"),
    ("/package/weight_g", "1200", "/package/weight_g", "type"),
    ("/package/length_mm", 1201, "/package/length_mm", "max"),
    ("/package/height_mm", -1, "/package/height_mm", "min"),
    ("/package", {"weight_g": 1, "length_mm": 1200, "width_mm": 601, "height_mm": 1}, "/package/width_mm", "max"),
    ("/package", {"weight_g": 1, "length_mm": 601, "width_mm": 1200, "height_mm": 1}, "/package/length_mm", "max"),
    ("/package", {"weight_g": 1, "length_mm": 1200, "width_mm": 600, "height_mm": 301}, "/package", "max"),
    ("/contents", [{"description": "x", "quantity": 1}] * 51, "/contents", "too_long"),
    ("/contents/1/quantity", 0, "/contents/1/quantity", "min"),
    ("/contents/1/quantity", 10_000, "/contents/1/quantity", "max"),
    ("/contents/1/description", MISSING, "/contents/1/description", "required"),
    ("/contents/1/value/amount", "9.9", "/contents/1/value/amount", "pattern"),
    ("/contents/1/value/amount", 9.90, "/contents/1/value/amount", "type"),
    ("/contents/1/value/currency", "euro", "/contents/1/value/currency", "too_long"),
    ("/contents/1/value/colour", "red", "/contents/1/value/colour", "unknown_member"),
    ("/contents", {}, "/contents", "type"),
    ("/insurance", {"amount": "500.01", "currency": "EUR"}, "/insurance/amount", "max"),
    ("/insurance", {"amount": "5.00", "currency": "USD"}, "/insurance/currency", "enum"),
    ("/insurance", {"amount": "-5.00", "currency": "EUR"}, "/insurance/amount", "pattern"),
    ("/insurance", {"amount": "5.00"}, "/insurance/currency", "required"),
    ("/notify", {"sms": "0170"}, "/notify/sms", "pattern"),
    ("/notify", {"email": ["a@b.de", "c@d.de"]}, "/notify/email", "type"),
    ("/ship_date", "2026-03-01", "/ship_date", "min"),
    ("/ship_date", "2026-03-17", "/ship_date", "max"),
    ("/ship_date", "2026-02-30", "/ship_date", "pattern"),
    ("/ship_date", "today", "/ship_date", "pattern"),
    ("/ship_date", "2026-03-02T00:00:00Z", "/ship_date", "too_long"),
    ("/metadata", {str(n): "" for n in range(21)}, "/metadata", "too_long"),
    ("/metadata", {"k" * 41: "v"}, "/metadata/" + "k" * 41, "too_long"),
    ("/metadata", {"k": "v" * 201}, "/metadata/k", "too_long"),
    ("/metadata", {"a/b~c": 1}, "/metadata/a~1b~0c", "type"),
    ("/metadata", {"a": "1", "a ": "2"}, "/metadata", "conflict"),
    ("/label", {"format": "PNG"}, "/label/format", "enum"),
    ("/label", {"format": "ZPL", "dpi": 600}, "/label/dpi", "enum"),
    ("/label", {"format": "ZPL", "dpi": True}, "/label/dpi", "type"),
    ("/label", {"format": "ZPL", "size": "A4"}, "/label/size", "conflict"),
    ("/label", {"dpi": 203}, "/label/dpi", "conflict"),
    ("/label", {"return_label": "yes"}, "/label/return_label", "type"),
    ("/rate_id", "rate_1", "/rate_id", "pattern"),
    ("/colour", "red", "/colour", "unknown_member"),
]


@pytest.mark.parametrize(("pointer", "value"), GOOD)
def test_what_is_within_the_limits_is_taken(desk: Any, pointer: str, value: Any) -> None:
    reply = desk.post("/v1/parcels", changed(desk.order(), pointer, value))
    assert reply.status == 201, reply.body


@pytest.mark.parametrize(("place", "value", "pointer", "code"), BAD)
def test_what_is_beyond_is_refused_with_its_pointer_and_nothing_is_made(
    desk: Any, place: str, value: Any, pointer: str, code: str
) -> None:
    reply = desk.post("/v1/parcels", changed(desk.order(), place, value))
    assert reply.status == 422, reply.body
    assert reply.faults == [(pointer, code)]
    assert desk.get("/v1/parcels").json["data"] == []
    assert desk.get("/v1/events").json["data"] == []


def test_all_faults_of_a_body_are_told_at_once_but_not_without_end(desk: Any) -> None:
    body = changed(changed(desk.order(), "/service", "x"), "/package/weight_g", 0)
    assert desk.post("/v1/parcels", body).faults == [("/service", "enum"), ("/package/weight_g", "min")]
    crowd = desk.order(**{f"member {n}": n for n in range(5_000)})
    assert len(desk.post("/v1/parcels", crowd).json["errors"]) == 100


def test_the_server_sorts_the_sides(desk: Any) -> None:
    sides = {"weight_g": 500, "length_mm": 100, "width_mm": 300, "height_mm": 200}
    made = desk.book(package=sides)
    kept = desk.get(f"/v1/parcels/{made['id']}").json["package"]
    assert kept == {"weight_g": 500, "length_mm": 300, "width_mm": 200, "height_mm": 100}


def test_texts_are_kept_clean(desk: Any) -> None:
    made = desk.book(recipient=desk.address(name=f"  J{UMLAUT}rgen  ", city=f"\N{NO-BREAK SPACE}M{UMLAUT}nchen"))
    kept = desk.get(f"/v1/parcels/{made['id']}").json["recipient"]
    assert (kept["name"], kept["city"]) == ("Jürgen", "München")
    composed = desk.book(recipient=desk.address(name=f"J{UMLAUT}rgen"))
    assert desk.get(f"/v1/parcels/{composed['id']}").json["recipient"]["name"] == "Jürgen"


# -- the fast way takes nothing that the slow way refuses, and makes the same of what both take

texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["x" * 50, "x" * 51, "ü", UMLAUT, " x", "x ", "x\t", "\x7f", "DE", "RU", "10115", "2026-03-02"]),
)
numbers = st.one_of(st.integers(-5, 40_000), st.integers(), st.floats(allow_nan=False), st.booleans())
junk = st.recursive(
    st.one_of(st.none(), texts, numbers),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
POINTERS = sorted(
    {pointer for pointer, _ in (*LENGTHS, *GOOD)} | {place for place, *_ in BAD} | {"/package/width_mm", "/references"}
)


@given(st.lists(st.tuples(st.sampled_from(POINTERS), st.one_of(texts, numbers, junk)), max_size=3), st.booleans())
def test_the_fast_way_agrees_with_the_slow_one(
    new_desk: Callable[..., Any], changes: list[tuple[str, Any]], escaped: bool
) -> None:
    body = new_desk().order()
    for pointer, value in changes:
        try:
            body = changed(body, pointer, value)
        except (IndexError, ValueError, AttributeError, TypeError, KeyError):
            return  # an earlier change took away what this one is to change
    raw = _encoded(body, escaped=escaped)
    if raw is None:
        return
    quick = fast_order(raw)
    plain = msgspec.json.decode(raw)
    faults = Faults()
    ORDER.check(plain, "", faults)
    if quick is not None:
        assert list(faults) == []
        assert quick[0] == msgspec.convert(checked(ORDER, plain), Order)
    elif not faults and not changes:
        raise AssertionError("an order that needs no cleaning went the slow way")


def _encoded(body: Any, *, escaped: bool) -> bytes | None:
    """Return JSON as a client may write it; None when the value has no JSON."""
    try:
        return json.dumps(body, ensure_ascii=escaped, allow_nan=False).encode()
    except (UnicodeEncodeError, ValueError):
        return None


@given(junk, st.booleans())
def test_no_body_whatever_breaks_the_server_or_makes_a_parcel_unseen(
    new_desk: Callable[..., Any], body: Any, wrapped: bool
) -> None:
    desk = new_desk()
    raw = _encoded({**desk.order(), "x": body} if wrapped else body, escaped=False)
    if raw is None:
        return
    for path in ("/v1/parcels", "/v1/rates", "/v1/returns", "/v1/webhook-endpoints"):
        reply = desk.post(path, raw=raw)
        assert reply.status in (400, 404, 415, 422) and reply.problem
    assert desk.get("/v1/parcels").json["data"] == []
    assert desk.get("/v1/returns").json["data"] == []
    assert desk.get("/v1/webhook-endpoints").json["data"] == []


@given(st.lists(st.tuples(st.sampled_from(POINTERS), st.one_of(texts, numbers, junk)), min_size=1, max_size=4))
def test_an_order_with_anything_in_it_makes_one_parcel_or_none(
    new_desk: Callable[..., Any], changes: list[tuple[str, Any]]
) -> None:
    desk = new_desk()
    body = desk.order()
    for pointer, value in changes:
        try:
            body = changed(body, pointer, value)
        except (IndexError, ValueError, AttributeError, TypeError, KeyError):
            return
    raw = _encoded(body, escaped=False)
    if raw is None:
        return
    reply = desk.post("/v1/parcels", raw=raw)
    made = desk.get("/v1/parcels").json["data"]
    assert (reply.status == 201) == (len(made) == 1)
    assert reply.status == 201 or reply.problem in ("validation", "not-served", "limits-exceeded", "malformed")
