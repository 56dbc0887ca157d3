"""Bugs of the area idempotence; `conformance/mutants/idempotence.toml` says which requirements each must fail."""

from parcelproof.reference.adapters.mail_alliance import bodies
from parcelproof.reference.usecases import ordering

from .patching import mutant, rewrite

RANDOM = '__import__("os").urandom(16).hex()'


@mutant
def random_idempotency_key() -> None:
    """Every try of a booking has an idempotency key of its own."""
    rewrite(bodies.idempotency_key, (r'"\x1f".join(parts).encode()', f"{RANDOM}.encode()"))


@mutant
def every_try_a_parcel() -> None:
    """A booking is tried again under a new key and a new reference: what an earlier try made is not found."""
    rewrite(bodies.idempotency_key, (r'"\x1f".join(parts).encode()', f"{RANDOM}.encode()"))
    rewrite(bodies.parcel_request, ('"shipment": shipment_reference(parcel.key)', f'"shipment": {RANDOM}'))


@mutant
def other_content_taken() -> None:
    """An order number that comes again with other content is answered as if nothing were wrong."""
    rewrite(ordering._add, ('if known is None or known["digest"] != order.digest:', "if known is None:"))


@mutant
def confirmed_twice_booked_twice() -> None:
    """Confirming a booked order books it once more: key and reference hang on the offer, which is new each time."""
    rewrite(ordering.set_going, ('if row["state"] in (State.CONFIRMED, State.BOOKED):', "if False:"))
    rewrite(
        bodies.parcel_request,
        ('"shipment": shipment_reference(parcel.key)', '"shipment": shipment_reference(parcel.key + quote.id)'),
    )


@mutant
def confirmed_twice_begun_anew_at_cdek() -> None:
    """Confirming a booked order of CDEK's begins its booking anew, so that it is not booked any more."""
    rewrite(
        ordering.set_going,
        (
            'if row["state"] in (State.CONFIRMED, State.BOOKED):',
            'if row["state"] in (State.CONFIRMED, State.BOOKED) and (row["quote"] or {}).get("carrier") != "cdek":',
        ),
    )
