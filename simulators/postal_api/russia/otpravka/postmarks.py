"""The marks that an order bears.

Wire contract: `postal_api_russia` §2.17: a nonstandard parcel always bears NONSTANDARD.
"""

from ..records import COD, Order

BY_FLAG = {  # in the order in which marks are listed
    "with-simple-notice": "WITH_SIMPLE_NOTICE",
    "with-order-of-notice": "WITH_ORDER_OF_NOTICE",
    "inventory": "WITH_INVENTORY",
    "fragile": "CAUTION_FRAGILE",
    "courier": "COURIER_DELIVERY",
    "delivery-to-door": "COURIER_DELIVERY",
    "with-documents": "WITH_DOCUMENTS",
    "with-goods": "WITH_GOODS",
    "no-return": "NO_RETURN",
    "with-electronic-notice": "WITH_ELECTRONIC_NOTIFICATION",
    "completeness-checking": "COMPLETENESS_CHECKING",
    "with-packaging": "RUPOST_PACKAGE",
    "delivery-with-cod": "DELIVERY_WITH_COD",
    "vsd": "VSD",
    "easy-return": "EASY_RETURN",
}


def postmarks(order: Order, *, oversize: bool) -> tuple[str, ...]:
    """Return an order's marks; one that has none bears WITHOUT_MARK."""
    found = [mark for flag, mark in BY_FLAG.items() if order.flag(flag)]
    if order.mail_type == "POSTAL_PARCEL":
        found.append("NONSTANDARD")
    if oversize:
        found.append("OVERSIZED")
    if COD in order.mail_category and order.flag("delivery-with-cod"):
        found.append("WITH_CASH_ON_DELIVERY")
    return tuple(dict.fromkeys(found)) or ("WITHOUT_MARK",)
