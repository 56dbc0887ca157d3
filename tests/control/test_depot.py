"""The depot: a label that reads lets a parcel go its way; any other lets it go astray, for everybody to see."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.labelscan import scan, sizes_mm
from parcelproof.simulators.control.console.pictures import Pictures
from parcelproof.simulators.server import Options, running

from .conftest import SHOP, TOKEN, order

DAY_MS = 86_400_000
CARRIERS = ("cdek", "mail_alliance")
FIRST = {"cdek": "RECEIVED_AT_SHIPMENT_WAREHOUSE", "mail_alliance": "shipped"}
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 283 425]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF"
)


@pytest.fixture
async def fresh() -> AsyncIterator[Any]:
    """A server with one parcel of each carrier at rest, twice; and what they are called."""
    async with running(Options(port=0, virtual=True, admin_token=TOKEN)) as started:

        def shop() -> tuple[ControlClient, dict[str, list[str]]]:
            control = ControlClient(started.url, TOKEN)
            control.create_tenant(SHOP, seed="depot", virtual=True, settings={"mix": {"stuck": 1}})
            order(started.url)
            control.advance(SHOP, by_ms=60_000)
            return control, {name: [row["id"] for row in control.parcels(SHOP, carrier=name)] for name in CARRIERS}

        control, ids = await asyncio.to_thread(shop)
        with control:
            yield control, ids


def png(control: ControlClient, parcel: str) -> bytes:
    return Pictures().png(control.label(SHOP, parcel))


@pytest.mark.parametrize(
    ("carrier", "form"),
    [(carrier, form) for carrier in CARRIERS for form in ("pdf", "png")] + [("mail_alliance", "zpl")],
)  # CDEK prints PDF only
async def test_its_own_label_lets_a_parcel_go_its_way(fresh: Any, carrier: str, form: str) -> None:
    control, ids = fresh

    def script() -> None:
        parcel = ids[carrier][0]
        label = png(control, parcel) if form == "png" else control.label(SHOP, parcel, form)
        found = control.hand_over(SHOP, parcel, label)
        number = control.parcel(SHOP, parcel)["number"]
        assert (found["outcome"], number in found["codes"], found["problem"]) == ("accepted", True, "")
        assert [row["code"] for row in control.timeline(SHOP, parcel)["events"]] == [FIRST[carrier]]
        with pytest.raises(ControlError) as twice:
            control.hand_over(SHOP, parcel, label)
        assert twice.value.status == 409 and "not yet scanned" in str(twice.value)

    await asyncio.to_thread(script)


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("label", [BLANK, b"no label at all", b"", b"^XA^FO1,1^FDhello^FS^XZ", b"%PDF-1.4 broken"])
async def test_what_nothing_can_read_stands_still_and_is_lost(fresh: Any, carrier: str, label: bytes) -> None:
    control, ids = fresh

    def script() -> None:
        parcel = ids[carrier][0]
        found = control.hand_over(SHOP, parcel, label)
        assert (found["outcome"], found["codes"], found["went_on_as"]) == ("unscannable", [], None)
        assert found["problem"].endswith((".", ")"))
        (coming,) = control.timeline(SHOP, parcel)["coming"]
        assert coming["code"] in ("NOT_DELIVERED", "lost")
        control.advance(SHOP, by_ms=DAY_MS)
        assert control.parcel(SHOP, parcel)["scans"] == 0
        control.advance(SHOP, by_ms=10 * DAY_MS)
        assert control.parcel(SHOP, parcel)["status"] == "lost_or_damaged"

    await asyncio.to_thread(script)


async def test_under_another_label_the_other_goes_on_and_this_one_is_lost(fresh: Any) -> None:
    control, ids = fresh

    def script() -> None:
        mine, other = ids["mail_alliance"][0], ids["cdek"][0]
        foreign = control.hand_over(SHOP, mine, control.label(SHOP, other))
        assert foreign["outcome"] == "unscannable"  # a number of another carrier means nothing here
        assert control.parcel(SHOP, other)["scans"] == 0

    await asyncio.to_thread(script)


def grey_png(width: int, height: int, depth: int, colour: int, filters: bytes = b"\0") -> bytes:
    """A white picture, 8 dots a millimetre."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = filters + b"\xff" * ((width * depth * samples + 7) // 8)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = (
        chunk(b"IHDR", head),
        chunk(b"pHYs", struct.pack(">IIB", 8000, 8000, 1)),
        chunk(b"PLTE", b"\xff" * 768) if colour == 3 else b"",
        chunk(b"IDAT", zlib.compress(row * height)),
        chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (2, 0), (4, 3), (8, 0), (8, 2), (8, 3), (8, 4), (8, 6)])
def test_pictures_of_each_kind_are_read(depth: int, colour: int) -> None:
    assert scan(grey_png(80, 40, depth, colour)) == []
    assert sizes_mm(grey_png(80, 40, depth, colour)) == [(10.0, 5.0)]


def refiltered(picture: bytes, kind: int) -> bytes:
    """Return a grey PNG of our own with every row filtered by one kind (PNG specification, section 9.2)."""
    (width,) = struct.unpack(">I", picture[16:20])
    start = picture.index(b"IDAT")
    (size,) = struct.unpack(">I", picture[start - 4 : start])
    raw = zlib.decompress(picture[start + 4 : start + 4 + size])
    rows = [raw[place + 1 : place + 1 + width] for place in range(0, len(raw), width + 1)]
    above, made = bytes(width), bytearray()
    for row in rows:
        made.append(kind)
        for place, value in enumerate(row):
            left, corner = (row[place - 1], above[place - 1]) if place else (0, 0)
            up = above[place]
            near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
            made.append((value - (0, left, up, (left + up) // 2, near)[kind]) & 255)
        above = row
    content = zlib.compress(bytes(made), 1)
    check = struct.pack(">I", zlib.crc32(b"IDAT" + content))
    return picture[: start - 4] + struct.pack(">I", len(content)) + b"IDAT" + content + check + picture[-12:]


@pytest.mark.parametrize("kind", range(5))
async def test_a_picture_is_read_whatever_its_rows_are_filtered_by(fresh: Any, kind: int) -> None:
    control, ids = fresh

    def script() -> None:
        parcel = ids["mail_alliance"][0]
        number = control.parcel(SHOP, parcel)["number"]
        assert number in {found.text for found in scan(refiltered(png(control, parcel), kind))}

    await asyncio.to_thread(script)
