"""Drawings as ZPL II for a printer whose sheet runs lengthways: everything is turned by 90 degrees clockwise.

Pictures go first, as named graphics; then one `^XA` to `^XZ`. The barcode's data are plain; where a printer cannot make
modules so wide, the bars are boxes.

Source: Zebra ZPL II Programming Guide: ~DG, ^A, ^BC, ^BY, ^CI, ^FD, ^FH, ^FO, ^GB, ^LL, ^PW, ^XG.
"""

from itertools import groupby

from .drawing import RULE_MM, Code, Drawing, Frame, Picture, Type
from .layout import MM_PT

MM_DOTS = {200: 8, 300: 12, 600: 24}  # as Zebra counts: 203, 305 and 610 dots per inch
WIDEST_MODULE = 10  # dots; ^BY takes no more
_ASCENT = 0.76  # of font 0: from the top of its cell to the baseline
_ESCAPES = {ord(letter): f"_{ord(letter):02X}" for letter in "^~\\_"}


def zpl_drawing(drawing: Drawing, dpi: int) -> bytes:
    """Return a drawing as ZPL in UTF-8.

    Raises:
        ValueError: `dpi` is none of 200, 300 and 600, or a number cannot be a barcode.
    """
    if dpi not in MM_DOTS:
        raise ValueError(f"dpi is {dpi}, printers of {', '.join(map(str, MM_DOTS))} are supported")
    dots = MM_DOTS[dpi]
    width, length = drawing.size.height_mm * dots, drawing.size.width_mm * dots
    graphics, recalled = "", ""
    for place, picture in enumerate(drawing.pictures, 1):
        graphic, recall = _picture(picture, place, width, dots)
        graphics += graphic
        recalled += recall
    parts = [f"{graphics}^XA^CI28^PW{width}^LL{length}"]
    parts += [_frame(frame, width, dots) for frame in drawing.frames]
    parts += [_type(type_, width, dots) for type_ in drawing.types]
    parts += [_code(code, width, dots) for code in drawing.codes]
    return "".join([*parts, recalled, "^XZ\n"]).encode()


def _box(frame: Frame, width: int, dots: int) -> tuple[int, int, int, int]:
    """Return a rectangle as it stands when the sheet is turned: x, y, width, height in dots."""
    x = width - round((frame.y_mm + frame.height_mm) * dots)
    return x, round(frame.x_mm * dots), max(1, round(frame.height_mm * dots)), max(1, round(frame.width_mm * dots))


def _frame(frame: Frame, width: int, dots: int) -> str:
    x, y, wide, high = _box(frame, width, dots)
    rule = min(wide, high) if frame.filled else max(1, round(RULE_MM * dots))
    return f"^FO{x},{y}^GB{wide},{high},{rule}^FS"


def _type(type_: Type, width: int, dots: int) -> str:
    line = type_.line()
    height = round(type_.size_pt / MM_PT * dots)
    narrow = f",{height * line.scale:.0f}" if line.scale != 1 else ""
    if type_.turned:
        place = f"^FO{width - round(type_.y_mm * dots)},{round(type_.x_mm * dots - _ASCENT * height)}^A0N"
    else:
        x = width - round(type_.y_mm * dots + (1 - _ASCENT) * height)
        place = f"^FO{x},{round(type_.x_mm * dots)}^A0R"
    escaped = line.text.translate(_ESCAPES)
    return f"{place},{height}{narrow}{'^FH' if escaped != line.text else ''}^FD{escaped}^FS"


def _code(code: Code, width: int, dots: int) -> str:
    module, height = round(code.module_mm * dots), round(code.height_mm * dots)
    x, y = width - round(code.y_mm * dots) - height, round(code.x_mm * dots)
    if module <= WIDEST_MODULE:
        return f"^FO{x},{y}^BY{module}^BCR,{height},N,N,N,A^FD{code.text}^FS"
    bars = []
    for ink, run in groupby(code.bits()):
        long = len(list(run)) * module
        if ink == "1":
            bars.append(f"^FO{x},{y}^GB{height},{long},{min(height, long)}^FS")
        y += long
    return "".join(bars)


def _picture(picture: Picture, place: int, width: int, dots: int) -> tuple[str, str]:
    """Return a picture as a graphic of its own, and the field that recalls it."""
    from .drawing_raster import bitmap  # loaded only when there is a picture to print

    found = bitmap(picture, dots, turned=True)
    row_bytes = -(-len(found.rows[0]) // 8)
    body = "".join(f"{int(row.ljust(row_bytes * 8, '0'), 2):0{row_bytes * 2}X}" for row in found.rows)
    graphic = f"~DGR:IMG{place}.GRF,{row_bytes * len(found.rows)},{row_bytes},{body}"
    x, y, _, _ = _box(Frame(found.x_mm, found.y_mm, found.width_mm, found.height_mm), width, dots)
    return graphic, f"^FO{x},{y}^XGR:IMG{place}.GRF,1,1^FS"
