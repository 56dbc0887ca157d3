"""Rates: offers before anything is booked, the choice among them, the price that is booked."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ..addresses import BERLIN, NOWHERE
from ..bench import RATES_BASE, RATES_TABLE, Bench
from ..case import EVERY, OWN, Violation, case, expect, expect_that, finding, holds
from ..checks.bookings import in_base, money
from ..driver.http import Refused
from ..driver.shapes import Quote
from ..orders import line, order
from ..strategies.parcels import boxes
from ..wires import WIRES

BOTH = ("mail_alliance", "cdek")
PRICED = tuple(name for name, wire in WIRES.items() if wire.prices)
COLLECTING = tuple(name for name, wire in WIRES.items() if wire.collects_money)
BASE_RATES = {RATES_BASE: "1", **RATES_TABLE}


def show(bench: Bench, number: str) -> tuple[Quote, ...]:
    """Ask for an order's offers and keep them for the history."""
    bench.shown[number] = bench.connector.quotes(number)
    return bench.shown[number]


def draft(number: str, **changed: Any) -> dict[str, Any]:
    """Return an order to Berlin that any carrier may take."""
    return order(number, "mail_alliance", **{"carrier": None, "confirm": False, **changed})


def worth(quote: Quote) -> Decimal:
    return in_base(quote.total, BASE_RATES)


def shown(bench: Bench, number: str, requirement: str) -> tuple[Quote, ...]:
    """Return the offers for an order; there must be some."""
    offers = show(bench, number)
    expect_that(bool(offers), f"offers for {number}", wanted="at least one", found="none", requirement=requirement)
    return offers


def carried(bench: Bench, requirement: str, *numbers: str) -> None:
    """Refuse orders that are not one parcel each, at the carrier that the connector names."""
    named = {number: [str(bench.order(number).carrier)] for number in numbers}
    found = {number: [row.carrier for row in bench.parcels(number) if row.status != "cancelled"] for number in numbers}
    expect(found, named, "the carriers that have a parcel", requirement=requirement, after="what the connector shows")


@case("RTE-001", "RTE-002", "RTE-008", needs=("rates",), accounts=EVERY)
def both_carriers_offer_before_anything_is_booked(bench: Bench) -> None:
    """A draft is shown offers of each carrier served that goes there; they add up, and nothing is booked."""
    there = WIRES[bench.usual].recipient
    bench.place(draft("R-1", recipient=dict(there)))
    offers = show(bench, "R-1")
    offering = {offer.carrier for offer in offers} & set(WIRES)
    going = {name for name in bench.served if there["country"] in WIRES[name].countries}
    expect(offering, going, "carriers that offer for R-1", requirement="RTE-001")
    bench.advance(hours=2)
    expect(bench.truth(), (), "parcels at the carriers", requirement="RTE-002", after="asking for offers")
    expect(bench.order("R-1").state, "draft", "R-1", requirement="RTE-002", after="asking for offers")
    holds(bench.history(), "RTE-008")


@case("RTE-001", "RTE-002", "RTE-008", carriers=PRICED, needs=("rates",), accounts=OWN)
def each_carrier_offers_where_it_goes(bench: Bench, carrier: str) -> None:
    """The connector has an account of one carrier: a draft is shown its offers, nothing is booked."""
    bench.place(order("R-1", carrier, carrier=None, confirm=False))
    offering = {offer.carrier for offer in shown(bench, "R-1", "RTE-001")}
    expect(offering, {carrier}, "carriers that offer for R-1", requirement="RTE-001")
    bench.advance(hours=2)
    expect(bench.truth(), (), "parcels at the carriers", requirement="RTE-002", after="asking for offers")
    holds(bench.history(), "RTE-008")


@case("RTE-003", "RTE-004", needs=("rates",))
def the_cheapest_is_booked_at_its_price(bench: Bench) -> None:
    """Three drafts, one heavy and one bulky, are confirmed: each goes by the cheapest offer at that price."""
    heavy = [line("STEIN", 4900, "EUR", quantity=4, unit_mass_g=4500)]
    bench.place(
        draft("R-1"),
        draft("R-2", lines=heavy, mass_g=18_500),
        draft("R-3", sides_mm=[1100, 300, 300], mass_g=6000),
    )
    for number in ("R-1", "R-2", "R-3"):
        show(bench, number)
        bench.connector.confirm(number)
    bench.advance(hours=2)
    holds(bench.history(), "RTE-003", "RTE-004")
    carried(bench, "RTE-003", "R-1", "R-2", "R-3")


