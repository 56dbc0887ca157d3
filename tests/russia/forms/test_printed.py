"""Printed forms over the wire: what each path gives, its headers to the letter, and what it refuses."""

import asyncio
import csv
import json
import re
from io import BytesIO, StringIO
from threading import Event
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
import xlrd

from parcelproof import labelscan
from parcelproof.simulators.postal_api.russia.forms import printed
from parcelproof.simulators.postal_api.russia.forms.files import zipped
from parcelproof.simulators.server import Options, running

from ..own_desk import HOUR_MS, OwnDesk
from ..own_desk import order as plain
from .sample import pages, text_of

COD = {"mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "insr-value": 100_000, "payment": 100_000}


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="printed")


def ordered(desk: OwnDesk, *orders: dict[str, Any]) -> list[int]:
    made = desk.put_orders(*orders)
    assert "errors" not in made, made
    return [int(found) for found in made["result-ids"]]


def batched(desk: OwnDesk, ids: list[int]) -> str:
    (batch,) = desk.otpravka("POST", "/1.0/user/shipment", ids)["batches"]
    return str(batch["batch-name"])


def letter() -> dict[str, Any]:
    sent = plain(**{"mail-type": "LETTER", "mail-category": "ORDERED", "envelope-type": "C5", "mass": 20})
    return {name: value for name, value in sent.items() if not name.startswith("dimension")}


def number(desk: OwnDesk, order_id: int) -> str:
    return str(desk.world.parcel(f"russian_post-{order_id}").number)


def got(desk: OwnDesk, path: str, content_type: str = "application/pdf") -> bytes:
    answer = desk.call("GET", f"/1.0/forms/{path}")
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"] == content_type, "clients compare it whole"
    assert re.fullmatch(r"attachment; filename=[A-Za-z0-9-]+", answer.headers["Content-Disposition"])
    return answer.body


def refused(desk: OwnDesk, path: str, status: int) -> dict[str, Any]:
    answer = desk.call("GET", f"/1.0/forms/{path}")
    assert answer.status == status, (answer.status, answer.body[:200])
    found: dict[str, Any] = json.loads(answer.body)
    return found


def scanned(pdf: bytes) -> list[str]:
    return [found.text for found in labelscan.scan(pdf)]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    return [(round(width), round(height)) for width, height in labelscan.sizes_mm(pdf)]


def test_a_label_is_a5_or_a6_and_an_online_parcel_has_its_notice(desk: OwnDesk) -> None:
    (order_id,) = ordered(desk, plain())
    assert sizes(got(desk, f"{order_id}/f7pdf")) == [(148, 210)] * 2
    thermo = got(desk, f"{order_id}/f7pdf?print-type=THERMO&sending-date=2026-03-05")
    assert sizes(thermo) == [(105, 148)] * 2
    assert scanned(thermo) == [number(desk, order_id)] * 2
    label, notice = pages(thermo)
    assert "форма 7-п" in " ".join(label) and "Дата: 05.03.2026" in " ".join(label)
    assert "ИЗВЕЩЕНИЕ" in notice
    (parcel,) = ordered(desk, plain(**{"mail-type": "POSTAL_PARCEL"}))
    assert len(pages(got(desk, f"{parcel}/f7pdf"))) == 1


def test_the_sending_date_is_today_when_none_is_told(desk: OwnDesk) -> None:
    (order_id,) = ordered(desk, plain())
    assert "Дата: 02.03.2026" in text_of(got(desk, f"{order_id}/f7pdf"))


def test_a_money_order_is_for_cash_on_delivery_only(desk: OwnDesk) -> None:
    cod, other = ordered(desk, plain(**COD), plain())
    text = text_of(got(desk, f"{cod}/f112pdf"))
    assert "Одна тысяча рублей 00 копеек" in text and number(desk, cod) in text
    assert refused(desk, f"{other}/f112pdf", 400)["code"] == "1002"


def test_before_batching_some_kinds_have_no_forms(desk: OwnDesk) -> None:
    parcel, letter_id = ordered(desk, plain(), letter())
    found = refused(desk, f"backlog/{parcel}/forms", 400)
    assert found == {"code": "1002", "desc": "Forbidden mail type", "sub-code": "INTERNAL_ERROR"}
    pdf = got(desk, f"backlog/{letter_id}/forms")
    assert sizes(pdf) == [(229, 162)] and scanned(pdf) == [number(desk, letter_id)]
    found = refused(desk, "backlog/1/forms", 404)
    assert found["desc"] == "Instance BacklogTuple not found for params: 1"
    batched(desk, [letter_id])
    assert refused(desk, f"backlog/{letter_id}/forms", 404)["code"] == "1001"


