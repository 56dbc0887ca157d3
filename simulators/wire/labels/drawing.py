"""A label as a drawing of its own: type, boxes, one barcode with exact modules, pictures, on a sheet of any size.

For carriers whose label has a fixed geometry that `Label` cannot express. Millimetres from the top left corner of the
sheet; a line's `y_mm` is its baseline. Writers: `drawing_pdf`, `drawing_zpl`, `drawing_raster`.
"""

from dataclasses import dataclass, field

from . import code128
from .label import PageSize
from .layout import MM_PT
from .sfnt import Font, load
from .typeset import Line, fit, one_line


@dataclass(frozen=True, slots=True)
class Type:
    """A line of type in `room_mm`. A `turned` one reads upwards: (x, y) is where it begins, at the bottom."""

    x_mm: float
    y_mm: float
    size_pt: float
    text: str
    room_mm: float
    bold: bool = False
    turned: bool = False

    @property
    def font(self) -> Font:
        return load("bold" if self.bold else "regular")

    def line(self) -> Line:
        """Return the line as it fits its room, in letters that the font has."""
        font = self.font
        text = one_line(self.text)
        return fit(font, text if text.isascii() else text.translate(font.readable), self.size_pt, self.room_mm * MM_PT)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle, outlined by a rule or filled."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A Code 128 symbol without quiet zones: `x_mm`, `y_mm` are its upper left corner, `module_mm` is exact."""

    x_mm: float
    y_mm: float
    height_mm: float
    module_mm: float
    text: str

    def bits(self) -> str:
        return code128.encode(self.text).bits

    @property
    def width_mm(self) -> float:
        return code128.encode(self.text).modules * self.module_mm


@dataclass(frozen=True, slots=True)
class Picture:
    """Anybody's picture (GIF, PNG, JPG), turned clockwise by `turn`, drawn in black and white into its box.

    `keep` keeps its proportions; otherwise it fills the box. `middle` stands it in the middle of the box's height.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    content: bytes
    turn: int = 0
    keep: bool = False
    middle: bool = False


RULE_MM = 0.25


@dataclass(slots=True)
class Drawing:
    """One sheet, filled by its methods."""

    size: PageSize
    types: list[Type] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def write(self, x_mm: float, y_mm: float, size_pt: float, text: str, room_mm: float, *, bold: bool = False) -> None:
        """Set one line; an empty one is nothing."""
        if text:
            self.types.append(Type(x_mm, y_mm, size_pt, text, room_mm, bold))

    def turn(self, x_mm: float, y_mm: float, size_pt: float, text: str, room_mm: float) -> None:
        """Set one line that reads upwards."""
        if text:
            self.types.append(Type(x_mm, y_mm, size_pt, text, room_mm, turned=True))