@case("RTE-003", "RTE-004", carriers=("pickpoint", "russian_post"), needs=("rates",), accounts=OWN)
def the_cheapest_mode_is_booked(bench: Bench, carrier: str) -> None:
    """A carrier has several modes of delivery: by the rule the cheapest is booked, at its price."""
    bench.place(order("R-1", carrier, carrier=None, confirm=False))
    offers = show(bench, "R-1")
    expect_that(len(offers) > 1, "offers for R-1", wanted="several", found=len(offers), requirement="RTE-003")
    bench.connector.confirm("R-1")
    bench.advance(hours=2)
    holds(bench.history(), "RTE-003", "RTE-004")
    carried(bench, "RTE-003", "R-1")


@case("RTE-003", needs=("rates",), wires=BOTH, currencies={"base": RATES_BASE, "rates": {"RUB": "0.0001"}})
def cheapest_is_by_the_table_of_rates(bench: Bench) -> None:
    """A rouble is worth a hundredth of what it was: CDEK's larger number is now the cheaper offer, and is booked."""
    bench.place(draft("R-1"))
    shown(bench, "R-1", "RTE-003")
    bench.connector.confirm("R-1")
    bench.advance(hours=2)
    expect(bench.order("R-1").carrier, "cdek", "R-1", requirement="RTE-003", after="1 RUB = 0.0001 EUR")
    carried(bench, "RTE-003", "R-1")


@case("RTE-008", needs=("rates",), examples=boxes)
def any_offer_adds_up(bench: Bench, box: Mapping[str, Any]) -> None:
    """Whatever a parcel weighs and measures, the parts of each of its offers add up to the total."""
    bench.place(draft("R-1", mass_g=box["mass_g"], sides_mm=box["sides_mm"]))
    shown(bench, "R-1", "RTE-008")
    holds(bench.history(), "RTE-008")


@case("RTE-005", needs=("rates",), wires=("cdek",))
def cash_on_delivery_goes_to_cdek(bench: Bench) -> None:
    """Two orders with cash on delivery are left to the rule: one goes to CDEK, one to Berlin, where nobody collects."""
    bench.book(order("R-1", "cdek", payment="cod", delivery_minor=35_000, carrier=None))
    with suppress(Refused):  # it may know by itself that nobody collects there
        bench.place(order("R-2", "cdek", payment="cod", carrier=None, recipient=BERLIN))
    bench.advance(hours=2)
    holds(bench.history(), "RTE-005")


@case("RTE-005", carriers=COLLECTING, needs=("labels",), accounts=OWN)
def each_is_told_what_to_collect(bench: Bench, carrier: str) -> None:
    """An order with cash on delivery goes to a carrier that collects: it is told the goods and the buyer's delivery."""
    rows = [line("TEE", 99_000, WIRES[carrier].currency, quantity=2), line("TASSE", 12_345, WIRES[carrier].currency)]
    bench.book(order("R-1", carrier, lines=rows, payment="cod", delivery_minor=35_000))
    holds(bench.history(), "RTE-005")


@case("RTE-006", needs=("rates",))
def an_address_that_nobody_serves(bench: Bench) -> None:
    """An order to Antarctica stays unbooked and says so; the order beside it is booked."""
    nowhere = {**order("R-1", bench.usual), "carrier": None, "recipient": NOWHERE}
    told: list[str] = []
    try:
        bench.place(nowhere)
    except Refused as refusal:  # it may know by itself; then nothing of the order is kept
        wanted = "422, or an order that names the problem"
        expect_that(refusal.status == 422, "R-1", wanted=wanted, found=str(refusal), requirement="RTE-006")
        told.append(refusal.detail)
    bench.book(order("R-2", bench.usual))
    for view in [view for view in bench.connector.orders() if view.number == "R-1"]:
        expect_that(view.state != "booked", "R-1", wanted="not booked", found=view.state, requirement="RTE-006")
        told += view.problems
    good = any(len(sentence.split()) > 2 for sentence in told)
    expect_that(good, "R-1", wanted="a sentence", found=told, requirement="RTE-006")
    expect(bench.parcels("R-1"), [], "parcels of R-1", requirement="RTE-006")


