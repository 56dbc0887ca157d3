"""Address labels as the control API, `label preview` and printers of ZPL take them.

The carrier's own calls give PDF; ZPL is a tenant's setting (ours), drawn by the shared label of 100 x 150 mm with the
number in the symbology that the contract has for it.
"""

from ....core.parcel import Parcel
from ....core.world import World
from ....wire.carrier import ReportFile
from ....wire.labels import A6, RUSSIAN, Label, pdf_papers, zpl
from ....wire.moscow import day
from ..records import Account, Order, account_of, find_order, parcel_id
from .address_labels import POST, THERMO
from .item import category_name, marks, recipient, sender, type_name
from .paper import symbology_of
from .sheets_of import label_sheets
from .spelled import decimal

PDF, ZPL = "application/pdf", "application/zpl"


def label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a parcel's label; none for an order that was deleted or has no number yet."""
    order = find_order(world, parcel.id.removeprefix(parcel_id("")))
    if form not in ("pdf", "zpl") or order is None or not order.barcode:
        return None
    account = account_of(world)
    if form == "zpl":
        return ReportFile(f"{order.barcode}.zpl", ZPL, as_zpl(order, account))
    body = pdf_papers([label_sheets(order, account, day(world.now_ms), THERMO)], A6)
    return ReportFile(f"{order.barcode}.pdf", PDF, body)


def as_zpl(order: Order, account: Account) -> bytes:
    """Return the label as ZPL."""
    home, who = sender(order, account), recipient(order)
    cod_minor = order.payment_minor
    return zpl(
        Label(
            mark=POST,
            service=type_name(order.mail_type),
            sender=tuple(line for line in (home.name, *home.lines, home.index) if line),
            recipient=tuple(line for line in who.all_lines if line),
            postal_code=who.index,
            mass_g=order.mass_g,
            reference=order.order_num,
            number=order.barcode,
            cod=f"{decimal(cod_minor)} RUB" if cod_minor else "",
            extra=tuple(line for line in (category_name(order.mail_category), marks(order)) if line),
            captions=RUSSIAN,
            symbology=symbology_of(order.barcode),
        )
    )
