"""A list printed on A4 sheets: a heading, rows in columns, as many pages as it takes."""

from collections.abc import Sequence

from ...wire.labels.document import Cast, document
from ...wire.labels.label import A4
from ...wire.labels.sfnt import load
from ...wire.labels.typeset import fit, one_line

MM_PT = 72 / 25.4
LEFT_MM, TOP_MM, LEADING_MM = 15.0, 20.0, 6.0
ROWS_A_PAGE = 40
SIZE_PT, HEADING_PT = 9.0, 12.0
Text = tuple[bool, float, float, float, float, str]  # bold, size in points, x and y from the top left, room in mm, text


def printed(heading: Sequence[str], columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the PDF of a list. A column is its heading and its width in millimetres."""
    pages = [rows[at : at + ROWS_A_PAGE] for at in range(0, len(rows), ROWS_A_PAGE)] or [[]]
    texts = [
        [*_head(heading, place, len(pages)), *_table(columns, page, len(heading))]
        for place, page in enumerate(pages, 1)
    ]
    fitted = [[_fitted(text) for text in page] for page in texts]
    casts = {
        bold: Cast(load(name), [text for page in fitted for is_bold, _, text in page if is_bold is bold])
        for bold, name in ((False, "regular"), (True, "bold"))
    }
    written = {bold: iter(cast.written()) for bold, cast in casts.items()}
    contents = [
        "\n".join(["BT", *(before + next(written[bold]) + "> Tj" for bold, before, _ in page), "ET"]).encode()
        for page in fitted
    ]
    return document(contents, casts[False], casts[True], A4)


def _head(heading: Sequence[str], page: int, pages: int) -> list[Text]:
    title, *rest = heading
    lines: list[Text] = [(True, HEADING_PT, LEFT_MM, TOP_MM, 150.0, title)]
    lines += [(False, SIZE_PT, LEFT_MM, TOP_MM + LEADING_MM * place, 180.0, text) for place, text in enumerate(rest, 1)]
    return [*lines, (False, SIZE_PT, 170.0, TOP_MM, 30.0, f"{page} / {pages}")]


def _table(columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]], lines_above: int) -> list[Text]:
    found: list[Text] = []
    for place, row in enumerate(([name for name, _ in columns], *rows)):
        x_mm = LEFT_MM
        for text, (_, width_mm) in zip(row, columns, strict=True):
            y_mm = TOP_MM + LEADING_MM * (lines_above + 0.5 + place)
            found.append((not place, SIZE_PT, x_mm, y_mm, width_mm - 2, text))
            x_mm += width_mm
    return found


def _fitted(text: Text) -> tuple[bool, str, str]:
    bold, size_pt, x_mm, y_mm, room_mm, words = text
    font = load("bold" if bold else "regular")
    line = fit(font, one_line(words).translate(font.readable), size_pt, room_mm * MM_PT)
    at = f"1 0 0 1 {x_mm * MM_PT:.2f} {(A4.height_mm - y_mm) * MM_PT:.2f} Tm"
    return bold, f"/{'B' if bold else 'R'} {size_pt:.4g} Tf {line.scale * 100:.4g} Tz {at} <", line.text
