"""Labels that scan, in every file type, resolution and layout, with sizes to the millimetre. Contract §2.3, §6."""

import base64
import io
import re
import zlib
from itertools import combinations
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from parcelproof.labelscan import scan_pdf, scan_png, scan_zpl, sizes_mm
from parcelproof.simulators.postal_api.swiss.booking import take_in
from parcelproof.simulators.postal_api.swiss.judgement import judge
from parcelproof.simulators.postal_api.swiss.label_layout import PLANS, drawn
from parcelproof.simulators.postal_api.swiss.labels import face
from parcelproof.simulators.postal_api.swiss.reading import read as read_body
from parcelproof.simulators.wire.labels.drawing import Drawing

from .conftest import Desk, bytes_of, recorded
from .test_shipments import picture

SIZES_MM = {"A5": (148, 210), "A6": (105, 148), "A7": (74, 105)}
CODES = {"A5": ["PRI", "SI", "FRA", "MAN", "RMP", "ZAW3211", "ZAW3212"], "A6": ["PRI", "SI", "FRA"], "A7": ["PRI"]}
NAMES = {
    "German": ("Prof. Dr. Annegret", "Müller-Lüdenscheidt-Größenwahn"),
    "French": ("Jean-François-Aurélien", "de La Rochefoucauld-Doudeauville"),
    "Italian": ("Mariantonietta Giuseppina", "Dell'Acqua Bevilacqua-Sforza"),
    "Romansh": ("Giachen Caspar", "Caflisch-Curdin da Sumvitg-Cumpadials"[:35]),
    "Turkish": ("Şükrü Çağatay Işıl", "Öztürkoğulları-Yıldırımışık"),
}
DOTS = (200, 300, 600)


def label(desk: Desk, layout: str, file_type: str, dpi: int, **changes: Any) -> tuple[bytes, str]:
    item = {"attributes": {"przl": CODES[layout]}, **changes.pop("item", {})}
    wanted = {"labelLayout": layout, "imageFileType": file_type, "imageResolution": dpi}
    made = desk.made(labelDefinition=wanted, item=item, **changes)
    return bytes_of(made), made["identCode"]


def grey(content: bytes) -> Image.Image:
    """Return a picture of any of the raster types; an EPS by what it paints, a PDF as it is at 300 dpi."""
    if content.startswith(b"%PDF"):
        page: Image.Image = pypdfium2.PdfDocument(content)[0].render(scale=300 / 72).to_pil()
        return page.convert("L")
    if not content.startswith(b"%!PS"):
        return Image.open(io.BytesIO(content)).convert("L")
    width, height = (int(found) for found in re.findall(rb"/(?:Width|Height) (\d+)", content))
    data = content.partition(b"imagemask\n")[2].partition(b"~>")[0]
    return Image.frombytes("1", (width, height), zlib.decompress(base64.a85decode(data))).convert("L")


def read(content: bytes, file_type: str, dpi: int) -> list[str]:
    if file_type == "ZPL2":
        return [found.text for found in scan_zpl(content, {200: 203, 300: 300, 600: 600}[dpi])]
    if file_type in ("PDF", "sPDF"):
        return [found.text for found in scan_pdf(content, dpi)]
    if file_type == "PNG":
        return [found.text for found in scan_png(content)]
    return [found.text for found in zxingcpp.read_barcodes(grey(content))]


def bars_mm(content: bytes, dpi: int) -> tuple[float, float, float]:
    """Return the barcode's left white, width and height in millimetres, measured in the picture."""
    pixels = grey(content)
    found, level, across = zxingcpp.read_barcodes(pixels)[0].position, pixels.tobytes(), pixels.width
    y = (found.top_left.y + found.bottom_left.y) // 2
    ink = [x for x in range(across) if level[y * across + x] < 128 and x <= found.top_right.x + 8]
    column = [level[step * across + ink[0]] < 128 for step in range(pixels.height)]
    top = next(step for step in range(y, 0, -1) if not column[step])
    bottom = next(step for step in range(y, pixels.height) if not column[step])
    left, width, height = (dots * 25.4 / dpi for dots in (ink[0], ink[-1] - ink[0] + 1, bottom - top - 1))
    return left, width, height


