"""Documents: the list on which parcels go to the post, and the customs forms of those that leave the country."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from parcelproof.signatures import Broken, verify_pdf

from ..addresses import BERLIN
from ..batches import POST, at_the_post, batches
from ..bench import Bench
from ..case import OWN, Skip, case, expect, expect_that, holds
from ..checks.bookings import bookings
from ..driver.http import Refused
from ..driver.shapes import HandOver
from ..orders import order
from ..papers import words_of
from ..wires import code_for
from .numbers import goods

NEEDS = ("labels", "documents")
FORMS = ("CN22", "CN23")
LEAST_CN23_MINOR = 3_765_300  # 300 SDR, as 400 of them are 50,204 roubles (§5.5)
AT_THE_POST: dict[str, Any] = {"carriers": (POST,), "needs": NEEDS, "accounts": OWN}


def handed_over(bench: Bench, requirement: str, *, hours: float = 2) -> HandOver:
    """Hand over what waits and return the list once it is made."""
    asked = bench.connector.hand_over(POST)
    bench.advance(hours=hours)
    found = next((row for row in bench.connector.hand_overs() if row.id == asked.id), asked)
    expect(found.state, "made", f"list {asked.id}", requirement=requirement, after=f"{hours:g} hours ({found.problem})")
    return found


@case("DOC-001", **AT_THE_POST)
def each_parcel_is_handed_over_once(bench: Bench, carrier: str) -> None:
    """Three parcels go on a list, two booked later go on the next, and the one that was called off on none."""
    bench.book(*(order(f"D-{place}", carrier) for place in range(1, 4)))
    first = handed_over(bench, "DOC-001")
    bench.book(order("D-4", carrier), order("D-5", carrier), order("D-6", carrier))
    bench.connector.cancel("D-5")
    bench.advance(minutes=90)
    second = handed_over(bench, "DOC-001")
    listed = [sorted(first.orders), sorted(second.orders)]
    expect(listed, [["D-1", "D-2", "D-3"], ["D-4", "D-6"]], "the connector's lists", requirement="DOC-001")
    try:
        third = bench.connector.hand_over(POST)
        answer = f"a list of {list(third.orders)}"
    except Refused as refusal:
        answer = str(refusal.status)
    expect(answer, "409", "a third list, as nothing waits", requirement="DOC-001")
    held = sorted(sorted(numbers) for numbers in batches(bench).values())
    expect(held, sorted(listed), "the carrier's batches that are checked in", requirement="DOC-001")


@case("DOC-002", **AT_THE_POST)
def a_list_is_the_carriers_own(bench: Bench, carrier: str) -> None:
    """The form comes truncated, then spoilt, then whole: what is handed out is the carrier's, at every read."""
    bench.book(order("D-1", carrier), order("D-2", carrier))
    for place, kind in enumerate(("truncate", "malformed"), start=1):
        bench.control.add_fault(bench.tenant, carrier=POST, operation="f103", kind=kind, nth=place)
    made = handed_over(bench, "DOC-002", hours=6)
    reads = {bench.connector.hand_over_paper(made.id) for _ in range(2)}
    names = [*batches(bench)]
    expect(len(names), 1, "batches that are checked in", requirement="DOC-002")
    own = at_the_post(bench, f"/1.0/forms/{names[0]}/f103pdf")
    found = [f"{len(read)} bytes" for read in reads]
    expect_that(
        reads == {own},
        f"list {made.id}",
        wanted=f"the carrier's own {len(own)} bytes at each read",
        found=", ".join(found),
        requirement="DOC-002",
        after="truncated, spoilt, whole",
    )


