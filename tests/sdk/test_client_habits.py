"""Habits of clients that are not run here: shapes that real clients send and the carrier takes.

Wire contract: `courier_api` §1.1 (input shapes) and §1.2 (encodings of the token call). Each habit is held against what
comes of it, for an answer of 200 may also mean that it was not looked at.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from parcelproof.simulators.server import Options, running

FIELDS = {"grant_type": "client_credentials", "client_id": "habits", "client_secret": "hush"}
NOBODY = "00000000-0000-4000-8000-000000000000"
JSON = {"Content-Type": "application/json"}


@dataclass
class Shop:
    """A client by hand, at CDEK on a port of its own."""

    client: httpx.AsyncClient
    control: httpx.AsyncClient
    orders: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, **words: Any) -> httpx.Response:
        answer = await self.client.request(method, f"/v2{path}", **words)
        assert answer.status_code < 500, answer.text
        return answer

    async def later(self, seconds: int = 3) -> None:
        await self.control.post("/_sim/v1/tenants/habits/clock/advance", json={"by_ms": seconds * 1000})

    def order(self, **changes: Any) -> dict[str, Any]:
        self.orders += 1
        made = {
            "number": f"H-{self.orders}",
            "tariff_code": 139,
            "recipient": {"name": "Анна", "phones": [{"number": "+79213334455"}]},
            "from_location": {"code": 44, "address": "Тверская ул., 1"},
            "to_location": {"code": 137, "address": "Невский пр., 28"},
            "packages": [self.package()],
        }
        return {**made, **changes}

    @staticmethod
    def package(item: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        goods = {"name": "Чайник", "ware_key": "T", "payment": {"value": 100}, "cost": 100, "weight": 400, "amount": 2}
        made = {"number": "1", "weight": 1000, "length": 30, "width": 20, "height": 10}
        return {**made, "items": [{**goods, **(item or {})}], **changes}

    async def read(self, answer: httpx.Response) -> dict[str, Any]:
        """Return the whole order that a 202 promised, once it is registered."""
        assert answer.status_code == 202, answer.text
        await self.later()
        found = (await self.call("GET", f"/orders/{answer.json()['entity']['uuid']}")).json()
        assert found["requests"][0]["state"] == "SUCCESSFUL", found
        entity: dict[str, Any] = found["entity"]
        return entity

    async def placed(self, **changes: Any) -> dict[str, Any]:
        return await self.read(await self.call("POST", "/orders", json=self.order(**changes)))


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    options = Options(port=0, listens={"cdek": "127.0.0.1:0"}, virtual=True)
    async with (
        running(options) as started,
        httpx.AsyncClient(base_url=started.urls["cdek"], verify=False) as client,
        httpx.AsyncClient(base_url=started.url, verify=False) as control,
    ):
        token = (await client.post("/v2/oauth/token", data=FIELDS)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield Shop(client, control)


# -- the token call


@pytest.mark.parametrize(
    "words",
    [
        {"data": FIELDS},
        {"params": FIELDS},
        {"files": {name: (None, value) for name, value in FIELDS.items()}},
        {"params": FIELDS, "headers": JSON},
        {
            "content": urlencode(FIELDS),
            "headers": {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
        },
    ],
    ids=["form", "query", "multipart", "query of one who always says JSON", "form with a charset"],
)
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/token?parameters", "/oauth/token/"])
async def test_a_token_in_every_encoding(shop: Shop, path: str, words: dict[str, Any]) -> None:
    if "?" in path and "params" in words:
        words, path = {}, f"{path}&{urlencode(FIELDS)}"
    answer = await shop.call("POST", path, **words)
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "bearer"
    other = {"Authorization": f"bearer {answer.json()['access_token']}"}  # as token_type spells it
    assert (await shop.call("GET", "/location/regions?size=1", headers=other)).status_code == 200
    assert (await shop.call("GET", "/location/regions?size=1")).status_code == 200, "the older token is still good"


# -- addresses


@pytest.mark.parametrize("path", ["/orders/", "/print/orders/", "/print/barcodes/", "/webhooks/"])
async def test_a_slash_behind_a_collection(shop: Shop, path: str) -> None:
    bodies: dict[str, Any] = {
        "/orders/": shop.order(),
        "/webhooks/": {"url": "http://shop.test/", "type": "PRINT_FORM"},
    }
    if path.startswith("/print"):
        bodies[path] = {"orders": [{"order_uuid": (await shop.placed())["uuid"]}]}
    made = await shop.call("POST", path, json=bodies[path])
    assert made.status_code in (200, 202), made.text
    uuid = made.json()["entity"]["uuid"]
    assert (await shop.call("GET", f"{path}{uuid}")).json()["entity"]["uuid"] == uuid


@pytest.mark.parametrize(
    "path", ["/location/postalcodes/?code=44", "/location/cities/?code=44", "/deliverypoints/?code=MSK1", "/webhooks/"]
)
async def test_a_slash_before_the_query(shop: Shop, path: str) -> None:
    slashed, plain = await shop.call("GET", path), await shop.call("GET", path.replace("/?", "?").rstrip("/"))
    assert slashed.status_code == 200
    assert slashed.json() == plain.json()


async def test_an_order_behind_a_slash(shop: Shop) -> None:
    found = await shop.placed()
    for path in (f"/orders/?cdek_number={found['cdek_number']}", f"/orders/{found['uuid']}/"):
        assert (await shop.call("GET", path)).json()["entity"]["uuid"] == found["uuid"]


# -- bodies


@pytest.mark.parametrize("body", ["[]", "{}", "null", ""])
async def test_a_body_where_none_belongs(shop: Shop, body: str) -> None:
    refusing, deleting = await shop.placed(), await shop.placed()
    words = {"content": body, "headers": JSON}
    assert (await shop.call("GET", f"/orders/{refusing['uuid']}", **words)).json()["entity"] == refusing
    assert (await shop.call("GET", "/location/regions?size=1", **words)).status_code == 200
    refused = await shop.call("POST", f"/orders/{refusing['uuid']}/refusal", **words)
    deleted = await shop.call("DELETE", f"/orders/{deleting['uuid']}", **words)
    assert (refused.json()["requests"][0]["type"], deleted.json()["requests"][0]["type"]) == (
        "CREATE_REFUSAL",
        "DELETE",
    )
    await shop.later()
    ends = [(await shop.call("GET", f"/orders/{order['uuid']}")).json()["entity"] for order in (refusing, deleting)]
    assert [end["statuses"][0]["code"] for end in ends] == ["NOT_DELIVERED", "REMOVED"]


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "application/json;charset=UTF-8", "text/plain", ""]
)
async def test_a_body_of_another_content_type(shop: Shop, kind: str) -> None:
    body = json.dumps(shop.order(), ensure_ascii=False).encode()
    found = await shop.read(
        await shop.call("POST", "/orders", content=body, headers={"Content-Type": kind} if kind else {})
    )
    assert found["recipient"]["name"] == "Анна"


async def test_headers_of_the_shop_plugin_are_taken(shop: Shop) -> None:
    more = {"X-App-Name": "wordpress", "X-App-Version": "4.0", "X-User-Locale": "ru_RU", "X-Correlation-Id": NOBODY,
            "developer-key": "key"}  # fmt: skip
    assert (await shop.call("POST", "/orders", json=shop.order(), headers=more)).status_code == 202


async def test_a_body_in_chunks(shop: Shop) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        body = json.dumps(shop.order()).encode()
        yield body[:50]
        yield body[50:]

    await shop.read(await shop.call("POST", "/orders", content=pieces(), headers=JSON))


async def test_a_client_that_offers_http_2_is_answered_in_http_1(shop: Shop) -> None:
    """Java's own client makes this offer in its first call, whatever that is."""
    address, body = urlsplit(str(shop.client.base_url)), json.dumps(shop.order()).encode()
    head = (
        f"POST /v2/orders HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nHost: {address.netloc}\r\n"
        f"Content-Length: {len(body)}\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\n"
        f"Authorization: bearer {shop.client.headers['Authorization'].partition(' ')[2]}\r\n\r\n"
    )
    assert address.hostname is not None
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(head.encode() + body)
    assert await reader.readline() == b"HTTP/1.1 202 Accepted\r\n"
    writer.close()


