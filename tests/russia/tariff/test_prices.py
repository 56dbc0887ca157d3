"""Prices: recorded answers to the kopeck, and laws that hold for any weight and distance."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.lookup.offices import offices, place_of
from parcelproof.simulators.postal_api.russia.lookup.places import distance_km, places
from parcelproof.simulators.postal_api.russia.tariff import rates
from parcelproof.simulators.postal_api.russia.tariff.countries import countries
from parcelproof.simulators.postal_api.russia.tariff.prices import Amount, Asked, NoTariff, Price, Trouble, price

DAY = date(2026, 8, 1)
HOME_KINDS = sorted(name for name, kind in rates.KINDS.items() if kind.home)
kinds = st.sampled_from(HOME_KINDS)
towns = st.sampled_from([place.index for place in places()])
LOCKER = next(office.index for office in offices().values() if office.locker)


def asked(**changes: object) -> Asked:
    known = {
        "mail_type": "POSTAL_PARCEL",
        "mail_category": "ORDINARY",
        "mass_g": 1_000,
        "index_from": "109012",
        "index_to": "685000",
        "on": DAY,
    }
    return Asked(**{**known, **changes})  # type: ignore[arg-type]


def cost(**changes: object) -> Price:
    return price(asked(**changes))


def trouble(**changes: object) -> Trouble:
    with pytest.raises(NoTariff) as refused:
        cost(**changes)
    return refused.value.trouble


def test_moscow_to_magadan_costs_what_was_recorded() -> None:
    found = cost()
    assert (found.ground, found.total, found.avia) == (Amount(64_590, 14_210), Amount(64_590, 14_210), Amount())
    assert (found.days_min, found.days_max, found.transport, found.weight_pay_g) == (43, 45, "SURFACE", 1_000)


def test_a_banderol_of_a_hundred_grams_costs_what_was_recorded() -> None:
    simple = {"mail_type": "BANDEROL", "mail_category": "SIMPLE", "mass_g": 100}
    assert cost(**simple, on=date(2022, 10, 6)).total == Amount(4_200, 840)


@pytest.mark.parametrize(("on", "percent"), [(date(2025, 12, 31), 20), (date(2026, 1, 1), 22), (date(2018, 5, 1), 18)])
def test_the_rate_of_vat_jumps_on_its_day(on: date, percent: int) -> None:
    assert cost(on=on).vat_percent == percent


@given(kinds, towns, towns, st.lists(st.integers(1, 50_000), min_size=2, max_size=6))
def test_what_is_heavier_never_costs_less(kind: str, start: str, end: str, masses: list[int]) -> None:
    sums = []
    for mass_g in sorted(masses):
        try:
            found = cost(mail_type=kind, index_from=start, index_to=end, mass_g=mass_g, flags=frozenset({"fragile"}))
        except NoTariff:
            continue  # too heavy, or no courier there
        sums.append(found.total)
    assert all(light <= heavy for light, heavy in pairwise(sums))


@pytest.mark.parametrize("kind", HOME_KINDS)
def test_no_step_of_a_kind_goes_down(kind: str) -> None:
    masses = range(50, rates.KINDS[kind].most_g + 1, max(50, rates.KINDS[kind].most_g // 200))
    sums = [cost(mail_type=kind, mass_g=mass_g, index_to="630000").total for mass_g in masses]
    assert all(light <= heavy for light, heavy in pairwise(sums))


@given(kinds, towns, st.lists(towns, min_size=2, max_size=6, unique=True), st.integers(1, 30_000))
def test_what_goes_farther_never_costs_less(kind: str, start: str, ends: list[str], mass_g: int) -> None:
    here = place_of(start)
    assert here
    far = []
    for end in ends:
        there = place_of(end)
        assert there
        try:
            far.append((distance_km(here, there), cost(mail_type=kind, index_from=start, index_to=end, mass_g=mass_g)))
        except NoTariff:
            continue
    far.sort(key=lambda pair: pair[0])
    assert all(near.total <= distant.total for (_, near), (_, distant) in pairwise(far))


@given(st.integers(1, 20_000), st.tuples(*[st.integers(1, 100)] * 3), st.tuples(*[st.integers(1, 100)] * 3))
def test_what_is_larger_never_costs_less(mass_g: int, one: tuple[int, int, int], more: tuple[int, int, int]) -> None:
    large = (one[0] + more[0], one[1] + more[1], one[2] + more[2])
    assert cost(mass_g=mass_g, sides_cm=one).total <= cost(mass_g=mass_g, sides_cm=large).total


@given(st.sets(st.sampled_from(sorted({*rates.ADD_ONS, "fragile", "courier"}))), st.integers(0, 10**7))
def test_the_total_is_the_sum_of_its_parts(flags: set[str], declared_minor: int) -> None:
    found = cost(flags=frozenset(flags), declared_minor=declared_minor, mail_category="WITH_DECLARED_VALUE")
    parts = [found.ground, found.avia, found.insurance, *found.extras.values()]
    assert found.total == Amount(sum(part.rate_minor for part in parts), sum(part.vat_minor for part in parts))
    assert found.insurance.rate_minor == -(-declared_minor * 3 // 100)
    bare = cost(declared_minor=declared_minor, mail_category="WITH_DECLARED_VALUE")
    assert found.total >= bare.total


def test_every_belt_and_every_country_has_a_price() -> None:
    belts = {cost(index_to=end).ground for end in ("109012", "190000", "630000", "685000")}
    assert len(belts) == 4
    priced = [
        number
        for number, country in countries().items()
        if number != 643 and "parcel" not in country.blocked and cost(country=number, index_to="").total.rate_minor > 0
    ]
    assert len(priced) > 200


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"mass_g": 0}, Trouble.TOO_SMALL),
        ({"mass_g": -5}, Trouble.TOO_SMALL),
        ({"mass_g": 50_001}, Trouble.TOO_LARGE),
        ({"index_to": "900000"}, Trouble.WRONG_DESTINATION),
        ({"index_to": ""}, Trouble.WRONG_DESTINATION),
        ({"index_from": "абв"}, Trouble.WRONG_ORIGIN),
        ({"mail_type": "PIGEON"}, Trouble.WRONG_VALUE),
        ({"mail_type": "SMALL_PACKET"}, Trouble.NOT_PROVIDED),
        ({"mail_type": "ECOM", "country": 276}, Trouble.NOT_PROVIDED),
        ({"country": 999}, Trouble.WRONG_COUNTRY),
        ({"country": 10}, Trouble.NO_DELIVERY),
        ({"country": 276, "mass_g": 20_001}, Trouble.TOO_LARGE),
        ({"country": 276, "declared_minor": 5_020_401}, Trouble.TOO_LARGE),
        ({"index_to": LOCKER}, Trouble.NOT_TO_THAT_KIND),
        ({"mail_type": "EMS_TENDER", "index_to": "689000"}, Trouble.NO_DELIVERY),
    ],
)
def test_what_has_no_price_is_refused_with_the_calculators_code(changes: dict[str, object], wanted: Trouble) -> None:
    assert trouble(**changes) is wanted


def test_a_locker_takes_combined_categories() -> None:
    combined = {"mail_type": "ONLINE_PARCEL", "mail_category": "COMBINED_ORDINARY", "index_to": LOCKER}
    assert cost(**combined).total.rate_minor > 0


def test_germany_takes_what_was_recorded() -> None:
    germany = countries()[276]
    assert (germany.parcel_g, germany.packet_g, germany.ems_g, germany.value_most_minor) == (
        20_000,
        2_000,
        30_000,
        5_020_400,
    )
    assert len(countries()) == 256
    assert {895, 896, 903, 914} <= set(countries())
