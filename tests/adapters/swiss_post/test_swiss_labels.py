"""Labels of Swiss Post: in each format, and those that are drawn where the carrier's was lost."""

from base64 import b64encode
from dataclasses import replace

import pytest
import respx

from parcelproof.labelscan import scan as decoded
from parcelproof.labelscan import sizes_mm
from parcelproof.reference.adapters.swiss_post import SwissPostAdapter, substitute
from parcelproof.reference.ports import Address, LabelFormat, Parcel

from .answers import (
    LABEL,
    OWN,
    PDF,
    PNG,
    ZPL,
    made,
    sent,
)
from .booking import book


@pytest.mark.parametrize(
    ("format", "name", "dpi", "content"),
    [
        (LabelFormat.PDF, "PDF", 300, PDF),
        (LabelFormat.ZPL, "ZPL2", 200, ZPL.replace(b"^XA", b"^XA^CI28")),
        (LabelFormat.PNG, "PNG", 300, PNG),
    ],
)
async def test_the_label_comes_in_the_format_that_is_wanted(
    adapter: SwissPostAdapter,
    wire: respx.MockRouter,
    tokens: respx.Route,
    parcel: Parcel,
    format: LabelFormat,
    name: str,
    dpi: int,
    content: bytes,
) -> None:
    route = wire.post(LABEL).mock(return_value=made(label=content))
    booked = await book(adapter, parcel, format)
    definition = sent(route.calls[0].request)["labelDefinition"]
    assert (definition["imageFileType"], definition["imageResolution"]) == (name, dpi)
    assert booked.label is not None and (booked.label.format, booked.label.content) == (format, content)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("^XA^FDZürich^FS^XZ\n".encode("cp437"), "^XA^CI28^FDZürich^FS^XZ\n".encode()),
        ("~DGR:I.GRF,1,1,0F\n^XA^FDÉ^FS^XZ".encode("cp437"), "~DGR:I.GRF,1,1,0F\n^XA^CI28^FDÉ^FS^XZ".encode()),
        ("^XA^CI28^FDZürich^FS^XZ".encode(), "^XA^CI28^FDZürich^FS^XZ".encode()),
    ],
)
async def test_zpl_is_kept_with_the_letters_it_is_written_in(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, sent: bytes, kept: bytes
) -> None:
    wire.post(LABEL).mock(return_value=made(label=sent))
    booked = await book(adapter, parcel, LabelFormat.ZPL)
    assert booked.label is not None and booked.label.content == kept


async def test_pages_of_a_label_are_made_one(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    two = [b64encode(ZPL).decode()] * 2
    wire.post(LABEL).mock(return_value=made(label=two))
    booked = await book(adapter, parcel, LabelFormat.ZPL)
    assert booked.label is not None and booked.label.content.count(b"^XZ") == 2
    page = substitute.pdf(OWN, [])
    wire.post(LABEL).mock(return_value=made(label=[b64encode(page).decode()] * 2))
    booked = await book(adapter, parcel)
    assert booked.label is not None and len(sizes_mm(booked.label.content)) == 2


def test_a_drawn_label_says_what_it_must_and_no_sign_of_an_address_is_a_command(basel: Address) -> None:
    evil = replace(basel, name="A^XZ~JA_5E (Ö) \\", city="Basel)")
    lines = substitute.words(OWN, "PostPac Priority", basel, evil)
    raw = substitute.zpl(OWN, lines)
    assert raw.count(b"^XZ") == 1 and b"~" not in raw and b"_5EXZ_7EJA_5F5E (\xc3\x96)" in raw
    page = substitute.pdf(OWN, lines)
    assert b"(A^XZ~JA_5E \\050\\326\\051 /)" in page
    for word in (b"PostPac Priority", f"99.60.013217.{OWN[10:]}".encode(), b"Marktgasse 3", b"4051 Basel"):
        assert word in raw and word in page


def test_a_drawn_label_is_a_picture_too_that_says_its_size(basel: Address, parcel: Parcel) -> None:
    picture = substitute.png(substitute.pdf(OWN, substitute.words(OWN, "PostPac Economy", basel, parcel.recipient)))
    assert {code.text for code in decoded(picture)} == {OWN}
    assert [tuple(round(side) for side in size) for size in sizes_mm(picture)] == [(105, 148)]


def test_long_lines_of_a_drawn_label_are_broken_and_lose_nothing(basel: Address) -> None:
    street = "Allmend an der Alten Landstrasse beim Schulhaus Nord"
    lines = [text for *_, text in substitute.words(OWN, "x", basel, replace(basel, street=street))]
    assert "Allmend an der Alten Landstrasse beim" in lines and "Schulhaus Nord 3" in lines
