"""Names and phones: observed lines, a number for each code, and laws for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.lookup.persons import EDITED, NOT_SURE, Person, person
from parcelproof.simulators.postal_api.russia.lookup.phones import CODES, Phone, covered, phone
from parcelproof.simulators.postal_api.russia.lookup.places import regions

QUALITIES = {
    "GOOD",
    "GOOD_REPLACED_CODE",
    "GOOD_REPLACED_NUMBER",
    "GOOD_REPLACED_CODE_NUMBER",
    "GOOD_CITY_CONFLICT",
    "GOOD_REGION_CONFLICT",
    "GOOD_CITY",
    "GOOD_EXTRA_PHONE",
    "FOREIGN",
    "CODE_AMBI",
    "EMPTY",
    "GARBAGE",
    "UNDEF",
    "INCORRECT_DATA",
}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Достоевский Константин Константинович", Person("Достоевский", "Константин", "Константинович", EDITED)),
        ("Иванов Петр игоревич", Person("Иванов", "Петр", "Игоревич", EDITED)),
        ("Константин Константинович Достоевский", Person("Достоевский", "Константин", "Константинович", NOT_SURE)),
        ("Христофор Бонифатьевич Врунгель", Person("Врунгель", "Христофор", "Бонифатьевич", NOT_SURE)),
        ("Иван Рылов", Person("Рылов", "Иван", "", NOT_SURE)),
        ("Иванка Петкова", Person("Петкова", "Иванка", "", NOT_SURE)),
        ("Марфа Васильевна", Person("", "Марфа", "Васильевна", NOT_SURE)),
        ("Иванов", Person("Иванов", "", "", NOT_SURE)),
        ("", Person()),
    ],
)
def test_names_come_apart_as_observed(line: str, wanted: Person) -> None:
    assert person(line) == wanted


@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(["Иванов", "Иван", "Иванович", "ООО", "-", ".", "12"]), max_size=8).map(" ".join),
    )
)
def test_any_text_is_some_name(line: str) -> None:
    found = person(line)
    assert found.quality in (EDITED, NOT_SURE)
    assert found.quality == NOT_SURE or all((found.surname, found.name, found.middle_name))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("9260120935", Phone("7", "926", "0120935", "", "GOOD")),
        ("499 12345-67", Phone("7", "499", "1234567", "", "GOOD")),
        ("+78632 21-54-55", Phone("7", "863", "2215455", "", "GOOD")),
        ("+7499 1131623", Phone("7", "499", "1131623", "", "GOOD")),
        ("+78632 21-54-5", Phone("", "", "", "", "INCORRECT_DATA")),
        ("+7495 321-54-56 123", Phone("", "", "", "", "INCORRECT_DATA")),
        ("8 (095) 123-45-67", Phone("7", "495", "1234567", "", "GOOD_REPLACED_CODE")),
        ("301 0012345", Phone("7", "301", "2012345", "", "GOOD_REPLACED_NUMBER")),
        ("8 495 1234567 доб. 12", Phone("7", "495", "1234567", "12", "GOOD")),
        ("89161234567, 89161234568", Phone("7", "916", "1234567", "", "GOOD_EXTRA_PHONE")),
        ("+49 30 1234567", Phone("49", "", "301234567", "", "FOREIGN")),
        ("1234567", Phone("", "", "", "", "UNDEF")),
        ("", Phone("", "", "", "", "EMPTY")),
        ("нет", Phone("", "", "", "", "GARBAGE")),
    ],
)
def test_phones_come_apart_as_observed(line: str, wanted: Phone) -> None:
    assert phone(line) == wanted


def test_the_place_finds_a_code_or_contradicts_it() -> None:
    assert phone("1234567", place="Москва") == Phone("7", "495", "1234567", "", "GOOD_CITY")
    assert phone("212345", place="г. Саратов").quality == "GOOD_REPLACED_CODE_NUMBER"
    assert phone("12345", place="Кировск").quality == "CODE_AMBI"
    assert phone("8 495 1234567", place="Саратов").quality == "GOOD_CITY_CONFLICT"
    assert phone("8 495 1234567", region="обл. Саратовская").quality == "GOOD_REGION_CONFLICT"
    assert phone("8 495 1234567", place="Москва").quality == "GOOD"


def test_every_region_has_a_code() -> None:
    assert covered() == set(regions())
    assert all(len(code) == 3 for code in CODES)


@given(
    st.one_of(st.text(max_size=60), st.text("0123456789 +-(),доб", max_size=40)),
    st.sampled_from(["", "Москва", "Кировск", "Саратов", "нигде", "\x00"]),
    st.sampled_from(["", "обл. Саратовская", "Респ Коми", "???"]),
)
def test_any_text_is_some_number(line: str, place: str, region: str) -> None:
    found = phone(line, place=place, region=region)
    assert found.quality in QUALITIES
    if found.quality == "INCORRECT_DATA":
        assert found[:4] == ("", "", "", "")
    if found.quality.startswith("GOOD"):
        assert found.country == "7"
        assert len(found.code + found.number) == 10
