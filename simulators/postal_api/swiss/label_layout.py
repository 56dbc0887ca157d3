"""Where everything stands on a label, in each layout. Labels are drawn on their side: 148 x 105 mm is A6.

Wire contract: `postal_api_swiss` §2.3 and §6: the barcode is 68.07 mm wide and 23 mm high, 8 mm from the left edge.
What else stands where follows the picture in the manual; sizes of type are ours, and so is the sheet of FE.
"""

from dataclasses import dataclass

from ...wire.labels import PageSize
from ...wire.labels.drawing import Code, Drawing, Frame, Picture

QUIET_MM = 8.0
MODULE_MM = 0.508
BAR_HEIGHT_MM = 23.0
RIGHT_QUIET_MM = 5.1
LOGO_RATIO = 47 / 25
NARROWEST_MM, WIDE_MM = 15.0, 38.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines of one size: the first baseline, the distance to the next, the room of each."""

    x_mm: float
    y_mm: float
    leading_mm: float
    size_pt: float
    room_mm: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A layout. `sender` reads upwards: its `y_mm` is where lines begin, its `leading_mm` goes to the right."""

    size: PageSize
    instructions: Rows
    head_y_mm: float
    code_y_mm: float
    bar_height_mm: float
    ident: Rows
    sender: Rows
    recipient: Rows
    services: Rows
    note: Rows
    specimen: Rows
    has_sender: bool = True


PLANS = {
    "A5": Plan(
        size=PageSize("A5", 210, 148),
        instructions=Rows(8, 10, 7, 12, 195),
        head_y_mm=44,
        code_y_mm=50,
        bar_height_mm=BAR_HEIGHT_MM,
        ident=Rows(8, 81, 0, 19, 68),
        sender=Rows(12, 143, 4.4, 9.5, 50),
        recipient=Rows(48, 96, 6.2, 15, 106),
        services=Rows(100, 40, 8.6, 16, 80),
        note=Rows(157, 128, 4, 8, 50),
        specimen=Rows(118, 88, 0, 30, 85),
    ),
    "A6": Plan(
        size=PageSize("A6", 148, 105),
        instructions=Rows(8, 8, 6, 10, 132),
        head_y_mm=23,
        code_y_mm=28.5,
        bar_height_mm=BAR_HEIGHT_MM,
        ident=Rows(8, 58.5, 0, 18, 68),
        sender=Rows(11, 101, 3.6, 7.5, 36),
        recipient=Rows(34, 69, 4.4, 10.5, 78),
        services=Rows(86, 24, 9.6, 15, 56),
        note=Rows(114, 89, 3.2, 6.5, 32),
        specimen=Rows(86, 61.5, 0, 22, 58),
    ),
    "A7": Plan(
        size=PageSize("A7", 105, 74),
        instructions=Rows(8, 5, 3, 6, 90),
        head_y_mm=5,
        code_y_mm=8.5,
        bar_height_mm=BAR_HEIGHT_MM,
        ident=Rows(8, 37.6, 0, 16, 68),
        sender=Rows(6, 71, 2.9, 6, 31),
        recipient=Rows(22, 43.5, 4.7, 10, 66),
        services=Rows(82, 9, 8.5, 12, 20),
        note=Rows(89, 54, 2.6, 5, 15),
        specimen=Rows(84, 71, 0, 9, 20),
    ),
    "FE": Plan(
        size=PageSize("FE", 100, 45),
        instructions=Rows(8, 2, 2, 4, 80),
        head_y_mm=3,
        code_y_mm=4,
        bar_height_mm=11,
        ident=Rows(8, 18.9, 0, 9, 48),
        sender=Rows(4, 43, 2.5, 5, 20),
        recipient=Rows(8, 23.8, 3.8, 8.5, 70),
        services=Rows(58, 15.6, 5, 8, 40),
        note=Rows(80, 27, 2.6, 5, 18),
        specimen=Rows(80, 42, 0, 9, 19),
        has_sender=False,
    ),
}
WINDOW_ONLY = "FE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a label says. Empty texts are left out; `logo` stands in the sender's place."""

    code: str
    dotted: str
    mark: str
    domicile: str = ""
    version: str = ""
    instructions: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    specimen: bool = False
    logo: bytes = b""
    logo_turn: int = 270
    logo_keep: bool = False
    logo_with_content: bool = True
    logo_middle: bool = False


