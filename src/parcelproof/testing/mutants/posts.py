"""Bugs at Russian Post and Swiss Post; `conformance/mutants/posts.toml` says which requirements each must fail."""

from typing import Any

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.russian_post import RussianPostAdapter, batches, bodies, codes, customs
from parcelproof.reference.adapters.russian_post import session as posting
from parcelproof.reference.adapters.swiss_post import bodies as labels
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.usecases import booking, papers

from .patching import mutant, put, rewrite

OPERATIONS: Any = codes._TYPES


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
