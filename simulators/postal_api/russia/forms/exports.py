"""`Export.csv` and `Export.xls`: the main data of a batch's orders, inside the zip of all forms.

Wire contract: `postal_api_russia` §2.6, §6. The columns are unknown: they are the order's fields under their own names.
"""

import csv
from collections.abc import Sequence
from io import StringIO

from ....wire.report_layouts.biff import workbook
from ..records import Batch, Order
from .item import gross_minor

COLUMNS = (
    "id",
    "order-num",
    "barcode",
    "batch-name",
    "mail-type",
    "mail-category",
    "recipient-name",
    "index-to",
    "address",
    "tel-address",
    "mass",
    "insr-value",
    "payment",
    "total-rate-wo-vat",
    "total-vat",
    "total-rate-with-vat",
)


def rows_of(batch: Batch, orders: Sequence[Order]) -> list[list[str | float]]:
    return [
        [
            order.id,
            order.order_num,
            order.barcode,
            batch.name,
            order.mail_type,
            order.mail_category,
            order.recipient,
            order.index_to,
            order.address_line,
            order.phone,
            order.mass_g,
            order.value_minor,
            order.payment_minor,
            order.total.rate_minor,
            order.total.vat_minor,
            gross_minor(order),
        ]
        for order in orders
    ]


def as_csv(batch: Batch, orders: Sequence[Order]) -> bytes:
    """Return the rows with semicolons, in UTF-8 with a mark at the start, as spreadsheets of the country open it."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(batch, orders))
    return out.getvalue().encode("utf-8-sig", "replace")


def as_xls(batch: Batch, orders: Sequence[Order]) -> bytes:
    """Return the rows as a workbook of Excel 97 to 2003."""
    return workbook("Export", [[*COLUMNS], *rows_of(batch, orders)])