def drawn(face: Face, layout: str) -> Drawing:
    """Return a label drawn in a layout: A5, A6, A7 or FE."""
    plan = PLANS[layout]
    drawing = Drawing(plan.size)
    code = Code(QUIET_MM, plan.code_y_mm, plan.bar_height_mm, MODULE_MM, face.code)
    drawing.codes.append(code)
    _head(drawing, plan, face)
    for row, text in enumerate(face.instructions):
        place = plan.instructions
        drawing.write(place.x_mm, place.y_mm + row * place.leading_mm, place.size_pt, text, place.room_mm)
    drawing.write(plan.ident.x_mm, plan.ident.y_mm, plan.ident.size_pt, face.dotted, plan.ident.room_mm, bold=True)
    if plan.has_sender:
        _sender(drawing, plan, face)
    _rows(drawing, plan.recipient, face.recipient)
    _services(drawing, plan, face, code)
    _rows(drawing, plan.note, face.notes)
    if face.specimen:
        _rows(drawing, plan.specimen, ("SPECIMEN",), bold=True)
    return drawing


def _head(drawing: Drawing, plan: Plan, face: Face) -> None:
    """Home office and version line on the left, the carrier's name on the right, over the barcode."""
    y_mm = plan.head_y_mm
    if plan.size.name in ("A5", "A6"):
        drawing.write(QUIET_MM, y_mm, 9, face.domicile, 34)
        drawing.write(QUIET_MM, y_mm + 3, 4.5, face.version, 36)
        drawing.write(QUIET_MM + 38, y_mm + 2.5, 13, face.mark, 30, bold=True)
    elif plan.size.name == "A7":
        drawing.write(QUIET_MM, y_mm + 1.5, 4.5, face.version, 36)
        drawing.write(QUIET_MM + 38, y_mm + 1.5, 10, face.mark, 30, bold=True)
    else:
        drawing.write(QUIET_MM, y_mm, 4.5, face.version, 36)
        drawing.write(QUIET_MM + 50, y_mm, 6, face.mark, 30, bold=True)


def _rows(drawing: Drawing, place: Rows, texts: tuple[str, ...], *, bold: bool = False) -> None:
    for row, text in enumerate(texts):
        y_mm = place.y_mm + row * place.leading_mm
        drawing.write(place.x_mm, y_mm, place.size_pt, text, place.room_mm, bold=bold)


def _sender(drawing: Drawing, plan: Plan, face: Face) -> None:
    place = plan.sender
    if not face.logo:
        for row, text in enumerate(face.sender):
            drawing.turn(place.x_mm + row * place.leading_mm, place.y_mm, place.size_pt, text, place.room_mm)
        return
    width_mm = plan.recipient.x_mm - place.x_mm - 2
    height_mm = min(place.room_mm, width_mm * LOGO_RATIO)
    if face.logo_turn in (0, 180):
        height_mm = min(height_mm, width_mm / LOGO_RATIO)
    left_mm = QUIET_MM if face.logo_with_content else 2
    top_mm = place.y_mm - place.room_mm
    drawing.pictures.append(
        Picture(
            left_mm,
            top_mm + (place.room_mm - height_mm) / 2 if face.logo_middle else top_mm,
            width_mm,
            height_mm,
            face.logo,
            face.logo_turn,
            face.logo_keep,
            face.logo_middle,
        )
    )


def _services(drawing: Drawing, plan: Plan, face: Face, code: Code) -> None:
    """Service codes in boxes beside the barcode, far enough from it to be scanned."""
    place = plan.services
    x_mm = place.x_mm
    if place.y_mm + place.leading_mm > code.y_mm and place.y_mm < code.y_mm + code.height_mm:
        x_mm = max(x_mm, code.x_mm + code.width_mm + RIGHT_QUIET_MM)
    top_mm, width_mm = place.y_mm, min(place.room_mm, plan.size.width_mm - x_mm - 1.5)
    if width_mm < NARROWEST_MM:  # a long number leaves no room beside it: the box goes below, beside the number's text
        x_mm, top_mm, width_mm = plan.size.width_mm - WIDE_MM - 1.5, plan.ident.y_mm - 5, WIDE_MM
    for row, text in enumerate(face.services):
        y_mm = top_mm + row * place.leading_mm
        drawing.frames.append(Frame(x_mm, y_mm, width_mm, place.leading_mm - 1))
        baseline_mm = y_mm + (place.leading_mm - 1) / 2 + place.size_pt * 0.125
        drawing.write(x_mm + 1.5, baseline_mm, place.size_pt, text, width_mm - 3, bold=True)
