"""Laws over random plays of a shop, a depot and time. Wire contract: `courier_api` §3; `statuses` §3a."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import PaidOut, Scan, Step
from parcelproof.simulators.core.records import Kind, MemoryStore
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import KINDS, PARCELS
from parcelproof.simulators.courier_api.iml import CARRIER
from parcelproof.simulators.courier_api.iml.lives import scan
from parcelproof.simulators.courier_api.iml.records import order_of
from parcelproof.simulators.courier_api.iml.statuses import CODES
from parcelproof.simulators.wire.tenants import WIRE_KINDS

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

HOUR_MS = 3_600_000
Play = list[tuple[str, int, int]]
plays = st.lists(
    st.tuples(
        st.sampled_from(
            ["make", "scan", "scan", "scan", "late", "partial", "revoke", "delete", "pass", "story", "pay"]
        ),
        st.integers(0, 2),  # which order
        st.integers(0, 200),  # which code, how long, which scan
    ),
    max_size=14,
)


def played(desk: Desk, play: Play) -> None:
    """Do what a play says; what the carrier refuses is refused."""
    made: list[dict[str, Any]] = []
    for act, which, how in play:
        with suppress(Rejected):
            if act == "make" or not made:
                made.append(desk.made(CustomerOrder=f"L-{len(made)}"))
            elif act == "pass":
                desk.advance(how * HOUR_MS)
            elif act == "pay":
                assert CARRIER.payouts is not None
                CARRIER.payouts.make(desk.world)
            else:
                _moved(desk, made[which % len(made)], act, how)


def _moved(desk: Desk, order: dict[str, Any], act: str, how: int) -> None:
    world, parcel = desk.world, desk.parcel(order)
    if act == "delete":
        message = f"<DeliveryRequest><Order><number>{order['CustomerOrder']}</number><action>DELETE</action></Order>"
        desk.call("POST", "/imlapi", f"{message}</DeliveryRequest>".encode())
    elif act == "revoke":
        CARRIER.revoke(world, parcel, 1 + how % (parcel.scans + 1))
    elif act == "story":
        world.travel(parcel, CARRIER.story(world, parcel, CARRIER.stories[how % len(CARRIER.stories)]))
    else:
        late_ms = how * HOUR_MS if act == "late" else 0
        reason = "partial" if act == "partial" else ""
        code = "2/1" if act == "partial" else CODES[how % len(CODES)]
        scan(world, parcel, Step(0, code, reason=reason, late_ms=late_ms))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plays)
@example([("make", 0, 0), ("partial", 0, 0), ("scan", 0, CODES.index("6/0"))])  # at one instant
@example([("make", 0, 0), ("scan", 0, CODES.index("3/0")), ("partial", 0, 0)])
@example([("make", 0, 0), ("scan", 0, CODES.index("3/0")), ("scan", 0, CODES.index("6/0")), ("revoke", 0, 1)])
def test_money_follows_what_was_handed_over(new_desk: Callable[..., Desk], play: Play) -> None:
    desk = new_desk()
    played(desk, play)
    for row in desk.ask("/json/GetStatuses"):
        parcel = desk.world.by_number("iml", row["BarCode"])
        assert parcel is not None
        order = order_of(desk.world, parcel.id)
        taken = row["CashReceiptAmount"] * 100
        due = order.amount_minor - order.refused_minor
        assert taken == (due if parcel.status is Status.DELIVERED else 0), (row, parcel.facts)
        lines = sum(line["cashRecieptAmount"] for line in row["Details"]) * 100
        assert lines == taken or row["OrderStatus"] != 1 or row["State"] == 6
        assert not any(item.refused for item in order.items) or parcel.status is Status.DELIVERED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plays)
def test_an_order_is_paid_out_once_and_a_deleted_one_never_moves(new_desk: Callable[..., Desk], play: Play) -> None:
    desk = new_desk()
    played(desk, play)
    assert CARRIER.payouts is not None
    CARRIER.payouts.make(desk.world)
    for _, parcel in desk.world.store.scan(PARCELS):
        kinds = Counter(type(fact) for fact in parcel.facts)
        assert kinds[PaidOut] <= 1
        assert not (parcel.cancelled and kinds[Scan])
    assert {row["CustomerOrder"] for row in desk.listed()} == {
        parcel.reference for _, parcel in desk.world.store.scan(PARCELS) if not parcel.cancelled
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plays)
def test_a_play_gives_one_world_and_it_loads_as_it_was_saved(new_desk: Callable[..., Desk], play: Play) -> None:
    kinds: list[Kind[Any]] = [*KINDS, *WIRE_KINDS, *CARRIER.kinds]
    dumps = []
    for desk in (new_desk(), new_desk()):
        played(desk, play)
        dumps.append(desk.world.store.dump())
    assert dumps[0] == dumps[1] == MemoryStore.load(dumps[0], kinds).dump()
