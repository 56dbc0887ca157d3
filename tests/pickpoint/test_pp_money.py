"""Money (`courier_api` §4, `settlement`): what is collected, the acts, and what sendinginfo says of it."""

from decimal import Decimal
from typing import Any

import pytest

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import Collected
from parcelproof.simulators.courier_api.pickpoint import CARRIER
from parcelproof.simulators.courier_api.pickpoint.records import SENDINGS

from .conftest import DAY_MS, GOODS, IKN, OFFICE, Desk


def collected_minor(desk: Desk, number: str) -> int:
    return sum(fact.amount_minor for fact in desk.parcel(number).facts if isinstance(fact, Collected))


def acts(desk: Desk, **fields: Any) -> Any:
    return desk.ask("getmoneyreturnorder", IKN=IKN, **fields)


@pytest.mark.parametrize(
    ("reason", "minor", "left"),
    [
        ("", 150_050, []),
        ("partial", 100_050, ["CUP-1"]),
        ("partial:0,1", 50_000, ["TEA-1"]),
        ("partial:0,0", 0, ["TEA-1", "CUP-1"]),
    ],
)
def test_the_buyer_pays_what_he_takes(desk: Desk, reason: str, minor: int, left: list[str]) -> None:
    number = desk.still(desk.sending(PostamatNumber=OFFICE))
    desk.scan(number, 109)
    desk.scan(number, 111, reason)
    info = desk.info(number)
    assert collected_minor(desk, number) == minor
    assert (info["PayType"] in ("cash", "card"), bool(info["ChequeNumber"])) == (minor > 0, minor > 0)
    told = [row["ProductCode"] for row in info["ReturnInfo"]["SubEncloses"]] if info["ReturnInfo"] else []
    assert told == left


def test_a_line_of_several_pieces_is_left_or_taken_as_one(desk: Desk) -> None:
    goods = [{"ProductCode": "CUP", "Price": 100, "Quantity": 3}, {"ProductCode": "TEA", "Price": 1200.5}]
    number = desk.still(desk.sending(PostamatNumber=OFFICE, Places=[desk.place(SubEncloses=goods)]))
    desk.scan(number, 111, "partial:0,1")
    assert collected_minor(desk, number) == 120_050


def test_what_was_left_behind_comes_back_five_days_later(desk: Desk) -> None:
    number = desk.still(desk.sending(PostamatNumber=OFFICE))
    desk.scan(number, 111, "partial")
    desk.advance(5 * DAY_MS - 1)
    assert desk.info(number)["ReturnInfo"]["ReturnDeliveryDate"] == ""
    desk.advance(1)
    assert desk.info(number)["ReturnInfo"]["ReturnDeliveryDate"] == "07.03.26"


def test_a_withdrawn_hand_over_gives_the_money_back(desk: Desk) -> None:
    desk.settings(pickpoint={"registry_below_zero": "made"})
    number = desk.still(desk.sending(PostamatNumber=OFFICE))
    parcel = desk.scan(number, 111, "partial")
    CARRIER.revoke(desk.world, parcel, parcel.scans)
    assert (collected_minor(desk, number), desk.info(number)["PayType"]) == (0, "")
    desk.advance(10 * DAY_MS)
    assert acts(desk)["ErrorCode"] == 21 and desk.info(number)["RefundInfo"] is None
    assert desk.info(number)["ReturnInfo"]["ReturnDeliveryDate"] == ""
    desk.scan(number, 111)
    assert collected_minor(desk, number) == 150_050


def test_an_act_adds_up_and_the_refund_repeats_it(desk: Desk) -> None:
    numbers = [desk.sending(SenderCode=f"A-{n}", Description=f"[story: {story}]", PostamatNumber=OFFICE)
               for n, story in enumerate(("delivered", "partly-refused", "refused"))]  # fmt: skip
    assert acts(desk)["ErrorCode"] == 21
    desk.settings(pickpoint={"registry_below_zero": "made"})
    desk.advance(20 * DAY_MS)
    found = acts(desk, DateFrom="01.03.26", DateEnd="31.03.26")
    rows = [row for act in found for row in act["Invoices"]]
    for act in found:
        assert act["TotalNPSum"] == sum(row["NPSum"] for row in act["Invoices"])
        assert act["TotalRetSum"] == sum(row["RetSum"] for row in act["Invoices"])
    taken = {row["InvoiceNumber"]: row["NPSum"] for row in rows}
    assert [taken[number] for number in numbers] == [Decimal("1500.5"), Decimal("1000.5"), 0]
    assert len(rows) == 5  # a partly refused and a refused sending have a line for the way back too
    info = desk.info(numbers[0])["RefundInfo"]
    (line,) = [row for row in rows if row["InvoiceNumber"] == numbers[0]]
    (act,) = acts(desk, DocumentNumber=info["RefundNumber"])
    assert (info["Sum"], info["AgencyFee"]) == (line["RetSum"], line["AgencyFee"]) and line in act["Invoices"]
    assert (info["PaymentNumber"], info["RefundDate"]) == (act["PayOrderNumber"], act["Date"])
    assert line["AgencyFee"] == Decimal("45.02")  # 3 % of 1500.50, half up
    back = {row["GCInvoiceNumber"]: row["RetSum"] for row in rows if row["InvoiceNumber"] not in numbers}
    (cost,) = desk.ask("getdeliverycost", Sendings=[{"InvoiceNumber": numbers[2]}])
    assert back == dict.fromkeys(("A-1", "A-2"), -(cost["Tariff"] + cost["NDS"]) / 2)
    assert acts(desk, DateFrom="01.04.26")["ErrorCode"] == 21
    assert desk.info(numbers[2])["RefundInfo"] is None