@pytest.mark.parametrize("layout", SIZES_MM)
@pytest.mark.parametrize("file_type", ["ZPL2", "PDF", "sPDF", "PNG"])
def test_a_label_scans_and_has_its_size(desk: Desk, layout: str, file_type: str) -> None:
    content, code = label(desk, layout, file_type, 200)
    assert read(content, file_type, 200) == [code]
    sizes = sizes_mm(content)
    assert len(sizes) == 1
    assert sorted(sizes[0]) == pytest.approx(SIZES_MM[layout], abs=0.4)


EVERY = [
    (layout, dpi, file_type)
    for file_type in ("ZPL2", "PDF", "sPDF", "PNG", "GIF", "JPG", "EPS")
    for layout in SIZES_MM
    for dpi in DOTS
    if (layout, dpi) != ("A5", 600) or file_type not in ("GIF", "JPG", "EPS")  # the bitmap that PNG has, and dear
]


@pytest.mark.ci
@pytest.mark.parametrize(("layout", "dpi", "file_type"), EVERY)
def test_a_label_scans_in_every_file_type_resolution_and_layout(
    desk: Desk, layout: str, dpi: int, file_type: str
) -> None:
    content, code = label(desk, layout, file_type, dpi)
    assert read(content, file_type, dpi) == [code]


@pytest.mark.parametrize("file_type", ["GIF", "JPG", "EPS"])
def test_pictures_scan_and_are_as_large_as_their_resolution_says(desk: Desk, file_type: str) -> None:
    content, code = label(desk, "A6", file_type, 200)
    assert read(content, file_type, 200) == [code]
    assert grey(content).size == (round(148 / 25.4 * 200), round(105 / 25.4 * 200))
    if file_type == "EPS":
        box = re.search(rb"HiResBoundingBox: 0 0 ([\d.]+) ([\d.]+)", content)
        assert box is not None
        assert [float(side) / 72 * 25.4 for side in box.groups()] == pytest.approx([148, 105], abs=0.2)


@pytest.mark.parametrize("layout", SIZES_MM)
@pytest.mark.parametrize("dpi", [200, 300, pytest.param(600, marks=pytest.mark.ci)])
def test_the_barcode_keeps_its_millimetres(desk: Desk, layout: str, dpi: int) -> None:
    content, _ = label(desk, layout, "GIF", dpi)
    left, width, height = bars_mm(content, dpi)
    assert 68 <= width <= 69
    assert 22.8 <= height <= 23.2
    assert left >= 7.9


@pytest.mark.parametrize("layout", ["A6", "A7", "FE"])
@pytest.mark.parametrize("codes", [["RINL", "AR"], ["RETR", "PRI", "AR"]])
def test_there_is_white_beside_the_bars_of_a_letter(desk: Desk, layout: str, codes: list[str]) -> None:
    to = {"country": "DE", "zip": "10115", "city": "Berlin"} if "RETR" in codes else {}
    item = {"attributes": {"przl": codes, "weight": None}, "recipient": to}
    made = desk.made(labelDefinition={"labelLayout": layout, "imageFileType": "GIF", "imageResolution": 200}, item=item)
    pixels = grey(bytes_of(made))
    found = zxingcpp.read_barcodes(pixels)
    assert [one.text for one in found] == [made["identCode"]]
    place = found[0].position
    quiet = round(5 / 25.4 * 200)
    right = (place.top_right.x + 4, place.top_right.y + 2, place.top_right.x + quiet, place.bottom_right.y - 2)
    assert set(pixels.crop(right).tobytes()) == {255}


PARCELS = {
    "A5": ["SP", "PRI", "SI", "BLN", "LQ", "ZAW3213", "ZAW3217", "ZAW3218", "ZAW3220"],
    "A6": ["PRI", "BLN", "LQ", "ZAW3213", "ZAW3217"],
    "A7": ["PRI"],
}
CROWDED = [*PARCELS.items()]
CROWDED += [(layout, ["RINL", "AR"]) for layout in ("A6", "A7", "FE")]
CROWDED += [(layout, ["RETR", "PRI", "AR"]) for layout in ("A6", "A7", "FE")]
W = "WÄÖÜ"


