"""Labels as ZPL II: one `^XA` to `^XZ`, UTF-8 by `^CI28`, nothing stored in the printer.

A caret, tilde, backslash or underscore in anybody's text is written in hexadecimal (`^FH`), so that a recipient named
`^XZ` prints as a name. Widths are estimated with our PDF font, which is wider than the printer's font 0.

Source: Zebra ZPL II Programming Guide: ^A, ^BC, ^CI, ^FB, ^FD, ^FH, ^FO, ^FR, ^GB, ^LL, ^PW.
"""

from functools import cache

from . import layout
from .code128 import Symbol
from .label import Captions, Label, symbol_of
from .layout import Box, Text
from .sfnt import load
from .typeset import fit, one_line

DPIS = (203, 300)
_MM_DOTS = {203: 8, 300: 12}  # as Zebra counts: a 100 mm label is 800 or 1200 dots wide
_ASCENT = 0.76  # of font 0: from the top of its cell to the baseline
_ESCAPES = {ord(letter): f"_{ord(letter):02X}" for letter in "^~\\_"}
_CODE_B, _CODE_C = 100, 99
_START_B, _START_C = 104, 105
_STARTS = {_START_B: ">:", _START_C: ">;"}
_SPECIAL = {ord(">") - 32: ">0", ord("^") - 32: "><", ord("~") - 32: ">="}  # in ^BC's data


def zpl(label: Label, dpi: int = 203) -> bytes:
    """Return the label as ZPL for a printer of 203 or 300 dots per inch (8 or 12 dots a millimetre).

    Raises:
        ValueError: the number cannot be a barcode of this width (see `Label`), or `dpi` is another one.
    """
    if dpi not in _MM_DOTS:
        raise ValueError(f"dpi is {dpi}, printers of {', '.join(map(str, DPIS))} are supported")
    parts = [_opening(label.captions, dpi, bool(label.cod))]
    parts += [_field(text, dpi) for text in layout.texts(label) if text.text]
    parts.append(_code(label, dpi))
    parts.append("^XZ\n")
    return "".join(parts).encode()


@cache
def _opening(words: Captions, dpi: int, cod: bool) -> str:
    """Return what labels of one language share: sheet, frame, captions."""
    dots = _MM_DOTS[dpi]
    boxes = (*layout.FRAME, *([layout.COD_BOX] if cod else ()))
    return (
        f"^XA^CI28^PW{layout.WIDTH_MM * dots}^LL{layout.HEIGHT_MM * dots}^LH0,0"
        + "".join([_box(box, dots) for box in boxes])
        + "".join([_field(text, dpi) for text in layout.captions(words)])
    )


def _box(box: Box, dots: int) -> str:
    x, y, width, height = (round(side * dots) for side in box)
    return f"^FO{x},{y}^GB{width},{height},{min(width, height)}^FS"


def _field(text: Text, dpi: int) -> str:
    dots = _MM_DOTS[dpi]
    height = round(text.size_pt * dots * 25.4 / 72)
    line = fit(load("bold"), one_line(text.text), text.size_pt, text.width_mm * 72 / 25.4)
    x, y, block = text.x_mm * dots, round(text.y_mm * dots - _ASCENT * height), ""
    if text.anchor:
        x -= text.width_mm * dots * text.anchor
        block = f"^FB{text.width_mm * dots:.0f},1,0,C"
    size = f"{height}" if line.scale == 1 else f"{height},{height * line.scale:.0f}"
    written = line.text.translate(_ESCAPES)
    return f"^FO{x:.0f},{y}^A0N,{size}{block}{'^FR' if text.white else ''}^FH^FD{written}^FS"


def _code(label: Label, dpi: int) -> str:
    """Bars are as wide in millimetres at either resolution."""
    dots = _MM_DOTS[dpi]
    symbol, module_dots = symbol_of(label, int(layout.CODE_WIDTH_MM * _MM_DOTS[203]))
    module_dots = module_dots * dots // _MM_DOTS[203]
    x = (layout.WIDTH_MM * dots - symbol.modules * module_dots) // 2
    top, height = layout.CODE_TOP * dots, layout.CODE_HEIGHT * dots
    return f"^FO{x},{top:.0f}^BY{module_dots}^BCN,{height:.0f},N,N,N^FH^FD{_subsets(symbol)}^FS"


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
