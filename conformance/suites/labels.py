"""Labels and bookings: what is sent to the carrier, and what stands on the parcel."""

from collections.abc import Mapping
from typing import Any

from ..bench import Bench
from ..case import OWN, case, expect, expect_that, holds
from ..driver.http import Refused
from ..orders import line, order
from ..strategies.parcels import boxes
from ..wires import ALL, WIRES, code_for

BOTH = ("cdek", "mail_alliance")
LABEL_RULES = ("LBL-001", "LBL-002", "LBL-003", "LBL-004", "LBL-005", "LBL-006")


@case(*LABEL_RULES, "IDM-004", carriers=ALL)
def a_booked_order_has_its_label(bench: Bench, carrier: str) -> None:
    """Two orders are booked; each label is read twice, rendered, and its bar code decoded."""
    currency = WIRES[carrier].currency
    lines = [line("TEE", 1290, currency, quantity=2), line("TASSE", 2500, currency)]
    odd = order("L-2", carrier, lines=lines, mass_g=3_847, sides_mm=[287, 191, 93])  # what is rounded on the way shows
    bench.book(order("L-1", carrier), odd)
    holds(bench.history(read_labels=True), *LABEL_RULES, "IDM-004")


@case("LBL-009", carriers=(*BOTH, "swiss_post"), accounts=OWN)
def a_label_is_as_large_as_was_asked(bench: Bench, carrier: str) -> None:
    """Two labels are measured: each page has a size that the connector asked its carrier for."""
    bench.book(order("L-1", carrier), order("L-2", carrier))
    holds(bench.history(read_labels=True), "LBL-009")


@case("LBL-004", "LBL-002", carriers=("mail_alliance", "swiss_post"), label_format="ZPL")
def a_zpl_label_is_zpl(bench: Bench, carrier: str) -> None:
    """A connector that was told to use ZPL gets one label from ^XA to ^XZ, with its own number."""
    bench.book(order("L-1", carrier))
    history = bench.history(read_labels=True)
    holds(history, "LBL-004")
    number = bench.order("L-1").tracking_number or ""
    read = history.labels[0]
    seen = number in (read.codes or ()) if read.codes is not None else number.encode() in read.reads[0]
    expect_that(seen, "L-1", wanted=f"a code that reads {number}", found=read.codes, requirement="LBL-002")


@case("LBL-004", "LBL-002", "LBL-009", carriers=BOTH, accounts=OWN, label_format="PNG")
def a_png_label_is_png(bench: Bench, carrier: str) -> None:
    """A connector that was told to use PNG gives a picture that says its size, with its own number, for each order."""
    bench.book(order("L-1", carrier), order("L-2", carrier))
    holds(bench.history(read_labels=True), "LBL-004", "LBL-002", "LBL-009")


@case("LBL-006", "LBL-002", carriers=BOTH, examples=boxes)
def any_parcel_is_sent_as_it_stands(bench: Bench, carrier: str, box: Mapping[str, Any]) -> None:
    """Names in any script, masses and sizes up to the limits reach the carrier as they stand in the order."""
    rows = [line("TEE", 990, WIRES[carrier].currency, quantity=box["quantity"], unit_mass_g=1)]
    recipient = {**WIRES[carrier].recipient, "name": box["name"]}
    bench.book(order("L-1", carrier, lines=rows, recipient=recipient, mass_g=box["mass_g"], sides_mm=box["sides_mm"]))
    holds(bench.history(read_labels=True), "LBL-006", "LBL-002")


@case("LBL-007", wires=("cdek",))
def a_cancellation_refused_later_is_none(bench: Bench) -> None:
    """CDEK takes a removal in and the goods move before it gets to it: it refuses, and the order is not cancelled."""
    bench.book(order("L-1", "cdek"))
    bench.control.change_settings(bench.tenant, {"cdek": {"accept_after_ms": 1_800_000}})
    bench.connector.cancel("L-1")
    bench.advance(minutes=10)
    bench.scan("L-1", "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    bench.advance(hours=3)
    after = "cancel, the first scan, and CDEK's refusal"
    expect(bench.parcel("L-1").status, "accepted", "the carrier's parcel of L-1", requirement="LBL-007", after=after)
    expect(bench.order("L-1").state, "booked", "L-1", requirement="LBL-007", after=after)


@case("LBL-007", carriers=(*BOTH, "pickpoint", "russian_post"))
def cancelled_here_is_cancelled_there(bench: Bench, carrier: str) -> None:
    """A booked order is cancelled before its first scan; a second one after it, which is refused."""
    bench.book(order("L-1", carrier), order("L-2", carrier))
    bench.connector.cancel("L-1")
    bench.advance(minutes=90)
    found = [row.status for row in bench.parcels("L-1")]
    expect(found, ["cancelled"], "the carrier's parcel of L-1", requirement="LBL-007", after="cancel")
    expect(bench.order("L-1").state, "cancelled", "L-1", requirement="LBL-007", after="cancel")
    bench.scan("L-2", code_for(carrier, "accepted").code)
    bench.advance(minutes=90)
    try:
        bench.connector.cancel("L-2")
        refused = "accepted"
    except Refused as refusal:
        refused = str(refusal.status)
    bench.advance(minutes=90)
    expect(refused, "409", "cancelling L-2 after its first scan", requirement="LBL-007")
    expect(bench.parcel("L-2").status, "accepted", "the carrier's parcel of L-2", requirement="LBL-007")
