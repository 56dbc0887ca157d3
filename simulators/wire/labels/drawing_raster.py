"""Drawings as pictures: PNG, GIF, JPG and EPS, one bit a dot, by Pillow.

Bars are drawn dot by dot, each module equally wide. A picture says its resolution, so that it prints in its real size.

Source: ISO/IEC 15948 (PNG), 11.2, 11.3.4.3 (pHYs); Adobe EPSF 3.0; PostScript Language Level 3, imagemask.
"""

import io
import struct
import zlib
from base64 import a85encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from .drawing import RULE_MM, Code, Drawing, Frame, Picture, Type

INCH_MM = 25.4
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DARK = 128  # of 255: what is darker is ink


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture ready to be printed: rows of '1' (ink) and '0', and the box that it fills."""

    rows: tuple[str, ...]
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


def image(drawing: Drawing, dpi: int) -> Image.Image:
    """Return a drawing as a picture of one bit a dot.

    Raises:
        ValueError: a number cannot be a barcode.
    """
    dots = dpi / INCH_MM
    size = round(drawing.size.width_mm * dots), round(drawing.size.height_mm * dots)
    found = Image.new("1", size, 1)
    pen = ImageDraw.Draw(found)
    for frame in drawing.frames:
        _frame(pen, frame, dots)
    for type_ in drawing.types:
        _type(found, pen, type_, dots)
    for code in drawing.codes:
        _code(pen, code, dots)
    for picture in drawing.pictures:
        placed = bitmap(picture, dots)
        mask = _from_rows(placed.rows)
        found.paste(0, (round(placed.x_mm * dots), round(placed.y_mm * dots)), mask)
    return found


def png(drawing: Drawing, dpi: int) -> bytes:
    found = image(drawing, dpi)
    row = (found.width + 7) // 8
    raw = found.tobytes()
    lines = b"".join([b"\0" + raw[at : at + row] for at in range(0, len(raw), row)])
    per_metre = round(dpi / INCH_MM * 1000)
    head = struct.pack(">IIBBBBB", found.width, found.height, 1, 0, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        (b"IDAT", zlib.compress(lines, 6)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def gif(drawing: Drawing, dpi: int) -> bytes:
    out = io.BytesIO()
    image(drawing, dpi).save(out, "GIF")
    return out.getvalue()


def jpg(drawing: Drawing, dpi: int) -> bytes:
    out = io.BytesIO()
    image(drawing, dpi).convert("L").save(out, "JPEG", quality=90, dpi=(dpi, dpi))
    return out.getvalue()


def eps(drawing: Drawing, dpi: int) -> bytes:
    """Return an EPS of one imagemask, compressed, in letters only."""
    found = image(drawing, dpi)
    width_pt, height_pt = (side * 72 / dpi for side in found.size)
    packed = a85encode(zlib.compress(found.tobytes(), 6), wrapcol=100)
    head = (
        "%!PS-Adobe-3.0 EPSF-3.0\n"
        f"%%BoundingBox: 0 0 {round(width_pt + 0.499)} {round(height_pt + 0.499)}\n"
        f"%%HiResBoundingBox: 0 0 {width_pt:.4f} {height_pt:.4f}\n"
        "%%LanguageLevel: 3\n%%EndComments\n"
        f"gsave {width_pt:.4f} {height_pt:.4f} scale 0 setgray\n"
        f"<</ImageType 1 /Width {found.width} /Height {found.height} /BitsPerComponent 1 /Decode [0 1]\n"
        f"/ImageMatrix [{found.width} 0 0 -{found.height} 0 {found.height}]\n"
        "/DataSource currentfile /ASCII85Decode filter /FlateDecode filter>> imagemask\n"
    )
    return head.encode() + packed + b"~>\ngrestore\nshowpage\n%%EOF\n"


@cache
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    name = "bold" if bold else "regular"
    content = (files(__package__) / "fonts" / f"{name}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(content), size)


def _type(found: Image.Image, pen: ImageDraw.ImageDraw, type_: Type, dots: float) -> None:
    line = type_.line()
    font = _font(type_.bold, max(4, round(type_.size_pt * INCH_MM / 72 * dots * line.scale)))
    x, y = round(type_.x_mm * dots), round(type_.y_mm * dots)
    if not type_.turned:
        pen.text((x, y), line.text, fill=0, font=font, anchor="ls")
        return
    ascent, descent = font.getmetrics()
    strip = Image.new("1", (max(1, round(font.getlength(line.text)) + 2), ascent + descent), 0)
    ImageDraw.Draw(strip).text((0, ascent), line.text, fill=1, font=font, anchor="ls")
    upright = strip.transpose(Image.Transpose.ROTATE_90)
    found.paste(0, (x - ascent, y - upright.height), upright)


def _frame(pen: ImageDraw.ImageDraw, frame: Frame, dots: float) -> None:
    left, top = round(frame.x_mm * dots), round(frame.y_mm * dots)
    right, bottom = round((frame.x_mm + frame.width_mm) * dots), round((frame.y_mm + frame.height_mm) * dots)
    if frame.filled:
        pen.rectangle((left, top, right, bottom), fill=0)
    else:
        pen.rectangle((left, top, right, bottom), outline=0, width=max(1, round(RULE_MM * dots)))


def _code(pen: ImageDraw.ImageDraw, code: Code, dots: float) -> None:
    module, left, top = round(code.module_mm * dots), round(code.x_mm * dots), round(code.y_mm * dots)
    bottom = round((code.y_mm + code.height_mm) * dots) - 1
    for place, ink in enumerate(code.bits()):
        if ink == "1":
            pen.rectangle((left + place * module, top, left + (place + 1) * module - 1, bottom), fill=0)


def bitmap(picture: Picture, dots: float, *, turned: bool = False) -> Bitmap:
    """Return a picture in black and white at so many dots a millimetre; `turned` for a sheet turned clockwise."""
    with Image.open(io.BytesIO(picture.content)) as opened:
        found = _on_white(opened)
    if picture.turn:
        found = found.rotate(-picture.turn, expand=True)
    width_mm, height_mm = picture.width_mm, picture.height_mm
    if picture.keep:
        scale = min(width_mm / found.width, height_mm / found.height)
        width_mm, height_mm = found.width * scale, found.height * scale
    y_mm = picture.y_mm + (picture.height_mm - height_mm) / 2 if picture.middle else picture.y_mm
    found = found.resize((max(1, round(width_mm * dots)), max(1, round(height_mm * dots))))
    if turned:
        found = found.transpose(Image.Transpose.ROTATE_270)
    grey = found.tobytes()
    bits = "".join(["1" if level < _DARK else "0" for level in grey])
    rows = tuple(bits[at : at + found.width] for at in range(0, len(bits), found.width))
    return Bitmap(rows, picture.x_mm, y_mm, width_mm, height_mm)


def _on_white(opened: Image.Image) -> Image.Image:
    """Return a picture in grey, its transparent parts white."""
    rgba = opened.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    white.alpha_composite(rgba)
    return white.convert("L")


def _from_rows(rows: tuple[str, ...]) -> Image.Image:
    width = len(rows[0])
    padded = [row.ljust(-(-width // 8) * 8, "0") for row in rows]
    packed = b"".join([int(row, 2).to_bytes(len(row) // 8, "big") for row in padded])
    return Image.frombytes("1", (width, len(rows)), packed)
