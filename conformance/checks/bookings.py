"""Bookings: one parcel per order whatever happened to the answers, the price that was chosen, the right carrier."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ..driver.shapes import Money, OrderView, Quote
from ..history import Exchange, Finding, History
from ..wires import WIRES
from ..wires.essence import essence
from .registry import check

COLLECTS_MONEY = frozenset(name for name, wire in WIRES.items() if wire.collects_money)


def bookings(history: History) -> Iterator[tuple[str, Exchange, Mapping[str, Any]]]:
    """Yield (order, exchange, body) for every request that would make a parcel, in the order of the journal."""
    for entry in history.journal:
        if entry.direction != "in" or entry.method not in ("POST", "PUT"):
            continue
        if wire := WIRES.get(entry.carrier):
            for order, body in wire.bookings(entry):
                yield order, entry, body


def uncertain(entry: Exchange) -> bool:
    """Whether the caller could not know from the answer if the booking stands."""
    return bool(entry.fault) or entry.status == 0 or entry.status >= 500


def _booked_once(requirement: str, history: History, orders: set[str]) -> Iterator[Finding | str]:
    for number in sorted(orders):
        view = history.view(number)
        if view is None:
            continue
        live = [row for row in history.parcels_of(number) if row.status != "cancelled"]
        wanted = 1 if view.state == "booked" else 0
        if len(live) != wanted:
            numbers = [f"{row.carrier} {row.number}" for row in live]
            yield Finding(
                requirement=requirement,
                subject=number,
                expected=f"{wanted} parcel at the carriers for an order that is {view.state}",
                found=f"{len(live)}: {numbers}",
                after=_tries(history, number),
            )
        else:
            yield number


def _tries(history: History, number: str) -> str:
    tries = [entry for order, entry, _ in bookings(history) if order == number]
    return ", ".join(f"{entry.operation} {entry.status}{' (fault)' if entry.fault else ''}" for entry in tries)


@check("IDM-001")
def a_lost_answer_books_once(history: History) -> Iterator[Finding | str]:
    met = {order for order, entry, _ in bookings(history) if uncertain(entry)}
    yield from _booked_once("IDM-001", history, met)


@check("IDM-004")
def every_order_has_one_parcel(history: History) -> Iterator[Finding | str]:
    if history.truth:
        yield from _booked_once("IDM-004", history, {view.number for view in history.orders})


@check("IDM-002")
def repeats_carry_the_same_key(history: History) -> Iterator[Finding | str]:
    tries: dict[str, list[Exchange]] = {}
    for order, entry, _ in bookings(history):
        if entry.carrier == "mail_alliance":
            tries.setdefault(order, []).append(entry)
    for order, entries in tries.items():
        for first, second in pairwise(entries):
            if not uncertain(first):
                continue
            keys = [(_bare(entry.asked_header("Idempotency-Key")), entry.asked()) for entry in (first, second)]
            if keys[0] != keys[1] or keys[0][0] is None:
                found = (
                    f"keys {keys[0][0]} then {keys[1][0]}, bodies {'equal' if keys[0][1] == keys[1][1] else 'differ'}"
                )
                expected = "one key and one body at every try"
                yield Finding(requirement="IDM-002", subject=order, expected=expected, found=found)
            else:
                yield order


def _bare(key: str | None) -> str | None:
    return None if key is None else key.strip('"')


@check("RTE-003")
def cheapest_is_picked(history: History) -> Iterator[Finding | str]:
    if history.choice != "cheapest" or not history.rates:
        return
    placed = {str(order["number"]): order for order in history.placed}
    for number, offers in history.quotes.items():
        view, order = history.view(number), placed.get(number)
        if view is None or view.state != "booked" or order is None:
            continue
        allowed = [offer for offer in offers if _serves(offer, order)]
        if not allowed:
            continue
        lowest = min(allowed, key=lambda offer: in_base(offer.total, history.rates))
        taken = [offer for offer in offers if (offer.carrier, offer.service) == (view.carrier, view.service)]
        taken.sort(key=lambda offer: in_base(offer.total, history.rates))  # one service may come in several offers
        if not taken or in_base(taken[0].total, history.rates) > in_base(lowest.total, history.rates):
            yield Finding(
                requirement="RTE-003",
                subject=number,
                expected=f"{lowest.carrier} {lowest.service} at {money(lowest.total)}",
                found=f"{view.carrier} {view.service}" + (f" at {money(taken[0].total)}" if taken else ""),
            )
        else:
            yield number


def _serves(offer: Quote, order: Mapping[str, Any]) -> bool:
    if order.get("carrier") not in (None, offer.carrier):
        return False
    return order.get("payment") != "cod" or offer.carrier in COLLECTS_MONEY


def in_base(amount: Money, rates: Mapping[str, str]) -> Decimal:
    """Return an amount in hundredths of the base currency. The base itself has the rate 1."""
    return Decimal(amount.amount_minor) * Decimal(rates.get(amount.currency, "1"))


def money(amount: Money | None) -> str:
    return "nothing" if amount is None else f"{amount.amount_minor} {amount.currency} (minor units)"


@check("RTE-004")
def booked_at_the_chosen_price(history: History) -> Iterator[Finding | str]:
    asked = {order: entry for order, entry, _ in bookings(history) if entry.status in (200, 201)}
    for view in history.orders:
        if view.state != "booked":
            continue
        wanted = None if view.quote is None else view.quote.total
        wire = _price(view, asked.get(view.number))
        if wanted is None or view.booked != wanted or wire not in (None, wanted):
            found = f"booked {money(view.booked)}" + ("" if wire is None else f", the carrier said {money(wire)}")
            yield Finding(
                requirement="RTE-004", subject=view.number, expected=f"the quote's {money(wanted)}", found=found
            )
        else:
            yield view.number


def _price(view: OrderView, entry: Exchange | None) -> Money | None:
    """Return the price in the carrier's own answer to the booking, where it gives one."""
    body = entry.answered() if entry is not None and view.carrier == "mail_alliance" else None
    total = body.get("price", {}).get("total") if isinstance(body, dict) else None
    if isinstance(total, dict):
        return Money(amount_minor=int(Decimal(total["amount"]).scaleb(2)), currency=total["currency"])
    return None