@case("DOC-003", "DOC-001", **AT_THE_POST)
def a_lost_answer_makes_one_batch(bench: Bench, carrier: str) -> None:
    """The answer to the batch is lost, then that to the check-in: one batch with each parcel once, checked in once."""
    bench.book(*(order(f"D-{place}", carrier) for place in range(1, 4)))
    for operation in ("create_batch", "check_in_batch"):
        bench.control.add_fault(bench.tenant, carrier=POST, operation=operation, kind="reset", point="after")
    made = handed_over(bench, "DOC-003", hours=6)
    expect(sorted(made.orders), ["D-1", "D-2", "D-3"], f"list {made.id}", requirement="DOC-003")
    held = Counter(number for numbers in batches(bench).values() for number in numbers)
    wanted = Counter(["D-1", "D-2", "D-3"])
    expect(held, wanted, "parcels in batches that are checked in", requirement="DOC-003", after="two lost answers")


@case("DOC-006", **AT_THE_POST)
def signatures_on_a_list_hold(bench: Bench, carrier: str) -> None:
    """A list is signed by the sender and, once its parcels are taken in, by the post; then an altered one comes."""
    bench.book(order("D-1", carrier), order("D-2", carrier))
    made = handed_over(bench, "DOC-006")
    for number in ("D-1", "D-2"):
        bench.scan(number, code_for(POST, "accepted").code)
    bench.advance(days=1)
    try:
        signed = bench.connector.signed_list(made.id)
    except Refused as refusal:
        if refusal.status == 404:
            raise Skip("the connector keeps no signed lists") from refusal
        raise
    found = signatures(signed)
    expect(found, ["holds", "holds"], f"signatures on list {made.id}", requirement="DOC-006", after="taken in")
    bench.control.change_settings(bench.tenant, {POST: {"signed_documents": "altered"}})
    try:
        answer = " and ".join(signatures(bench.connector.signed_list(made.id)))
    except Refused:
        answer = "refused"
    good = answer in ("refused", "holds and holds")
    wanted = "a refusal, or the list as it was before"
    expect_that(good, f"list {made.id}", wanted=wanted, found=answer, requirement="DOC-006", after="altered on the way")


def signatures(signed: bytes) -> list[str]:
    """Return of each signature in a PDF that it holds, or why not."""
    try:
        return [one.complaint or "holds" for one in verify_pdf(signed)]
    except Broken as error:
        return [str(error)]


@case("DOC-004", "DOC-005", **AT_THE_POST)
def what_leaves_the_country_is_declared(bench: Bench, carrier: str) -> None:
    """Two parcels to Germany, one of two lines, and one at home: those abroad are declared and have their form."""
    rows = [goods("TEE", quantity=2), {**goods("TASSE", quantity=1), "hs_code": "691110", "origin_country": "CN"}]
    there = dict(BERLIN)
    bench.book(
        order("D-1", carrier, recipient=there, lines=rows), order("D-2", carrier, recipient=there, lines=[goods()])
    )
    bench.book(order("D-3", carrier))
    bench.advance(hours=2)
    holds(bench.history(), "DOC-004")
    for number in ("D-1", "D-2"):
        words = words_of(customs_form(bench, number))
        found = sorted({name for name in FORMS if name in words})
        expect(found, [form_for(bench, number)], f"customs forms of {number}", requirement="DOC-005")
    expect(customs_form(bench, "D-3"), b"", "customs form of D-3, which stays", requirement="DOC-005")


def form_for(bench: Bench, number: str) -> str:
    """Return which form the booking asks for: CN22 for a small packet of at most 300 SDR, else CN23."""
    booked = [body for order, _, body in bookings(bench.history()) if order == number][-1]
    return "CN22" if booked.get("mail-type") == "SMALL_PACKET" and worth_minor(booked) <= LEAST_CN23_MINOR else "CN23"


def worth_minor(booked: Mapping[str, Any]) -> int:
    entries = (booked.get("customs-declaration") or {}).get("customs-entries") or ()
    return sum(int(row["amount"]) * int(row["value"]) for row in entries)


def customs_form(bench: Bench, number: str) -> bytes:
    """Return the form, nothing where the connector says that there is none."""
    try:
        return bench.connector.customs_form(number)
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return b""
