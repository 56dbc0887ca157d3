"""A list printed on A4 sheets: a heading, rows in columns, as many pages as it takes."""

from collections.abc import Sequence

from ...wire.labels import A4, Sheet, pdf_sheets
from ...wire.labels.layout import Box, Slot

LEFT_MM, TOP_MM, LEADING_MM, WIDTH_MM = 15.0, 20.0, 6.0, 180.0
ROWS_A_PAGE = 40
SIZE_PT, HEADING_PT = 9.0, 12.0
TITLE = Slot(LEFT_MM, TOP_MM, 145.0, HEADING_PT, bold=True)
PAGE = Slot(LEFT_MM + WIDTH_MM - 25, TOP_MM, 25.0, SIZE_PT)


def printed(heading: Sequence[str], columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the PDF of a list. A column is its heading and its width in millimetres."""
    pages = [rows[at : at + ROWS_A_PAGE] for at in range(0, len(rows), ROWS_A_PAGE)] or [[]]
    sheets = [_sheet(heading, columns, page, f"{place} / {len(pages)}") for place, page in enumerate(pages, 1)]
    return pdf_sheets(sheets, A4)


def _sheet(
    heading: Sequence[str], columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]], page: str
) -> Sheet:
    title, *rest = heading
    sheet = Sheet([(TITLE, title), (PAGE, page)])
    y_mm = TOP_MM
    for text in rest:
        y_mm += LEADING_MM
        sheet.lines.append((Slot(LEFT_MM, y_mm, WIDTH_MM, SIZE_PT), text))
    y_mm += 1.5 * LEADING_MM
    sheet.row(y_mm, _cells(columns, bold=True), [name for name, _ in columns])
    sheet.rules.append(Box(LEFT_MM, y_mm + 1.6, WIDTH_MM, 0.3))
    for place, row in enumerate(rows, 1):
        sheet.row(y_mm + place * LEADING_MM, _cells(columns), row)
    return sheet


def _cells(columns: Sequence[tuple[str, float]], *, bold: bool = False) -> list[Slot]:
    cells, x_mm = [], LEFT_MM
    for _, width_mm in columns:
        cells.append(Slot(x_mm, 0, width_mm - 2, SIZE_PT, bold))
        x_mm += width_mm
    return cells
