"""Bugs at small couriers; `conformance/mutants/couriers.toml` says which requirements each must fail."""

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.iml import ImlAdapter, bodies
from parcelproof.reference.adapters.pickpoint import PickPointAdapter, reading
from parcelproof.reference.adapters.pickpoint import bodies as sendings
from parcelproof.reference.domain.statuses import Status

from .patching import mutant, put, rewrite


@mutant
def iml_booked_blindly() -> None:
    """IML has no key for a booking, and nobody looks whether an earlier try stands."""
    rewrite(ImlAdapter.create, ("if (known := await self._by_number(parcel.key)) is not None:", "if known := None:"))


@mutant
def iml_place_alone() -> None:
    """Of IML's two axes only the place is read."""
    rewrite(carrier_codes.iml_meaning, ('if outcome == "0":', 'if outcome in ("0", *IML_REFUSED):'))


@mutant
def iml_contradiction_is_delivery() -> None:
    """IML says refused and delivered at once, and it is taken for delivered."""
    rewrite(carrier_codes.iml_meaning, ('(outcome == "1" and state == "6") or ', ""))


@mutant
def iml_mass_in_grams() -> None:
    """The mass goes to IML in grams."""
    rewrite(bodies.order, ('("Weight", kilograms(parcel.mass_g))', '("Weight", str(parcel.mass_g))'))


@mutant
def iml_collects_nothing() -> None:
    """IML is not told to collect anything."""
    rewrite(bodies.order, ('("Amount", roubles(cash_minor(parcel)))', '("Amount", roubles(0))'))


@mutant
def pickpoint_booked_blindly() -> None:
    """PickPoint has no key for a booking, and nobody looks whether an earlier try stands."""
    rewrite(PickPointAdapter.create, ("if found := await self._by_key(parcel):", 'if found := "":'))


@mutant
def pickpoint_unclaimed_is_a_return() -> None:
    """PickPoint's «unclaimed» puts a parcel on its way back for good, though its storage can be prolonged."""
    rewrite(carrier_codes.pickpoint_meaning, ("in PICKPOINT_LEG", 'in (*PICKPOINT_LEG, "112")'))


@mutant
def pickpoint_in_utc() -> None:
    """PickPoint's times, which are Moscow's, are read as UTC."""
    rewrite(reading.moment, ("tzinfo=MOSCOW", "tzinfo=UTC"))


@mutant
def pickpoint_locker_is_delivery() -> None:
    """A parcel in a locker counts as delivered."""
    put(carrier_codes.PICKPOINT, "109", Status.DELIVERED)


@mutant
def pickpoint_collects_nothing() -> None:
    """PickPoint is not told to collect what the order is worth."""
    rewrite(sendings.sending, ('"Sum": number(collect)', '"Sum": number(0)'))