def test_after_batching_all_forms_come_together(desk: OwnDesk) -> None:
    goods = {"items": [{"description": "Чашка", "quantity": 2, "value": 50_000}]}
    changes = {**COD, "with-order-of-notice": True, "inventory": True, "goods": goods}
    (order_id,) = ordered(desk, plain(**{**changes, "mail-type": "POSTAL_PARCEL"}))
    assert refused(desk, f"{order_id}/forms", 404)["code"] == "1001", "it lies in no batch yet"
    batched(desk, [order_id])
    text = text_of(got(desk, f"{order_id}/forms"))
    for form in ("форма 7-п", "форма 112ЭК", "форма 119", "форма 107"):
        assert form in text, form
    assert (
        len(pages(got(desk, f"{order_id}/forms?print-type-form=TWO_SIDED")))
        == len(pages(got(desk, f"{order_id}/forms"))) + 1
    )


@pytest.mark.parametrize("name", ["print-type-form", "print-type-from", "print-type-forms", "print-form-type"])
def test_the_side_is_spelled_in_four_ways(desk: OwnDesk, name: str) -> None:
    (order_id,) = ordered(desk, plain(**{"with-simple-notice": True}))
    batched(desk, [order_id])
    one, two = (len(pages(got(desk, f"{order_id}/forms?{name}={side}"))) for side in ("ONE_SIDED", "TWO_SIDED"))
    assert two == one + 1


def test_documents_of_a_batch_come_after_check_in_only(desk: OwnDesk) -> None:
    name = batched(desk, ordered(desk, plain()))
    for path in ("f103pdf", "zip-all"):
        assert refused(desk, f"{name}/{path}", 400)["error"] == "Bad Request"
        found = refused(desk, f"999/{path}", 500)
        assert (found["code"], found["sub-code"]) == ("1002", "INTERNAL_ERROR")
    desk.otpravka("POST", f"/1.0/batch/{name}/checkin")
    text = text_of(got(desk, f"{name}/f103pdf"))
    assert "СПИСОК № 1 от 02.03.2026" in text
    first = got(desk, f"{name}/f103pdf")
    desk.wait(30 * HOUR_MS)
    assert got(desk, f"{name}/f103pdf") == first, "the same bytes whenever it is asked for"


def test_the_zip_holds_what_the_contract_names(desk: OwnDesk) -> None:
    ids = ordered(desk, plain(), plain(**{**COD, "order-num": "A-2", "recipient-name": "Иванова; «Анна»"}))
    name = batched(desk, ids)
    desk.otpravka("POST", f"/1.0/batch/{name}/checkin")
    archive = ZipFile(BytesIO(got(desk, f"{name}/zip-all?print-type=THERMO", "application/zip")))
    assert archive.testzip() is None
    assert archive.namelist() == ["Export.xls", "Export.csv", "F103.pdf", "forms.pdf"]
    assert archive.read("F103.pdf") == got(desk, f"{name}/f103pdf")
    rows = [*csv.DictReader(StringIO(archive.read("Export.csv").decode("utf-8-sig")), delimiter=";")]
    numbers = [number(desk, one) for one in ids]
    assert [(row["barcode"], row["payment"]) for row in rows] == [(numbers[0], "0"), (numbers[1], "100000")]
    assert rows[1]["recipient-name"] == "Иванова; «Анна»"
    sheet = xlrd.open_workbook(file_contents=archive.read("Export.xls")).sheet_by_index(0)
    assert sheet.row_values(0) == [*rows[0]]
    assert [str(value) for value in sheet.col_values(2)][1:] == [row["barcode"] for row in rows]
    read = scanned(archive.read("forms.pdf"))
    assert set(numbers) <= set(read)


def test_the_act_of_completeness_is_for_accounts_with_the_service(desk: OwnDesk) -> None:
    name = batched(desk, ordered(desk, plain()))
    assert refused(desk, f"{name}/completeness-checking-form", 400)["code"] == "1002"
    goods = {"items": [{"description": "Чашка", "quantity": 2, "value": 50_000}]}
    (order_id,) = ordered(desk, plain(**{"completeness-checking": True, "goods": goods}))
    name = batched(desk, [order_id])
    text = text_of(got(desk, f"{name}/completeness-checking-form"))
    assert "АКТ ПРОВЕРКИ КОМПЛЕКТНОСТИ" in text and "Чашка" in text and number(desk, order_id) in text


