"""Properties of trade: the cheapest offer under any rate of exchange, and stock after any pieces came back."""

from decimal import Decimal

from ..bench import Bench
from ..case import OWN, case, expect, expect_that
from ..checks.bookings import in_base
from ..orders import line, order
from ..strategies.trade import returned_pieces, rouble_rates
from ..wires import WIRES
from .rates import BOTH, carried, draft, show

MA = "mail_alliance"


@case("RTE-003", "RTE-004", examples=rouble_rates, needs=("rates",), wires=BOTH)
def the_cheapest_under_any_rate_of_exchange(bench: Bench, rate: str) -> None:
    """Whatever a rouble is worth, the offer that is booked costs least in euro; of a tie either may be taken."""
    bench.settings["currencies"] = {"base": "EUR", "rates": {"RUB": rate}}
    bench.reset()
    bench.place(draft("R-1"))
    offers = show(bench, "R-1")
    expect_that(len(offers) > 1, "offers for R-1", wanted="several", found=len(offers), requirement="RTE-003")
    bench.connector.confirm("R-1")
    bench.advance(minutes=15)
    if bench.order("R-1").state != "booked":  # some take their time
        bench.advance(hours=2)
    view = bench.order("R-1")
    table = {"EUR": "1", "RUB": rate}
    least = min(in_base(offer.total, table) for offer in offers)
    mine = [offer for offer in offers if (offer.carrier, offer.service) == (view.carrier, view.service)]
    taken = min((in_base(offer.total, table) for offer in mine), default=Decimal(-1))
    found = f"{view.carrier} {view.service} at {taken / 100:.2f} EUR"
    after = f"1 RUB = {rate} EUR"
    cheap = taken == least
    expect_that(cheap, "R-1", wanted=f"{least / 100:.2f} EUR", found=found, requirement="RTE-003", after=after)
    price = next(offer.total for offer in mine if in_base(offer.total, table) == taken)
    expect(view.booked, price, "the price of R-1", requirement="RTE-004", after=after)
    carried(bench, "RTE-003", "R-1")


@case(
    "RET-001", "RET-006", carriers=(MA,), examples=returned_pieces, needs=("returns",), accounts=OWN, poll_minutes=1440
)
def any_pieces_come_back(bench: Bench, carrier: str, pieces: tuple[int, int, int]) -> None:
    """The buyer sends any of the pieces back; what arrives is restored once, told as often as it may be."""
    ordered, back, copies = pieces
    bench.control.switches(bench.tenant, carrier, duplicate=copies)
    rows = [line("TEE", 990, WIRES[carrier].currency, quantity=ordered), line("TASSE", 1990, WIRES[carrier].currency)]
    bench.book(order("B-1", carrier, lines=rows))
    parcel = bench.parcel("B-1")
    for code in ("shipped", "in_transit", "out_for_delivery", "delivered"):
        bench.control.scan(bench.tenant, parcel.id, code)
    bench.advance(minutes=30)
    start = dict(bench.connector.stock())
    bench.connector.send_back("B-1", "changed_mind", {"TEE": back})
    bench.advance(hours=1)
    legs = [row for row in bench.truth() if row.return_of]
    expect(len(legs), 1, "returns at the carrier", requirement="RET-006", after=f"{back} of {ordered} sent back")
    for code in ("shipped", "returned"):
        bench.control.scan(bench.tenant, legs[0].id, code)
        bench.advance(minutes=30)
    stock = bench.connector.stock()
    risen = {sku: stock.get(sku, 0) - start.get(sku, 0) for sku in ("TEE", "TASSE")}
    wanted = {"TEE": back, "TASSE": 0}
    expect(risen, wanted, "pieces restored", requirement="RET-001", after=f"{back} of {ordered} sent back")
