"""A label for a parcel that is booked and whose label was lost with the answer.

The carrier gives a label once, in the answer that made the parcel; it takes no second call under the same number. So
that the parcel is not made twice, its label is drawn here by the carrier's own geometry (`postal_api_swiss` §2.3, §6):
A6, a Code 128 of 0.508 mm a module and 23 mm, 8 mm of quiet zone, the dotted number, both addresses.
"""

import asyncio
import struct
import threading
import zlib
from collections.abc import Sequence

from ...ports import Address, Label, LabelFormat
from .bodies import plain, two_lines
from .symbol import bars

PAGE_MM = (105, 148)
MODULE_MM, BAR_MM = 0.508, 23.0
LEFT_MM, SYMBOL_MM = 18.0, 62.0  # of the symbol, from the page's left and top
POINTS = 72 / 25.4
ZPL_DPMM = 8  # 203 dots an inch
PNG_DPI = 300
LINE_CHARS = 38

Line = tuple[float, float, int, str]  # from the left and the top in mm, the size in points, the words

_turn = threading.Lock()  # the library that draws works for one caller at a time


async def drawn(code: str, service: str, sender: Address, recipient: Address, format: LabelFormat) -> Label:
    """Return a label of one page."""
    lines = words(code, service, sender, recipient)
    if format == "ZPL":
        return Label(format, zpl(code, lines))
    page = pdf(code, lines)
    return Label(format, page if format == "PDF" else await asyncio.to_thread(png, page))


def words(code: str, service: str, sender: Address, recipient: Address) -> list[Line]:
    """Return all that is written, top to bottom."""
    dotted = f"{code[:2]}.{code[2:4]}.{code[4:10]}.{code[10:]}"
    found = [(8.0, 8.0 + 4 * place, 8, line) for place, line in enumerate(_lines(sender))]
    found.append((8.0, 40.0, 16, service))
    found.append((LEFT_MM + 8, SYMBOL_MM + BAR_MM + 7, 14, dotted))
    found += [(18.0, 105.0 + 6 * place, 12, line) for place, line in enumerate(_lines(recipient))]
    return found


def _lines(party: Address) -> list[str]:
    rows = (
        party.company,
        party.name,
        f"{party.street} {party.house_number}",
        f"{party.postal_code} {party.city}",
        party.country if party.country != "CH" else "",
    )
    return [line for row in rows for line in two_lines(plain(row), LINE_CHARS) if line]


def zpl(code: str, lines: Sequence[Line]) -> bytes:
    """Return the label for a printer of 203 dpi, its text in UTF-8."""
    dots = [round(side * ZPL_DPMM) for side in (*PAGE_MM, LEFT_MM, SYMBOL_MM, BAR_MM)]
    width, length, left, top, height = dots
    rows = ["^XA", "^CI28", f"^PW{width}", f"^LL{length}", "^LH0,0"]
    rows.append(f"^FO{left},{top}^BY4,3,{height}^BCN,{height},N,N,N^FD>;{code}^FS")
    for from_left, from_top, size, text in lines:
        at = f"^FO{round(from_left * ZPL_DPMM)},{round((from_top - size / POINTS) * ZPL_DPMM)}"
        rows.append(f"{at}^A0N,{round(size / POINTS * ZPL_DPMM)}^FH^FD{_zpl_text(text)}^FS")
    return "\n".join([*rows, "^XZ", ""]).encode()


def _zpl_text(text: str) -> str:
    """Return text in which no sign of an address can be a command: `^FH` reads `_5E` as the sign of that number."""
    return "".join(f"_{ord(sign):02X}" if sign in "^~_\\" else sign for sign in text)


def pdf(code: str, lines: Sequence[Line]) -> bytes:
    """Return the label as a PDF of one page, its text in the standard Helvetica."""
    width, height = (side * POINTS for side in PAGE_MM)
    drawing = []
    for place, modules in bars(code):
        x, w = (LEFT_MM + place * MODULE_MM) * POINTS, modules * MODULE_MM * POINTS
        drawing.append(f"{x:.3f} {height - (SYMBOL_MM + BAR_MM) * POINTS:.3f} {w:.3f} {BAR_MM * POINTS:.3f} re f")
    for from_left, from_top, size, text in lines:
        x, y = from_left * POINTS, height - from_top * POINTS
        drawing.append(f"BT /F1 {size} Tf {x:.2f} {y:.2f} Td ({_pdf_text(text)}) Tj ET")
    content = "\n".join(drawing).encode("latin-1")
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] /Contents 5 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )


def _pdf_text(text: str) -> str:
    signs = text.encode("cp1252", "replace")
    return "".join(chr(sign) if 32 <= sign < 127 and chr(sign) not in "()\\" else f"\\{sign:03o}" for sign in signs)


def _document(*objects: bytes) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def png(page: bytes) -> bytes:
    """Return the first page of a PDF as a grey picture that says its resolution."""
    import pypdfium2 as pdfium  # takes a tenth of a second, and only a lost label needs it

    with _turn:
        document = pdfium.PdfDocument(page)
        try:
            bitmap = document[0].render(scale=PNG_DPI / 72, grayscale=True)
            width, height, stride, dots = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
        finally:
            document.close()
    rows = b"".join(b"\x00" + dots[row * stride : row * stride + width] for row in range(height))
    metre = round(PNG_DPI / 0.0254)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + _chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1))
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
