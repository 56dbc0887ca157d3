"""Addresses: recorded lines as they came back, a line for each code, and laws for any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.lookup.addresses import SHIPPABLE, SURE, normalised
from parcelproof.simulators.postal_api.russia.lookup.offices import place_of
from parcelproof.simulators.postal_api.russia.lookup.places import Place, places
from parcelproof.simulators.postal_api.russia.lookup.spelling import close
from parcelproof.simulators.postal_api.russia.lookup.streets import streets_of

QUALITIES = {"GOOD", "ON_DEMAND", "POSTAL_BOX", *(f"UNDEF_0{number}" for number in range(1, 8))}
NOT = "NOT_VALIDATED_"
VALIDATIONS = SURE | {
    NOT + word
    for word in (
        "HAS_UNPARSED_PARTS",
        "HAS_ASSUMPTION",
        "HAS_NO_MAIN_POINTS",
        "HAS_NUMBER_STREET_ASSUMPTION",
        "HAS_NO_KLADR_RECORD",
        "HOUSE_WITHOUT_STREET_OR_NP",
        "HOUSE_EXTENSION_WITHOUT_HOUSE",
        "HAS_AMBI",
        "EXCEDED_HOUSE_NUMBER",
        "INCORRECT_HOUSE",
        "INCORRECT_HOUSE_EXTENSION",
        "FOREIGN",
        "DICTIONARY",
    )
}
MOSCOW = "0c5b2444-70a0-4932-980c-b4dc0d3f02b5"


def codes(line: str) -> tuple[str, str]:
    found = normalised(line)
    return found.quality, found.validation.removeprefix(NOT)


def test_recorded_lines_come_back_as_they_did() -> None:
    found = normalised("Москва, Варшавское шоссе, 37")
    assert (found.quality, found.validation, found.kind, found.index) == ("GOOD", "VALIDATED", "DEFAULT", "117105")
    assert found.parts == {"region": "г Москва", "place": "г Москва", "street": "ш Варшавское", "house": "37"}
    assert found.guids["region-guid"] == found.guids["place-guid"] == MOSCOW
    assert found.guids["street-guid"] == "8fc06b0b-5de3-4a72-9e6f-9e0647a37a66"

    found = normalised("набережная реки Пряжки, 46, 1, Санкт-Петербург, 190121")
    assert (found.index, found.parts["street"], found.parts["house"]) == ("190121", "наб Реки Пряжки", "46")
    assert (found.parts["room"], found.parts["place"], found.shippable) == ("1", "г Санкт-Петербург", True)

    found = normalised("115551 Кширское шоссе 94-1, 1")  # sic: the slip of the pen is mended
    assert (found.quality, found.validation, found.index) == ("GOOD", "VALIDATED", "115551")
    assert [found.parts[part] for part in ("house", "corpus", "room")] == ["94", "1", "1"]

    found = normalised("ул. Мясницкая, д. 26, г. Москва")
    assert (found.index, found.parts["street"], found.shippable) == ("101000", "ул Мясницкая", True)


EACH_CODE = [
    ("Москва, ул. Советская, д. 5, корп. 2, кв. 7", ("GOOD", "VALIDATED")),
    ("Москва ул Советская 5", ("GOOD", "VALIDATED")),
    ("Вологда, ул. Розы Люксембург, 7", ("GOOD", "VALIDATED")),  # a country's name is no country there
    ("117105, Москва, Варшавское шоссе, 37к45", ("GOOD", "VALIDATED")),
    ("Саратовская область, Саратов, Московская, 109-5", ("GOOD", "VALIDATED")),
    ("Ростов-на-Дону, ул. Большая Садовая, 12", ("GOOD", "VALIDATED")),
    ("Ханты-Мансийский автономный округ - Югра, г Сургут, ул Ленина, 40А", ("GOOD", "VALIDATED")),
    ("Краснодарский край, ст-ца Пластуновская, ул. Ленина 5", ("GOOD", "VALIDATED")),
    ("101000, Магадан, ул. Советская, 5", ("GOOD", "OVERRIDDEN")),
    ("Москва, а/я 55", ("POSTAL_BOX", "VALIDATED")),
    ("101000 Москва, до востребования", ("ON_DEMAND", "VALIDATED")),
    ("Москва, ул. Советская, д. 5, кв.", ("UNDEF_05", "VALIDATED")),
    ("", ("UNDEF_06", "HAS_NO_MAIN_POINTS")),
    ("абракадабра", ("UNDEF_06", "HAS_NO_MAIN_POINTS")),
    ("Неизвестная область, ул. Ленина, 5", ("UNDEF_01", "HAS_NO_KLADR_RECORD")),
    ("Кировск, ул. Ленина, 5", ("UNDEF_01", "HAS_AMBI")),
    ("999999, ул Ленина 1", ("UNDEF_01", "DICTIONARY")),
    ("дер. Гадюкино, ул. Ленина, 1", ("UNDEF_02", "HAS_NO_KLADR_RECORD")),
    ("Москва, ул. Несуществующая, 5", ("UNDEF_03", "HAS_NO_KLADR_RECORD")),
    ("Москва, дом 5", ("UNDEF_03", "HOUSE_WITHOUT_STREET_OR_NP")),
    ("Магадан", ("UNDEF_03", "HAS_NO_MAIN_POINTS")),
    ("Москва, ул. Советская", ("UNDEF_04", "HAS_NO_MAIN_POINTS")),
    ("Москва, ул. Советская, корп 2", ("UNDEF_04", "HOUSE_EXTENSION_WITHOUT_HOUSE")),
    ("Москва, ул. Советская, 999", ("UNDEF_04", "EXCEDED_HOUSE_NUMBER")),
    ("Москва, ул. Советская, дом 0", ("UNDEF_04", "INCORRECT_HOUSE")),
    ("Москва, ул. Советская, 5, корпус большой", ("GOOD", "INCORRECT_HOUSE_EXTENSION")),
    ("Москва, ул. Советская, д. 5, домофон сломан", ("GOOD", "HAS_UNPARSED_PARTS")),
    ("Москва, ул. Советскя, 5", ("GOOD", "HAS_ASSUMPTION")),
    ("Москва, Тверская-Ямская, 1", ("GOOD", "HAS_NUMBER_STREET_ASSUMPTION")),
    ("Германия, Берлин, Хауптштрассе 5", ("UNDEF_07", "FOREIGN")),
    ("Berlin, Hauptstr. 5", ("UNDEF_07", "FOREIGN")),
]


@pytest.mark.parametrize(("line", "wanted"), EACH_CODE)
def test_each_code_of_quality_and_validation_has_its_line(line: str, wanted: tuple[str, str]) -> None:
    assert codes(line) == wanted


def test_all_codes_but_the_manual_one_can_come() -> None:
    seen = {wanted for _, wanted in EACH_CODE}
    assert {quality for quality, _ in seen} == QUALITIES
    told = {validation for _, validation in seen}
    assert told == {word.removeprefix(NOT) for word in VALIDATIONS} - {"CONFIRMED_MANUALLY"}


LINE = (
    "г. Москва, Саратов обл. Саратовская ул. Ленина д. 5 кв. 7 к 2 стр а/я до востребования 101000 999999 Кировск , "
    "с. Берёзовка р-н пр-кт Мира Германия - / № 1-я в/ч 12345 мкр Северный"
)
WORDS = st.sampled_from(LINE.split())


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text_gives_an_answer(line: str) -> None:
    found = normalised(line)
    assert found.quality in QUALITIES
    assert found.validation in VALIDATIONS
    assert not found.index or found.index.isdigit()
    assert found.shippable == (found.quality in SHIPPABLE and found.validation in SURE)
    if found.shippable:
        assert place_of(found.index)


@settings(max_examples=40)
@given(st.sampled_from(places()), st.data(), st.integers(1, 120))
def test_a_known_street_of_a_known_town_is_shippable_however_it_is_written(
    town: Place, data: st.DataObject, house: int
) -> None:
    street = data.draw(st.sampled_from(streets_of(town)))
    region = f"{town.region.kind} {town.region.name}"
    lines = [
        f"{region}, г {town.name}, {street.kind} {street.name}, д {house}",
        f"{town.index}, {town.region.name} {town.region.kind}, {town.name}, {street.name} {street.kind}, {house}",
        f"{region} г {town.name} {street.kind} {street.name} {house}",
    ]
    for line in lines:
        found = normalised(line)
        assert found.shippable, (line, found)
        assert (found.parts["place"], found.parts["house"]) == (f"г {town.name}", str(house))
        assert found.parts["street"] == f"{street.kind} {street.name}"


@given(st.text("абвгд", min_size=5, max_size=9), st.integers(0, 8), st.sampled_from("же"))
def test_a_slip_of_the_pen_is_one_letter(name: str, at: int, letter: str) -> None:
    place = at % len(name)
    assert close(name, name[:place] + letter + name[place + 1 :])
    assert close(name, name[:place] + letter + name[place:])
    assert close(name + "з", name[:place] + name[place + 1 :] + "з") or len(name) < 5
    assert not close(name, "жж" + name)
    assert not close("мира", "мирт")
