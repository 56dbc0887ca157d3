"""Labels: held for every booked order, in the format asked for, and scanning to their own parcel."""

from collections.abc import Iterator
from hashlib import sha256

from ..driver.shapes import OrderView
from ..history import Finding, History, Label
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
    for view, label in _labels(history):
        if label is None or not label.reads or (label.codes is None and not label.problem):
            continue
        if view.tracking_number not in (label.codes or ()):
            found = label.problem or f"codes {list(label.codes or ())}"
            expected = f"a code that reads {view.tracking_number}"
            yield Finding(requirement="LBL-002", subject=view.number, expected=expected, found=found)
        else:
            yield view.number


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
        found = _format(label.reads[0])
        if found != history.label_format or view.label is None or view.label.format != history.label_format:
            said = None if view.label is None else view.label.format
            yield Finding(
                requirement="LBL-004",
                subject=view.number,
                expected=history.label_format,
                found=f"bytes of {found or 'neither PDF nor ZPL'}, stated as {said}",
            )
        else:
            yield view.number


def _format(content: bytes) -> str:
    if content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF"):
        return "PDF"
    text = content.strip()
    return "ZPL" if text.startswith(b"^XA") and text.endswith(b"^XZ") else ""


@check("LBL-005")
def number_is_the_carriers(history: History) -> Iterator[Finding | str]:
    for view, truth in history.booked():
        if not truth.number:
            continue
        if view.tracking_number != truth.number or truth.number not in view.tracking_numbers:
            found = f"{view.tracking_number} of {list(view.tracking_numbers)}"
            yield Finding(requirement="LBL-005", subject=view.number, expected=truth.number, found=found)
        else:
            yield view.number