async def test_a_client_that_waits_to_be_told_to_go_on(shop: Shop) -> None:
    address, body = urlsplit(str(shop.client.base_url)), json.dumps(shop.order()).encode()
    bearer = shop.client.headers["Authorization"]
    head = (
        f"POST /v2/orders HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: {bearer}\r\n"
        f"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    assert address.hostname is not None
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(head.encode())
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
    writer.write(body)
    await reader.readline()
    assert await reader.readline() == b"HTTP/1.1 202 Accepted\r\n"
    writer.close()


# -- values


@pytest.mark.parametrize(
    ("changes", "path", "wanted"),
    [
        ({"number": 4711}, ("number",), "4711"),
        ({"tariff_code": "139"}, ("tariff_code",), 139),
        ({"type": "1"}, ("type",), 1),
        ({"from_location": {"code": "44", "address": "а"}}, ("from_location", "code"), 44),
        ({"recipient": {"name": "А", "phones": {"number": "+71"}}}, ("recipient", "phones", 0, "number"), "71"),
        ({"recipient": {"name": "А", "phones": [{"number": 71}]}}, ("recipient", "phones", 0, "number"), "71"),
        ({"packages": Shop.package(number=5)}, ("packages", 0, "number"), "5"),
        ({"packages": [Shop.package(weight="1500")]}, ("packages", 0, "weight"), 1500),
        ({"packages": [Shop.package(weight=1500.0, length=30.0)]}, ("packages", 0, "weight"), 1500),
        ({"packages": [Shop.package(length=10.5)]}, ("packages", 0, "weight_volume"), 440),
        ({"packages": [Shop.package({"ware_key": 77})]}, ("packages", 0, "items", 0, "ware_key"), "77"),
        ({"packages": [Shop.package({"amount": "3"})]}, ("packages", 0, "items", 0, "amount"), 3),
        ({"packages": [Shop.package({"amount": 3.0})]}, ("packages", 0, "items", 0, "amount"), 3),
        ({"packages": [Shop.package({"cost": "12.50"})]}, ("packages", 0, "items", 0, "cost"), 12.5),
        (
            {"packages": [Shop.package({"payment": {"value": "9.90"}})]},
            ("packages", 0, "items", 0, "payment", "value"),
            9.9,
        ),
        ({"packages": [Shop.package({"cost": 33.3 * 3})]}, ("packages", 0, "items", 0, "cost"), 99.9),
        ({"comment": None, "seller": None, "services": None}, ("number",), "H-1"),
        ({"comment": "", "shipment_point": ""}, ("number",), "H-1"),
        ({"never": {"heard": "of"}}, ("number",), "H-1"),
    ],
)  # fmt: skip
async def test_a_value_of_another_type_is_taken_for_what_it_means(
    shop: Shop, changes: dict[str, Any], path: tuple[str | int, ...], wanted: object
) -> None:
    found: Any = await shop.placed(**changes)
    for step in path:
        found = found[step]
    assert found == wanted
    assert type(found) is type(wanted)


async def test_a_service_with_a_number_for_its_parameter(shop: Shop) -> None:
    found = await shop.placed(services=[{"code": "SMS", "parameter": 79990000000}])
    sms = next(service for service in found["services"] if service["code"] == "SMS")
    assert sms["parameter"] == "79990000000"


async def test_an_order_to_be_printed_by_object_number_or_text(shop: Shop) -> None:
    found = await shop.placed()
    number = found["cdek_number"]
    for orders in ({"cdek_number": int(number)}, {"order_uuid": found["uuid"]}, [{"cdek_number": number}]):
        made = await shop.call("POST", "/print/barcodes", json={"orders": orders, "copy_count": "1"})
        await shop.later()
        form = (await shop.call("GET", f"/print/barcodes/{made.json()['entity']['uuid']}")).json()["entity"]
        assert form["statuses"][-1]["code"] == "READY", orders
    for text in (number, int(number)):
        assert (await shop.call("GET", "/orders", params={"cdek_number": text})).json()["entity"]["number"] == "H-1"


# -- queries


@pytest.mark.parametrize(
    "query",
    [
        "country_codes=KZ,BY",
        "country_codes=KZ&country_codes=BY",
        "country_codes=KZ%2CBY",
        "country_codes%5B0%5D=KZ&country_codes%5B1%5D=BY",
        "country_codes[]=KZ&country_codes[]=BY",
    ],
)
async def test_a_list_in_the_query(shop: Shop, query: str) -> None:
    for path in ("/location/regions", "/location/cities"):
        found = (await shop.call("GET", f"{path}?{query}")).json()
        assert {row["country_code"] for row in found} == {"KZ", "BY"}


@pytest.mark.parametrize(
    ("spelt", "meant"), [("true", True), ("True", True), ("1", True), ("false", False), ("0", False)]
)
async def test_a_truth_in_the_query(shop: Shop, spelt: str, meant: bool) -> None:
    found = (await shop.call("GET", f"/deliverypoints?country_code=RU&is_dressing_room={spelt}")).json()
    assert {office["is_dressing_room"] for office in found} == {meant}


@pytest.mark.parametrize("query", ["weight_max=5", "weight_max=5.0", "weight_max=4.5"])
async def test_a_weight_in_the_query_may_be_a_fraction(shop: Shop, query: str) -> None:
    answer = await shop.call("GET", f"/deliverypoints?city_code=44&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()


async def test_an_empty_value_in_the_query_is_none(shop: Shop) -> None:
    number = (await shop.placed())["cdek_number"]
    found = await shop.call("GET", f"/orders?cdek_number={number}&im_number=")
    assert found.json()["entity"]["cdek_number"] == number
    assert len((await shop.call("GET", "/location/cities?postal_code=&code=44")).json()) == 1
    plain, empty = [(await shop.call("GET", f"/deliverypoints?city_code=44{more}")).json() for more in ("", "&type=")]
    assert plain == empty


@pytest.mark.parametrize(
    "moment", ["2026-03-24T14:15:22+0700", "2026-03-24T14:15:22+07:00", "2026-03-24T14:15:22", "2026-03-24"]
)
async def test_a_moment_however_it_is_written(shop: Shop, moment: str) -> None:
    way = {"from_location": {"code": 44}, "to_location": {"code": "137"}, "packages": {"weight": "1000"}}
    found = (await shop.call("POST", "/calculator/tariff/", json={"tariff_code": "139", "date": moment, **way})).json()
    assert found["delivery_date_range"]["min"].startswith("2026-03-2")


# -- what is nowhere, and what is not for strangers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/orders"),
        ("PUT", f"/orders/{NOBODY}"),
        ("GET", f"/print/orders?orders={NOBODY}"),
        ("GET", "/intakes?intake_number=1"),
        ("POST", "/delivery/intervals"),
        ("GET", "/finance/getreport"),
        ("GET", "/finance/gettransfer?id=1"),
        ("POST", f"orders/{NOBODY}/clientReturn"),
        ("POST", "/calculator/customs-duty"),
    ],
)
async def test_an_address_that_clients_invented_is_nowhere(shop: Shop, method: str, path: str) -> None:
    answer = await shop.call(method, path, json={})
    assert answer.status_code == 404
    assert set(answer.json()) == {"timestamp", "status", "error", "path"}
    assert answer.headers["Content-Type"] == "application/json"


async def test_a_pdf_is_for_those_with_a_token(shop: Shop) -> None:
    made = await shop.call("POST", "/print/barcodes", json={"orders": [{"order_uuid": (await shop.placed())["uuid"]}]})
    await shop.later()
    url = (await shop.call("GET", f"/print/barcodes/{made.json()['entity']['uuid']}")).json()["entity"]["url"]
    async with httpx.AsyncClient(verify=False) as browser:
        assert (await browser.get(url)).status_code == 401
    assert (await shop.client.get(url)).headers["Content-Type"] == "application/pdf"
