"""Laws for any text at all: it renders, scans as its number, stays inside its frame and cannot become a command."""

import re
import unicodedata

import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.labelscan import Found, scan_pdf, scan_zpl
from parcelproof.simulators.wire.labels import DPIS, ENGLISH, RUSSIAN, SIZES, Label, pdf, zpl
from parcelproof.simulators.wire.labels.sfnt import load

COMMANDS = {"XA", "CI", "PW", "LL", "FO", "GB", "FS", "A0", "FB", "FR", "FH", "FD", "BY", "BC", "XZ"}
spiteful = st.sampled_from(
    [
        *["^XZ", "~JR", "^FD", "\\&", "_5E", ")", "(", "\\", "> Tj ET Q", "endstream"],
        *["\r\n", "\0", "\ud800", "\u202e", "\u2028", "e\u0301", "ﬁ", "W" * 300],
        *["\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}", "שלום", "مرحبا", "東京都"],
    ]
)
texts = st.one_of(st.text(), spiteful, st.lists(st.one_of(st.text(max_size=8), spiteful)).map(" ".join))
lines = st.lists(texts, max_size=12).map(tuple)
numbers = st.one_of(
    st.from_regex(r"[A-Z]{0,4}[0-9]{8,14}[A-Z]{0,2}", fullmatch=True), st.text("0123456789", min_size=2, max_size=20)
)
labels = st.builds(
    Label,
    mark=texts,
    service=texts,
    sender=lines,
    recipient=lines,
    postal_code=texts,
    mass_g=st.integers(0, 99_999_999),
    reference=texts,
    number=numbers,
    cod=texts,
    specimen=st.booleans(),
    extra=lines,
    captions=st.sampled_from([ENGLISH, RUSSIAN]),
)


@settings(deadline=None)
@given(labels, st.sampled_from([*SIZES.values()]))
def test_any_pdf_label_scans_as_its_number(label: Label, size: object) -> None:
    assert scan_pdf(pdf(label, size)) == [Found(label.number, "Code 128", 1)]  # type: ignore[arg-type]


@settings(deadline=None)
@given(labels, st.sampled_from(DPIS))
def test_any_zpl_label_scans_as_its_number(label: Label, dpi: int) -> None:
    assert scan_zpl(zpl(label, dpi), dpi) == [Found(label.number, "Code 128", 1)]


@settings(deadline=None)
@given(labels)
def test_no_text_leaves_the_frame(label: Label) -> None:
    document = pypdfium2.PdfDocument(pdf(label))
    picture = document[0].render(scale=203 / 72, grayscale=True).to_pil()
    document.close()
    width, height = picture.size
    margin = int(2.9 / 25.4 * 203)
    for side in ((0, 0, margin, height), (width - margin, 0, width, height), (0, 0, width, margin)):
        assert picture.crop(side).getextrema() == (255, 255)
    assert picture.crop((0, height - margin, width, height)).getextrema() == (255, 255)


@settings(deadline=None)
@given(labels)
def test_no_text_becomes_a_printer_command(label: Label) -> None:
    text = zpl(label).decode()
    assert set(re.findall(r"\^(..)", text)) <= COMMANDS
    assert "~" not in text
    assert text.count("^XA") == text.count("^XZ") == 1
    assert text.endswith("^XZ\n")
    assert all(letter.isprintable() for letter in text[:-1])


@settings(deadline=None)
@given(labels)
def test_any_text_takes_bounded_room(label: Label) -> None:
    assert len(pdf(label)) < 80_000
    assert len(zpl(label)) < 10_000


def to(name: str) -> Label:
    recipient = (name,)
    return Label(
        mark="M", service="S", sender=(), recipient=recipient, postal_code="1", mass_g=1, reference="R", number="12"
    )


_LATIN_AND_CYRILLIC = st.characters(min_codepoint=0x21, max_codepoint=0x4FF, categories=["Lu", "Ll", "Nd"])


@settings(deadline=None)
@given(st.text(_LATIN_AND_CYRILLIC, min_size=1, max_size=20))
def test_letters_of_the_font_can_be_copied_back(name: str) -> None:
    name = unicodedata.normalize("NFC", name)
    if not all(letter in load("bold").glyphs for letter in name):
        return
    document = pypdfium2.PdfDocument(pdf(to(name)))
    found = document[0].get_textpage().get_text_bounded()
    document.close()
    assert name in found.replace("\r\n", "\n").split("\n")


def test_letters_the_fonts_lack_are_shown_as_missing() -> None:
    label = Label(
        mark="M",
        service="S",
        sender=("A",),
        recipient=("東京 👍 Ü",),
        postal_code="1",
        mass_g=1,
        reference="R",
        number="12",
    )
    document = pypdfium2.PdfDocument(pdf(label))
    assert "\ufffd\ufffd \ufffd Ü" in document[0].get_textpage().get_text_bounded()
    document.close()