def test_ids_numbers_and_names_are_not_mistaken_for_each_other(desk: OwnDesk) -> None:
    (order_id,) = ordered(desk, plain())
    for wrong in (number(desk, order_id), "A-1", "x", "%D0%B6"):
        assert refused(desk, f"{wrong}/f7pdf", 404)["code"] == "1001"
    assert refused(desk, f"{order_id}/easy-return-pdf", 404)["code"] == "1001"


def test_an_order_without_a_number_has_no_forms_yet(desk: OwnDesk) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    desk.world.store.header.settings["number_in_new"] = "on-batching"
    (order_id,) = ordered(desk, plain(**{"mail-type": "ONLINE_COURIER"}))
    for path in (f"{order_id}/f7pdf", f"backlog/{order_id}/forms"):
        assert "barcode" in refused(desk, path, 400)["desc"]
    batched(desk, [order_id])
    assert scanned(got(desk, f"{order_id}/f7pdf")) == [number(desk, order_id)]


@pytest.mark.parametrize("query", ["print-type=A4", "sending-date=tomorrow", "sending-date=2026-13-01"])
def test_a_wrong_parameter_is_refused(desk: OwnDesk, query: str) -> None:
    (order_id,) = ordered(desk, plain())
    assert refused(desk, f"{order_id}/f7pdf?{query}", 400)["error"] == "Bad Request"


def test_a_return_has_its_label(desk: OwnDesk) -> None:
    name = batched(desk, ids := ordered(desk, plain()))
    desk.otpravka("POST", f"/1.0/batch/{name}/checkin")
    desk.wait(40 * 24 * HOUR_MS)
    made = desk.otpravka("PUT", "/1.0/returns", {"direct-barcode": number(desk, ids[0]), "mail-type": "UNDEFINED"})
    pdf = got(desk, f"{made['return-barcode']}/easy-return-pdf?print-type=THERMO")
    assert scanned(pdf) == [made["return-barcode"]] and sizes(pdf) == [(105, 148)]
    text = text_of(pdf)
    assert "Лёгкий возврат" in text and number(desk, ids[0]) in text


def test_labels_can_be_zpl_and_leave_things_out(desk: OwnDesk) -> None:
    (order_id,) = ordered(desk, plain(comment="Осторожно, стекло"))
    assert "A-1" in (text := text_of(got(desk, f"{order_id}/f7pdf"))) and "стекло" in text
    desk.world.store.header.settings.update(print_order_num=False, print_comment=False)
    assert "A-1" not in (text := text_of(got(desk, f"{order_id}/f7pdf"))) and "стекло" not in text
    desk.world.store.header.settings["label_format"] = "zpl"
    assert scanned(got(desk, f"{order_id}/f7pdf", "application/zpl")) == [number(desk, order_id)]


@pytest.mark.ci
async def test_while_a_batch_is_drawn_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawing ends when another call was answered, and not before."""
    begun, may_end = Event(), Event()

    def slow(files: dict[str, bytes]) -> bytes:
        begun.set()
        assert may_end.wait(20), "nobody else was served"
        return zipped(files)

    monkeypatch.setattr(printed, "zipped", slow)
    headers = {"Authorization": "AccessToken zip", "X-User-Authorization": "Basic dTpw"}
    async with (
        running(Options(port=0, virtual=True)) as started,
        httpx.AsyncClient(verify=False, base_url=f"{started.url}/pochta", headers=headers, timeout=60) as client,
    ):
        made = (await client.put("/1.0/user/backlog", json=[plain()])).json()["result-ids"]
        (batch,) = (await client.post("/1.0/user/shipment", json=made)).json()["batches"]
        await client.post(f"/1.0/batch/{batch['batch-name']}/checkin")
        drawn = asyncio.create_task(client.get(f"/1.0/forms/{batch['batch-name']}/zip-all"))
        assert await asyncio.to_thread(begun.wait, 20)
        assert (await client.get("/1.0/settings/limit")).status_code == 200
        may_end.set()
        answer = await drawn
        assert answer.status_code == 200 and len(ZipFile(BytesIO(answer.content)).namelist()) == 4
