"""A registry as a file: CSV in UTF-8 and CP1251, XLSX, and JSON as the API gives it.

No public sample of the carrier's spreadsheet exists, so the layout is ours and guessed (`courier_api` §5, `settlement`
§3): a heading with registry number, payment date and payment order, a table, a totals row. Bytes depend on the
registry alone.
"""

import csv
from collections.abc import Callable
from datetime import datetime
from io import BytesIO, StringIO

import msgspec
import xlsxwriter

from ...core.errors import Reason, Rejected
from ...core.world import World
from ...wire.call import JSON
from ...wire.carrier import ReportFile
from . import payouts
from .records import Line, Registry
from .registries import registry_shape
from .wire_values import moment_plain, roubles_text

TITLE = "Реестр наложенных платежей"
HEADING = (
    "Номер накладной СДЭК",
    "Номер заказа",
    "Принято от получателя",
    "Стоимость услуг",
    "Агентское вознаграждение",
    "К перечислению",
)
TOTALS = "Итого"
MADE = datetime(2026, 1, 1)  # noqa: DTZ001  # the workbook's creation date: fixed, so that bytes repeat
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows_of(found: Registry) -> list[list[str]]:
    """Return the whole sheet as text; amounts as `5499.00`."""
    date = ".".join(reversed(found.payment_date.split("-")))
    head = [
        [TITLE],
        ["Номер реестра", str(found.number)],
        ["Дата оплаты", date],
        ["Платёжное поручение", found.payment_order],
        [],
        list(HEADING),
    ]
    totals = [TOTALS, "", *(roubles_text(sum(amounts)) for amounts in zip(*map(_amounts, found.lines), strict=True))]
    return [
        *head,
        *([line.cdek_number, line.number, *map(roubles_text, _amounts(line))] for line in found.lines),
        totals,
    ]


def _amounts(line: Line) -> tuple[int, int, int, int]:
    return line.collected_minor, line.services_minor, line.agent_minor, line.transfer_minor


def _csv(found: Registry) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows_of(found))
    return out.getvalue()


def _csv_utf8(found: Registry) -> bytes:
    return _csv(found).encode()


def _csv_cp1251(found: Registry) -> bytes:
    return _csv(found).encode("cp1251", "replace")


def _xlsx(found: Registry) -> bytes:
    """Numbers of orders stand as text, amounts as numbers with two decimals: a spreadsheet knows only binary ones."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE, "title": TITLE})
    sheet, money = book.add_worksheet("Реестр"), book.add_format({"num_format": "0.00"})
    sheet.set_column(0, len(HEADING) - 1, 24)
    rows = rows_of(found)
    first = rows.index(list(HEADING)) + 1
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            if place >= first and column >= 2:
                sheet.write_number(place, column, float(text), money)
            else:
                sheet.write_string(place, column, text)
    book.close()
    return out.getvalue()


def _json(found: Registry) -> bytes:
    shape = {"registries": [registry_shape(found)]}
    return msgspec.json.Encoder(decimal_format="number").encode(shape)


FORMATS: dict[str, tuple[str, str, Callable[[Registry], bytes]]] = {
    "csv": ("csv", "text/csv; charset=utf-8", _csv_utf8),
    "csv-cp1251": ("csv", "text/csv; charset=windows-1251", _csv_cp1251),
    "xlsx": ("xlsx", XLSX, _xlsx),
    "json": ("json", JSON, _json),
}


def listed(world: World) -> list[dict[str, object]]:
    """Return the registries that are out: {number, payment_date, sum_minor, currency, lines, created}."""
    return [
        {
            "number": str(found.number),
            "payment_date": found.payment_date,
            "payment_order": found.payment_order,
            "sum_minor": found.sum_minor,
            "currency": "RUB",
            "lines": len(found.lines),
            "created": moment_plain(found.created_ms),
        }
        for found in payouts.registries(world)
    ]


def file_of(world: World, number: str, form: str) -> ReportFile:
    """Return one registry as a file.

    Raises:
        Rejected: UNKNOWN_CODE for a number or format of nobody's.
    """
    found = payouts.registry(world, number)
    if found is None or form not in FORMATS:
        raise Rejected(Reason.UNKNOWN_CODE, registry=number, format=form, allowed=list(FORMATS))
    ending, kind, written = FORMATS[form]
    return ReportFile(f"registry-{number}.{ending}", kind, written(found))
