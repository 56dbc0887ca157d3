"""Labels as ZPL II: one `^XA` to `^XZ`, UTF-8 by `^CI28`, nothing stored in the printer.

A caret, tilde, backslash or underscore in anybody's text is written in hexadecimal (`^FH`), so that a recipient named
`^XZ` prints as a name. Widths are taken from our bold PDF font, which is wider than the printer's font 0.

Source: Zebra ZPL II Programming Guide: ^A, ^B2, ^BC, ^BE, ^BX, ^BY, ^CI, ^FB, ^FD, ^FH, ^FO, ^FR, ^GB, ^LL, ^PW.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from . import code128, ean13, layout
from .label import Label, matrix_of
from .layout import MM_PT, Bars, Box, Placed, Shop, Slot
from .sfnt import load
from .symbols import Symbol, Symbology, drawn
from .typeset import fit, one_line

_MM_DOTS = {203: 8, 300: 12}  # as Zebra counts: a 100 mm label is 800 or 1200 dots wide
DPIS = tuple(_MM_DOTS)
_ASCENT = 0.76  # of font 0: from the top of its cell to the baseline
_UNSAFE = "^~\\_"
_ESCAPES = {ord(letter): f"_{ord(letter):02X}" for letter in _UNSAFE}
_COMMANDS = {  # without text below the bars; ",3" is how much wider a wide bar is
    Symbology.CODE_128: "^BCN,{},N,N,N^FH^FD",
    Symbology.EAN_13: "^BEN,{},N,N^FD",
    Symbology.INTERLEAVED: ",3^B2N,{},N,N,N^FD",
}
_CODE_B, _CODE_C, _START_B, _START_C = 100, 99, 104, 105
_STARTS = {_START_B: ">:", _START_C: ">;"}
_SPECIAL = {">": ">0", "^": "><", "~": ">="}  # in ^BC's data
_IN_B = (*(_SPECIAL.get(text) or text.translate(_ESCAPES) for text in map(chr, range(32, 127))), *[""] * 4, ">5")
_IN_C = (*(f"{value:02d}" for value in range(100)), ">6")


def zpl(label: Label, dpi: int = 203) -> bytes:
    """Return the label as ZPL for a printer of 203 or 300 dots per inch (8 or 12 dots a millimetre).

    Raises:
        ValueError: the number cannot be a barcode of this width (see `Label`), or `dpi` is another one.
    """
    if dpi not in _MM_DOTS:
        raise ValueError(f"dpi is {dpi}, printers of {' and '.join(map(str, DPIS))} are supported")
    fields = _fields(layout.lines(label), dpi)
    matrix = _matrix(label, dpi) if label.matrix else ""
    first, *others = layout.codes(label)
    codes = _code(*first, dpi)
    for other in others:
        codes += _code(*other, dpi)
    return "".join([_opening(layout.shop(label), dpi), *fields, codes, matrix, "^XZ\n"]).encode()


@lru_cache(512)
def _opening(shop: Shop, dpi: int) -> str:
    """Return what labels of one shop share: sheet, frame, captions, mark, service, sender."""
    dots = _MM_DOTS[dpi]
    outline = _box(layout.FRAME, round(layout.RULE_MM * dots), dots)
    boxes = [_box(box, None, dots) for box in layout.boxes(cod=shop.cod, specimen=shop.specimen)]
    fields = _fields(layout.shop_lines(shop), dpi)
    sheet = f"^XA^CI28^PW{layout.WIDTH_MM * dots}^LL{layout.HEIGHT_MM * dots}"
    return f"{sheet}{outline}{''.join(boxes)}{''.join(fields)}"


def _box(box: Box, rule_dots: int | None, dots: int) -> str:
    """Without a rule a box is filled: as thick as its shorter side."""
    x, y, width, height = (round(side * dots) for side in box)
    return f"^FO{x},{y}^GB{width},{height},{rule_dots or min(width, height)}^FS"


class _Prepared(NamedTuple):
    """What a slot's field begins and ends with, the letters' height in dots, and what tells whether a text fits.

    `sure` letters fit whatever they are.
    """

    begin: str
    end: str
    height: int
    advance: Callable[[str], int]  # of a letter, in font units
    points: float  # a font unit
    room_pt: float
    sure: int


def _fields(lines: Iterable[Placed], dpi: int) -> list[str]:
    """Return a field for each line that is not empty. One loop for all: half of a label's time is spent here."""
    found = []
    for slot, text in lines:
        if not text:
            continue
        begin, end, height, advance, points, room_pt, sure = _prepared(slot, dpi)
        text = one_line(text)
        if len(text) > sure and sum(map(advance, text)) * points > room_pt:
            text, scale, _ = fit(load("bold"), text, slot.size_pt, room_pt)
            if scale != 1:
                end = f",{height * scale:.0f}{end}"
        if "^" in text or "~" in text or "\\" in text or "_" in text:
            text = text.translate(_ESCAPES)
            end += "^FH"
        found.append(f"{begin}{height}{end}^FD{text}^FS")
    return found


