"""What a label says, and the sheets it is printed on."""

from dataclasses import dataclass

import msgspec

from . import datamatrix
from .symbols import Symbology


@dataclass(frozen=True, slots=True)
class Captions:
    """The small words beside the values."""

    sender: str
    recipient: str
    mass: str
    reference: str
    cod: str
    kilogram: str
    specimen: str


ENGLISH = Captions("FROM", "TO", "Weight", "Order", "CASH ON DELIVERY", "kg", "SPECIMEN")
RUSSIAN = Captions("ОТПРАВИТЕЛЬ", "ПОЛУЧАТЕЛЬ", "Вес", "Заказ", "НАЛОЖЕННЫЙ ПЛАТЁЖ", "кг", "ОБРАЗЕЦ")
GERMAN = Captions("VON", "AN", "Gewicht", "Auftrag", "NACHNAHME", "kg", "MUSTER")


class Label(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Every text is anybody's: letters a font lacks print as a replacement, what is too long is narrowed, then cut.

    `number` is what the barcode holds, printed in `symbology`: what that one takes (Code 128: printable ASCII) and fits
    the sheet, else rendering raises ValueError.
    """

    mark: str  # the carrier's name, white on black at the top
    service: str
    sender: tuple[str, ...]  # lines, name first
    recipient: tuple[str, ...]  # lines, name first
    postal_code: str
    mass_g: int
    reference: str  # order number, "" prints nothing
    number: str
    cod: str = ""  # amount as it is to be printed, "" when nothing is to be collected
    specimen: bool = False
    extra: tuple[str, ...] = ()  # up to two lines above the barcode
    captions: Captions = ENGLISH
    matrix: str = ""  # what a Data Matrix beside the number holds (see `datamatrix.check`), "" prints none
    symbology: Symbology = Symbology.CODE_128
    second: str = ""  # what a Code 128 below the number holds, the package's own code; "" prints none

    def mass(self) -> str:
        return f"{self.mass_g // 1000}.{self.mass_g % 1000:03d} {self.captions.kilogram}"


@dataclass(frozen=True, slots=True)
class PageSize:
    """A sheet in whole millimetres. The label fills it; on A4 it keeps 100 x 150 mm in a corner, to be cut out."""

    name: str
    width_mm: int
    height_mm: int


LABEL_100X150 = PageSize("100x150", 100, 150)
A4 = PageSize("A4", 210, 297)
A5 = PageSize("A5", 148, 210)
A6 = PageSize("A6", 105, 148)
A7 = PageSize("A7", 74, 105)
SIZES = {size.name: size for size in (LABEL_100X150, A4, A5, A6, A7)}


_SPARE_MODULES = 4


def matrix_of(label: Label, dots: int) -> tuple[datamatrix.Matrix, int]:
    """Return the Data Matrix and its module width in printer dots, at most `dots` wide.

    Four modules stay spare: a printer that makes the symbol itself may need the next size up.

    Raises:
        ValueError: a Data Matrix cannot hold the text, or it would be too fine to be scanned from this sheet.
    """
    matrix = datamatrix.encode(label.matrix)
    module_dots = dots // (matrix.modules + _SPARE_MODULES)
    if module_dots < 2:
        fits = dots // 2 - _SPARE_MODULES
        raise ValueError(f"matrix text {label.matrix!r} needs {matrix.modules} modules, this label holds {fits}")
    return matrix, min(module_dots, 4)
