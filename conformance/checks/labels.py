"""Labels: held for every booked order, in the format asked for, and scanning to their own parcel."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256

from ..driver.shapes import OrderView
from ..history import Finding, History, Label
from ..wires import WIRES
from .registry import check


def _labels(history: History) -> Iterator[tuple[OrderView, Label | None]]:
    """Yield each booked order with its label, when labels were collected at all."""
    if history.labels:
        by_order = {label.order: label for label in history.labels}
        yield from ((view, by_order.get(view.number)) for view in history.orders if view.state == "booked")


@check("LBL-001")
def held_for_every_booked_order(history: History) -> Iterator[Finding | str]:
    for view, label in _labels(history):
        said = None if view.label is None else (view.label.sha256, view.label.size_bytes)
        if label is None or not label.reads:
            why = label.problem if label else "no label"
            yield Finding(requirement="LBL-001", subject=view.number, expected="a label", found=why)
            continue
        held = (sha256(label.reads[0]).hexdigest(), len(label.reads[0]))
        if said != held:
            yield Finding(requirement="LBL-001", subject=view.number, expected=f"stated as {held}", found=f"{said}")
        else:
            yield view.number


@check("LBL-002")
def decodes_to_its_own_number(history: History) -> Iterator[Finding | str]:
    printed = _printed(history)
    for view, label in _labels(history):
        if label is None or not label.reads or (label.codes is None and not label.problem):
            continue
        wanted = printed.get(str(view.tracking_number)) or {str(view.tracking_number)}
        if not wanted.intersection(label.codes or ()):
            found = label.problem or f"codes {list(label.codes or ())}"
            expected = f"a code that reads {' or '.join(sorted(wanted))}"
            yield Finding(requirement="LBL-002", subject=view.number, expected=expected, found=found)
        elif strange := sorted(_of_others(history, view, printed).intersection(label.codes or ())):
            expected = "no code of another order's parcel beside it"
            yield Finding(requirement="LBL-002", subject=view.number, expected=expected, found=f"codes {strange}")
        else:
            yield view.number


def _of_others(history: History, mine: OrderView, printed: Mapping[str, set[str]]) -> set[str]:
    """Return what stands on the labels of all other orders."""
    others = {str(view.tracking_number) for view in history.orders if view.number != mine.number}
    others -= {str(mine.tracking_number)}
    return others.union(*(printed.get(number, ()) for number in others))


def _printed(history: History) -> Mapping[str, set[str]]:
    """Return tracking number -> what stands on its labels, of carriers that print another number (PickPoint §4)."""
    known: dict[str, set[str]] = defaultdict(set)
    for entry in history.journal:
        if entry.direction == "in" and entry.carrier in WIRES:
            for number, code in WIRES[entry.carrier].printed(entry):
                known[number].add(code)
    return known


@check("LBL-003")
def same_bytes_at_every_read(history: History) -> Iterator[Finding | str]:
    for view, label in _labels(history):
        if label is None or len(label.reads) < 2:
            continue
        digests = {sha256(read).hexdigest()[:12] for read in label.reads}
        if len(digests) > 1:
            found = f"{len(digests)} different: {sorted(digests)}"
            expected = f"the same bytes at {len(label.reads)} reads"
            yield Finding(requirement="LBL-003", subject=view.number, expected=expected, found=found)
        else:
            yield view.number


@check("LBL-004")
def in_the_format_asked_for(history: History) -> Iterator[Finding | str]:
    for view, label in _labels(history):
        if label is None or not label.reads:
            continue
        wanted = "PDF" if _is_lacking(view, history.label_format) else history.label_format
        found, said = format_of(label.reads[0]), None if view.label is None else view.label.format
        if (found, said) != (wanted, wanted):
            held = f"bytes of {found or 'neither PDF, PNG nor ZPL'}, stated as {said}"
            yield Finding(requirement="LBL-004", subject=view.number, expected=wanted, found=held)
        else:
            yield view.number


def _is_lacking(view: OrderView, wanted: str) -> bool:
    """Whether a label comes as PDF, since its carrier makes no ZPL."""
    wire = WIRES.get(str(view.carrier))
    return wanted == "ZPL" and wire is not None and wanted not in wire.formats


PNG, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"


def format_of(content: bytes) -> str:
    """Return PDF, PNG or ZPL for what is whole, "" for anything else."""
    if content.startswith(PNG) and content.endswith(PNG_END):
        return "PNG"
    if content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF"):
        return "PDF"
    text = content.strip()
    return "ZPL" if text.startswith(b"^XA") and text.endswith(b"^XZ") else ""


@check("LBL-005")
def number_is_the_carriers(history: History) -> Iterator[Finding | str]:
    for view, truth in history.booked():
        if not truth.number:
            continue
        said = (view.carrier, view.tracking_number)
        if said != (truth.carrier, truth.number) or truth.number not in view.tracking_numbers:
            found = f"{view.carrier}'s {view.tracking_number} of {list(view.tracking_numbers)}"
            expected = f"{truth.carrier}'s {truth.number}"
            yield Finding(requirement="LBL-005", subject=view.number, expected=expected, found=found)
        else:
            yield view.number


@check("LBL-008")
def number_keeps_its_grammar(history: History) -> Iterator[Finding | str]:
    """What the connector shows, and what its label reads when it holds one code only."""
    for view, label in _labels(history):
        wire = WIRES.get(str(view.carrier))
        if wire is None or view.tracking_number is None:
            continue
        read = label.codes if label is not None and label.codes is not None and len(label.codes) == 1 else ()
        wrong = [number for number in (view.tracking_number, *read) if not wire.is_number(number)]
        if wrong:
            expected = f"{wire.number_in_words}, as {view.carrier} writes them"
            yield Finding(requirement="LBL-008", subject=view.number, expected=expected, found=f"{wrong}")
        else:
            yield view.number


SIZES_MM: Mapping[str, tuple[int, int]] = {
    "100x150": (100, 150), "A4": (210, 297), "A5": (148, 210), "A6": (105, 148), "A7": (74, 105),
}  # fmt: skip
TOLERANCE_MM = 1.5


def sizes_asked(history: History, carrier: str) -> frozenset[str]:
    """Return the sizes in which the connector asked a carrier for labels; the carrier's default where it named none."""
    asked = set()
    for entry in history.journal:
        body = entry.asked() if (entry.direction, entry.method, entry.carrier) == ("in", "POST", carrier) else None
        if isinstance(body, dict) and carrier in WIRES:
            asked.add(WIRES[carrier].size_asked(entry, body))
    return frozenset(asked & SIZES_MM.keys())


