"""Returns: what comes back is in stock again once, with number, reason and date."""

from ..bench import Bench
from ..case import OWN, case, expect, expect_that, holds
from ..orders import line, order
from ..wires import ALL, POLLED, WIRES
from .lives import send
from .tracking import say

BOTH = ("cdek", "mail_alliance")
TURNING = tuple(name for name in ALL if any(code.status == "returning" for code in WIRES[name].codes))


@case("RET-001", "RET-002", "RET-003", "TRK-008", carriers=POLLED, needs=("returns",), poll_minutes=720, accounts=OWN)
def what_comes_back_under_its_own_number(bench: Bench, carrier: str) -> None:
    """Of three parcels two come back under the number they went out by; polls repeat it; stock rises once."""
    send(bench, carrier, "delivered", "refused", "returned", pieces=3)
    bench.advance(days=WIRES[carrier].life_days + 2)
    holds(bench.history(), "RET-001", "RET-002", "RET-003", "TRK-008")


@case(
    "RET-001",
    "RET-002",
    "RET-003",
    "RET-007",
    "TRK-008",
    carriers=BOTH,
    needs=("returns",),
    accounts=OWN,
    poll_minutes=1440,
)
def what_comes_back_is_in_stock_once(bench: Bench, carrier: str) -> None:
    """Of four parcels two come back and one is lost; webhooks come twice, polls repeat them; stock rises once."""
    bench.control.switches(bench.tenant, carrier, duplicate=1)
    send(bench, carrier, "delivered", "refused", "returned", "lost", pieces=3)
    bench.advance(days=14)
    holds(bench.history(), "RET-001", "RET-002", "RET-003", "RET-007", "TRK-008")


@case("RET-003", carriers=TURNING, needs=("returns",))
def nothing_is_restored_on_the_way(bench: Bench, carrier: str) -> None:
    """The parcel turns back; until it arrives, stock stands still."""
    _stock_stands_still(bench, carrier, "returning", hours=2, requirement="RET-003", after="the parcel turned back")
    expect(bench.order("B-1").status, "returning", "B-1", requirement="RET-003", after="the parcel turned back")


@case("RET-007", carriers=BOTH, needs=("returns",))
def a_lost_parcel_restores_nothing(bench: Bench, carrier: str) -> None:
    """The parcel is lost on the way; hours later stock stands where it stood."""
    _stock_stands_still(bench, carrier, "lost_or_damaged", hours=3, requirement="RET-007", after="the parcel was lost")


def _stock_stands_still(bench: Bench, carrier: str, status: str, *, hours: int, requirement: str, after: str) -> None:
    """Let a parcel on its last mile come to this status; hours later stock stands where it stood before."""
    bench.book(order("B-1", carrier))
    say(bench, "B-1", carrier, "out_for_delivery")
    bench.advance(hours=2)
    before = dict(bench.connector.stock())
    say(bench, "B-1", carrier, status)
    bench.advance(hours=hours)
    expect(dict(bench.connector.stock()), before, "stock", requirement=requirement, after=after)


@case("RET-004", "RET-005", "TRK-011", needs=("returns",), poll_minutes=180)
def a_partial_refusal_brings_back_the_rest(bench: Bench) -> None:
    """CDEK hands over three of five pieces; the other two come back under another number and are restored."""
    rows = [
        line("TEE", 99_000, "RUB", quantity=3),
        line("TASSE", 45_000, "RUB", quantity=2),
    ]
    bench.book(order("B-1", "cdek", lines=rows))
    say(bench, "B-1", "cdek", "out_for_delivery")
    bench.advance(hours=1)
    start = dict(bench.connector.stock())
    bench.scan("B-1", "DELIVERED", reason="20:2,1")
    bench.advance(hours=4)
    for back in [row for row in bench.truth() if row.return_of]:
        for code in ("RECEIVED_AT_SHIPMENT_WAREHOUSE", "ACCEPTED_AT_PICK_UP_POINT", "DELIVERED"):
            bench.advance(hours=4)
            bench.control.scan(bench.tenant, back.id, code)
    bench.advance(hours=7)
    holds(bench.history(), "RET-004", "RET-005", "TRK-011")
    stock = bench.connector.stock()
    risen = {sku: stock.get(sku, 0) - start.get(sku, 0) for sku in ("TEE", "TASSE")}
    expect(
        risen,
        {"TEE": 1, "TASSE": 1},
        "pieces restored",
        requirement="RET-004",
        after="two of three and one of two taken",
    )


@case("RET-006", "RET-001", needs=("returns",), poll_minutes=1440, accounts=("mail_alliance",))
def a_buyer_sends_goods_back(bench: Bench) -> None:
    """The buyer returns one of three pieces; it is announced at the carrier, followed, and restored once."""
    rows = [line("TEE", 990, WIRES["mail_alliance"].currency, quantity=3)]
    bench.book(order("B-1", "mail_alliance", lines=rows))
    bench.control.journey(bench.tenant, bench.parcel("B-1").id, story="delivered")
    bench.advance(days=4)
    start = bench.connector.stock().get("TEE", 0)
    bench.connector.send_back("B-1", "changed_mind", {"TEE": 1})
    bench.advance(hours=1)
    back = [row for row in bench.truth() if row.return_of]
    expect(len(back), 1, "returns at the carrier", requirement="RET-006", after="POST /orders/B-1/return")
    bench.control.journey(bench.tenant, back[0].id, story="delivered")
    bench.advance(days=6)
    view = bench.order("B-1")
    received = [(row.number, row.status, row.received_at is not None) for row in view.returns]
    expect(received, [(back[0].number, "received", True)], "returns of B-1", requirement="RET-006")
    risen = bench.connector.stock().get("TEE", 0) - start
    expect(risen, 1, "pieces restored", requirement="RET-001", after="one of three sent back")
    expect_that(view.status == "delivered", "B-1", wanted="delivered", found=view.status, requirement="RET-006")
