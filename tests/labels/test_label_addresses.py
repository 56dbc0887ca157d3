"""Addresses as people write them, in five languages: all of each stands on the label, and nothing on a barcode."""

from typing import NamedTuple

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.labels.boxes import pages_of

from parcelproof.labelscan import Found, scan_pdf, scan_zpl
from parcelproof.simulators.wire.labels import ENGLISH, GERMAN, RUSSIAN, SIZES, Label, PageSize, Symbology, pdf, zpl
from parcelproof.simulators.wire.labels.sfnt import load

LANGUAGES = ("ru_RU", "en_US", "de_DE", "tr_TR", "hy_AM")
LONGEST = 255  # letters that CDEK takes for an address and for a name
CAPTIONS = (ENGLISH, GERMAN, RUSSIAN)


NUMBERS = {
    Symbology.CODE_128: "1107000042",
    Symbology.EAN_13: "4607012345677",
    Symbology.INTERLEAVED: "001234567895",
}


class Party(NamedTuple):
    lines: tuple[str, ...]
    postal_code: str


def party(language: str, seed: int, addresses: int) -> Party:
    """Return somebody's name, company, street (several, where people explain the way), town and telephone."""
    fake = Faker(language)
    fake.seed_instance(seed)
    street = ", ".join(fake.address().replace("\n", ", ") for _ in range(addresses))[:LONGEST].strip()
    postal_code = fake.postcode()
    lines = (fake.name(), fake.company(), street, f"{postal_code} {fake.city()}", fake.phone_number())
    return Party(tuple(line.translate(load("bold").readable) for line in lines), postal_code)


parties = st.builds(party, st.sampled_from(LANGUAGES), st.integers(0, 9_999), st.sampled_from([1, 1, 2, 9]))
labels = st.builds(
    lambda sender, recipient, captions, cod, second, matrix: Label(
        mark="CDEK",
        service="Express parcel, door to door",
        sender=sender.lines,
        recipient=recipient.lines,
        postal_code=recipient.postal_code,
        mass_g=1_250,
        reference="P-2026-00042",
        number="1107000042",
        cod=cod,
        extra=("Place 1 of 2", "fragile"),
        captions=captions,
        second=second,
        matrix=matrix,
    ),
    parties,
    parties,
    st.sampled_from(CAPTIONS),
    st.sampled_from(["", "4 990,00 RUB"]),
    st.sampled_from(["", "000004000001"]),
    st.sampled_from(["", "1107000042 630099"]),
)


@settings(deadline=None, max_examples=30)
@given(labels, st.sampled_from([*SIZES.values()]))
def test_a_whole_address_can_be_read_and_stands_on_nothing(label: Label, size: PageSize) -> None:
    document = pdf(label, size)
    (page,) = pages_of(document)
    assert page.collisions() == []
    for line in (*label.sender, *label.recipient, label.number, label.second, label.mark):
        missing = [word for word in line.split() if word.rstrip("-") not in page.text]
        assert not missing, f"{missing} of {line!r}: {page.text}"
    codes = [Found(text, "Code 128", 1) for text in (label.number, label.second) if text]
    assert [code for code in scan_pdf(document) if code.format == "Code 128"] == codes
    assert len(page.codes) == len(codes) + bool(label.matrix)


@settings(deadline=None, max_examples=30)
@given(labels)
def test_its_zpl_says_the_same_and_scans(label: Label) -> None:
    document = zpl(label)
    text = " ".join(document.decode().replace("^FS", " ").replace("^FD", " ").replace("_5F", "_").split())
    for line in (*label.sender, *label.recipient):
        assert not [word for word in line.split() if word not in text], line
    codes = [code.text for code in scan_zpl(document) if code.format == "Code 128"]
    assert codes == [code for code in (label.number, label.second) if code]


@pytest.mark.parametrize("symbology", Symbology)
def test_a_package_code_stands_below_a_number_of_any_symbology(european: Label, symbology: Symbology) -> None:
    label = replace(european, symbology=symbology, number=NUMBERS[symbology], second="000004000001")
    expected = [Found(label.number, symbology, 1), Found(label.second, "Code 128", 1)]
    for size in SIZES.values():
        assert scan_pdf(pdf(label, size)) == expected
    assert scan_zpl(zpl(label)) == expected
