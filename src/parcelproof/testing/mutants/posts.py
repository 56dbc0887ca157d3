"""Bugs at Russian Post and Swiss Post; `conformance/mutants/posts.toml` says which requirements each must fail."""

from os import urandom
from typing import Any

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.russian_post import RussianPostAdapter, batches, bodies, codes, customs, reading
from parcelproof.reference.adapters.russian_post import session as posting
from parcelproof.reference.adapters.swiss_post import bodies as labels
from parcelproof.reference.domain import choice
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.storage.outbox import ask, pause
from parcelproof.reference.storage.store import Store
from parcelproof.reference.usecases import booking, papers

from .patching import mutant, put, rewrite

BORN = urandom(8).hex()  # of this process: what is kept in memory only is another one after a restart
OPERATIONS: Any = codes._TYPES
WAIT = "await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)"
ASK_AGAIN = (
    "async with shop.store.begin(work.task.company_id) as session:\n"
    "            await ask(session, work.task.kind, work.task.key, shop.clock.now() + LATER)"
)


@mutant
def russian_booked_blindly() -> None:
    """Russian Post has no key for a booking, and nobody looks whether an earlier try stands."""
    rewrite(
        RussianPostAdapter.create,
        ("if (known := await self._by_number(parcel)) is not None:", "if known := None:"),
    )


@mutant
def russian_attempt_is_a_return() -> None:
    """A failed attempt of Russian Post counts as if the parcel had turned back."""
    put(OPERATIONS, 12, Status.RETURNING)


@mutant
def russian_way_back_unnoticed() -> None:
    """Of Russian Post's «return» nobody keeps that what follows lies on the way back."""
    rewrite(
        codes.pair_meaning,
        ("opens = pair in OPENS_LEG or (operation.kind == 3 and operation.attribute != 13)", "opens = False"),
    )


@mutant
def russian_money_is_a_delivery() -> None:
    """«Cash on delivery is paid» counts as delivered, though it is about the money alone."""
    put(OPERATIONS, 63, Status.DELIVERED)


@mutant
def russian_mass_in_kilograms() -> None:
    """The mass goes to Russian Post in kilograms."""
    rewrite(bodies.order, ('"mass": parcel.mass_g,', '"mass": -(-parcel.mass_g // 1000),'))


@mutant
def russian_collects_roubles() -> None:
    """The money to collect goes to Russian Post in roubles, where it counts kopecks."""
    rewrite(bodies.order, ('found["payment"] = parcel.collect.minor', 'found["payment"] = parcel.collect.minor // 100'))


@mutant
def s10_cut_short() -> None:
    """A number abroad loses its last two letters."""
    rewrite(
        RussianPostAdapter.create,
        ("number=row.barcode or None", 'number=(row.barcode or "").removesuffix("RU") or None'),
    )


@mutant
def one_line_declared() -> None:
    """The customs are told of the first line of an order only."""
    rewrite(customs.declaration, ("for line in lines]", "for line in lines[:1]]"))


@mutant
def declared_in_roubles() -> None:
    """The customs are told of roubles where they read kopecks."""
    rewrite(customs._entry, ('"value": line.unit_price.minor', '"value": line.unit_price.minor // 100'))


@mutant
def no_customs_form() -> None:
    """The form for the customs is never fetched."""
    rewrite(RussianPostAdapter.customs_form, ('in ("", RUSSIA)', "is not None"))


@mutant
def half_a_list_is_one() -> None:
    """A form that is cut off counts as whole."""
    rewrite(posting._is_whole, ('return form.rstrip().endswith(b"%%EOF")', "return True"))


@mutant
def signatures_unchecked() -> None:
    """Nobody checks the signatures on a signed list."""
    rewrite(batches.signed_list, ("await asyncio.to_thread(_complaint, content)", "''"))


@mutant
def batch_made_again() -> None:
    """After a lost answer nobody looks in which batch the parcels are."""
    rewrite(batches._where, ("return text(found.batch_name)", 'return ""'))


@mutant
def handed_over_again() -> None:
    """What stands on a list already is put on the next one too."""
    rewrite(papers._waiting, ("shipments.c.id.not_in(listed), ", ""))
    rewrite(papers._take, ("is not None", "is not None or True"))


@mutant
def no_number_left_in_silence() -> None:
    """An order for which a post has no number left fails without a word."""
    old = 'problems=[f"Refused by {quote.carrier}: {fault}."]'
    new = 'problems=[] if quote.carrier.endswith("_post") else [f"Refused by {quote.carrier}: {fault}."]'
    rewrite(booking._refused, (old, new))


