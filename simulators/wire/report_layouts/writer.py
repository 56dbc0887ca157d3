"""The one writer of payout reports: CSV, XLSX, XLS and XML by a layout. Bytes depend on layout and report alone."""

import csv
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter

from . import biff, xml
from .grid import Cell, filled, rows, shown
from .layout import Form, Layout
from .report import Report

MADE = datetime(2026, 1, 1)  # noqa: DTZ001  # the workbook's creation date: fixed, so that bytes repeat
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
UTF8_MARK = b"\xef\xbb\xbf"
COLUMN_WIDTH = 24  # letters
TYPES: Mapping[str, str] = {
    "xlsx": XLSX,
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "xml": "application/xml",
}


def written(layout: Layout, form: Form, report: Report) -> tuple[str, str, bytes]:
    """Return a report as a file: its name, its MIME type, its bytes."""
    stem = NOT_IN_A_NAME.sub("-", shown(layout, form, filled(layout, report, layout.file_name)))
    name = f"{stem}.{form.kind}"
    kind = TYPES[form.kind]
    if form.kind in ("csv", "xml"):
        kind = f"{kind}; charset={form.encoding.replace('cp1251', 'windows-1251')}"
    return name, kind, WRITERS[form.kind](layout, form, report)


def _csv(layout: Layout, form: Form, report: Report) -> bytes:
    """A letter that the encoding lacks becomes a question mark, as in any export."""
    out = StringIO()
    table = csv.writer(out, delimiter=form.separator, lineterminator="\r\n")
    table.writerows([shown(layout, form, cell) for cell in row] for row in rows(layout, report))
    body = out.getvalue().encode(form.encoding, "replace")
    return UTF8_MARK + body if form.mark else body


def _xlsx(layout: Layout, form: Form, report: Report) -> bytes:
    """Identifiers stand as text, amounts as numbers with two decimals: a spreadsheet knows only binary ones."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE, "title": layout.title})
    sheet, money = book.add_worksheet(layout.sheet), book.add_format({"num_format": "0.00"})
    sheet.set_column(0, len(layout.columns) - 1, COLUMN_WIDTH)
    for place, row in enumerate(rows(layout, report)):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal) and not form.amounts_as_text:
                sheet.write_number(place, column, float(cell), money)
            else:
                sheet.write_string(place, column, shown(layout, form, cell))
    book.close()
    return out.getvalue()


def _xls(layout: Layout, form: Form, report: Report) -> bytes:
    def cell(found: Cell) -> str | float:
        return float(found) if isinstance(found, Decimal) and not form.amounts_as_text else shown(layout, form, found)

    return biff.workbook(layout.sheet, [[cell(found) for found in row] for row in rows(layout, report)])


WRITERS: Mapping[str, Callable[[Layout, Form, Report], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "xls": _xls,
    "xml": xml.document,
}
