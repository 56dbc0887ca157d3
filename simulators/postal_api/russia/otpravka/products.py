"""What may be sent: mail types with the categories each has, as the agreement's products.

Wire contract: `postal_api_russia` §2.17. A product's id is its type and category, abroad with `INTERNATIONAL_` before.
"""

from functools import cache
from typing import NamedTuple

from ..records import ABROAD, COURIERED, LETTERS, Account

CATEGORIES = {
    "S": "SIMPLE",
    "R": "ORDERED",
    "O": "ORDINARY",
    "V": "WITH_DECLARED_VALUE",
    "C": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
    "P": "WITH_DECLARED_VALUE_AND_COMPULSORY_PAYMENT",
    "M": "WITH_COMPULSORY_PAYMENT",
    "KO": "COMBINED_ORDINARY",
    "KV": "COMBINED_WITH_DECLARED_VALUE",
    "KC": "COMBINED_WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
}
HOME = {  # mail type -> letters of its categories; P is what the account of 2026 has besides
    "LETTER": "R V C S",
    "LETTER_CLASS_1": "R V C",
    "BANDEROL": "S R V C",
    "BANDEROL_CLASS_1": "R V C",
    "POSTAL_PARCEL": "O V C P",
    "ONLINE_PARCEL": "O V C P KO KV KC",
    "ONLINE_COURIER": "O V C P",
    "EMS": "O V C P",
    "EMS_OPTIMAL": "O V C P",
    "EMS_RT": "O V",
    "EMS_TENDER": "O V C P",
    "BUSINESS_COURIER": "O V",
    "BUSINESS_COURIER_ES": "O V",
    "PARCEL_CLASS_1": "O V C P",
    "VGPO_CLASS_1": "R S",
    "VSD": "O",
    "ECOM": "O M",
    "ECOM_MARKETPLACE": "V",
    "EASY_RETURN": "O V",
}
FAR = {"LETTER": "R S", "BANDEROL": "R", "POSTAL_PARCEL": "O V C", "EMS": "O", "SMALL_PACKET": "R"}
NEVER_ORDERED = ("EASY_RETURN", "VSD")  # these come by a call of their own, or with another item
TYPES = (*HOME, "SMALL_PACKET", "HYPER_CARGO")
FLAT = LETTERS | {"BANDEROL", "BANDEROL_CLASS_1", "SMALL_PACKET"}
TO_POINTS = frozenset({"ECOM", "ECOM_MARKETPLACE"})  # besides the COMBINED_ categories
WITH_PHONE = frozenset({"ONLINE_PARCEL", *COURIERED, *TO_POINTS})
GROUPED = frozenset(
    {"ONLINE_COURIER", "ONLINE_PARCEL", "POSTAL_PARCEL", "PARCEL_CLASS_1", "EMS", "EMS_OPTIMAL", "EMS_TENDER"}
)


class Product(NamedTuple):
    mail_type: str
    mail_category: str
    abroad: bool = False

    @property
    def id(self) -> str:
        """Return the id; small packets go abroad only and so have no prefix."""
        prefix = ABROAD if self.abroad and self.mail_type != "SMALL_PACKET" else ""
        return f"{prefix}{self.mail_type}_{self.mail_category}"

    def shape(self) -> dict[str, str]:
        return {"mail-category": self.mail_category, "mail-type": self.mail_type, "product-type": self.id}


@cache
def products() -> tuple[Product, ...]:
    """Return every product there is."""
    return tuple(
        Product(mail_type, CATEGORIES[letter], abroad)
        for abroad, table in ((False, HOME), (True, FAR))
        for mail_type, letters in table.items()
        for letter in letters.split()
    )


def products_of(account: Account) -> tuple[Product, ...]:
    """Return the products that an account's agreement covers: all where it names none."""
    return tuple(found for found in products() if not account.products or found.id in account.products)


def is_to_point(mail_type: str, mail_category: str) -> bool:
    """Tell whether an order goes to a delivery point or a locker."""
    return mail_category.startswith("COMBINED_") or mail_type in TO_POINTS