@mutant
def swiss_one_number_for_all() -> None:
    """Every parcel goes to Swiss Post under the item number of the first one."""
    rewrite(labels.item_numbers, ('f"{license}/{key}/{turn}"', 'f"{license}/{turn}"'))


@mutant
def swiss_lot_in_the_number() -> None:
    """Item numbers for Swiss Post are written with nine digits, of which eight are read."""
    rewrite(labels.request, ('f"{number:08}"', 'f"{number:09}"'))


@mutant
def swiss_failed_is_a_return() -> None:
    """Swiss Post's failed attempt counts as if the parcel had come back."""
    put(carrier_codes.SWISS_POST, "934", Status.RETURNED)


# -- a kill


@mutant
def all_forgotten_at_a_restart() -> None:
    """Everything is kept in memory: after a restart the connector knows nothing any more."""
    rewrite(
        Store.start,
        (
            "local.execute(update(outbox).values(claimed_by=None))",
            "[local.execute(delete(table)) for table in reversed(metadata.sorted_tables)]",
        ),
    )


@mutant
def post_booking_forgotten() -> None:
    """At a post the task to book is closed before it is asked, and opened again when no answer comes."""
    rewrite(
        booking.book,
        (
            "        booked = await carrier.create(",
            "        if quote.carrier.endswith('_post'):\n"
            "            await work.close()\n"
            "        booked = await carrier.create(",
        ),
        (
            f"        {WAIT}\n",
            f"        {ASK_AGAIN}\n",
        ),
        LATER=pause(1),
    )


@mutant
def post_cancellation_forgotten() -> None:
    """At a post the task to call a parcel off is closed before it is asked, and opened again when no answer comes."""
    rewrite(
        booking.cancel_booking,
        (
            "    if shipment is not None:\n        try:",
            "    if shipment is not None:\n"
            "        if shipment['carrier'].endswith('_post'):\n"
            "            await work.close()\n"
            "        try:",
        ),
        (WAIT, ASK_AGAIN.replace("\n            ", "\n                ")),
        LATER=pause(1),
    )


@mutant
def hand_over_forgotten() -> None:
    """The task to make a list is closed before the carrier is asked, and opened again when no answer comes."""
    rewrite(
        papers.make_list, ("        made = await carrier", "        await work.close()\n        made = await carrier")
    )
    rewrite(papers._failed, (WAIT, ASK_AGAIN), ask=ask, LATER=pause(1))


@mutant
def swiss_number_of_the_process() -> None:
    """Item numbers for Swiss Post are drawn when the connector starts and kept in memory only."""
    rewrite(labels.item_numbers, ('f"{license}/{key}/{turn}"', 'f"{license}/{key}/{turn}/{BORN}"'), BORN=BORN)


# -- what a booking says of the recipient


@mutant
def russian_names_swapped() -> None:
    """Given name and surname stand in each other's field at Russian Post."""
    rewrite(
        bodies._named, ('"given-name": words[0], "surname": words[-1]', '"given-name": words[-1], "surname": words[0]')
    )


@mutant
def russian_phone_left_out() -> None:
    """Russian Post is not told the recipient's telephone."""
    rewrite(bodies.order, ('found["tel-address"] = int(phone)', "pass"))


@mutant
def russian_region_of_the_sender() -> None:
    """Every parcel of Russian Post goes to the region of the sender's own town."""
    rewrite(bodies._inside_russia, ("return found | {", 'return found | {"region-to": "г Москва", '))


@mutant
def swiss_names_swapped() -> None:
    """At Swiss Post the surname stands before the given name."""
    rewrite(labels.recipient, ("clipped(party.name, 35)", 'clipped(" ".join(reversed(party.name.split())), 35)'))


@mutant
def swiss_phone_left_out() -> None:
    """Swiss Post is not told the recipient's telephone."""
    rewrite(labels.recipient, ("if len(party.phone) <= 20", "if False"))


# -- prices


@mutant
def russian_last_kind_taken() -> None:
    """Of the kinds of mail that Russian Post offers the last is taken, whatever it costs."""
    rewrite(
        choice.choose,
        (
            "    return min(priced, key=lambda row: (row[0], row[1].days_max,",
            "    if all(quote.carrier == 'russian_post' for quote in fitting):\n"
            "        return fitting[-1]\n"
            "    return min(priced, key=lambda row: (row[0], row[1].days_max,",
        ),
    )


@mutant
def russian_booked_without_tax() -> None:
    """The price of a booking at Russian Post is kept without the tax."""
    rewrite(reading.booked, ("order.total_rate_wo_vat + (order.total_vat or 0)", "order.total_rate_wo_vat"))
