"""Which forms belong to an order, before and after it lies in a batch, and to a whole batch.

Wire contract: `postal_api_russia` §2.6.
"""

from collections.abc import Sequence

from ....wire.labels import Sheet
from ..records import COD, EXPRESS, LETTERS, Account, Order
from . import customs_papers
from .address_labels import address_label
from .contents import inventory
from .customs_rule import CN22
from .envelopes import envelope
from .money_order import money_order
from .notices import ONE_SIDED, arrival_notice, delivery_notice, notice_kind

BEFORE = EXPRESS | LETTERS | {"BANDEROL", "BANDEROL_CLASS_1", "ONLINE_COURIER"}  # what is printed before batching
WITH_NOTICE = frozenset({"ONLINE_PARCEL"})
UNPRINTED = frozenset({"VSD", "HYPER_CARGO"})


def is_cod(order: Order) -> bool:
    return order.mail_category.endswith(COD)


def label_sheets(order: Order, account: Account, day: str, print_type: str) -> list[Sheet]:
    """Return the address label, with ф. 22 for an online parcel; the address side of an envelope for a letter."""
    if order.mail_type in LETTERS:
        return [envelope(order, account)]
    sheets = [address_label(order, account, day, print_type)]
    if order.mail_type in WITH_NOTICE:
        sheets.append(arrival_notice(order, account, day, print_type))
    return sheets


def order_sheets(
    order: Order,
    customs_form: str,
    account: Account,
    day: str,
    print_type: str,
    *,
    batched: bool,
    notice_form: str = ONE_SIDED,
) -> list[Sheet]:
    """Return all forms of one order; `customs_form` is the one that it needs, "" for none."""
    sheets = label_sheets(order, account, day, print_type)
    if is_cod(order):
        sheets.append(money_order(order, account, day))
    if notice_kind(order):
        sheets += delivery_notice(order, account, notice_form)
    if batched and order.flag("inventory"):
        sheets += inventory(order, account)
    return [*sheets, *customs_sheets(order, customs_form, account, day)]


def customs_sheets(order: Order, form: str, account: Account, day: str) -> list[Sheet]:
    """Return the customs form that an order needs, nothing where it needs none."""
    if not form:
        return []
    return (customs_papers.cn22 if form == CN22 else customs_papers.cn23)(order, account, day)


def batch_sheets(
    orders: Sequence[tuple[Order, str]], account: Account, day: str, print_type: str, notice_form: str
) -> list[Sheet]:
    """Return all forms of a batch's orders, each order's together; beside an order stands its customs form."""
    return [
        sheet
        for order, form in orders
        for sheet in order_sheets(order, form, account, day, print_type, batched=True, notice_form=notice_form)
    ]
