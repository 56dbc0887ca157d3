"""Registries: exact amounts, lines whose order cannot be read."""

from datetime import date
from typing import Any

import respx

from parcelproof.reference.adapters.cdek import CdekAdapter

from .answers import CREATED, NUMBER, errors, order, shown, status


def registry(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"registry_number": 4711, "payment_date": "2026-03-02", "sum": 1.0, "payment_order_number": "000123",
            "orders": list(lines), **more}  # fmt: skip


def line(number: str, **more: Any) -> dict[str, Any]:
    return {"cdek_number": number, "transfer_sum": 1150.35, "payment_sum": 1630.0, "total_sum_without_agent": 430.75,
            "agent_commission_sum": 48.9, **more}  # fmt: skip


async def test_amounts_never_pass_through_a_float(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    wire.get("/registries", params={"date": "2026-03-02"}).respond(json={"registries": [registry(line(NUMBER))]})
    wire.get("/orders").respond(json=shown(order([status("DELIVERED", "2026-03-02T10:00:00+0000"), *CREATED])))
    (found,) = await adapter.registries(date(2026, 3, 2))
    assert found.normal["lines"] == [
        {"n": 1, "outcome": "delivered", "tracking": NUMBER, "order": "P-001", "collected": 163000, "transfer": 115035,
         "fees": [{"kind": "delivery", "amount": 43075}, {"kind": "agent", "amount": 4890}], "items": [],
         "at": "2026-03-02T10:00:00+00:00"}]  # fmt: skip
    head = {name: value for name, value in found.normal.items() if name not in ("lines", "totals")}
    assert head == {"carrier": "cdek", "contract": "", "number": "4711", "mode": "net", "currency": "RUB",
                    "exponent": 2, "payment_date": "2026-03-02", "payment_order": "000123"}  # fmt: skip
    assert found.normal["totals"] == {"payout": 100}


async def test_a_line_whose_order_cannot_be_read_is_kept_and_the_others_are_not_held_up(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    rows = [line("1", agent_commission_sum=0), line("2"), line("3"), line("4", transfer_sum=10.005)]
    wire.get("/registries").respond(json={"registries": [registry(*rows)]})
    wire.get("/orders", params={"cdek_number": "1"}).respond(400, json=errors("v2_order_not_found"))
    wire.get("/orders", params={"cdek_number": "2"}).respond(503)
    wire.get("/orders", params={"cdek_number": "3"}).respond(json=shown(order()))
    wire.get("/orders", params={"cdek_number": "4"}).respond(json=shown(order()))
    (found,) = await adapter.registries(date(2026, 3, 2))
    foreign, down, on_its_way, odd = found.normal["lines"]
    assert foreign["outcome"] is None and "pending" not in foreign
    assert foreign["fees"] == [{"kind": "delivery", "amount": 43075}], "a zero is left out"
    assert down["outcome"] is None and "carrier_down" in down["pending"]
    assert (on_its_way["outcome"], on_its_way["order"]) == (None, "P-001")
    assert odd["transfer"] is None and odd["problem"]["code"] == "AMOUNT_PRECISION"
