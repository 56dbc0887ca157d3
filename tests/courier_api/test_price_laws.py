"""The laws that tie prices together. Wire contract: `courier_api` §1.10, §2.7."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek.geography import UNION, cities, distance_km
from parcelproof.simulators.courier_api.cdek.prices import BOXES, Load, Offer, billed_g, insurance, offer, service
from parcelproof.simulators.courier_api.cdek.tariffs import TARIFFS

HOME = sorted(code for code, city in cities().items() if city.country == "RU")
ABROAD = sorted(code for code, city in cities().items() if city.country not in UNION)
# Few masses, around the steps of the price list, and cities of which many lie alike far: so that steps are met.
steps = st.builds(lambda step, off: 500 * step + off, st.integers(1, 58), st.integers(-1, 1))
masses = st.one_of(st.integers(1, 29_000), steps)
NEAR = sorted(HOME, key=lambda code: distance_km(cities()[44], cities()[code]))[::12]
codes_home = st.one_of(st.sampled_from(HOME), st.sampled_from(NEAR), st.sampled_from((44, 137, 270)))
codes_abroad = st.sampled_from(ABROAD)
tariffs = st.sampled_from(sorted(TARIFFS))


def priced(tariff: int, start: int, end: int, *loads: Load) -> Offer | None:
    return offer(tariff, cities()[start], cities()[end], list(loads))


@settings(max_examples=300, deadline=None)
@given(codes_home, st.one_of(codes_home, codes_abroad), masses, masses, tariffs)
def test_a_heavier_parcel_never_costs_less(start: int, end: int, one_g: int, other_g: int, tariff: int) -> None:
    light, heavy = sorted((one_g, other_g))
    offers = [priced(tariff, start, end, Load(mass)) for mass in (light, heavy)]
    if offers[0] is None or offers[1] is None:
        assert offers == [None, None]
        return
    assert offers[0].delivery_minor <= offers[1].delivery_minor
    assert offers[0]._replace(delivery_minor=0, mass_calc_g=0) == offers[1]._replace(delivery_minor=0, mass_calc_g=0)


@settings(max_examples=300, deadline=None)
@given(codes_home, codes_home, codes_home, masses, tariffs)
def test_a_farther_city_never_costs_less_nor_comes_sooner(
    start: int, one: int, other: int, mass_g: int, tariff: int
) -> None:
    begin = cities()[start]
    near, far = sorted((one, other), key=lambda code: (distance_km(begin, cities()[code]), code != start))
    offers = [priced(tariff, start, end, Load(mass_g)) for end in (near, far)]
    if offers[0] is None:
        if cities()[near].office or TARIFFS[tariff][1].target == "door":
            assert offers[1] is None, "what does not run to a near city runs to no far one"
        return
    if offers[1] is None:
        return
    assert offers[0].delivery_minor <= offers[1].delivery_minor
    assert offers[0].days_min <= offers[1].days_min <= offers[1].days_max
    assert offers[0].days_max <= offers[1].days_max
    assert offers[0].calendar_min <= offers[1].calendar_min


@pytest.mark.parametrize("start", [44, 152, 900076])
@pytest.mark.parametrize("mass_g", [1, 500, 501, 29_000])
def test_the_price_list_rises_from_each_city_to_the_next_farther_one(start: int, mass_g: int) -> None:
    """Moscow, the farthest west and the far east: every zone is met, by the lightest parcel too."""
    begin = cities()[start]
    by_distance = sorted(HOME, key=lambda code: (distance_km(begin, cities()[code]), code != start))
    for tariff in (139, 231, 480, 676):
        found = [row for code in by_distance if (row := priced(tariff, start, code, Load(mass_g))) is not None]
        for near, far in pairwise(found):
            assert near.delivery_minor <= far.delivery_minor
            assert (near.days_min, near.days_max) <= (far.days_min, far.days_max)


sides = st.integers(1, 12).map(lambda step: 10 * step)


@settings(max_examples=200, deadline=None)
@given(codes_home, codes_home, masses, st.tuples(sides, sides, sides), st.integers(0, 2), tariffs)
def test_a_larger_box_and_a_further_package_never_cost_less(
    start: int, end: int, mass_g: int, box_cm: tuple[int, int, int], side: int, tariff: int
) -> None:
    x, y, z = (length + 10 * (side == n) for n, length in enumerate(box_cm))
    small, large = Load(mass_g, box_cm), Load(mass_g, (x, y, z))
    one, more, two = (priced(tariff, start, end, *loads) for loads in ((small,), (large,), (small, Load(1))))
    if one is None or more is None or two is None:
        assert one == more == two
        return
    assert one.delivery_minor <= more.delivery_minor
    assert one.delivery_minor <= two.delivery_minor
    assert one.mass_calc_g == billed_g(small) < two.mass_calc_g


@settings(max_examples=100, deadline=None)
@given(codes_home, codes_home, masses)
def test_who_pays_more_for_the_same_ends_waits_no_longer(start: int, end: int, mass_g: int) -> None:
    """Economy, parcel, express and the hours of the next day: each dearer than the one before, and none slower."""
    ladder = [priced(code, start, end, Load(mass_g)) for code in (231, 139, 480, 3, 61, 60, 59, 58)]
    found = [row for row in ladder if row is not None]
    assert len(found) in (3, 8)
    for cheap, dear in pairwise(found):
        assert cheap.delivery_minor < dear.delivery_minor
        assert cheap.days_max >= dear.days_max


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_insurance_grows_with_the_value_and_is_never_less_than_its_share(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert insurance(less).sum_minor <= insurance(more).sum_minor
    assert 0 <= insurance(less).sum_minor * 400 - less * 3 < 400


@given(st.sampled_from([f"CARTON_BOX_{size}" for size in BOXES] + ["BUBBLE_WRAP"]), st.integers(1, 50))
def test_what_is_sold_by_the_piece_costs_as_often(code: str, pieces: int) -> None:
    assert service(code, str(pieces)).sum_minor == pieces * service(code, "1").sum_minor > 0
    assert service(code, "").sum_minor == service(code, "many").sum_minor == service(code, "1").sum_minor
    assert service("TRYING_ON", str(pieces)).sum_minor == service("TRYING_ON", "").sum_minor


@settings(deadline=None)
@given(masses, st.tuples(*[st.integers(1, 150)] * 3))
def test_the_billed_mass_is_the_larger_of_scale_and_volume(mass_g: int, sides_cm: tuple[int, int, int]) -> None:
    volume = sides_cm[0] * sides_cm[1] * sides_cm[2] / 5
    assert billed_g(Load(mass_g, sides_cm)) == max(mass_g, -int(-volume // 1))
    assert billed_g(Load(mass_g)) == mass_g


def test_every_two_cities_of_the_union_have_a_price() -> None:
    union = [city for city in cities().values() if city.country in UNION]
    assert all(offer(139, union[0], city, [Load(1000)]) for city in union)
    assert all(offer(8, union[0], cities()[code], [Load(1000)]) for code in ABROAD)