def test_goods_that_came_back_stand_in_an_act(desk: Desk) -> None:
    number = desk.sending(Description="[story: refused]")
    desk.advance(20 * DAY_MS)
    back = desk.info(number)["ReturnInfo"]
    (act,) = desk.ask("getproductreturnorder", IKN=IKN, DocumentNumber=back["ReturnDocumentNumber"])
    (row,) = act["Invoices"]
    assert (row["InvoiceNumber"], row["ReturnInvoiceNumber"]) == (number, back["ReturnInvoiceNumber"])
    assert row["ReturnDeliveryDate"] == back["ReturnDeliveryDate"] != ""
    assert [item["Barcode"] for item in row["Encloses"]] == desk.info(number)["Barcodes"]
    desk.settings(pickpoint={"act_shape": "object"})
    assert desk.ask("getproductreturnorder", IKN=IKN) == {"Documents": [act], "Error": ""}
    assert desk.ask("getproductreturnorder", IKN="1")["ErrorCode"] == 30


def test_acts_of_goods_stand_oldest_first(desk: Desk) -> None:
    numbers = [desk.still(desk.sending(SenderCode=f"A-{n}")) for n in range(4)]
    for number in (numbers[2], numbers[0], numbers[3], numbers[1]):
        desk.scan(number, 112)
        desk.scan(number, 113)
        desk.advance(DAY_MS)
    found = desk.ask("getproductreturnorder", IKN=IKN)
    assert [row["InvoiceNumber"] for act in found for row in act["Invoices"]] == [numbers[n] for n in (2, 0, 3, 1)]
    assert [act["Date"] for act in found] == [f"{day:02}.03.26" for day in range(2, 6)]
    assert [act["DocumentNumber"] for act in found] == sorted(act["DocumentNumber"] for act in found)


def test_every_sending_that_ended_is_paid_once(desk: Desk) -> None:
    stories = ("delivered", "second-attempt", "refused", "partly-refused", "returned", "pickup")
    for n, story in enumerate(stories):
        desk.sending(SenderCode=f"A-{n}", Description=f"[story: {story}]", PostamatNumber=OFFICE)
    desk.advance(30 * DAY_MS)
    rows = [row for act in acts(desk) for row in act["Invoices"]]
    direct = [sending.number for _, sending in desk.world.store.scan(SENDINGS)]
    assert sorted(row["InvoiceNumber"] for row in rows if row["InvoiceNumber"] in direct) == sorted(direct)
    total = sum((row["NPSum"] for row in rows), Decimal(0))
    assert total * 100 == sum(collected_minor(desk, number) for number in direct)


def test_storage_is_told_and_prolonged(desk: Desk) -> None:
    number = desk.still(desk.sending())
    assert (desk.info(number)["StorageDate"], desk.info(number)["Prolonged"]) == ("", False)
    desk.scan(number, 109)
    assert (desk.info(number)["StorageDate"], desk.info(number)["Prolonged"]) == ("05.03.26", False)
    desk.advance(4 * DAY_MS)
    desk.scan(number, 112)
    desk.scan(number, 109)
    assert (desk.info(number)["StorageDate"], desk.info(number)["Prolonged"]) == ("09.03.26", True)


def test_a_locker_hands_over_everything_or_nothing(desk: Desk) -> None:
    number = desk.sending(Places=[desk.place(SubEncloses=GOODS)], Description="[story: partly-refused]")
    desk.advance(20 * DAY_MS)
    assert desk.states(number)[-1] == 113 and collected_minor(desk, number) == 0


@pytest.mark.parametrize(
    ("code", "reason"), [(111, "half"), (111, "partial:2"), (105, "x" * 201), (110, ""), (101, "")]
)
def test_an_event_of_nobodys_is_refused(desk: Desk, code: int, reason: str) -> None:
    number = desk.still(desk.sending())
    with pytest.raises(Rejected):
        desk.scan(number, code, reason)
    assert desk.states(number) == [101]
