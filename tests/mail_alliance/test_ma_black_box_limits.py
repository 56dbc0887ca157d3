"""MA-T14 from outside: each field at its most passes, one more fails with the right pointer; an emoji counts as one.

The tables are written from the contract (§4.1, §4.4, §4.5, Part 6), not from the code.
"""

import copy
from typing import Any

import pytest

from .sockets import Street, address, order

GRIN = "\N{GRINNING FACE}"
ADDRESSES = ("shipper", "recipient", "return_address")

TEXTS = [
    *[
        (f"/{who}/{name}", most)
        for who in ADDRESSES
        for name, most in (
            ("name", 50),
            ("company", 50),
            ("street", 50),
            ("house_number", 10),
            ("address_line2", 50),
            ("city", 50),
        )
    ],
    ("/contents/0/description", 70),
    ("/contents/0/sku", 40),
    ("/references/order", 35),
    ("/references/customer", 35),
    ("/references/shipment", 50),
    ("/metadata/note", 200),
]
NUMBERS = [
    ("/package/weight_g", 1, 31_500),
    ("/package/length_mm", 1, 1_200),
    ("/package/width_mm", 1, 600),
    ("/package/height_mm", 1, 600),
    ("/contents/0/quantity", 1, 9_999),
]
EMAILS = [*(f"/{who}/email" for who in ADDRESSES), "/notify/email"]
PHONES = [*(f"/{who}/phone" for who in ADDRESSES), "/notify/sms"]
REQUIRED = [
    *("/service", "/shipper", "/recipient", "/package"),
    *(f"/package/{name}" for name in ("weight_g", "length_mm", "width_mm", "height_mm")),
    *(f"/recipient/{name}" for name in ("name", "street", "postal_code", "city", "country")),
]
LINE = {"description": "x", "quantity": 1}


def whole() -> dict[str, Any]:
    """Return an order with every member that a table reaches into."""
    return order(
        package={"weight_g": 500, "length_mm": 200, "width_mm": 20, "height_mm": 10},
        return_address=address(),
        references={"order": "O-1"},
        notify={"email": "a@b.de"},
        metadata={"a": "b"},
    )


