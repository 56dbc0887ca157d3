"""From report to documents: the worked example to the kopeck, and each rule of `settlement` section 4."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import Money
from parcelproof.reference.usecases import accounts, ordering, reporting

from .payouts import feed, report, results, row, rub, ship


async def worked_example(rig: Any) -> dict[str, Any]:
    a1 = await ship(rig, "A1", rub("W", 549900))
    a2 = await ship(rig, "A2", rub("W", 100000), cod=False)
    a3 = await ship(rig, "A3", rub("X", 299900), rub("Y", 189900), charge=35000)
    a4 = await ship(rig, "A4", rub("Z", 249900), charge=35000)
    items = [{"sku": "X", "delivered": 1, "refused": 0}, {"sku": "Y", "delivered": 0, "refused": 1}]
    partial = {"delivery": 35000, "partial": 9000, "return": 17500, "agent": 10047}
    return report(
        row(1, "delivered", a1, 549900, {"delivery": 35000, "agent": 16497, "insurance": 4124}, order="A1"),
        row(2, "delivered", a2, 0, {"delivery": 28050}, order="A2"),
        row(3, "partial", a3, 334900, partial, order="A3", items=items),
        row(4, "refused", a4, 0, {"delivery": 35000, "return": 17500}, order="A4"),
        row(5, "fee_only", None, 0, {"pickup": 30000}),
    )


async def test_the_worked_example_to_the_kopeck(rig: Any) -> None:
    fed = await feed(rig, await worked_example(rig))
    assert results(fed) == [("settled", None)] * 5
    assert (fed.payout_minor, fed.documents_minor, fed.state) == (647082, 647082, "done")
    documents = await rig.documents()
    sums: dict[str, list[int]] = {}
    for found in documents:
        sums.setdefault(found["kind"], []).append(found["sum_minor"])
    assert sums == {
        "SP": [55621, 28050, 71547, 52500, 30000],
        "PI": [549900, 334900],
        "PO": [55621, 28050, 71547, 52500, 30000],
        "SR": [189900, 284900],
    }
    assert [found["vat_minor"] for found in documents if found["kind"] == "SP"] == [9270, 4675, 11925, 8750, 5000]
    assert [found["linked"]["sum_minor"] for found in documents if found["kind"] == "PI"] == [549900, 334900]
    states = {number: (await rig.view(number))["final_state"] for number in ("A1", "A2", "A3", "A4")}
    assert states == {"A1": "delivered", "A2": "delivered", "A3": "refused_partial", "A4": "refused"}
    books = await accounts.books(rig.shop, rig.actor)
    assert books["account"] == [{"currency": "RUB", "movement_minor": 647082}]
    assert books["carriers"] == [
        {
            "carrier": "cdek", "currency": "RUB", "collected_minor": 884800, "fees_minor": 237718,
            "paid_out_minor": 647082, "owed_minor": 0,
        }
    ]  # fmt: skip
    profit = {found["item"]: found["amount_minor"] for found in await accounts.profit(rig.shop, rig.actor)}
    assert profit["delivery"] == -(35000 + 28050 + 35000 + 35000)
    assert profit["returns"] == -(189900 + 284900)
    assert profit["sales"] == 549900 + 100000 + 524800 + 284900


async def test_a_second_feeding_in_another_order_of_rows_changes_nothing(rig: Any) -> None:
    normal = await worked_example(rig)
    await feed(rig, normal)
    before = await rig.documents()
    shuffled = {**normal, "lines": list(reversed(normal["lines"]))}
    for again in (normal, shuffled):
        fed = await feed(rig, again)
        assert results(fed) == [("already", None)] * 5
    assert await rig.documents() == before


async def test_the_same_report_from_nothing_gives_the_same_identities(new_rig: Any) -> None:
    found = []
    for _ in range(2):
        rig = await new_rig()
        await feed(rig, await worked_example(rig))
        found.append([document["sync_id"] for document in await rig.documents()])
    assert found[0] == found[1]
    assert len(set(found[0])) == 14


async def test_another_version_of_a_report_is_a_conflict(rig: Any) -> None:
    normal = await worked_example(rig)
    await feed(rig, normal)
    before = await rig.documents()
    other = copy.deepcopy(normal)
    other["lines"][4] = row(5, "fee_only", None, 0, {"pickup": 30001})
    for lines in (other["lines"], [*normal["lines"], row(6, "fee_only", None, 0, {})]):
        with pytest.raises(EngineError, match="REPORT_CONFLICT"):
            await feed(rig, report(*lines))
    assert await rig.documents() == before


async def test_a_slash_in_a_contract_or_number_makes_no_two_reports_one(rig: Any) -> None:
    names = [("IM/7", "1", "0/1"), ("IM", "7/1", "0/1"), ("IM/7", "1/0", "1"), ("IM/7/1", "0", "1"), ("IM", "7", "1/0")]
    for n, (contract, number, pickup) in enumerate(names, 1):
        line = {**row(1, "fee_only", pickup, 0, {"pickup": n}), "transfer": 0}
        normal = report(line, contract=contract, number=number, mode="gross")
        assert results(await feed(rig, normal)) == [("settled", None)]
    services = [found["sync_id"] for found in await rig.documents()]
    assert len(services) == len(set(services)) == len(names)


async def test_an_api_registry_without_outcomes_is_the_same_report(rig: Any) -> None:
    normal = await worked_example(rig)
    await feed(rig, normal)
    bare = [{**line, "outcome": None, "order": None, "items": []} for line in normal["lines"]]
    fed = await feed(rig, {**normal, "lines": bare})
    assert results(fed) == [("already", None)] * 5


@pytest.mark.parametrize("column", ["collected", "fees", "payout"])
async def test_a_wrong_total_refuses_the_whole(rig: Any, column: str) -> None:
    normal = await worked_example(rig)
    normal["totals"][column] += 1
    with pytest.raises(EngineError, match="CONTROL_SUM"):
        await feed(rig, normal)
    assert await rig.documents() == []
    assert await reporting.listed(rig.shop, rig.actor) == []


@pytest.mark.parametrize(
    "broken",
    [
        {}, {"lines": 5}, {"currency": "rub"}, {"payment_date": "soon"}, {"exponent": 3}, {"mode": "brutto"},
        {"lines": [row(10**20, "fee_only", None, 0, {"pickup": 1})]},
        {"lines": [row(1, "fee_only", None, 0, {"pickup": 10**20})], "totals": {}},
        {"lines": [row(1, "fee_only", None, 10**20, {})], "totals": {}},
        {"lines": [row(1, "fee_only", None, 0, {"pickup": fee}) for fee in (1, 2)], "totals": {}},
        {"lines": [row(1, "delivered", "x" * 101, 0, {})], "totals": {}},
        {"lines": [row(1, "delivered", "a\x00b", 0, {})], "totals": {}},
        {"number": "x" * 101}, {"carrier": "x" * 41}, {"contract": "x" * 101}, {"payment_order": "x" * 101},
    ],
)  # fmt: skip
async def test_what_is_no_report_is_refused_whole(rig: Any, broken: dict[str, Any]) -> None:
    normal = {**report(row(1, "fee_only", None, 0, {"pickup": 1})), **broken} if broken else {"hello": 1}
    with pytest.raises(EngineError, match=r"FORMAT_UNKNOWN|CURRENCY_MIXED"):
        await feed(rig, normal)
    assert await rig.documents() == []


async def lines_of(rig: Any, *bad: dict[str, Any]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """Feed lines beside a good one (n 99), which must be settled; return the results and kinds of the others."""
    good = await ship(rig, "GOOD", rub("G", 1_000_000))
    fed = await feed(rig, report(*bad, row(99, "delivered", good, 1_000_000, {"delivery": 100})))
    assert fed.payout_minor == fed.documents_minor + fed.unsettled_minor
    found = results(fed)
    assert found[-1] == ("settled", None)
    return found[:-1], [doc["kind"] for doc in await rig.documents() if doc["line"] != 99]


async def test_a_line_that_does_not_add_up_is_put_aside(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    bad = {**row(1, "delivered", number, 5000, {"delivery": 300}), "transfer": 4701}
    assert await lines_of(rig, bad) == ([("exception", "LINE_EQUATION")], [])


async def test_orders_are_found_exactly_or_not_at_all(rig: Any) -> None:
    n1 = await ship(rig, "100", rub("X", 5000))
    await ship(rig, "1001", rub("X", 5000))
    await ship(rig, "А100", rub("X", 5000))
    await ordering.place(rig.shop, rig.actor, rig.order("DRAFT", carrier="cdek"), confirm=False)
    near = await rig.book("NEAR")
    got = await lines_of(
        rig,
        row(1, "delivered", None, 5000, {}, order="100"),
        row(2, "delivered", "77", 5000, {}),
        row(3, "delivered", n1, 0, {"delivery": 1}, order="1001"),
        row(4, "delivered", None, 0, {"delivery": 1}, order="DRAFT"),
        row(5, "delivered", near, 0, {"delivery": 1}),
        row(6, "delivered", None, 1, {}, order="10"),
    )
    codes = [None, "ORDER_UNKNOWN", "KEY_CONFLICT", "NOT_SHIPPED", "WRONG_CARRIER", "ORDER_UNKNOWN"]
    assert [code for _, code in got[0]] == codes
    assert got[1] == ["PI"]


async def test_another_contract_is_another_carrier(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    fed = await feed(rig, report(row(1, "delivered", number, 5000, {}), contract="IM-8"))
    assert results(fed) == [("exception", "WRONG_CARRIER")]


async def test_one_parcel_twice_in_a_report_is_neither_paid_twice_nor_collapsed(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    twice = [row(n, "delivered", number, 5000, {"delivery": 100}) for n in (1, 2)]
    assert await lines_of(rig, *twice) == ([("exception", "LINE_DUPLICATE")] * 2, [])


async def test_one_parcel_named_once_by_its_number_and_once_by_its_order_is_the_same_parcel_twice(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    rows = [row(1, "delivered", number, 5000, {}), row(2, "delivered", None, 5000, {"delivery": 100}, order="B")]
    assert await lines_of(rig, *rows) == ([("exception", "LINE_DUPLICATE")] * 2, [])


async def test_money_is_booked_once_over_all_reports_a_later_fee_is_fine(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 500000))
    other = await ship(rig, "C", rub("X", 500000))
    await feed(rig, report(row(1, "delivered", number, 500000, {"delivery": 100})))
    again = report(
        row(1, "delivered", number, 500000, {"delivery": 100}),
        row(2, "fee_only", None, 0, {"storage": 50}, order="B"),
        row(3, "delivered", other, 500000, {"delivery": 100}),
        number="4712",
    )
    fed = await feed(rig, again)
    assert results(fed) == [("exception", "ALREADY_COLLECTED"), ("settled", None), ("settled", None)]
    assert [doc["kind"] for doc in await rig.documents("B")] == ["SP", "PI", "PO", "SP", "PO"]
    assert fed.unsettled_minor == fed.payout_minor - fed.documents_minor == 499900  # still explained


@pytest.mark.parametrize(("collected", "code"), [(4999, "UNDERPAID"), (5001, "OVERPAID"), (0, "UNDERPAID")])
async def test_a_kopeck_more_or_less_is_booked_and_left_open(rig: Any, collected: int, code: str) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    got, _ = await lines_of(rig, row(1, "delivered", number, collected, {"delivery": 100}))
    assert got == [("exception", code)]
    money = [doc for doc in await rig.documents("B") if doc["kind"] == "PI"]
    assert [(doc["sum_minor"], doc["linked"]["sum_minor"]) for doc in money] == (
        [(collected, min(collected, 5000))] if collected else []
    )
    assert (await rig.view("B"))["final_state"] is None


async def test_partial_delivery_rules(rig: Any) -> None:
    async def one(number: str, collected: int, items: list[dict[str, Any]]) -> tuple[str, str | None]:
        tracking = await ship(rig, number, rub("X", 100), rub("Y", 200), rub("X", 300, 2), charge=50)
        big = await ship(rig, f"{number}-big", rub("G", 10_000))
        rows = [
            row(1, "partial", tracking, collected, {"partial": 10}, items=items),
            row(2, "delivered", big, 10_000, {}),
        ]
        return results(await feed(rig, report(*rows, number=number)))[0]

    back = [{"sku": "X", "delivered": 1, "refused": 2}, {"sku": "Y", "delivered": 1, "refused": 0}]
    assert await one("P1", 0, []) == ("exception", "ITEMS_MISSING")
    assert await one("P2", 0, [{"sku": "Q", "delivered": 0, "refused": 1}]) == ("exception", "ITEM_UNKNOWN")
    assert await one("P3", 0, [{"sku": "Y", "delivered": 1, "refused": 1}]) == ("exception", "ITEM_UNKNOWN")
    twice = [{"sku": "X", "delivered": 0, "refused": 2}, {"sku": "X", "delivered": 0, "refused": 2}]  # of three
    assert await one("P7", 0, twice) == ("exception", "ITEM_UNKNOWN")
    # the first position of X and one piece of the second are refused: 200 + 300 are left, and the charge of 50
    assert await one("P4", 550, back) == ("settled", None)
    assert await one("P5", 500, back) == ("settled", None)  # the charge was not collected: it goes back too
    assert await one("P6", 551, back) == ("exception", "AMOUNT_MISMATCH")
    sums = {
        number: [d["sum_minor"] for d in await rig.documents(number) if d["kind"] == "SR"]
        for number in ("P1", "P4", "P5")
    }
    assert sums == {"P1": [], "P4": [400], "P5": [450]}
    assert (await rig.view("P4"))["final_state"] == "refused_partial"
    assert (await rig.view("P6"))["final_state"] is None


async def test_a_refusal_whose_charge_was_collected_keeps_it(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000), charge=300)
    got, _ = await lines_of(rig, row(1, "refused", number, 300, {"return": 100}))
    assert got == [("settled", None)]
    assert [(d["kind"], d["sum_minor"]) for d in await rig.documents("B")] == [
        ("SR", 5000), ("SP", 100), ("PI", 300), ("PO", 100)
    ]  # fmt: skip


async def test_compensation_for_a_loss_is_the_couriers_money(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    got, _ = await lines_of(rig, row(1, "lost", number, 4000, {}))
    assert got == [("settled", None)]
    money = next(doc for doc in await rig.documents("B") if doc["kind"] == "PI")
    assert (money["counterparty"], money["linked"], (await rig.view("B"))["final_state"]) == ("courier", None, "lost")
    profit = {found["item"]: found["amount_minor"] for found in await accounts.profit(rig.shop, rig.actor)}
    assert (profit["sales"] - 1_000_000, profit["returns"], profit["compensation"]) == (5000, -5000, 4000)
    for n, outcome in enumerate(("lost", "delivered")):
        again = await feed(rig, report(row(1, outcome, number, 4000, {}), number=f"later-{n}"))
        assert results(again) == [("exception", "ALREADY_COLLECTED")]


async def test_profit_counts_returns_only_where_it_counts_the_sale(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 100), rub("Y", 200))
    items = [{"sku": "X", "delivered": 1, "refused": 0}, {"sku": "Y", "delivered": 0, "refused": 1}]
    fed = await feed(rig, report(row(1, "partial", number, 99, {"partial": 10}, items=items)))
    assert results(fed) == [("exception", "AMOUNT_MISMATCH")]
    assert await accounts.profit(rig.shop, rig.actor) == [{"item": "partial", "currency": "RUB", "amount_minor": -10}]


async def test_an_adjustment_and_an_unknown_fee_are_put_aside(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    got = await lines_of(
        rig,
        row(1, "adjustment", number, 0, {"delivery": -100}),
        row(2, "delivered", number, 5000, {"magic": 100}),
        {**row(3, "fee_only", None, 0, {"pickup": 1}), "problem": {"code": "IDENT_MANGLED", "sentence": "1.00E+13"}},
    )
    assert [code for _, code in got[0]] == ["ADJUSTMENT_UNMATCHED", "FEE_UNMAPPED", "IDENT_MANGLED"]
    assert got[1] == []


async def test_no_fees_no_services_zero_fees_are_left_out(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    got = await lines_of(rig, row(1, "delivered", number, 5000, {"delivery": 0}))
    assert got == ([("settled", None)], ["PI"])


async def test_fees_without_their_tax_come_to_the_same(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    line = row(1, "delivered", number, 5000, {"delivery": 1200})
    line["fees"] = [{"kind": "delivery", "amount": 1000, "vat": {"rate": 20, "included": False}}]
    normal = report(line)
    normal["totals"]["fees"] = 1200
    assert results(await feed(rig, normal)) == [("settled", None)]
    services = next(doc for doc in await rig.documents() if doc["kind"] == "SP")
    assert (services["sum_minor"], services["vat_minor"]) == (1200, 200)


async def test_gross_settlement_pays_no_services_from_the_payout(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    line = {**row(1, "delivered", number, 5000, {"delivery": 1200}), "transfer": 5000}
    assert results(await feed(rig, report(line, mode="gross"))) == [("settled", None)]
    assert [doc["kind"] for doc in await rig.documents()] == ["SP", "PI"]


async def test_a_payout_below_zero_pays_up_to_the_money_there_is(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 500))
    rows = [
        row(1, "delivered", number, 500, {"delivery": 300}),
        row(2, "fee_only", None, 0, {"pickup": 250}),
        row(3, "fee_only", None, 0, {"pickup": 70}),
    ]
    fed = await feed(rig, report(*rows))
    assert results(fed) == [("settled", None), ("pending", "CARRIED_FORWARD"), ("pending", "CARRIED_FORWARD")]
    paid = [doc["sum_minor"] for doc in await rig.documents() if doc["kind"] == "PO"]
    assert (paid, fed.documents_minor, fed.unsettled_minor, fed.payout_minor) == ([300, 200], 200, -320, -120)
    before = await rig.documents()
    await feed(rig, report(*rows))
    assert await rig.documents() == before


async def test_what_is_underpaid_stays_underpaid_below_zero(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 500))
    fed = await feed(rig, report(row(1, "delivered", number, 499, {"delivery": 600})))
    assert results(fed) == [("exception", "UNDERPAID")]
    assert "carried forward" in fed.lines[0]["sentence"]
    assert [(doc["kind"], doc["sum_minor"]) for doc in await rig.documents()] == [("SP", 600), ("PI", 499), ("PO", 499)]


async def test_below_zero_only_money_that_was_booked_pays_fees_the_oldest_first(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 500))
    rows = [
        row(1, "fee_only", None, 0, {"pickup": 250}),
        row(2, "delivered", number, 500, {"delivery": 100}),  # its money pays line 1, which is older
        row(3, "delivered", "NOBODYS", 1000, {"delivery": 900}),  # its money was not booked, and pays nothing
        row(4, "fee_only", None, 0, {"pickup": 400}),
    ]
    fed = await feed(rig, report(*rows))
    assert results(fed) == [
        ("settled", None), ("settled", None), ("exception", "ORDER_UNKNOWN"), ("pending", "CARRIED_FORWARD")
    ]  # fmt: skip
    paid = [(doc["line"], doc["sum_minor"]) for doc in await rig.documents() if doc["kind"] == "PO"]
    assert paid == [(1, 250), (2, 100), (4, 150)]
    assert (fed.documents_minor, fed.unsettled_minor, fed.payout_minor) == (150, -300, -150)


async def test_an_order_in_another_currency_is_not_closed_by_its_number(rig: Any) -> None:
    number = await rig.book("E", carrier="cdek", lines=(replace(rub("X", 500), unit_price=Money(500, "EUR")),))
    got, _ = await lines_of(rig, row(1, "delivered", number, 500, {}))
    assert got == [("exception", "CURRENCY_MIXED")]