def rectangles(drawing: Drawing) -> list[tuple[str, float, float, float, float]]:
    """Return what is drawn with its box: left, top, right, bottom."""
    found = [("code", code.x_mm - 7.9, code.y_mm, code.x_mm + code.width_mm + 5, code.y_mm + code.height_mm)
             for code in drawing.codes]  # fmt: skip
    for text in drawing.types:
        long, up, down = (
            text.line().width_pt * 25.4 / 72,
            text.size_pt * 0.73 * 25.4 / 72,
            text.size_pt * 0.2 * 25.4 / 72,
        )
        if text.turned:
            found.append((text.text, text.x_mm - up, text.y_mm - long, text.x_mm + down, text.y_mm))
        else:
            found.append((text.text, text.x_mm, text.y_mm - up, text.x_mm + long, text.y_mm + down))
    return found


@pytest.mark.parametrize(("layout", "codes"), CROWDED)
def test_nothing_covers_anything_else_on_a_crowded_label(desk: Desk, layout: str, codes: list[str]) -> None:
    abroad = {"country": "DE", "zip": "10115"} if "RETR" in codes else {}
    names = dict.fromkeys(("firstName", "name2", "name3", "addressSuffix", "street", "city", "title"), (W * 9)[:35])
    item = {
        "recipient": {**names, "name1": "W" * 35, "houseNo": W, "phone": "031 338 11 11", "mobile": "079 1", **abroad},
        "additionalData": [{"type": "NN_BETRAG", "value": "9999.95"}],
        "attributes": {
            "przl": codes,
            "freeText": (W * 9)[:34],
            "deliveryDate": "2026-03-09",
            "parcelNo": 98,
            "parcelTotal": 99,
            "unnumbers": ["1234", "1266", "1950"],
            "weight": 29_500,
            "proClima": True,
            "returnInfo": {"returnService": "1", "customerIDReturnAddress": "12345678"},
        },
    }
    sender = dict.fromkeys(("name1", "name2", "street", "city", "pobox"), (W * 7)[:25])
    drawing = drawn_of(desk, layout, item, sender)
    found = rectangles(drawing)
    assert not [text.text for text in drawing.types if "…" in text.line().text and W not in text.text]
    size = PLANS[layout].size
    for name, left, top, right, bottom in found:
        assert left >= 0 and top >= 0 and right <= size.width_mm + 0.01 and bottom <= size.height_mm, name
    for one, other in combinations(found, 2):
        apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
        assert apart, (one, other)


def drawn_of(desk: Desk, layout: str, item: dict[str, Any], sender: dict[str, str]) -> Drawing:
    """Return the drawing of a label, by the same steps as the label call."""
    desk.sign_in()
    body = recorded(
        labelDefinition={"labelLayout": layout, "printPreview": True},
        customer={**sender, "domicilePostOffice": (W * 9)[:35]},
        item=item,
        ppFranking=True,
    )
    judged = judge(desk.world, read_body(body))
    assert not judged.errors
    return drawn(face(take_in(desk.world, judged, way="REST")), layout)


@pytest.mark.parametrize("layout", SIZES_MM)
def test_the_barcode_of_a_pdf_keeps_its_millimetres(desk: Desk, layout: str) -> None:
    content, _ = label(desk, layout, "PDF", 200)
    left, width, height = bars_mm(content, 300)
    assert (left, width, height) == pytest.approx((8, 68.07, 23), abs=0.2)  # two dots


def test_zpl_has_the_anatomy_of_a_real_label(desk: Desk) -> None:
    content, code = label(desk, "A6", "ZPL2", 200)
    text = content.decode("cp437")
    assert text.startswith("^XA^PW840^LL1184") and text.endswith("^XZ\n")
    found = re.search(r"\^BY(\d+)\^BCR,(\d+),N,N,N,A\^FD(\d+)\^FS", text)
    assert found is not None and found.groups() == ("4", "184", code)
    assert f"^FD{code[:2]}.{code[2:4]}.{code[4:10]}.{code[10:]}^FS" in text
    assert "WSBC 2.3 / 2026-03-02 / REST / 0 g" in text
    fields = list(re.findall(r"\^A0([NR])", text))
    assert fields.count("N") == 3  # the sender, who reads upwards on the label's own side
    assert "R" in fields


