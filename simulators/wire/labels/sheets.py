"""Whole pages of a document as PDF: lines of type, rules, frames and barcodes wherever the caller puts them.

Millimetres from the top left corner of the page; a line's `y_mm` is its baseline, as on labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise

from . import layout
from .document import Cast, document
from .label import PageSize
from .layout import MM_PT, RULE_MM, Bars, Block, Box, Placed, Slot
from .pdf import code_drawn, rectangle, run
from .sfnt import load
from .symbols import Symbology
from .typeset import width_pt, wrapped


@dataclass(slots=True)
class Sheet:
    """One page, filled by its methods."""

    lines: list[Placed] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    codes: list[tuple[Bars, str, Symbology]] = field(default_factory=list)
    size: PageSize | None = None  # where it differs from the other pages of its file

    def block(self, block: Block, texts: tuple[str, ...]) -> None:
        """Set lines into a block: what is too long is broken, what does not find room shares the last line."""
        self.lines += layout.placed_in(block, texts)

    def row(self, y_mm: float, cells: Sequence[Slot], texts: Sequence[str]) -> None:
        """Set texts at one height into the columns of a table, whose own height does not count."""
        for cell, text in zip(cells, texts, strict=True):
            self.lines.append((_moved(cell, y_mm), text))


@cache
def _moved(slot: Slot, y_mm: float) -> Slot:
    """Return a column's place at a height. Tables stand on few heights, and the writer keeps what it knows by place."""
    return Slot(slot.x_mm, y_mm, slot.width_mm, slot.size_pt, slot.bold, slot.anchor, slot.white)


def broken(cell: Slot, text: str, most: int) -> list[str]:
    """Return the lines of a text in a column, at most so many; the last holds all the rest and is cut."""
    if width_pt(load("bold"), text, cell.size_pt) <= cell.room_pt:
        return [text]
    lines = list(wrapped(load("bold"), text, cell.size_pt, cell.room_pt))
    return lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]


def pdf_sheets(sheets: Sequence[Sheet], size: PageSize) -> bytes:
    """Return a PDF of one page a sheet.

    Raises:
        ValueError: there is no sheet, or a text cannot be a barcode of its width.
    """
    return pdf_papers([sheets], size)


def pdf_papers(papers: Sequence[Sequence[Sheet]], size: PageSize, copies: int = 1) -> bytes:
    """Return a PDF of papers, each of some sheets, the copies of a paper after each other; the pages share their fonts.

    Raises:
        ValueError: there is no sheet, or a text cannot be a barcode of its width.
    """
    sheets = [sheet for paper in papers for sheet in paper]
    if not sheets:
        raise ValueError("a PDF needs at least one page, found none")
    pages = [[run(placed) for placed in sheet.lines if placed[1]] for sheet in sheets]
    casts = {
        name: Cast(load(name), [line.text for runs in pages for line in runs if line.bold is (name == "bold")])
        for name in ("regular", "bold")
    }
    written = {name == "bold": iter(cast.written()) for name, cast in casts.items()}
    contents = []
    for sheet, runs in zip(sheets, pages, strict=True):
        up_pt = ((sheet.size or size).height_mm - layout.HEIGHT_MM) * MM_PT
        parts = [f"1 0 0 1 0 {up_pt:.2f} cm {RULE_MM * MM_PT:.3f} w"]
        parts += [f"{rectangle(frame)} S" for frame in sheet.frames]
        parts += [f"{rectangle(rule)} f" for rule in sheet.rules]
        parts.append("BT")
        parts += [f"{line.before}{next(written[line.bold])}{line.after}" for line in runs]
        parts.append("ET")
        parts += [code_drawn(*code, 1, 0, 0) for code in sheet.codes]
        contents.append("\n".join(parts).encode())
    ends = [0, *accumulate(map(len, papers))]
    order = [(page, copy) for start, end in pairwise(ends) for copy in range(copies) for page in range(start, end)]
    sizes = [sheet.size for sheet in sheets]
    return document(contents, casts["regular"], casts["bold"], size, copies, order, sizes if any(sizes) else None)
