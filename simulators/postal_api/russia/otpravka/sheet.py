"""Otpravka's share of the carrier sheet."""

from ....wire.carrier import Fidelity, Static

DOCUMENTED, RECORDED, GUESSED = Fidelity.DOCUMENTED, Fidelity.RECORDED, Fidelity.GUESSED

FIDELITY = {
    "create_orders": RECORDED,
    "create_orders_v2": DOCUMENTED,
    "search_orders": RECORDED,
    "orders_by_group": DOCUMENTED,
    "read_order": RECORDED,
    "edit_order": RECORDED,
    "delete_orders": RECORDED,
    "return_to_new": RECORDED,
    "create_batch": RECORDED,
    "list_batches": RECORDED,
    "read_batch": DOCUMENTED,
    "list_batch_orders": RECORDED,
    "move_into_batch": DOCUMENTED,
    "create_in_batch": DOCUMENTED,
    "change_sending_date": DOCUMENTED,
    "check_in_batch": DOCUMENTED,
    "delete_from_batch": DOCUMENTED,
    "search_shipments": RECORDED,
    "shipments_by_group": DOCUMENTED,
    "read_shipment": DOCUMENTED,
    "list_archive": DOCUMENTED,
    "archive_batches": DOCUMENTED,
    "revert_archive": DOCUMENTED,
    "search_long_archive": GUESSED,
    "read_limit": RECORDED,
    "read_balance": RECORDED,
    "read_settings": RECORDED,
    "list_shipping_points": RECORDED,
    "list_ranges": GUESSED,
    "order_range": GUESSED,
}

STATIC: dict[str, Static] = {}

GUESSES = (
    "A value that cannot be read at all, as text for a mass, refuses the whole request with 400 in the framework's "
    "shape; so do ids where orders are wanted.",
    "A missing acceptance office is filled in with the account's first one in version 1, and refused with "
    "EMPTY_POSTOFFICE_CODE in version 2 and in editing.",
    "A mass of nothing counts as missing.",
    "An order that is in no batch is told as ShipmentTuple where one of a batch is asked for.",
    "An edit may come as an array of one order, as one client sends it.",
    "Street or house has to be there for an address of type DEFAULT; region and place for any inside Russia.",
    "A phone is obligatory for online, courier, EMS and ECOM types inside Russia.",
    "A way of transport is obligatory abroad only; elsewhere the type's own stands in for a missing one.",
    "A type of size or three sides are obligatory for deliveries to points; sides are refused for letters only.",
    "A missing type of envelope is not refused, as the account's settings have one; a wrong one, or one for a parcel, "
    "is.",
    "account_defaults absent: the account's settings have no def-envelope-type, def-payment-method and mail-rank, so "
    "an order that does not tell them itself is refused with EMPTY_ENVELOPE_TYPE (letters), EMPTY_PAYMENT_METHOD, and "
    "EMPTY_MAIL_RANK unless wo-mail-rank stands in for it.",
    "ALL_SHIPMENTS_SENT is told of each order where all that are put into a batch lie in batches that are SENT.",
    "Customs entries are obligatory abroad for everything but letters.",
    "At most 500 000 roubles can be declared inside Russia.",
    "Cash on delivery that stands beside a category without it is told back and never taken.",
    "An order for a locker without a COMBINED_ category is refused with TARIFF_ERROR.",
    "The orders of one multi-piece shipment have to agree in type, category, destination and office.",
    "Numbers are issued when an order is taken in; an edit that turns a domestic order into one abroad gives it "
    "another number.",
    "Letters of S10 by type of mail are ours: R for registered, C for parcels, E for EMS, V where a value is declared.",
    "A combined batch holds orders of one office, either inside Russia or abroad; a batch left empty is no more.",
    "Check-in freezes a batch at once, unless freeze_after_ms says later; until then it can be changed and checked in "
    "again.",
    "sendEmail=false at check-in sends no list: f103-sent is false.",
    "Too small a balance is told with status 400; the charge is taken at check-in, VAT included.",
    "The office takes a batch in two hours after check-in, not before nine in the morning of its day; it closes the "
    "list when every line is told, or a day after the first.",
    "ACCEPTED is a closed list, SENT begins with the first operation after that.",
    "Orders reach the long-term archive 180 days after their batch was archived.",
    "debt-sum is the postage of closed lists that were not paid from the online balance.",
    "The hours of every life are ours, within the days that the price function promises.",
    "Money of cash on delivery is taken with operation 63, or with the hand-over where that is missing.",
    "The registry of transfers is ours; postage is never deducted in it.",
    "A deleted order's number gets operation 46 and is never issued again.",
    "Number ranges are shown, and asked for, on paths of our own under /parcelproof/v1/number-ranges.",
)

DEVIATIONS = (
    "Same-day delivery, courier calls, postage marks paid online and discounts are not built; their keys are told "
    "back.",
    "IMP13N_ERROR, ACCESS_VIOLATION and SENDING_MAIL_FAILED are never answered: the specification names them and tells "
    "no cause, so nothing here leads to them.",
    "Of the account's settings only those that follow from agreement, balance and switches change.",
    "seller-id, tender, farma, shelf-life-days and transport-mode are told back and change nothing else.",
)

MAGIC = {
    "comment: [story: NAME]": "the order lives that story: delivered, second-attempt, refused, returned, forwarded, "
    "held, electronic, lost, destroyed, not-accepted or stuck",
}
