"""Label proof: what the connector hands out, held under the depot's scanner; and the same bytes days later."""

from typing import Any

from parcelproof.control_client import ControlError

from ..bench import Bench
from ..case import OWN, Skip, Violation, case, expect, finding, holds
from ..orders import order
from ..wires import ALL
from .tracking import say

BOTH = ("cdek", "mail_alliance")
NUMBERS = ("L-1", "L-2", "L-3")
SEARCH_DAYS = 12  # a parcel that nothing can read is looked for, and then lost
ZPL: dict[str, Any] = {"label_format": "ZPL", "carriers": ("mail_alliance",), "accounts": OWN}


def hand_in(bench: Bench, number: str) -> None:
    """Hand a parcel in at the depot under the label that the connector hands out.

    Raises:
        Violation: it is not accepted as itself; the story tells what became of it.
    """
    parcel, label = bench.parcel(number), bench.connector.label(number)
    try:
        handed = bench.control.hand_over(bench.tenant, parcel.id, label)
    except ControlError as refusal:
        if refusal.status == 409 and "zplkit" in str(refusal):
            raise Skip(f"this machine has nothing that reads the label: {refusal}") from refusal
        raise
    if handed["outcome"] != "accepted":
        wanted = f"a label that reads {parcel.number}, so that the depot accepts the parcel"
        raise Violation([finding("LBL-010", number, wanted, _read(handed), _astray(bench, number, handed))])
    expect(bench.parcel(number).status, "accepted", f"parcel of {number}", requirement="LBL-010", after="handed in")


def _read(handed: dict[str, Any]) -> str:
    codes = ", ".join(handed["codes"])
    return f"the scanner read {codes}" if codes else f"the scanner read nothing: {handed['problem']}"


def _astray(bench: Bench, number: str, handed: dict[str, Any]) -> str:
    """Let time pass and tell what became of the parcel."""
    bench.advance(days=SEARCH_DAYS)
    parcel = bench.parcel(number)
    ends = [f"{fact.code} on {fact.at:%Y-%m-%d}" for fact in parcel.facts if fact.fact == "scan"]
    went = "it stood still at the depot, where nothing could read it"
    if handed["outcome"] == "another":
        went = f"it went on as parcel {handed['went_on_as']}, whose label it bore, and its own number was never scanned"
    return f"handed in; {went}; {', '.join(ends) or 'no scan'}: the parcel is {parcel.status}"


@case("LBL-010", "LBL-008", carriers=ALL, accounts=OWN)
def the_depot_takes_each_under_its_label(bench: Bench, carrier: str) -> None:
    """Three parcels are handed in at the depot, each under its own label: the number fits, each is accepted."""
    bench.book(*(order(number, carrier) for number in NUMBERS))
    holds(bench.history(read_labels=True), "LBL-008")
    for number in NUMBERS:
        hand_in(bench, number)


@case("LBL-010", "LBL-008", **ZPL)
def the_depot_takes_zpl(bench: Bench, carrier: str) -> None:
    """Three parcels are handed in under labels in ZPL."""
    bench.book(*(order(number, carrier) for number in NUMBERS))
    holds(bench.history(read_labels=True), "LBL-008")
    for number in NUMBERS:
        hand_in(bench, number)


@case("LBL-010", "LBL-008", carriers=BOTH, accounts=OWN, label_format="PNG")
def the_depot_takes_png(bench: Bench, carrier: str) -> None:
    """Two parcels are handed in under labels that are pictures."""
    bench.book(*(order(number, carrier) for number in NUMBERS[:2]))
    holds(bench.history(read_labels=True), "LBL-008")
    for number in NUMBERS[:2]:
        hand_in(bench, number)


@case("LBL-003", carriers=ALL, accounts=OWN, poll_minutes=720)
def the_label_is_the_same_days_later(bench: Bench, carrier: str) -> None:
    """A label is printed at once, after the first scan, and again three days later: the same bytes."""
    bench.book(order("L-1", carrier))
    first = bench.connector.label("L-1")
    say(bench, "L-1", carrier, "accepted")
    bench.advance(hours=1)
    same(first, bench.connector.label("L-1"), after="the first scan")
    bench.advance(days=3)
    same(first, bench.connector.label("L-1"), after="three days")


def same(first: bytes, later: bytes, *, after: str) -> None:
    """Refuse a label that is not the one it was.

    Raises:
        Violation: the bytes differ.
    """
    if first != later:
        pairs = enumerate(zip(first, later, strict=False))
        place = next((place for place, (a, b) in pairs if a != b), min(len(first), len(later)))
        found = f"{len(later)} bytes, which differ from byte {place} on"
        raise Violation([finding("LBL-003", "label of L-1", f"the same {len(first)} bytes", found, after)])
