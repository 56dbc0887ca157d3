"""What an agreement covers: services, and the products of Otpravka that belong to each.

The offer's five services are the issue's; which mail types they are is ours. A product is a type and a category as the
wire spells them (`ONLINE_PARCEL_ORDINARY`), abroad with `INTERNATIONAL_` before it.
"""

from ....core.world import World
from ..own_rest.problems import Refused
from ..records import change_account
from .records import COVERS, Cover

BASE = ("home", "office", "surface", "accelerated", "cash_on_delivery")
LETTERS, FULFILMENT, AIR = "electronic_letters", "fulfilment", "air"
BY_AIR = ("AVIA", "COMBINED")  # transport types
SERVICES: dict[str, str] = {  # name -> what it is; the offer's first
    "home": "delivery to the door: ONLINE_COURIER, EMS",
    "office": "delivery to a post office: POSTAL_PARCEL, ONLINE_PARCEL, PARCEL_CLASS_1",
    "surface": "surface transport: POSTAL_PARCEL, ONLINE_PARCEL, ONLINE_COURIER",
    "accelerated": "accelerated: PARCEL_CLASS_1, EMS",
    "cash_on_delivery": "categories with cash on delivery",
    "letters": "LETTER, LETTER_CLASS_1, VGPO_CLASS_1",
    "banderols": "BANDEROL, BANDEROL_CLASS_1",
    "contract_ems": "EMS_OPTIMAL, EMS_RT, EMS_TENDER",
    "business_courier": "BUSINESS_COURIER, BUSINESS_COURIER_ES",
    "marketplace": "ECOM, ECOM_MARKETPLACE",
    "delivery_points": "COMBINED_ categories: lockers and delivery points",
    "obligatory_payment": "categories with an obligatory payment",
    "easy_return": "EASY_RETURN and the returns of Otpravka",
    "documents_back": "VSD",
    AIR: "transport types AVIA and COMBINED",
    "heavy": "HYPER_CARGO",
    "international": "everything abroad, SMALL_PACKET",
    LETTERS: "registered electronic letters, under /parcelproof/v1/letters",
    FULFILMENT: "the warehouse, under /parcelproof/v1/fulfilment",
}
BY_TYPE: dict[str, tuple[str, ...]] = {  # mail type -> services that must all be covered
    "POSTAL_PARCEL": ("office", "surface"),
    "ONLINE_PARCEL": ("office", "surface"),
    "PARCEL_CLASS_1": ("office", "accelerated"),
    "ONLINE_COURIER": ("home", "surface"),
    "EMS": ("home", "accelerated"),
    "LETTER": ("letters",),
    "SINGLE_LETTER": ("letters",),
    "LETTER_CLASS_1": ("letters",),
    "VGPO_CLASS_1": ("letters",),
    "BANDEROL": ("banderols",),
    "SINGLE_BANDEROL": ("banderols",),
    "BANDEROL_CLASS_1": ("banderols",),
    "EMS_OPTIMAL": ("contract_ems",),
    "EMS_RT": ("contract_ems",),
    "EMS_TENDER": ("contract_ems",),
    "BUSINESS_COURIER": ("business_courier",),
    "BUSINESS_COURIER_ES": ("business_courier",),
    "ECOM": ("marketplace",),
    "ECOM_MARKETPLACE": ("marketplace",),
    "EASY_RETURN": ("easy_return",),
    "VSD": ("documents_back",),
    "HYPER_CARGO": ("heavy",),
    "SMALL_PACKET": ("international",),
}
BY_CATEGORY: dict[str, str] = {  # what stands in a category -> service
    "COMBINED_": "delivery_points",
    "CASH_ON_DELIVERY": "cash_on_delivery",
    "COMPULSORY_PAYMENT": "obligatory_payment",
}


def cover_of(world: World) -> Cover:
    """Return what the account is covered for: everything where nobody ever signed up."""
    return world.store.get(COVERS, "cover") or Cover(everything=True)


def covered(world: World, service: str) -> bool:
    cover = cover_of(world)
    return cover.everything or service in cover.services


def needed(mail_type: str, mail_category: str, *, abroad: bool) -> frozenset[str]:
    """Return the services that a product needs; a type that nobody knows needs one that nobody has."""
    found = {*BY_TYPE.get(mail_type, ("unknown",))}
    found |= {service for part, service in BY_CATEGORY.items() if part in mail_category}
    return frozenset(found | {"international"} if abroad else found)


def lacking(world: World, mail_type: str, mail_category: str, *, abroad: bool) -> str:
    """Return why Otpravka refuses a product, as its own code, or "" when the account is covered for it."""
    cover = cover_of(world)
    if cover.everything or needed(mail_type, mail_category, abroad=abroad) <= frozenset(cover.services):
        return ""
    return "UNAVAILABLE_MAIL_TYPE"


def change(world: World, cover: Cover) -> None:
    """Put another cover in force: from now on Otpravka takes what it covers and refuses the rest."""
    world.store.put(COVERS, "cover", cover)
    flies = cover.everything or AIR in cover.services
    change_account(world, refused=() if flies else BY_AIR)


def require(world: World, service: str) -> None:
    """Refuse a write of a service that the account is not covered for."""
    if not covered(world, service):
        facts = {"service": service, "covered": list(cover_of(world).services)}
        raise Refused("not-covered", f"The account is not covered for {service}; ask the account manager.", facts)


def add(world: World, service: str) -> None:
    """Cover one service more."""
    cover = cover_of(world)
    if not cover.everything:
        change(world, Cover((*cover.services, service)))
