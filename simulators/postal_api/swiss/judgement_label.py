"""Rules of the label: layout, format, resolution, what finds room, the sender's logo.

Wire contract: `postal_api_swiss` §2.2, §2.3 and §7.
"""

from . import logos, settings
from .case import Case
from .services import BARCODES_MOST, INSTRUCTIONS_MOST, LAYOUTS, LAYOUTS_OF, ONLY_IN_WINDOWS, Group

FILE_TYPES = ("EPS", "GIF", "JPG", "PNG", "PDF", "sPDF", "ZPL2")
RESOLUTIONS = (200, 300, 600)
SLOW = ("JPG", "PNG")
DEFAULT_FILE_TYPE, DEFAULT_RESOLUTION = "PDF", 300
CUT_SENDER = 20


def judge(case: Case) -> None:
    wanted = case.shipment.label_definition
    if wanted.image_file_type and wanted.image_file_type not in FILE_TYPES:
        case.refuse("E2012", wanted.image_file_type, ", ".join(FILE_TYPES))
    if wanted.image_resolution and wanted.image_resolution not in RESOLUTIONS:
        case.refuse("E2013", wanted.image_resolution, ", ".join(map(str, RESOLUTIONS)))
    elif pair_of(case) in settings.text(case.world, "refused_pairs").split():
        case.refuse("E9995", resolution(case), file_type(case))
    if not case.way.has_layout:
        return
    judge_layout(case)
    _speed(case)
    logos.judge(case)
    if case.chosen.basic is not None and not case.errors:
        _printed(case)


def file_type(case: Case) -> str:
    return case.shipment.label_definition.image_file_type or DEFAULT_FILE_TYPE


def resolution(case: Case) -> int:
    return case.shipment.label_definition.image_resolution or DEFAULT_RESOLUTION


def pair_of(case: Case) -> str:
    return f"{file_type(case)}-{resolution(case)}"


def judge_layout(case: Case) -> None:
    """Judge whether a layout takes the services and instructions."""
    layout, chosen, basic = case.shipment.label_definition.label_layout, case.chosen, case.chosen.basic
    if layout not in LAYOUTS:
        return case.refuse("E1011", layout)
    if basic is None:
        return None
    if layout not in LAYOUTS_OF[basic.group]:
        return case.refuse("E1013", layout, basic.group)
    if layout != "FE" and any(part in ONLY_IN_WINDOWS for part in basic.parts):
        return case.refuse("E1016", layout, case.codes)
    if chosen.barcodes > BARCODES_MOST[layout]:
        case.refuse("E1006", chosen.barcodes)
    if len(chosen.instructions) > INSTRUCTIONS_MOST[layout]:
        case.refuse("E1007", len(chosen.instructions))
    return None


def _speed(case: Case) -> None:
    wanted = case.shipment.label_definition
    if wanted.label_layout == "A5" and file_type(case) in SLOW and resolution(case) == 600:
        case.warn("W2010", wanted.label_layout, resolution(case))


def _printed(case: Case) -> None:
    """Find the recipient's lines: what does not find room is left out, title first, with a warning each."""
    basic, layout, item = case.chosen.basic, case.shipment.label_definition.label_layout, case.shipment.item
    assert basic is not None
    if case.shipment.pp_franking and not basic.is_letter:
        case.warn("W2011", case.codes)
    if basic.is_letter and item.attributes.weight:
        case.warn("W2022")
    if (layout, file_type(case)) == ("A6", "ZPL2") and len(case.chosen.instructions) == 2:
        case.warn("W2018")
    case.free_text = item.attributes.free_text
    if case.free_text and (layout == "FE" or (layout == "A6" and basic.group is Group.ABROAD)):
        case.warn("W2009", layout)
        case.free_text = ""
    most = basic.lines(layout, len(case.chosen.instructions))
    if item.recipient.label_lines is not None:
        _own_lines(case, most)
    else:
        _address_lines(case, most)


def _place(case: Case) -> list[str]:
    to = case.shipment.item.recipient
    place = [f"{to.zip} {to.city}".strip()]
    return place if to.is_domestic else [*place, to.land]


def _own_lines(case: Case, most: int) -> None:
    """The customer's own lines, behind them the place from the address."""
    given = [line for line in case.shipment.item.recipient.label_lines or () if line.strip()]
    room = min(5, most - len(_place(case)) - bool(case.free_text))
    if len(given) > room:
        case.warn("W2021", most)
    case.lines = [*given[:room], *_place(case)]


def _address_lines(case: Case, most: int) -> None:
    to = case.shipment.item.recipient
    person = " ".join(part for part in (to.first_name, to.name1) if part)
    names = [("person", person), ("name2", to.name2)]
    if not to.personally_addressed:
        names.reverse()
    street = " ".join(part for part in (to.street, to.house_no) if part)
    rows = [("title", to.title), *names, ("name3", to.name3), ("suffix", to.address_suffix)]
    rows += [("street", street), ("pobox", to.pobox), *(("place", line) for line in _place(case))]
    rows = [row for row in rows if row[1]]
    for dropped, code in (("title", "W2016"), ("suffix", "W2017"), ("name3", "W2019")):
        if len(rows) + bool(case.free_text) > most and any(name == dropped for name, _ in rows):
            rows = [row for row in rows if row[0] != dropped]
            case.warn(code, most)
    if case.free_text and len(rows) + 1 > most:
        case.free_text = ""
        case.warn("W2020", most)
    case.lines = [line for _, line in rows]
