"""Registries through the API and as files. Wire contract: `courier_api` §1.13; `settlement` C-04 … C-08, §3, §9."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import Collected, PaidOut
from parcelproof.simulators.core.world import PARCELS
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.wire.carrier import Payouts

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000
assert CARRIER.payouts is not None
PAYOUTS: Payouts = CARRIER.payouts


def registry(desk: Desk, number: str) -> dict[str, Any]:
    """Return a registry as the API gives it on its date, having checked that it stands there."""
    listed = next(row for row in PAYOUTS.list(desk.world) if row["number"] == number)
    _, body = desk.ask("GET", "/registries", date=listed["payment_date"])
    return next(row for row in body["registries"] if str(row["registry_number"]) == number)


def ended_order(desk: Desk, code: str = "DELIVERED", reason: str = "", **changes: Any) -> str:
    uuid = desk.order(number=None, **changes)
    desk.still(uuid)
    desk.scan(uuid, "TAKEN_BY_COURIER")
    desk.scan(uuid, code, reason)
    return uuid


def make(desk: Desk) -> dict[str, Any]:
    number = PAYOUTS.make(desk.world)
    assert number is not None
    return registry(desk, number)


def test_a_registry_in_the_wires_shape(desk: Desk) -> None:
    uuid = ended_order(desk)
    cost = desk.shown(uuid)["delivery_detail"]["total_sum"]
    found = make(desk)
    assert found.keys() == {
        "registry_number",
        "payment_date",
        "sum",
        "payment_order_number",
        "date_created",
        "orders",
    }
    assert (found["payment_date"], found["date_created"]) == ("2026-03-02", "2026-03-02T09:00:01+00:00")
    assert isinstance(found["registry_number"], int)
    agent = Decimal("130.47")
    assert found["orders"] == [
        {
            "cdek_number": "1107000001",
            "transfer_sum": 4349 - cost - agent,
            "payment_sum": 4349,
            "total_sum_without_agent": cost,
            "agent_commission_sum": agent,
        }
    ]
    assert found["sum"] == 4349 - cost - agent
    assert desk.shown(uuid)["transacted_payment"] is True
    assert desk.ask("GET", "/payment", date="2026-03-02")[1]["orders"] == [
        {"order_uuid": uuid, "cdek_number": 1_107_000_001, "number": ""}
    ]


def test_refused_lost_and_returned_orders_have_lines_without_money(desk: Desk) -> None:
    refused, lost = ended_order(desk, "NOT_DELIVERED", "11"), ended_order(desk, "NOT_DELIVERED", "26")
    desk.advance(1_000)
    back = desk.ask("GET", f"/orders/{refused}")[1]["related_entities"][0]["uuid"]
    desk.still(back)
    desk.scan(back, "DELIVERED")
    lines = {line["cdek_number"]: line for line in make(desk)["orders"]}
    assert set(lines) == {desk.shown(uuid)["cdek_number"] for uuid in (refused, lost, back)}
    for uuid in (refused, back):
        line = lines[desk.shown(uuid)["cdek_number"]]
        assert line["total_sum_without_agent"] == desk.shown(uuid)["delivery_detail"]["total_sum"] > 0
        assert (line["payment_sum"], line["transfer_sum"]) == (0, -line["total_sum_without_agent"])
    assert set(lines[desk.shown(lost)["cdek_number"]].values()) == {desk.shown(lost)["cdek_number"], 0}


def test_orders_are_paid_by_themselves_two_days_after_their_end_and_once(desk: Desk) -> None:
    ended_order(desk)
    desk.advance(DAY_MS + 22 * 3_600_000)
    assert PAYOUTS.list(desk.world) == []
    desk.advance(DAY_MS)
    (row,) = PAYOUTS.list(desk.world)
    assert (row["payment_date"], row["lines"], row["currency"]) == ("2026-03-04", 1, "RUB")
    desk.advance(5 * DAY_MS)
    assert len(PAYOUTS.list(desk.world)) == 1
    assert PAYOUTS.make(desk.world) is None


def test_a_payday_pays_no_order_that_ended_too_late_for_it(desk: Desk) -> None:
    early = desk.shown(ended_order(desk))["cdek_number"]
    desk.advance(DAY_MS)
    late = desk.shown(ended_order(desk))["cdek_number"]
    desk.advance(9 * DAY_MS)
    paid = [(row["payment_date"], registry(desk, row["number"])["orders"]) for row in PAYOUTS.list(desk.world)]
    numbers = [(date, [line["cdek_number"] for line in lines]) for date, lines in paid]
    assert numbers == [("2026-03-04", [early]), ("2026-03-05", [late])]


def test_costs_wait_for_money_unless_the_tenant_wants_a_registry_below_zero(desk: Desk) -> None:
    ended_order(desk, "NOT_DELIVERED", "26")
    refused = ended_order(desk, "NOT_DELIVERED", "11")
    desk.live(refused, "stuck")
    desk.advance(4 * DAY_MS)
    assert PAYOUTS.list(desk.world) == []
    for _ in range(3):
        ended_order(desk)
    desk.advance(4 * DAY_MS)
    assert [row["lines"] for row in PAYOUTS.list(desk.world)] == [6], "the return order's line waited too"
    desk.settings(cdek={"registry_below_zero": "made"})
    ended_order(desk, "NOT_DELIVERED", "11")
    desk.advance(3 * DAY_MS)
    assert [row["sum_minor"] < 0 for row in PAYOUTS.list(desk.world)] == [False, True]


def test_switched_off_nothing_is_paid_but_on_demand(desk: Desk) -> None:
    desk.settings(payout_after_days="off")
    ended_order(desk)
    desk.advance(9 * DAY_MS)
    assert PAYOUTS.list(desk.world) == []
    assert len(make(desk)["orders"]) == 1


def test_an_order_whose_end_was_withdrawn_is_not_paid(desk: Desk) -> None:
    uuid = ended_order(desk)
    CARRIER.revoke(desk.world, desk.parcel(uuid), 2)
    assert PAYOUTS.make(desk.world) is None
    desk.scan(uuid, "DELIVERED")
    assert make(desk)["orders"][0]["payment_sum"] == 4349


@pytest.mark.parametrize("date", ["", "yesterday", "2026-13-01", "20260302", "2026-02-30", "2026-W10-1"])
@pytest.mark.parametrize("path", ["/registries", "/payment", "/check"])
def test_a_date_must_be_one(desk: Desk, path: str, date: str) -> None:
    status, body = desk.ask("GET", path, date=date)
    assert (status, body["errors"][0]["code"]) == (400, "v2_invalid_format" if date else "v2_field_is_empty")


def test_a_day_without_payouts(desk: Desk) -> None:
    assert desk.ask("GET", "/registries", date="2026-03-02") == (200, {"registries": []})
    desk.settings(cdek={"empty_registries": "missing", "payment_route": "missing"})
    assert desk.ask("GET", "/registries", date="2026-03-02") == (200, {})
    status, body = desk.ask("GET", "/payment", date="2026-03-02")
    assert (status, body["error"], body["path"]) == (404, "Not Found", "/v2/payment")


def test_receipts(desk: Desk) -> None:
    uuid = ended_order(desk)
    (receipt,) = desk.ask("GET", "/check", order_uuid=uuid)[1]["check_info"]
    assert receipt["payment_info"] == [{"sum": 4349, "type": "CASH"}]
    assert (receipt["type"], receipt["cdek_number"]) == ("CASH_RECEIPT_IN", "1107000001")
    assert receipt["date"].startswith("2026-03-02T09:00:") and receipt["date"].endswith("+00:00")
    for query in ({"cdek_number": "1107000001"}, {"date": "2026-03-02"}):
        assert desk.ask("GET", "/check", **query)[1]["check_info"] == [receipt]
    assert desk.ask("GET", "/check", date="2026-03-03")[1]["check_info"] == []
    CARRIER.revoke(desk.world, desk.parcel(uuid), 2)
    kinds = [row["type"] for row in desk.ask("GET", "/check", order_uuid=uuid)[1]["check_info"]]
    assert kinds == ["CASH_RECEIPT_IN", "CASH_RECEIPT_REFUND"]
    desk.settings(cdek={"check_number": "number"})
    assert desk.ask("GET", "/check", order_uuid=uuid)[1]["check_info"][0]["cdek_number"] == 1107000001
    for query, code in (({"order_uuid": "x"}, "v2_entity_not_found"), ({"cdek_number": "1"}, "v2_order_not_found")):
        assert desk.ask("GET", "/check", **query)[1]["errors"][0]["code"] == code


# -- files


def rows_of(desk: Desk, number: str, form: str) -> list[list[str]]:
    raw = PAYOUTS.file(desk.world, number, form).body
    if form == "xlsx":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
        return [[f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in sheet]
    text = raw.decode("cp1251" if form == "csv-cp1251" else "utf-8")
    return list(csv.reader(text.splitlines(), delimiter=";"))


def test_the_files_say_what_the_api_says(desk: Desk) -> None:
    for code, reason in (("DELIVERED", ""), ("DELIVERED", "20"), ("NOT_DELIVERED", "11")):
        ended_order(desk, code, reason)
    found = make(desk)
    number = str(found["registry_number"])
    expected = [
        [
            line["cdek_number"],
            "",
            *(
                f"{line[key]:.2f}"
                for key in ("payment_sum", "total_sum_without_agent", "agent_commission_sum", "transfer_sum")
            ),
        ]
        for line in found["orders"]
    ]
    for form in ("csv", "csv-cp1251", "xlsx"):
        rows = rows_of(desk, number, form)
        head = {row[0]: row[1] for row in rows if len(row) > 1 and row[1]}
        assert head["Номер реестра"] == number
        assert head["Дата оплаты"] == "02.03.2026"
        assert head["Платёжное поручение"] == found["payment_order_number"]
        start = next(place for place, row in enumerate(rows) if row[:1] == ["Номер накладной СДЭК"])
        assert rows[start + 1 : -1] == expected
        assert rows[-1][0] == "Итого"
        assert rows[-1][5] == f"{found['sum']:.2f}"
    body = json.loads(PAYOUTS.file(desk.world, number, "json").body, parse_float=Decimal)
    assert body == {"registries": [found]}


def test_files_repeat_to_the_byte(new_desk: Callable[..., Desk]) -> None:
    made = []
    for _ in range(2):
        desk = new_desk()
        ended_order(desk)
        number = str(make(desk)["registry_number"])
        made.append([PAYOUTS.file(desk.world, number, form).body for form in ("csv", "csv-cp1251", "xlsx", "json")])
    assert made[0] == made[1]
    book = zipfile.ZipFile(io.BytesIO(made[0][2]))
    assert {item.date_time for item in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-01-01T00:00:00Z" in book.read("docProps/core.xml"), "the workbook's date is fixed, not today's"


@pytest.mark.parametrize(("number", "form"), [("1", "csv"), ("700101", "pdf")])
def test_an_unknown_file_is_refused(desk: Desk, number: str, form: str) -> None:
    ended_order(desk)
    make(desk)
    with pytest.raises(Rejected):
        PAYOUTS.file(desk.world, number, form)


# -- switches


def test_a_late_registry_appears_days_after_its_payment(desk: Desk) -> None:
    desk.settings(cdek={"registry_late_days": 3})
    ended_order(desk)
    assert PAYOUTS.make(desk.world) == "700101"
    assert desk.ask("GET", "/registries", date="2026-03-02")[1]["registries"] == []
    assert PAYOUTS.list(desk.world) == []
    desk.advance(3 * DAY_MS)
    assert len(desk.ask("GET", "/registries", date="2026-03-02")[1]["registries"]) == 1


def test_a_reissued_registry_stands_under_two_dates(desk: Desk) -> None:
    desk.settings(cdek={"registry_reissue_days": 1})
    ended_order(desk)
    first = make(desk)
    assert desk.ask("GET", "/registries", date="2026-03-03")[1]["registries"] == []
    desk.advance(DAY_MS)
    assert desk.ask("GET", "/registries", date="2026-03-03")[1]["registries"] == [first]


def test_odd_lines_add_up_too(desk: Desk) -> None:
    oddities = {"pickup_cost_minor": 30_000, "registry_repeats_parcel": True, "registry_foreign_parcel": True}
    desk.settings(cdek={**oddities, "payment_order_number": "missing"})
    ended_order(desk)
    found = make(desk)
    own, pickup, again, foreign = found["orders"]
    assert own == again
    assert found["sum"] == sum(line["transfer_sum"] for line in found["orders"])
    assert (pickup["total_sum_without_agent"], pickup["transfer_sum"]) == (300, -300)
    assert "payment_order_number" not in found
    call = desk.ask("GET", "/orders", cdek_number=pickup["cdek_number"])[1]["entity"]
    assert (call["recipient"]["company"], call["packages"]) == ("СДЭК", [])
    unknown = desk.ask("GET", "/orders", cdek_number=foreign["cdek_number"])[1]
    assert unknown["errors"][0]["code"] == "v2_order_not_found"


@pytest.mark.parametrize(
    ("changes", "agent", "transfer"),
    [
        ({"agent_percent": 0}, 0, None),
        ({"agent_percent": "2.5"}, Decimal("108.73"), None),
        ({"transfer_equation": "gross"}, Decimal("130.47"), 4349),
    ],
)
def test_fee_and_equation_are_the_tenants(desk: Desk, changes: dict[str, Any], agent: Any, transfer: Any) -> None:
    desk.settings(cdek=changes)
    ended_order(desk)
    (line,) = make(desk)["orders"]
    assert line["agent_commission_sum"] == agent
    assert line["transfer_sum"] == (transfer or 4349 - line["total_sum_without_agent"] - agent)


# -- laws

ENDS = (("DELIVERED", ""), ("DELIVERED", "20"), ("NOT_DELIVERED", "11"), ("NOT_DELIVERED", "26"), ("", ""))
steps = st.lists(st.one_of(st.sampled_from(ENDS), st.just("pay"), st.sampled_from([0, 1, 3])), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_order_is_paid_at_most_once_and_the_sums_are_the_worlds(
    new_desk: Callable[..., Desk], script: list[Any]
) -> None:
    """Under any order of ends, payouts and days: lines equal facts, each parcel's once, and nothing stays behind."""
    desk = new_desk()
    for step in script:
        if step == "pay":
            PAYOUTS.make(desk.world)
        elif isinstance(step, int):
            desk.advance(step * DAY_MS)
        else:
            uuid = desk.order(number=None)
            if step[0]:
                desk.still(uuid)
                desk.scan(uuid, "TAKEN_BY_COURIER")
                desk.scan(uuid, *step)
    desk.advance(20 * DAY_MS)
    by_themselves = [row["sum_minor"] for row in PAYOUTS.list(desk.world)]
    assert "pay" in script or all(sum_minor >= 0 for sum_minor in by_themselves)
    PAYOUTS.make(desk.world)
    lines = [line for row in PAYOUTS.list(desk.world) for line in registry(desk, row["number"])["orders"]]
    numbers = [line["cdek_number"] for line in lines]
    assert len(numbers) == len(set(numbers))
    parcels = [parcel for _, parcel in desk.world.store.scan(PARCELS)]
    assert sorted(numbers) == sorted(parcel.number for parcel in parcels)
    for parcel in parcels:
        assert sum(isinstance(fact, PaidOut) for fact in parcel.facts) == 1
    truth = sum(fact.amount_minor for parcel in parcels for fact in parcel.facts if isinstance(fact, Collected))
    assert sum(line["payment_sum"] for line in lines) * 100 == truth
    for line in lines:
        costs = line["total_sum_without_agent"] + line["agent_commission_sum"]
        assert line["transfer_sum"] == line["payment_sum"] - costs
