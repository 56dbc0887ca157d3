"""Labels that scan. Wire contract: `courier_api` §3, `PrintBar`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pypdfium2
import pytest

from parcelproof.labelscan import scan
from parcelproof.simulators.courier_api.iml import CARRIER

if TYPE_CHECKING:
    from tests.iml.conftest import Desk


def codes_on(pdf: bytes) -> list[str]:
    return [found.text for found in scan(pdf) if found.format == "EAN-13"]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_address_of_a_label_leads_to_it(desk: Desk) -> None:
    order = desk.made(Volume=2, Comment="-")
    told = desk.ask("/json/PrintBar", {"BarCode": order["BarCode"]})
    assert told == {"Url": f"http://127.0.0.1:8400/iml/PrintBar?Barcode={order['BarCode']}"}
    url = urlsplit(told["Url"])
    answer = desk.call("GET", url.path.removeprefix("/iml"), query=url.query)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    codes = codes_on(answer.body)
    assert (codes[0], len(codes), len(set(codes))) == (order["BarCode"], 2, 2)
    assert all(desk.world.by_number("iml", code) is not None for code in codes)


def test_a_label_says_who_where_and_how_much(desk: Desk) -> None:
    order = desk.made(Weight=2.25)
    answer = desk.call("GET", "/Json/PrintBar", query=f"Barcode={order['BarCode']}")
    text = text_of(answer.body)
    for words in ("Иванова Анна", "ул. Ленина, 7", "Новосибирск", "2000.50 RUB", "2.250", "A-1", "24КО", "Место 1/1"):
        assert words in text, words


def test_a_prepaid_label_asks_for_nothing_and_names_its_point(desk: Desk) -> None:
    order = desk.made(Job="С24", Amount=0, DeliveryPointID=1000002)
    text = text_of(desk.call("GET", "/Json/PrintBar", query=f"Barcode={order['BarCode']}").body)
    assert "RUB" not in text
    assert "АБАКАН_ПС3" in text


def test_several_orders_are_printed_in_one_file_in_their_order(desk: Desk) -> None:
    codes = [desk.made(CustomerOrder=number)["BarCode"] for number in "123"][::-1]
    answer = desk.call("GET", "/json/PrintBar", query=f"BarCode={quote('|'.join([*codes, codes[0]]))}")
    assert codes_on(answer.body) == codes


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("barcode", ["", "7500190300117", "|", "x"])
def test_a_number_that_is_no_orders_has_no_label(desk: Desk, method: str, barcode: str) -> None:
    query, body = (f"Barcode={barcode}", b"") if method == "GET" else ("", f"BarCode={barcode}".encode())
    answer = desk.call(method, "/json/PrintBar", body, query=query)
    told = json.loads(answer.body)
    assert (answer.status, told["Result"], [error["Code"] for error in told["Errors"]]) == (200, "Error", ["BarCode"])


def test_the_control_api_gets_the_same_label_and_as_zpl_too(desk: Desk) -> None:
    order = desk.made()
    assert CARRIER.label is not None
    file = CARRIER.label(desk.world, desk.parcel(order), "pdf")
    assert file is not None
    assert file.body == desk.call("GET", "/json/PrintBar", query=f"Barcode={order['BarCode']}").body
    drawn = CARRIER.label(desk.world, desk.parcel(order), "zpl")
    assert drawn is not None
    assert [code.text for code in scan(drawn.body)] == codes_on(file.body)
