"""Events on the two axes, and what each does. Wire contract: `courier_api` §3; vectors: `statuses` §3a, 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.parcel import Scan
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.courier_api.iml import CARRIER
from parcelproof.simulators.courier_api.iml.journeys import STORIES, told
from parcelproof.simulators.courier_api.iml.payouts import DESK
from parcelproof.simulators.wire.paydesk import Outcome, Pieces

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    "steps",
    [
        "1/0 accepted, 2/0 out_for_delivery, 1/0 in_transit, 10/0 ready_for_pickup, 6/1 held, 6/2 returning, "
        "1/2 returning, 13/2 returned",
        "999/0 announced, 0/0 announced, 1/0 accepted, 1/0 in_transit, 2/0 out_for_delivery, 2/1 delivered, "
        "3/1 delivered, 13/1 delivered",
        "1/0 accepted, 6/0 returning, 1/0 returning, 10/0 returning, 3/1 delivered",
        "1/0 accepted, 6/3 returning, 13/3 returned, 13/1 returned",
        "1/0 accepted, 3/2 held, 3/3 held, 2/0 out_for_delivery, 3/0 delivered",
        "1/0 accepted, 13/0 accepted, 2/0 out_for_delivery, 13/0 out_for_delivery",
        "10/0 ready_for_pickup, 10/3 returning, 1/3 returning, 13/3 returned",
    ],
)
def test_pairs_fold_into_the_status_of_the_table(desk: Desk, steps: str) -> None:
    order = desk.made()
    for step in steps.split(", "):
        code, status = step.split(" ")
        desk.advance(HOUR_MS)
        assert desk.scan(order, code).status == Status(status), step
        row = desk.status()
        assert (row["State"], row["OrderStatus"]) == tuple(map(int, code.split("/")))


def test_a_status_tells_its_words_and_the_time_it_occurred(desk: Desk) -> None:
    order = desk.made()
    assert desk.status()["StatusDate"] == "2026-03-02T12:00:00"
    desk.advance(30 * HOUR_MS + 790)
    desk.scan(order, "13/1", late_ms=HOUR_MS)
    row = desk.status()
    assert (row["StateDescription"], row["OrderStatusDescription"]) == ("Завершено", "Доставлен")
    assert row["StatusDate"] == "2026-03-03T17:00:00.79"


def test_an_event_recorded_late_does_not_outrank_what_came_after_it(desk: Desk) -> None:
    order = desk.made()
    desk.advance(9 * HOUR_MS)
    desk.scan(order, "2/0")
    desk.scan(order, "1/0", late_ms=5 * HOUR_MS)
    assert (desk.status()["State"], desk.parcel(order).status) == (2, Status.OUT_FOR_DELIVERY)


@pytest.mark.parametrize(
    ("code", "reason"), [("4/0", ""), ("1/7", ""), ("nonsense", ""), ("2/1", "lost"), ("2/1", "partial:x")]
)
def test_an_event_of_nobodys_changes_nothing(desk: Desk, code: str, reason: str) -> None:
    order = desk.made()
    before = desk.status()
    with pytest.raises(Rejected) as refused:
        desk.scan(order, code, reason)
    assert refused.value.reason is Reason.UNKNOWN_CODE
    assert desk.status() == before


# -- money and lines


def test_a_delivery_takes_the_whole_amount_once(desk: Desk) -> None:
    order = desk.made()
    for code in ("1/0", "2/0", "2/1", "3/1", "13/1"):
        desk.advance(HOUR_MS)
        desk.scan(order, code)
    row = desk.status()
    assert float(row["CashReceiptAmount"]) == 2000.5
    assert [float(line["cashRecieptAmount"]) for line in row["Details"]] == [1000.5, 700, 300]
    assert [line["cancel"] for line in row["Details"]] == [False, False, False]
    assert row["ReturnStatus"] == 0


def test_what_was_refused_is_not_paid_and_goes_back(desk: Desk) -> None:
    order = desk.made()
    desk.scan(order, "2/1", "partial:1")
    row = desk.status()
    assert float(row["CashReceiptAmount"]) == 1000
    assert [float(line["cashRecieptAmount"]) for line in row["Details"]] == [0, 700, 300]
    assert [(line["cancel"], line["returnCode"]) for line in row["Details"]] == [
        (True, 1),
        (False, None),
        (False, None),
    ]
    assert (row["OrderStatus"], row["ReturnStatus"], desk.parcel(order).status) == (1, 1, Status.DELIVERED)
    (listed,) = desk.listed()
    assert listed["FullDeliveryAmount"] > listed["DeliveryAmount"]


def test_partial_without_a_line_refuses_the_last_that_may_be(desk: Desk) -> None:
    items = [desk.item(), desk.item(productNo="B", amountLine=500), desk.item(productNo="C", deliveryService=True)]
    order = desk.made(GoodItems=items)
    desk.scan(order, "2/1", "partial")
    assert [line["cancel"] for line in desk.status()["Details"]] == [False, True, False]


@pytest.mark.parametrize("reason", ["partial:3", "partial:1,2", "partial:9", "partial:0"])
@pytest.mark.parametrize("held_on", [True, False])
def test_a_line_that_may_not_be_refused_is_not_nor_are_all(desk: Desk, reason: str, held_on: bool) -> None:
    order = desk.made(GoodItems=[desk.item(), desk.item(productNo="C", deliveryService=held_on)])
    with pytest.raises(Rejected):
        desk.scan(order, "2/1", reason)
    assert desk.status()["OrderStatus"] == 0


def test_a_refusal_takes_nothing_and_cancels_every_line(desk: Desk) -> None:
    order = desk.made()
    desk.scan(order, "2/3")
    row = desk.status()
    assert (row["CashReceiptAmount"], row["ReturnStatus"]) == (0, 1)
    assert all(line["cancel"] and line["cashRecieptAmount"] == 0 for line in row["Details"])
    desk.scan(order, "13/3")
    assert desk.status()["ReturnStatus"] == 2


def test_money_of_an_order_is_told_when_there_is_some(desk: Desk) -> None:
    order = desk.made()
    assert [order[key] for key in ("DeliveryAmount", "Commission", "FullDeliveryAmount")] == [None, None, None]
    desk.scan(order, "1/0")
    (weighed,) = desk.listed()
    assert (weighed["DeliveryAmount"], weighed["Commission"]) == (weighed["FullDeliveryAmount"], None)
    desk.scan(order, "3/1")
    (ended,) = desk.listed()
    assert float(ended["Commission"]) == 60.02  # 3 % of 2000.5, half up
    assert desk.status()["ReturnPayment"] is None
    assert CARRIER.payouts is not None
    assert CARRIER.payouts.make(desk.world)
    assert float(desk.status()["ReturnPayment"]) == 2000.5


def test_how_it_was_paid_differs_from_order_to_order_and_stays(desk: Desk) -> None:
    orders = [desk.made(CustomerOrder=f"N-{number}") for number in range(12)]
    for order in orders:
        desk.scan(order, "3/1")
    kinds = [desk.status(order["CustomerOrder"])["PaymentType"] for order in orders]
    assert set(kinds) == {0, 1}
    assert [row["PaymentType"] for row in desk.listed()] == kinds


@pytest.mark.parametrize("codes", [["2/1"], ["2/1", "3/1"]])
def test_a_delivery_withdrawn_gives_the_money_back(desk: Desk, codes: list[str]) -> None:
    order = desk.made()
    desk.scan(order, "2/0")
    for code in codes:
        desk.advance(HOUR_MS)
        desk.scan(order, code, "partial:1" if code == "2/1" else "")
    scans = [fact for fact in desk.parcel(order).facts if isinstance(fact, Scan) and fact.code in codes]
    for scan in reversed(scans):
        CARRIER.revoke(desk.world, desk.parcel(order), scan.sequence)
    row = desk.status()
    assert (row["State"], row["OrderStatus"], row["CashReceiptAmount"], row["ReturnStatus"]) == (2, 0, 0, 0)
    assert not any(line["cancel"] for line in row["Details"])
    assert CARRIER.payouts is not None
    assert CARRIER.payouts.make(desk.world) is None


def test_a_failed_delivery_moves_the_day(desk: Desk) -> None:
    order = desk.made(DeliveryDate="04.03.2026")
    for code in ("1/0", "2/0", "1/0"):
        desk.advance(10 * HOUR_MS)
        desk.scan(order, code)
    row = desk.status()
    assert (row["TransferredToDate"], row["DeliveryDate"]) == ("2026-03-04T00:00:00", "2026-03-04T00:00:00")
    assert row["LocationCode"] == "НОВОСИБИРСК_СКЛАД"


def test_at_its_point_an_order_tells_where_it_lies(desk: Desk) -> None:
    order = desk.made(Job="С24КО", DeliveryPointID=1000002)
    desk.scan(order, "10/0")
    assert desk.status()["LocationCode"] == "АБАКАН_ПС3"


# -- lives by name

ENDS: dict[str, tuple[int, int, Status]] = {
    "delivered": (13, 1, Status.DELIVERED),
    "second-attempt": (13, 1, Status.DELIVERED),
    "partly-refused": (13, 1, Status.DELIVERED),
    "pickup": (13, 1, Status.DELIVERED),
    "refused": (13, 3, Status.RETURNED),
    "returned": (13, 2, Status.RETURNED),
    "stuck": (999, 0, Status.ANNOUNCED),
}
TO: dict[str, dict[str, Any]] = {
    "door": {},
    "point": {"Job": "С24КО", "DeliveryPointID": 1000002},
    "post": {"Job": "ПОЧТА", "Amount": 0, "City": "Бердск", "PostCode": "633010"},
}


@pytest.mark.parametrize("to", TO)
@pytest.mark.parametrize("story", ENDS)
def test_every_story_comes_to_its_end_wherever_it_goes(desk: Desk, story: str, to: str) -> None:
    order = desk.made(**TO[to], Comment=f"осторожно [story: {story}]")
    desk.advance(30 * 24 * HOUR_MS)
    row = desk.status()
    assert (row["State"], row["OrderStatus"], desk.parcel(order).status) == ENDS[story]
    cancelled = [line["cancel"] for line in row["Details"]]
    assert any(cancelled) == (story in ("refused", "returned", "partly-refused"))
    assert all(cancelled) == (story in ("refused", "returned"))


def test_an_order_of_which_no_single_piece_can_be_refused_is_refused_whole(desk: Desk) -> None:
    order = desk.made(GoodItems=[desk.item()], Comment="[story: partly-refused]")
    desk.advance(30 * 24 * HOUR_MS)
    assert desk.parcel(order).status is Status.RETURNED


@pytest.mark.parametrize(("allowed", "end"), [(0, Status.RETURNED), ("False", Status.RETURNED), (1, Status.DELIVERED)])
def test_a_condition_forbids_taking_an_order_in_parts(desk: Desk, allowed: Any, end: Status) -> None:
    condition = {"productNo": 10000, "itemType": 10, "allowed": allowed}
    items = [desk.item(), desk.item(productNo="CUP-1"), condition]
    order = desk.made(GoodItems=items, Comment="[story: partly-refused]")
    if end is Status.RETURNED:
        with pytest.raises(Rejected):
            desk.scan(desk.made(CustomerOrder="A-2", GoodItems=items), "2/1", "partial:1")
    desk.advance(30 * 24 * HOUR_MS)
    assert desk.parcel(order).status is end


def test_a_report_says_what_became_of_each_article(desk: Desk) -> None:
    kettles = [desk.item() for _ in range(3)]
    order = desk.made(GoodItems=[*kettles, desk.item(productNo="CUP-1"), desk.delivery(300)], Amount=4302)
    desk.scan(order, "3/1", "partial:2,4")
    (line,) = DESK.lines(desk.world, desk.parcel(order))
    assert (line.outcome, line.items) == (Outcome.PARTIAL, (Pieces("TEA-1", 2, 1), Pieces("CUP-1", 0, 1)))
    (row,) = desk.listed()
    sums = [row["FullDeliveryAmount"], row["Commission"], desk.status()["CashReceiptAmount"]]
    assert [line.services_minor, line.agent_minor, line.collected_minor] == [value * 100 for value in sums]


def test_the_axes_disagree_for_a_while(desk: Desk) -> None:
    """The outcome stands while the place has not followed: somebody who asks in between sees it."""
    order = desk.made()
    desk.live(order, "delivered")
    codes = [fact.code for fact in desk.parcel(order).facts if isinstance(fact, Scan)]
    assert codes[-3:] == ["2/1", "3/1", "13/1"]


@pytest.mark.parametrize(("story", "wrong", "end"), [("delivered", "6/1", "13/1"), ("refused", "3/3", "13/3")])
def test_on_a_bad_day_they_contradict_each_other(desk: Desk, story: str, wrong: str, end: str) -> None:
    desk.settings(iml={"axes": "disagree"})
    order = desk.made()
    desk.live(order, story)
    scans = [fact for fact in desk.parcel(order).facts if isinstance(fact, Scan)]
    assert [scan.status for scan in scans if scan.code == wrong] == [Status.HELD]
    assert scans[-1].code == end
    assert desk.parcel(order).status is (Status.DELIVERED if story == "delivered" else Status.RETURNED)
    assert float(desk.status()["CashReceiptAmount"]) == (2000.5 if story == "delivered" else 0)


def test_every_story_is_told_in_words() -> None:
    assert all(told(name) for name in STORIES if name != "stuck")
    assert told("delivered")[-1].endswith("State 13 (Завершено), OrderStatus 1 (Доставлен)")