def put(pointer: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(whole())
    *way, last = pointer.strip("/").split("/")
    node: Any = body
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node[part]
    node[last] = value
    return body


async def pair(street: Street, pointer: str, good: Any, bad: Any, code: str, *, at: str = "") -> None:
    """Hold that one value is taken and the other refused at the pointer, and that only the first made a parcel."""
    before = len(await street.rows("/v1/parcels", query={"limit": "200"}))
    taken = await street.post("/v1/parcels", put(pointer, good))
    assert taken.status == 201, (pointer, taken.body)
    refused = await street.post("/v1/parcels", put(pointer, bad))
    assert refused.faults == [(at or pointer, code)]
    assert len(await street.rows("/v1/parcels", query={"limit": "200"})) == before + 1


@pytest.fixture(autouse=True)
async def unhurried(street: Street) -> None:
    await street.settings(quota="off")


async def test_ma_t14_texts_pass_at_their_length_in_code_points_and_fail_one_longer(street: Street) -> None:
    for pointer, most in TEXTS:
        await pair(street, pointer, "x" * most, "x" * (most + 1), "too_long")
        await pair(street, pointer, GRIN * most, GRIN * (most + 1), "too_long")
        combined = "u\N{COMBINING DIAERESIS}"  # two code points that NFC makes one
        await pair(street, pointer, combined * (most - 1) + "y", combined * (most + 1), "too_long")
        await pair(street, pointer, f" {'z' * most}\N{NO-BREAK SPACE}", "a\x07", "pattern")


async def test_ma_t14_numbers_pass_at_both_ends_and_fail_beyond(street: Street) -> None:
    for pointer, least, most in NUMBERS:
        longest = {"width_mm": 1_200, "height_mm": 1_200}.get(pointer.rpartition("/")[2])
        if longest is None:
            await pair(street, pointer, most, most + 1, "max")
        await pair(street, pointer, least, least - 1, "min")


async def test_ma_t14_sides_are_sorted_by_the_server_before_they_are_judged(street: Street) -> None:
    def box(length: int, width: int, height: int) -> dict[str, int]:
        return {"weight_g": 1, "length_mm": length, "width_mm": width, "height_mm": height}

    for good in (box(1_200, 600, 300), box(300, 1_200, 600), box(600, 600, 600), box(1, 1, 1_200)):
        made = await street.post("/v1/parcels", put("/package", good))
        kept = (await street.get(f"/v1/parcels/{made.json['id']}")).json["package"]
        sides = [kept[name] for name in ("length_mm", "width_mm", "height_mm")]
        assert sides == sorted((good["length_mm"], good["width_mm"], good["height_mm"]), reverse=True)
    await pair(street, "/package", box(1_200, 600, 300), box(1_199, 600, 301), "max")
    await pair(street, "/package", box(600, 600, 600), box(1_200, 601, 1), "max", at="/package/width_mm")
    await pair(street, "/package", box(1, 1, 1), box(601, 1_200, 1), "max", at="/package/length_mm")


async def test_ma_t14_addresses_to_write_and_to_call(street: Street) -> None:
    for pointer in EMAILS:
        await pair(street, pointer, "a" * 248 + "@b.com", "a" * 249 + "@b.com", "too_long")
    for pointer in PHONES:
        await pair(street, pointer, "+" + "1" * 15, "+" + "1" * 16, "too_long")
        await pair(street, pointer, "+49", "0170123", "pattern")


async def test_ma_t14_counts_money_and_days(street: Street) -> None:
    await pair(street, "/contents", [LINE] * 50, [LINE] * 51, "too_long")
    some = {f"k{number}": "v" for number in range(21)}
    await pair(street, "/metadata", {name: some[name] for name in list(some)[:20]}, some, "too_long")
    await pair(street, "/metadata", {GRIN * 40: ""}, {"k" * 41: ""}, "too_long", at="/metadata/" + "k" * 41)
    euro = {"currency": "EUR"}
    await pair(street, "/insurance", {"amount": "500.00", **euro}, {"amount": "500.01", **euro}, "max",
               at="/insurance/amount")  # fmt: skip
    await pair(street, "/insurance", {"amount": "0.01", **euro}, {"amount": "0.1", **euro}, "pattern",
               at="/insurance/amount")  # fmt: skip
    await pair(street, "/ship_date", "2026-03-16", "2026-03-17", "max")
    await pair(street, "/ship_date", "2026-03-02", "2026-03-01", "min")
    await pair(street, "/recipient/postal_code", "01067", "1067", "postal_code")
    await pair(street, "/recipient/country", "DE", "XX", "country")


@pytest.mark.parametrize("pointer", REQUIRED)
async def test_ma_t14_what_is_required_is_required(street: Street, pointer: str) -> None:
    body = whole()
    *way, last = pointer.strip("/").split("/")
    node = body
    for part in way:
        node = node[part]
    del node[last]
    assert (await street.post("/v1/parcels", body)).faults == [(pointer, "required")]


async def test_ma_t14_unknown_members_are_refused_wherever_they_stand(street: Street) -> None:
    for pointer in ("/colour", "/recipient/colour", "/package/colour", "/contents/0/colour", "/references/colour",
                    "/notify/colour"):  # fmt: skip
        assert (await street.post("/v1/parcels", put(pointer, "red"))).faults == [(pointer, "unknown_member")]


async def test_ma_t14_returns_rates_and_endpoints_have_limits_too(street: Street) -> None:
    made = await street.create(contents=[{**LINE, "sku": "s" * 40, "quantity": 9_999}])
    back = {"parcel_id": made["id"], "reason": "other"}
    assert (await street.post("/v1/returns", back)).faults == [("/reason_text", "required")]
    assert (await street.post("/v1/returns", {**back, "reason_text": GRIN * 201})).faults == [
        ("/reason_text", "too_long")
    ]
    assert (await street.post("/v1/returns", {**back, "reason_text": GRIN * 200})).status == 201
    for quantity, code in ((10_000, "max"), (0, "min")):
        items = [{"sku": "s" * 40, "quantity": quantity}]
        refused = await street.post("/v1/returns", {**back, "reason": "damaged", "items": items})
        assert refused.faults == [("/items/0/quantity", code)]
    asked = {name: order()[name] for name in ("shipper", "recipient", "package")}
    heavy = {**asked, "package": {**asked["package"], "weight_g": 31_501}}
    assert (await street.post("/v1/rates", heavy, key=None)).faults == [("/package/weight_g", "max")]
    hook = {"url": "https://shop.example/h"}
    assert (await street.post("/v1/webhook-endpoints", {**hook, "description": GRIN * 100})).status == 201
    refused = await street.post("/v1/webhook-endpoints", {**hook, "description": GRIN * 101})
    assert refused.faults == [("/description", "too_long")]
    for number in range(9):
        assert (await street.post("/v1/webhook-endpoints", {"url": f"https://shop.example/{number}"})).status == 201
    refused = await street.post("/v1/webhook-endpoints", hook)
    assert (refused.status, refused.problem, refused.json["limit"]) == (422, "limits-exceeded", 10)


@pytest.mark.parametrize(("length", "status"), [(15, 400), (16, 201), (64, 201), (65, 400)])
async def test_ma_t14_an_idempotency_key_has_16_to_64_characters(street: Street, length: int, status: int) -> None:
    reply = await street.post("/v1/parcels", order(), key="k" * length)
    assert reply.status == status
    assert status == 201 or reply.problem == "idempotency-key-missing"


@pytest.mark.parametrize(("limit", "fault"), [("1", ""), ("200", ""), ("0", "min"), ("201", "max"), ("ten", "type")])
async def test_ma_t14_a_page_has_1_to_200_rows(street: Street, limit: str, fault: str) -> None:
    reply = await street.get("/v1/parcels", query={"limit": limit})
    assert reply.status == 200 if not fault else reply.faults == [("/limit", fault)]
