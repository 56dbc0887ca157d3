"""The older XML protocol. Wire contract: `courier_api` §3."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from parcelproof.labelscan import scan
from parcelproof.simulators.core.status import Status

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

SPACE = "http://www.imlogistic.ru/schema/request/v1"
MESSAGE = (
    "<Message><sender>1</sender><recipient>0001</recipient><reference>R-7</reference><version>3.0</version></Message>"
)


def order(number: str, action: str, body: str = "") -> str:
    return f"<Order><number>{number}</number><action>{action}</action>{body}</Order>"


def create(number: str, name: str = "Иванова Анна", volume: int = 1, amount: str = "2000.50") -> str:
    return order(
        number,
        "CREATE",
        "<Condition><service>24КО</service><Delivery><issue>2026-03-09</issue><timeFrom>10:00</timeFrom></Delivery>"
        "<comment>звонить</comment></Condition>"
        "<Region><departure>МОСКВА</departure><destination>ТВЕРЬ</destination></Region>"
        f"<Consignee><Address><line>ул. Ленина, 7</line></Address><RepresentativePerson><name>{name}</name>"
        "<Communication><telephone1>8999</telephone1></Communication></RepresentativePerson></Consignee>"
        f"<GoodsMeasure><weight>1</weight><volume>{volume}</volume><amount>{amount}</amount>"
        "<statisticalValue>2000</statisticalValue></GoodsMeasure>"
        "<GoodsItems><Item><productNo>T</productNo><productName>Чайник &amp; чашка</productName>"
        "<amountLine>2000.50</amountLine></Item></GoodsItems>",
    )


def exchanged(desk: Desk, *orders: str, root: str = "DeliveryRequest") -> list[dict[str, Any]]:
    """Send a message and return what each order's answer says, by element."""
    body = f"<?xml version='1.0' encoding='UTF-8'?><{root} xmlns='{SPACE}'>{MESSAGE}{''.join(orders)}</{root}>"
    return read(desk, body.encode())


def read(desk: Desk, body: bytes) -> list[dict[str, Any]]:
    answer = desk.call("POST", "/imlapi", body, desk.credentials(**{"Content-Type": "text/xml"}))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    root = etree.fromstring(answer.body)
    assert root.tag == f"{{{SPACE}}}DeliveryResponse"
    return [_flat(found) for found in root.findall(f"{{{SPACE}}}Order")]


def _flat(element: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for part in element:
        name = etree.QName(part).localname
        told[name] = [_flat(volume) for volume in part] if len(part) else part.text or ""
    return told


def test_an_order_is_made_and_told_by_json_too(desk: Desk) -> None:
    (told,) = exchanged(desk, create("X-1", volume=2))
    assert (told["number"], told["status"]) == ("X-1", "OK")
    (row,) = desk.listed()
    assert (row["CustomerOrder"], row["Contact"], row["TimeFrom"]) == ("X-1", "Иванова Анна", "10:00:00")
    assert (row["DeliveryDate"], row["Comment"], float(row["Amount"])) == ("09.03.2026 0:00:00", "звонить", 2000.5)
    assert row["GoodItems"][0]["productName"] == "Чайник & чашка"
    assert told["BarcodeList"][0]["barcode"] == row["BarCode"]


def test_each_place_has_a_picture_of_its_number_that_scans(desk: Desk) -> None:
    (told,) = exchanged(desk, create("X-1", volume=2))
    for volume in told["BarcodeList"]:
        assert [found.text for found in scan(b64decode(volume["encodedBarcode"]))] == [volume["barcode"]]
    assert len({volume["barcode"] for volume in told["BarcodeList"]}) == 2


def test_a_status_gives_both_axes(desk: Desk) -> None:
    exchanged(desk, create("X-1"))
    desk.scan(desk.listed()[0], "6/2")
    (told,) = exchanged(desk, order("X-1", "STATUS"))
    assert (told["status"], told["orderStatus"], told["deliveryStatus"]) == ("OK", "2", "6")


def test_a_deleted_order_is_gone_and_its_number_free(desk: Desk) -> None:
    exchanged(desk, create("X-1"))
    row = desk.listed()[0]
    (told,) = exchanged(desk, order("X-1", "DELETE"))
    assert told["status"] == "OK"
    assert desk.listed() == []
    assert desk.ask("/json/GetStatuses", {"BarCode": row["BarCode"]}) == []
    assert desk.ask("/json/PrintBar", {"BarCode": row["BarCode"]})["Result"] == "Error"
    desk.advance(30 * 86_400_000)
    assert desk.parcel(row).status is Status.CANCELLED
    assert exchanged(desk, create("X-1"))[0]["status"] == "OK"


def test_what_was_scanned_cannot_be_deleted(desk: Desk) -> None:
    exchanged(desk, create("X-1"))
    desk.scan(desk.listed()[0], "1/0")
    (told,) = exchanged(desk, order("X-1", "DELETE"))
    assert (told["status"], "на складе" in told["comment"]) == ("Error", True)
    assert desk.listed()[0]["State"] == 1


def test_one_refused_order_does_not_keep_the_next_from_it(desk: Desk) -> None:
    told = exchanged(desk, create("X-1", name=""), create("X-2"), order("X-9", "STATUS"), order("X-2", "BAKE"))
    assert [row["status"] for row in told] == ["Error", "OK", "Error", "Error"]
    assert (told[0]["notPassed"], told[0]["description"]) == ("name", "Contact: поле не заполнено")
    assert "notPassed" not in told[2]
    assert [row["CustomerOrder"] for row in desk.listed()] == ["X-2"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"<a/>",
        b"<DeliveryRequest/>",
        b"<DeliveryRequest><Order>",
        b"<?pi?><DeliveryRequest><!-- x --><Order><?pi?><number/></Order></DeliveryRequest>",
        b"<DeliveryRequest>" + b"<Order/>" * 501 + b"</DeliveryRequest>",
        b"<a>" * 300 + b"</a>" * 300,
    ],
)
def test_a_message_that_cannot_be_read_is_answered_as_one(desk: Desk, body: bytes) -> None:
    told = read(desk, body)
    assert [row["status"] for row in told] == ["Error"]


def test_a_message_reads_no_file_of_the_servers(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden words")
    entity = f"<!DOCTYPE a [<!ENTITY b SYSTEM '{(tmp_path / 'secret').as_uri()}'>]>"
    body = f"{entity}<DeliveryRequest><Order><number>&b;</number></Order></DeliveryRequest>"
    answer = desk.call("POST", "/imlapi", body.encode(), desk.credentials(**{"Content-Type": "text/xml"}))
    assert b"hidden" not in answer.body


def test_a_bomb_of_entities_does_not_go_off(desk: Desk) -> None:
    layers = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = "<DeliveryRequest><Order><number>&e11;</number></Order></DeliveryRequest>"
    told = read(desk, f"<!DOCTYPE a [<!ENTITY e0 'x'>{layers}]>{bomb}".encode())
    assert len(told[0].get("number", "")) < 1_000
