"""Lives of items: what operations do to them, to their money and to their batch. `statuses` §3a, contract §2.4, §7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.parcel import Collected, PaidOut, Parcel
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.postal_api.russia import POST, journeys
from parcelproof.simulators.postal_api.russia.lives import live_scans

from .test_orders import abroad_order

if TYPE_CHECKING:
    from tests.russia.otpravka.conftest import Desk

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
COD = {"mail_category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "payment": 150_000, "insr_value": 150_000}
ENDS = {
    "delivered": Status.DELIVERED,
    "second-attempt": Status.DELIVERED,
    "refused": Status.RETURNED,
    "returned": Status.RETURNED,
    "forwarded": Status.DELIVERED,
    "held": Status.DELIVERED,
    "electronic": Status.DELIVERED,
    "lost": Status.LOST_OR_DAMAGED,
    "destroyed": Status.LOST_OR_DAMAGED,
    "not-accepted": Status.HELD,
    "stuck": Status.ANNOUNCED,
}
KINDS: dict[str, dict[str, Any]] = {
    "parcel": {},
    "courier": {"mail_type": "ONLINE_COURIER", "index_to": 630099},
    "letter": {"mail_type": "LETTER", "mail_category": "ORDERED", "mass": 20},
    "locker": {
        "mail_type": "ONLINE_PARCEL",
        "mail_category": "COMBINED_ORDINARY",
        "dimension_type": "S",
        "ecom_data": {"delivery-point-index": "912471"},
    },
}


def taken(parcel: Parcel) -> int:
    return sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))


def test_every_story_has_an_end_here() -> None:
    assert set(ENDS) == set(journeys.STORIES) == set(POST.stories)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("story", ENDS)
def test_a_story_ends_as_its_name_says(desk: Desk, story: str, kind: str) -> None:
    order_id = desk.made(comment=f"[story: {story}]", **KINDS[kind])
    desk.checked_in(order_id)
    desk.advance(400 * DAY_MS)
    parcel = desk.parcel(order_id)
    assert parcel.status is ENDS[story]
    scans = live_scans(parcel)
    assert scans[0].code == "28/0" and all(scan.place for scan in scans)
    assert [scan.occurred_ms for scan in scans] == sorted(scan.occurred_ms for scan in scans)


@pytest.mark.parametrize("story", [name for name in ENDS if name != "not-accepted"])
def test_a_story_ends_abroad_too(desk: Desk, story: str) -> None:
    order = abroad_order(desk, comment=f"[story: {story}]")
    (order_id,) = desk.ask("PUT", "/1.0/user/backlog", [order])["result-ids"]
    desk.checked_in(order_id)
    desk.advance(400 * DAY_MS)
    assert desk.parcel(order_id).status is (Status.RETURNED if story == "held" else ENDS[story])
    codes = [scan.code for scan in live_scans(desk.parcel(order_id))]
    assert ("10/0" in codes) == (story in ("delivered", "second-attempt", "refused", "returned", "forwarded",
                                           "electronic", "destroyed"))  # fmt: skip


def test_nothing_moves_before_check_in_nor_before_the_day(desk: Desk) -> None:
    first, second = desk.made(), desk.made()
    desk.batched(first)
    name = desk.batched(second, query="sending-date=2026-08-11")
    desk.ask("POST", f"/1.0/batch/{name}/checkin")
    desk.advance(9 * DAY_MS)
    assert desk.parcel(first).status is desk.parcel(second).status is Status.ANNOUNCED
    desk.advance(2 * DAY_MS)
    assert desk.parcel(second).status is Status.IN_TRANSIT and desk.parcel(first).status is Status.ANNOUNCED


def test_a_batch_is_accepted_when_every_line_is_told_then_sent(desk: Desk) -> None:
    one, two = desk.made(comment="[story: stuck]"), desk.made(comment="[story: stuck]")
    name = desk.checked_in(one, two)

    def shown() -> tuple[str, int]:
        found = desk.ask("GET", f"/1.0/batch/{name}")
        return found["batch-status"], found["accepted-count"]

    assert shown() == ("FROZEN", 0)
    desk.scan(one, "1/2")
    assert shown() == ("FROZEN", 1)
    assert desk.ask("GET", "/1.0/settings")["debt-sum"] == 0, "the list is not closed"
    found = desk.ask("POST", "/1.0/user/backlog", [one])
    assert found["errors"][0]["error-code"] == "DELIVERY_IN_PROGRESS"
    desk.scan(two, "44/12")
    assert shown() == ("ACCEPTED", 1)
    assert desk.ask("GET", "/1.0/settings")["debt-sum"] == 78800, "what was taken in is owed, the rest is not"
    desk.scan(one, "8/1")
    assert shown() == ("SENT", 1)


def test_a_list_is_closed_a_day_after_its_first_line(desk: Desk) -> None:
    one, two = desk.made(comment="[story: stuck]"), desk.made(comment="[story: stuck]")
    name = desk.checked_in(one, two)
    desk.scan(one, "1/2")
    desk.advance(23 * HOUR_MS)
    assert desk.ask("GET", f"/1.0/batch/{name}")["batch-status"] == "FROZEN"
    desk.advance(HOUR_MS)
    assert desk.ask("GET", f"/1.0/batch/{name}")["batch-status"] == "ACCEPTED"


def test_an_acceptance_withdrawn_is_none(desk: Desk) -> None:
    one, two = desk.made(comment="[story: stuck]"), desk.made(comment="[story: stuck]")
    name = desk.checked_in(one, two)
    parcel = desk.scan(one, "1/2")
    POST.revoke(desk.world, parcel, parcel.scans)
    assert desk.ask("GET", f"/1.0/batch/{name}")["accepted-count"] == 0
    assert desk.parcel(one).status is Status.ANNOUNCED


def test_the_last_operation_is_told_in_the_order_interfaces_words(desk: Desk) -> None:
    order_id = desk.made()
    desk.checked_in(order_id)
    desk.scan(order_id, "1/2")
    desk.scan(order_id, "12/1")
    found = desk.ask("GET", f"/1.0/shipment/{order_id}")
    assert (found["last-oper-type"], found["human-operation-name"]) == ("TRYING", "Временное отсутствие адресата")
    assert found["last-oper-attr"] == "FAILED_BY_TEMPORAL_ABSENCE_OF_RECEPIENT"
    desk.scan(order_id, "8/2")
    assert desk.ask("GET", f"/1.0/shipment/{order_id}")["arrival-date"] == "2026-08-01"


def test_money_is_taken_once_and_paid_out(desk: Desk) -> None:
    order_id = desk.made(**COD)
    desk.checked_in(order_id)
    desk.advance(80 * DAY_MS)
    parcel = desk.parcel(order_id)
    assert parcel.status is Status.DELIVERED and taken(parcel) == 150_000
    assert [isinstance(fact, PaidOut) for fact in parcel.facts].count(True) == 1
    assert POST.payouts is not None
    (report,) = POST.payouts.list(desk.world)
    assert report["sum_minor"] == 150_000 - 4_500 and report["currency"] == "RUB"
    for form in POST.payouts.forms(desk.world):
        assert POST.payouts.file(desk.world, report["number"], form).body
    text = POST.payouts.file(desk.world, report["number"], "csv").body.decode("utf-8-sig")
    assert parcel.number in text and "A-1" in text and "1 500,00" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("story", ["refused", "returned", "lost"])
def test_no_money_is_taken_from_nobody(desk: Desk, story: str) -> None:
    order_id = desk.made(comment=f"[story: {story}]", **COD)
    desk.checked_in(order_id)
    desk.advance(200 * DAY_MS)
    assert taken(desk.parcel(order_id)) == 0
    assert POST.payouts is not None and POST.payouts.make(desk.world) is None


def test_a_hand_over_withdrawn_gives_the_money_back(desk: Desk) -> None:
    order_id = desk.made(comment="[story: stuck]", **COD)
    desk.checked_in(order_id)
    desk.scan(order_id, "1/2")
    parcel = desk.scan(order_id, "2/1")
    assert taken(parcel) == 150_000
    parcel = POST.revoke(desk.world, parcel, parcel.scans)
    assert (taken(parcel), parcel.status) == (0, Status.ACCEPTED)
    parcel = desk.scan(order_id, "2/8")
    assert taken(parcel) == 150_000


def test_an_operators_mistake_withdraws_the_operation_before(desk: Desk) -> None:
    order_id = desk.made(comment="[story: stuck]", **COD)
    desk.checked_in(order_id)
    for code in ("1/2", "2/1", "26/2"):
        desk.scan(order_id, code)
        desk.advance(HOUR_MS)
    parcel = desk.parcel(order_id)
    assert (parcel.status, taken(parcel)) == (Status.ACCEPTED, 0)


def test_an_operation_that_nobody_knows_is_refused(desk: Desk) -> None:
    order_id = desk.made()
    for code in ("99/1", "8", "delivered", "8/999"):
        with pytest.raises(Rejected) as refused:
            desk.scan(order_id, code)
        assert refused.value.reason is Reason.UNKNOWN_CODE
    desk.ask("DELETE", "/1.0/backlog", [order_id])
    with pytest.raises(Rejected) as refused:
        desk.scan(order_id, "1/2")
    assert refused.value.reason is Reason.CANCELLED


def test_what_was_taken_in_by_hand_is_not_taken_in_again(desk: Desk) -> None:
    order_id = desk.made()
    desk.checked_in(order_id)
    desk.scan(order_id, "1/3")
    desk.advance(80 * DAY_MS)
    codes = [scan.code for scan in live_scans(desk.parcel(order_id))]
    assert [code for code in codes if code.startswith("1/")] == ["1/3"] and codes[-1] == "2/1"


def test_a_life_chosen_before_check_in_is_lived(desk: Desk) -> None:
    order_id = desk.made()
    parcel = desk.parcel(order_id)
    desk.world.travel(parcel, POST.story(desk.world, parcel, "lost"))
    desk.checked_in(order_id)
    desk.advance(100 * DAY_MS)
    assert desk.parcel(order_id).status is Status.LOST_OR_DAMAGED


def test_a_silent_operation_leaves_the_status_alone(desk: Desk) -> None:
    order_id = desk.made()
    for code in ("1/2", "8/2"):
        desk.scan(order_id, code)
    assert desk.scan(order_id, "63/0").status is desk.parcel(order_id).status is Status.READY_FOR_PICKUP


def test_the_same_seed_lives_the_same_lives(desk: Desk) -> None:
    from tests.russia.otpravka.conftest import Desk as Another
    from tests.russia.otpravka.conftest import tenants

    found = []
    for one in (desk, Another(tenants())):
        order_id = one.made()
        one.checked_in(order_id)
        one.advance(30 * DAY_MS)
        found.append((one.parcel(order_id).facts, one.ask("GET", f"/1.0/shipment/{order_id}")))
    assert found[0] == found[1]
