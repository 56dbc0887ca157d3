"""Drawings as PDF: with our two fonts embedded, or with the reader's own (small, and quick to make).

Source: ISO 32000-1, 8.5.2 (paths), 8.9.7 (inline images), 9.6.2 (standard fonts), 9.6.6 (encodings).
"""

import unicodedata
from collections.abc import Iterable, Sequence

from .document import Cast, document
from .drawing import RULE_MM, Code, Drawing, Frame, Picture, Type
from .layout import MM_PT
from .sfnt import load

PICTURE_DOTS_MM = 8


def pdf_drawings(drawings: Sequence[Drawing]) -> bytes:
    """Return a PDF of one page a drawing, all of one size, with the letters they use embedded.

    Raises:
        ValueError: there is no drawing, or a number cannot be a barcode.
    """
    if not drawings:
        raise ValueError("a PDF needs at least one drawing, found none")
    lines = [[(type_, type_.line()) for type_ in drawing.types] for drawing in drawings]
    casts = {
        bold: Cast(
            load("bold" if bold else "regular"),
            [line.text for page in lines for type_, line in page if type_.bold is bold],
        )
        for bold in (False, True)
    }
    written = {bold: iter(cast.written()) for bold, cast in casts.items()}
    contents = []
    for drawing, page in zip(drawings, lines, strict=True):
        parts = ["BT"]
        for type_, line in page:
            head = f"/{'B' if type_.bold else 'R'} {type_.size_pt:.4g} Tf {line.scale * 100:.4g} Tz"
            parts.append(f"{head} {_matrix(drawing, type_)} Tm <{next(written[type_.bold])}> Tj")
        parts.append("ET")
        contents.append("\n".join([*parts, *_shapes(drawing)]).encode())
    return document(contents, casts[False], casts[True], drawings[0].size)


def pdf_unembedded(drawings: Sequence[Drawing]) -> bytes:
    """Return a PDF that names Helvetica and embeds nothing; letters beyond Windows-1252 lose their accents.

    Raises:
        ValueError: there is no drawing, or a number cannot be a barcode.
    """
    if not drawings:
        raise ValueError("a PDF needs at least one drawing, found none")
    size = drawings[0].size
    kids = " ".join(f"{5 + 2 * place} 0 R" for place in range(len(drawings)))
    box = f"{size.width_mm * MM_PT:.2f} {size.height_mm * MM_PT:.2f}"
    fonts = "".join(f"/{name} {number} 0 R" for name, number in (("R", 3), ("B", 4)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(drawings)}/MediaBox[0 0 {box}]/Resources<</Font<<{fonts}>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for place, drawing in enumerate(drawings):
        content = _unembedded_content(drawing)
        objects += [f"<</Type/Page/Parent 2 0 R/Contents {6 + 2 * place} 0 R>>"]
        objects += [f"<</Length {len(content)}>>stream\n{content}\nendstream"]
    return _file(objects)


def _unembedded_content(drawing: Drawing) -> str:
    parts = ["BT"]
    for type_ in drawing.types:
        line = type_.line()
        letters = "".join(_in_windows_1252(line.text)).encode("cp1252").hex()
        head = f"/{'B' if type_.bold else 'R'} {type_.size_pt:.4g} Tf {line.scale * 100:.4g} Tz"
        parts.append(f"{head} {_matrix(drawing, type_)} Tm <{letters}> Tj")
    return "\n".join([*parts, "ET", *_shapes(drawing)])


def _in_windows_1252(text: str) -> Iterable[str]:
    for letter in text:
        if _fits(letter):
            yield letter
        else:
            bare = unicodedata.normalize("NFD", letter)[0]
            yield bare if _fits(bare) else "?"


def _fits(letter: str) -> bool:
    try:
        return bool(letter.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _file(objects: Iterable[str]) -> bytes:
    parts, offsets = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"], []
    for number, body in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n{body}\nendobj\n".encode("ascii"))
    start, total = sum(map(len, parts)), len(offsets) + 1
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    parts.append(f"xref\n0 {total}\n0000000000 65535 f \n{rows}trailer\n<</Size {total}/Root 1 0 R>>\n".encode())
    parts.append(f"startxref\n{start}\n%%EOF\n".encode())
    return b"".join(parts)


def _matrix(drawing: Drawing, type_: Type) -> str:
    x, y = type_.x_mm * MM_PT, (drawing.size.height_mm - type_.y_mm) * MM_PT
    return f"0 1 -1 0 {x:.2f} {y:.2f}" if type_.turned else f"1 0 0 1 {x:.2f} {y:.2f}"


def _shapes(drawing: Drawing) -> list[str]:
    height_mm = drawing.size.height_mm
    parts = [f"{RULE_MM * MM_PT:.3f} w"]
    parts += [_frame(frame, height_mm) for frame in drawing.frames]
    parts += [_code(code, height_mm) for code in drawing.codes]
    return parts + [_picture(picture, height_mm) for picture in drawing.pictures]


def _frame(frame: Frame, height_mm: float) -> str:
    x, y = frame.x_mm * MM_PT, (height_mm - frame.y_mm - frame.height_mm) * MM_PT
    sides = f"{x:.2f} {y:.2f} {frame.width_mm * MM_PT:.2f} {frame.height_mm * MM_PT:.2f} re"
    return f"{sides} {'f' if frame.filled else 'S'}"


def _code(code: Code, height_mm: float) -> str:
    """The bars are a picture of one row, so that their edges stand where the modules do at any resolution."""
    bits = code.bits()
    x, y = code.x_mm * MM_PT, (height_mm - code.y_mm - code.height_mm) * MM_PT
    return _image((bits,), x, y, len(bits) * code.module_mm * MM_PT, code.height_mm * MM_PT)


def _picture(picture: Picture, height_mm: float) -> str:
    from .drawing_raster import bitmap  # loaded only when there is a picture to print

    found = bitmap(picture, PICTURE_DOTS_MM)
    x, y = found.x_mm * MM_PT, (height_mm - found.y_mm - found.height_mm) * MM_PT
    return _image(found.rows, x, y, found.width_mm * MM_PT, found.height_mm * MM_PT)


def _image(rows: Sequence[str], left: float, bottom: float, width: float, height: float) -> str:
    """Draw a 1-bit picture, '1' is ink; in hexadecimal, so that no row can look like the end of the image."""
    columns = len(rows[0])
    bits = "".join([row + "0" * (-columns % 8) for row in rows])
    body = int(bits, 2).to_bytes(len(bits) // 8, "big").hex()
    return (
        f"q {width:.4f} 0 0 {height:.4f} {left:.4f} {bottom:.4f} cm\n"
        f"BI /W {columns} /H {len(rows)} /IM true /D [1 0] /F /AHx ID\n{body}>\nEI Q"
    )