def test_zpl_sends_a_logo_first_and_recalls_it(desk: Desk) -> None:
    sender = {"logo": picture("PNG"), "logoFormat": "PNG"}
    content, code = label(desk, "A6", "ZPL2", 200, customer=sender)
    text = content.decode("cp437")
    assert text.startswith("~DGR:IMG1.GRF,") and "^XGR:IMG1.GRF,1,1^FS" in text
    total, row, body = re.findall(r"~DGR:IMG1\.GRF,(\d+),(\d+),([0-9A-F]+)", text)[0]
    assert len(body) == 2 * int(total) and int(total) % int(row) == 0
    assert read(content, "ZPL2", 200) == [code]


@pytest.mark.parametrize("file_type", ["PDF", "PNG"])
def test_a_logo_stands_in_the_senders_place(desk: Desk, file_type: str) -> None:
    plain, _ = label(desk, "A6", file_type, 200, customer={"name1": "Muster", "name2": "Versand"})
    sender = {"logo": picture("GIF"), "logoFormat": "GIF", "logoRotation": 90, "logoAspectRatio": "KEEP"}
    content, code = label(desk, "A6", file_type, 200, customer=sender)
    assert read(content, file_type, 200) == [code]
    if file_type == "PNG":
        box = (int(8 * 200 / 25.4), int(65 * 200 / 25.4), int(30 * 200 / 25.4), int(104 * 200 / 25.4))
        dark = [sum(level < 128 for level in grey(one).crop(box).tobytes()) for one in (plain, content)]
        assert dark[1] > 4 * dark[0]


@pytest.mark.parametrize("language", NAMES)
def test_long_names_of_five_languages_are_on_the_label(desk: Desk, language: str) -> None:
    first, last = NAMES[language]
    item = {"recipient": {"firstName": first, "name1": last}}
    content, _ = label(desk, "A7", "ZPL2", 200, item={**item, "attributes": {"przl": ["PRI"]}})
    letters = {"Turkish": ("Sükrü Çagatay Isil", "Öztürkogullari-Yildirimisik")}.get(language, (first, last))
    assert " ".join(letters) in content.decode("cp437"), "of what the code page has not the marks are left out"
    desk.settle(zpl_letters="utf-8")
    content, _ = label(desk, "A7", "ZPL2", 200, item={**item, "attributes": {"przl": ["PRI"]}})
    assert content.startswith(b"^XA^CI28") and f"{first} {last}" in content.decode()
    pdf, code = label(desk, "A7", "PDF", 200, item={**item, "attributes": {"przl": ["PRI"]}})
    assert read(pdf, "PDF", 200) == [code]
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    assert f"{first} {last}" in text.replace("\r\n", "\n")


def test_a_pdf_without_fonts_embeds_none(desk: Desk) -> None:
    slim, _ = label(desk, "A6", "sPDF", 300)
    whole, _ = label(desk, "A6", "PDF", 300)
    assert b"FontFile" not in slim and b"FontFile2" in whole
    assert len(slim) < len(whole) / 2


def test_the_same_consignment_gives_the_same_bytes(desk: Desk) -> None:
    from parcelproof.simulators.postal_api.swiss import CARRIER

    made = desk.made(labelDefinition={"imageFileType": "PDF"})
    parcel = desk.world.by_number("swiss_post", made["identCode"])
    assert parcel is not None and CARRIER.label is not None
    again = CARRIER.label(desk.world, parcel, "pdf")
    assert again is not None and again.body == bytes_of(made)
    zpl = CARRIER.label(desk.world, parcel, "zpl")
    assert zpl is not None and [found.text for found in scan_zpl(zpl.body)] == [made["identCode"]]
    assert CARRIER.label(desk.world, parcel, "docx") is None


def test_text_that_looks_like_commands_prints_as_text(desk: Desk) -> None:
    item = {"recipient": {"name1": "^XZ~JA_41", "name2": "Ende^FS"}}
    content, code = label(desk, "A6", "ZPL2", 200, item=item)
    assert content.decode("cp437").count("^XZ") == 1
    assert read(content, "ZPL2", 200) == [code]