@cache
def _prepared(slot: Slot, dpi: int) -> _Prepared:
    dots = _MM_DOTS[dpi]
    height = round(slot.size_pt / MM_PT * dots)
    x, y = round((slot.x_mm - slot.anchor * slot.width_mm) * dots), round(slot.y_mm * dots - _ASCENT * height)
    centred = f"^FB{slot.width_mm * dots:.0f},1,0,C" if slot.anchor else ""
    font, end = load("bold"), centred + "^FR" * slot.white
    points = slot.size_pt / font.units_per_em
    sure = int(slot.room_pt / (font.widest * points))
    return _Prepared(f"^FO{x},{y}^A0N,", end, height, font.advances.__getitem__, points, slot.room_pt, sure)


def _code(place: Bars, text: str, symbology: Symbology, dpi: int) -> str:
    """Bars are as wide in millimetres at either resolution."""
    symbol, module_dots = drawn(text, symbology, int(place.width_mm * _MM_DOTS[203]))
    return f"{_bars(place, symbology, symbol.modules, module_dots, dpi)}{_data(symbol)}^FS"


@lru_cache(512)
def _bars(place: Bars, symbology: Symbology, modules: int, module_dots: int, dpi: int) -> str:
    """Return the field of a barcode of so many modules up to its data; `module_dots` is of the coarser printer."""
    dots = _MM_DOTS[dpi]
    module_dots = module_dots * dots // _MM_DOTS[203]
    x = int(2 * place.centre_mm * dots - modules * module_dots) // 2
    top, height = place.top_mm * dots, place.height_mm * dots
    return f"^FO{x},{top:.0f}^BY{module_dots}{_COMMANDS[symbology].format(f'{height:.0f}')}"


def _data(symbol: Symbol) -> str:
    """Return what the printer makes its bars of; EAN-13's check digit it adds by itself."""
    if isinstance(symbol, code128.Symbol):
        return _subsets(symbol)
    return symbol.text[:12] if isinstance(symbol, ean13.Symbol) else symbol.text


def _matrix(label: Label, dpi: int) -> str:
    """The printer makes the symbol itself, from the upper left corner of its square; ours says how fine it must be."""
    dots, fewer_dots = _MM_DOTS[dpi], _MM_DOTS[203]
    _, module_dots = matrix_of(label, int(layout.MATRIX_SIDE_MM * fewer_dots))
    x, y = (round((side - layout.MATRIX_SIDE_MM) * dots) for side in (layout.MATRIX_RIGHT_MM, layout.MATRIX_BOTTOM_MM))
    return f"^FO{x},{y}^BXN,{module_dots * dots // fewer_dots},200^FD{label.matrix}^FS"


def _subsets(symbol: code128.Symbol) -> str:
    """Return the number with the subset changes of `symbol` spelled out, as `^BC` takes them in its normal mode."""
    start, *values, _ = symbol.values  # the printer adds the check character
    written = _IN_C if start == _START_C else _IN_B
    parts = [_STARTS[start]]
    for value in values:
        parts.append(written[value])
        if value == _CODE_C and written is _IN_B:
            written = _IN_C
        elif value == _CODE_B and written is _IN_C:
            written = _IN_B
    return "".join(parts)