@check("RTE-005")
def cash_goes_to_a_carrier_that_collects(history: History) -> Iterator[Finding | str]:
    for order in history.placed:
        view = history.view(str(order["number"]))
        if view is None or view.state != "booked" or order.get("payment") != "cod":
            continue
        held = sorted({row.carrier for row in history.parcels_of(view.number) if row.status != "cancelled"})
        if view.carrier not in COLLECTS_MONEY or not held or not COLLECTS_MONEY.issuperset(held):
            expected = f"a parcel at one of {sorted(COLLECTS_MONEY)}"
            found = f"{view.carrier}, parcels at {held}"
            yield Finding(requirement="RTE-005", subject=view.number, expected=expected, found=found)
            continue
        yield from _cash_asked_for(history, order)
        yield view.number


def _cash_asked_for(history: History, order: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield where a carrier was not told to collect what the order is worth, where both count in one currency."""
    prices = [(row["unit_price"], row["quantity"]) for row in order["lines"]]
    prices += [(order["delivery_charge"], 1)] if order.get("delivery_charge") else []
    wanted = sum(price["amount_minor"] * pieces for price, pieces in prices)
    for number, entry, body in bookings(history):
        wire = WIRES[entry.carrier]
        if number != order["number"] or not 200 <= entry.status < 300 or not wire.collects_money:
            continue  # what a carrier took in has the shapes of its contract
        if any(price["currency"] != wire.currency for price, _ in prices):
            return
        found = int((wire.to_collect(body) or 0) * 100)
        if found != wanted:
            expected = f"{money(Money(amount_minor=wanted, currency=wire.currency))} to collect"
            told = money(Money(amount_minor=found, currency=wire.currency))
            yield Finding(requirement="RTE-005", subject=number, expected=expected, found=f"{told} in the booking")
            return


@check("RTE-008")
def offers_add_up(history: History) -> Iterator[Finding | str]:
    for number, offers in history.quotes.items():
        for offer in offers:
            parts = [offer.net, *(row.amount for row in offer.surcharges), offer.tax]
            total = sum(part.amount_minor for part in parts)
            mixed = {part.currency for part in parts} != {offer.total.currency}
            subject = f"{number} {offer.carrier} {offer.service}"
            if mixed or total != offer.total.amount_minor:
                found = f"{money(offer.total)} for parts of {total}{' in mixed currencies' if mixed else ''}"
                yield Finding(requirement="RTE-008", subject=subject, expected="parts that add up", found=found)
            else:
                yield subject


@check("LBL-006")
def sent_as_it_stands(history: History) -> Iterator[Finding | str]:
    placed = {str(order["number"]): order for order in history.placed}
    for number, entry, body in bookings(history):
        order = placed.get(number)
        if order is None:
            continue
        to = order["recipient"]
        wire = WIRES[entry.carrier]
        wanted = wire.wanted(essence(to["postal_code"], to["name"], order["mass_g"], order["sides_mm"]))
        found, street = wire.essence(body), wire.street(body)
        parts = (to["street"], to.get("house_number"))
        left_out = [] if street is None else [part for part in parts if part and not wire.says_street(street, part)]
        if found != wanted:
            fields = [name for name in wanted._fields if getattr(found, name) != getattr(wanted, name)]
            expected, seen = (", ".join(f"{name} {getattr(each, name)}" for name in fields) for each in (wanted, found))
            yield Finding(requirement="LBL-006", subject=number, expected=expected, found=seen)
        elif left_out:
            expected = f"{to['street']} {to.get('house_number') or ''}".strip()
            yield Finding(requirement="LBL-006", subject=number, expected=expected, found=street or "no street")
        elif wrong := [*wire.misdirects(body, to)]:
            expected, seen = (", ".join(f"{row[0]} {row[part]}" for row in wrong) for part in (1, 2))
            yield Finding(requirement="LBL-006", subject=number, expected=expected, found=seen)
        else:
            yield number