@check("LBL-009")
def of_the_size_asked_for(history: History) -> Iterator[Finding | str]:
    for view, label in _labels(history):
        asked = sizes_asked(history, str(view.carrier))
        if label is None or not label.reads or not asked:
            continue
        expected, found = f"pages of {' or '.join(sorted(asked))}, as the carrier was asked for", _misfits(label, asked)
        if not label.sizes_mm and format_of(label.reads[0]) == "PNG":
            expected += ", told by a pHYs chunk in dots per metre"
            found = f"a PNG of {_dots(label.reads[0])} dots, with no pHYs chunk or with one that counts none per metre"
        if found:
            yield Finding(requirement="LBL-009", subject=view.number, expected=expected, found=found)
        elif label.sizes_mm:
            yield view.number


def _dots(picture: bytes) -> str:
    """Return a PNG's width and height."""
    return f"{int.from_bytes(picture[16:20])} x {int.from_bytes(picture[20:24])}"


def _misfits(label: Label, asked: frozenset[str]) -> str:
    """Return the sizes of the pages that have none of those asked for, in words."""
    return ", ".join(
        f"{width:.0f} x {height:.0f} mm" for width, height in label.sizes_mm if not _fits(width, height, asked)
    )


def _fits(width_mm: float, height_mm: float, asked: frozenset[str]) -> bool:
    """Whether a page has one of the sizes, upright or on its side."""
    sides = sorted((width_mm, height_mm))
    return any(all(abs(a - b) <= TOLERANCE_MM for a, b in zip(sides, SIZES_MM[name], strict=True)) for name in asked)
