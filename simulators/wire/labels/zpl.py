"""Labels as ZPL II: one `^XA` to `^XZ`, UTF-8 by `^CI28`, nothing stored in the printer.

A caret, tilde, backslash or underscore in anybody's text is written in hexadecimal (`^FH`), so that a recipient named
`^XZ` prints as a name. Widths are taken from our bold PDF font, which is wider than the printer's font 0.

Source: Zebra ZPL II Programming Guide: ^A, ^BC, ^BX, ^BY, ^CI, ^FB, ^FD, ^FH, ^FO, ^FR, ^GB, ^LL, ^PW.
"""

from functools import cache, lru_cache

from . import layout
from .code128 import Symbol
from .label import Label, matrix_of, symbol_of
from .layout import MM_PT, Box, Placed, Shop, Slot
from .sfnt import load
from .typeset import fit, one_line

_MM_DOTS = {203: 8, 300: 12}  # as Zebra counts: a 100 mm label is 800 or 1200 dots wide
DPIS = tuple(_MM_DOTS)
_ASCENT = 0.76  # of font 0: from the top of its cell to the baseline
_UNSAFE = "^~\\_"
_ESCAPES = {ord(letter): f"_{ord(letter):02X}" for letter in _UNSAFE}
_CODE_B, _CODE_C, _START_B, _START_C = 100, 99, 104, 105
_STARTS = {_START_B: ">:", _START_C: ">;"}
_SPECIAL = {ord(">") - 32: ">0", ord("^") - 32: "><", ord("~") - 32: ">="}  # in ^BC's data


def zpl(label: Label, dpi: int = 203) -> bytes:
    """Return the label as ZPL for a printer of 203 or 300 dots per inch (8 or 12 dots a millimetre).

    Raises:
        ValueError: the number cannot be a barcode of this width (see `Label`), or `dpi` is another one.
    """
    if dpi not in _MM_DOTS:
        raise ValueError(f"dpi is {dpi}, printers of {' and '.join(map(str, DPIS))} are supported")
    fields = [_field(placed, dpi) for placed in layout.lines(label) if placed[1]]
    matrix = _matrix(label, dpi) if label.matrix else ""
    return f"{_opening(layout.shop(label), dpi)}{''.join(fields)}{_code(label, dpi)}{matrix}^XZ\n".encode()


@lru_cache(512)
def _opening(shop: Shop, dpi: int) -> str:
    """Return what labels of one shop share: sheet, frame, captions, mark, service, sender."""
    dots = _MM_DOTS[dpi]
    outline = _box(layout.FRAME, round(layout.RULE_MM * dots), dots)
    boxes = [_box(box, None, dots) for box in layout.boxes(cod=shop.cod, specimen=shop.specimen)]
    fields = [_field(placed, dpi) for placed in layout.shop_lines(shop) if placed[1]]
    sheet = f"^XA^CI28^PW{layout.WIDTH_MM * dots}^LL{layout.HEIGHT_MM * dots}"
    return f"{sheet}{outline}{''.join(boxes)}{''.join(fields)}"


def _box(box: Box, rule_dots: int | None, dots: int) -> str:
    """Without a rule a box is filled: as thick as its shorter side."""
    x, y, width, height = (round(side * dots) for side in box)
    return f"^FO{x},{y}^GB{width},{height},{rule_dots or min(width, height)}^FS"


def _field(placed: Placed, dpi: int) -> str:
    slot, text = placed
    begin, height, room_pt, end = _prepared(slot, dpi)
    line = fit(load("bold"), one_line(text), slot.size_pt, room_pt)
    text = line.text
    size = f"{height}" if line.scale == 1 else f"{height},{height * line.scale:.0f}"
    if "^" in text or "~" in text or "\\" in text or "_" in text:
        return f"{begin}{size}{end}^FH^FD{text.translate(_ESCAPES)}^FS"
    return f"{begin}{size}{end}^FD{text}^FS"


@cache
def _prepared(slot: Slot, dpi: int) -> tuple[str, int, float, str]:
    dots = _MM_DOTS[dpi]
    height = round(slot.size_pt / MM_PT * dots)
    x, y = round((slot.x_mm - slot.anchor * slot.width_mm) * dots), round(slot.y_mm * dots - _ASCENT * height)
    centred = f"^FB{slot.width_mm * dots:.0f},1,0,C" if slot.anchor else ""
    return f"^FO{x},{y}^A0N,", height, slot.room_pt, centred + "^FR" * slot.white


def _code(label: Label, dpi: int) -> str:
    """Bars are as wide in millimetres at either resolution."""
    dots, fewer_dots = _MM_DOTS[dpi], _MM_DOTS[203]
    symbol, module_dots = symbol_of(label, int(layout.CODE_WIDTH_MM * fewer_dots))
    module_dots = module_dots * dots // fewer_dots
    x = (layout.WIDTH_MM * dots - symbol.modules * module_dots) // 2
    top, height = layout.CODE_TOP_MM * dots, layout.CODE_HEIGHT_MM * dots
    return f"^FO{x},{top:.0f}^BY{module_dots}^BCN,{height:.0f},N,N,N^FH^FD{_subsets(symbol)}^FS"


def _matrix(label: Label, dpi: int) -> str:
    """The printer makes the symbol itself, from the upper left corner of its square; ours says how fine it must be."""
    dots, fewer_dots = _MM_DOTS[dpi], _MM_DOTS[203]
    _, module_dots = matrix_of(label, int(layout.MATRIX_SIDE_MM * fewer_dots))
    x, y = (round((side - layout.MATRIX_SIDE_MM) * dots) for side in (layout.MATRIX_RIGHT_MM, layout.MATRIX_BOTTOM_MM))
    return f"^FO{x},{y}^BXN,{module_dots * dots // fewer_dots},200^FD{label.matrix}^FS"


def _subsets(symbol: Symbol) -> str:
    """Return the number with the subset changes of `symbol` spelled out, as `^BC` takes them in its normal mode."""
    start, *values = symbol.values[:-1]  # the printer adds the check character
    parts, in_c = [_STARTS[start]], start == _START_C
    for value in values:
        if value == _CODE_C and not in_c:
            parts.append(">5")
            in_c = True
        elif value == _CODE_B and in_c:
            parts.append(">6")
            in_c = False
        elif in_c:
            parts.append(f"{value:02d}")
        else:
            parts.append(_SPECIAL.get(value) or chr(value + 32).translate(_ESCAPES))
    return "".join(parts)
