"""The label checks over pictures: format and size of a PNG, from its bytes; and of a connector that draws ZPL only."""

import struct
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from parcelproof.conformance.checks import look
from parcelproof.conformance.driver import sense
from parcelproof.conformance.driver.shapes import Capabilities, OrderView
from parcelproof.conformance.history import Exchange, History, Label
from parcelproof.labelscan import sizes_mm

T0 = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
BOOKED = {"label": {"format": "PNG", "size": "100x150"}}
PER_METRE = 8000


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def picture(across: int = PER_METRE, unit: int = 1, *, sized: bool = True, end: bytes = chunk(b"IEND", b"")) -> bytes:
    """Return a white PNG of 800 by 1200 dots: 100 by 150 mm at 8 dots a millimetre."""
    size = chunk(b"pHYs", struct.pack(">IIB", across, across, unit)) if sized else b""
    rows = zlib.compress((b"\0" + b"\xff" * 800) * 1200)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 800, 1200, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + size + chunk(b"IDAT", rows) + end


def judged(rule: str, content: bytes, *, said: str = "PNG", asked: str = "PNG", at: str = "mail_alliance") -> str:
    """Return what the check finds of a label, "" when it is good."""
    view: dict[str, Any] = {
        "number": "L-1", "state": "booked", "carrier": at, "service": "x", "tracking_number": "MAL000000000017",
        "tracking_numbers": [], "status": None, "partial": False, "quote": None, "booked": None, "history": [],
        "returns": [], "final_state": None, "problems": [], "acting_user": None,
        "label": {"format": said, "sha256": sha256(content).hexdigest(), "size_bytes": len(content)},
    }  # fmt: skip
    sizes = tuple(sizes_mm(content)) if content.startswith(b"\x89PNG") else ()
    history = History(
        started_at=T0,
        ended_at=T0,
        label_format=asked,
        orders=(msgspec.convert(view, OrderView),),
        labels=(Label(order="L-1", reads=(content, content), codes=(), sizes_mm=sizes),),
        journal=(
            Exchange(
                seq=1, at=T0, direction="in", carrier=at, operation="x", method="POST", path="/v1/parcels", status=201,
                request_body=msgspec.json.encode(BOOKED).decode(),
            ),
        ),
    )  # fmt: skip
    made = look(rule, history)
    assert made.checked == 1
    return "".join(f"{found.expected} | {found.found}" for found in made.findings)


def test_a_whole_picture_of_the_right_size_is_good() -> None:
    assert judged("LBL-004", picture()) == judged("LBL-009", picture()) == ""


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (picture(end=b""), "PNG | bytes of neither PDF, PNG nor ZPL, stated as PNG"),
        (b"%PDF-1.4 %%EOF", "PNG | bytes of PDF, stated as PNG"),
    ],
    ids=["cut off", "pdf"],
)
def test_what_is_no_whole_picture_is_not_in_the_format_asked_for(content: bytes, found: str) -> None:
    assert judged("LBL-004", content) == found


def test_a_picture_that_is_called_something_else_fails() -> None:
    assert judged("LBL-004", picture(), said="PDF") == "PNG | bytes of PNG, stated as PDF"
    assert judged("LBL-004", picture(), said="PNG", asked="PDF") == "PDF | bytes of PNG, stated as PNG"


WANTED = "pages of 100x150, as the carrier was asked for"
UNTOLD = (
    f"{WANTED}, told by a pHYs chunk in dots per metre | "
    "a PNG of 800 x 1200 dots, with no pHYs chunk or with one that counts none per metre"
)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (picture(sized=False), UNTOLD),
        (picture(unit=0), UNTOLD),
        (picture(across=0), UNTOLD),
        (picture(across=2 * PER_METRE), f"{WANTED} | 50 x 75 mm"),
    ],
    ids=["no resolution", "a ratio only", "no dots", "half the size"],
)
def test_a_picture_has_the_size_that_its_resolution_says(content: bytes, found: str) -> None:
    assert judged("LBL-009", content) == found


def test_a_carrier_without_zpl_gives_pdf_to_who_asked_for_zpl() -> None:
    assert judged("LBL-004", b"%PDF-1.4 %%EOF", said="PDF", asked="ZPL", at="cdek") == ""
    assert judged("LBL-004", b"%PDF-1.4 %%EOF", said="PDF", asked="ZPL") == "ZPL | bytes of PDF, stated as PDF"


def test_formats_that_the_contract_does_not_have_are_complained_of() -> None:
    said = {"protocol": "1", "name": "x", "version": "1", "language": "y", "profiles": [], "carriers": [], "claims": []}
    assert msgspec.convert(said, Capabilities).label_formats == ("PDF", "ZPL")
    odd = msgspec.convert({**said, "label_formats": ["PDF", "GIF"]}, Capabilities)
    assert sense.of_capabilities(odd) == "its label_formats name 'GIF'; there are: PDF, ZPL, PNG"
    none = msgspec.convert({**said, "label_formats": []}, Capabilities)
    assert sense.of_capabilities(none) == "its label_formats name none; there are: PDF, ZPL, PNG"