@case("RTE-007", needs=("rates",), wires=BOTH, choice={"rule": "fixed", "carrier": "cdek"})
def a_fixed_carrier_is_obeyed(bench: Bench) -> None:
    """The rule names the carrier that is dearer for Berlin; another order names the other one itself."""
    bench.place(draft("R-1"), draft("R-2", carrier="mail_alliance"))
    fixed, other = "cdek", "mail_alliance"
    if min(shown(bench, "R-1", "RTE-007"), key=worth).carrier == fixed:  # then the rule would not show
        fixed, other = other, fixed
        bench.settings["choice"] = {"rule": "fixed", "carrier": fixed}
        bench.reset()
        bench.placed.clear()
        bench.place(draft("R-1"), draft("R-2", carrier=other))
        show(bench, "R-1")
    show(bench, "R-2")
    for number in ("R-1", "R-2"):
        bench.connector.confirm(number)
    bench.advance(hours=2)
    expect(bench.order("R-1").carrier, fixed, "R-1 by the rule", requirement="RTE-007")
    expect(bench.order("R-2").carrier, other, "R-2 by its own wish", requirement="RTE-007")
    carried(bench, "RTE-007", "R-1", "R-2")


@case("RTE-009", needs=("rates",), choice={"rule": "fastest"})
def the_fastest_is_picked(bench: Bench) -> None:
    """No offer may be faster than the one that is booked."""
    bench.place(draft("R-1"))
    offers = shown(bench, "R-1", "RTE-009")
    bench.connector.confirm("R-1")
    bench.advance(hours=2)
    view = bench.order("R-1")
    mine = [offer for offer in offers if (offer.carrier, offer.service) == (view.carrier, view.service)]
    taken = view.quote or next(iter(mine), None)
    if taken is None:
        wanted, found = "one of the offers", f"{view.state}, {view.carrier} {view.service}"
        raise Violation([finding("RTE-009", "what R-1 is booked by", wanted, found)])
    carried(bench, "RTE-009", "R-1")
    faster = [
        f"{offer.carrier} {offer.service} {offer.days_min}-{offer.days_max}"
        for offer in offers
        if offer.days_max < taken.days_max and offer.days_min <= taken.days_min
    ]
    expect(faster, [], f"offers faster than {taken.days_min}-{taken.days_max} days", requirement="RTE-009")


@case("RTE-010", "RTE-004", needs=("rates",), choice={"rule": "by_hand"})
def by_hand_means_by_hand(bench: Bench) -> None:
    """Nothing is booked until somebody picks the dearest offer; then that one is."""
    bench.place(draft("R-1", recipient=BERLIN))
    shown(bench, "R-1", "RTE-010")
    bench.advance(hours=1)
    expect(bench.truth(), (), "parcels before anything was picked", requirement="RTE-010")
    dearest = max(shown(bench, "R-1", "RTE-010"), key=worth)  # asked for anew: some hold for half an hour only
    bench.connector.confirm("R-1", dearest.id)
    bench.advance(hours=2)
    view = bench.order("R-1")
    expect((view.carrier, view.service), (dearest.carrier, dearest.service), "R-1", requirement="RTE-010")
    expect(view.booked, dearest.total, "the price of R-1", requirement="RTE-010")
    carried(bench, "RTE-010", "R-1")
    holds(bench.history(), "RTE-004")


@case("RTE-004", needs=("rates",), wires=("mail_alliance",), accounts=("mail_alliance",), choice={"rule": "by_hand"})
def a_price_that_is_gone_is_not_paid(bench: Bench) -> None:
    """An offer is picked before its tariff ends with the month; the carrier answers again when the lock is over."""
    midnight = datetime(bench.now.year, bench.now.month + 1, 1, tzinfo=bench.now.tzinfo)
    bench.advance(to=midnight - timedelta(minutes=10))
    bench.place(draft("R-1", recipient=BERLIN))
    picked = max(shown(bench, "R-1", "RTE-004"), key=worth)
    bench.control.add_fault(bench.tenant, carrier="mail_alliance", kind="status", status=503, times=0)
    with suppress(Refused):  # one that books in this very call may say that it cannot just now
        bench.connector.confirm("R-1", picked.id)
    bench.advance(minutes=50)
    bench.control.clear_faults(bench.tenant)
    bench.advance(hours=6)
    view = bench.order("R-1")
    if view.state == "booked":
        prices = money(picked.total), money(view.booked)
        expect(prices[1], prices[0], "the price of R-1", requirement="RTE-004", after="what was picked is gone")
        holds(bench.history(), "RTE-004")
