"""From the flat JSON body to a typed shipment, or the faults of its schema.

Wire contract: `postal_api_swiss` §2 and §4. What has an error code of its own is read whatever it is and judged later;
the rest has to fit the schema. Members that nobody knows are passed over, except in `customer`.
"""

import re
from datetime import date
from typing import Any

from .fields import Faults, Fields, Unreadable
from .notices import CONTROL_OPTIONS, LANGUAGES
from .shipment import (
    Attributes,
    Communication,
    Customer,
    DispatchInfo,
    DynPic,
    Item,
    LabelDefinition,
    Notification,
    Pair,
    Recipient,
    ReturnInfo,
    Shipment,
)

CUSTOMER_MEMBERS = frozenset(
    (
        *("name1", "name2", "street", "zip", "city", "country", "pobox", "domicilePostOffice"),
        *("logo", "logoFormat", "logoRotation", "logoAspectRatio", "logoHorizontalAlign", "logoVerticalAlign"),
    )
)
ADDRESSES = ("NONE", "ONLY_RECIPIENT", "ONLY_CUSTOMER", "RECIPIENT_AND_CUSTOMER")
LONGEST_LOGO = 400_000  # characters of base64 that are read at all
CODES_MOST, LONGEST_CODE, LABEL_LINES_MOST = 50, 40, 50
URL = r"https?://\S+"
PICTURE = re.compile(r"[^?#]+\.(jpe?g|gif|png)([?#].*)?", re.IGNORECASE)


def unknown_customer_members(body: dict[str, Any]) -> list[str]:
    """Return the members of `customer` that the gateway does not know."""
    customer = body.get("customer")
    return sorted(set(customer) - CUSTOMER_MEMBERS) if isinstance(customer, dict) else []


def read(body: dict[str, Any], *, strict_system: bool = False, apart: bool = False) -> Shipment:
    """Return the shipment that a body describes; `apart` is whether a picture may come without a link, and back.

    Raises:
        Unreadable: the body does not fit the schema; with every fault.
    """
    faults = Faults()
    root = Fields(body, faults)
    shipment = Shipment(
        language=root.choice("language", LANGUAGES, required=True),
        franking_license=root.text("frankingLicense", 50),
        pp_franking=root.flag("ppFranking"),
        customer=customer(root.below("customer", required=True)),
        customer_system=root.text("customerSystem", 255, pattern=r"[A-Za-z0-9\s]*" if strict_system else ""),
        label_definition=definition(root.below("labelDefinition", required=True)),
        sending_id=root.text("sendingID", 50),
        item=item(root.below("item", required=True), apart=apart),
    )
    if faults:
        raise Unreadable(faults)
    return shipment


def customer(found: Fields | None) -> Customer:
    if found is None:
        return Customer()
    return Customer(
        name1=found.text("name1", 25),
        name2=found.text("name2", 25),
        street=found.text("street", 25),
        zip=found.text("zip", 10),
        city=found.text("city", 25),
        country=found.text("country", 50),
        pobox=found.text("pobox", 25),
        domicile_post_office="" if found.found.get("domicilePostOffice") is False else _domicile(found),
        logo=found.text("logo", LONGEST_LOGO),
        logo_format=found.text("logoFormat", 10),
        logo_rotation=int(found.choice("logoRotation", ("0", "90", "180", "270"), default="270")),
        logo_aspect_ratio=found.choice("logoAspectRatio", ("EXPAND", "KEEP"), default="EXPAND"),
        logo_horizontal_align=found.choice("logoHorizontalAlign", ("WITH_CONTENT", "LEFT"), default="WITH_CONTENT"),
        logo_vertical_align=found.choice("logoVerticalAlign", ("TOP", "MIDDLE"), default="TOP"),
    )


def _domicile(found: Fields) -> str:
    return found.text("domicilePostOffice", 35)


def definition(found: Fields | None) -> LabelDefinition:
    if found is None:
        return LabelDefinition()
    return LabelDefinition(
        label_layout=found.text("labelLayout", 20),
        print_addresses=found.choice("printAddresses", ADDRESSES),
        image_file_type=found.text("imageFileType", 20),
        image_resolution=found.whole("imageResolution", 0, 1_000_000) or 0,
        print_preview=found.flag("printPreview"),
    )


def item(found: Fields | None, *, apart: bool = False) -> Item:
    if found is None:
        return Item()
    return Item(
        item_id=found.text("itemID", 200),
        item_number=found.text("itemNumber", 8, pattern="[0-9]{1,8}"),
        ident_code=found.text("identCode", 50),
        recipient=recipient(found.below("recipient", required=True)),
        additional_data=_pairs(found),
        attributes=attributes(found.below("attributes")),
        notification=tuple(notification(row, apart=apart) for row in found.rows("notification", 15)),
    )


def recipient(found: Fields | None) -> Recipient:
    if found is None:
        return Recipient()
    lines = found.below("labelAddress")
    return Recipient(
        name1=found.text("name1", 35),
        first_name=found.text("firstName", 35),
        name2=found.text("name2", 35),
        name3=found.text("name3", 35),
        title=found.text("title", 35),
        personally_addressed=found.flag("personallyAddressed", default=True),
        address_suffix=found.text("addressSuffix", 35),
        street=found.text("street", 35),
        house_no=found.text("houseNo", 10),
        pobox=found.text("pobox", 35),
        floor_no=found.text("floorNo", 5),
        mailbox_no=found.text("mailboxNo", 10, pattern="[0-9]{1,10}"),
        zip=found.text("zip", 10),
        city=found.text("city", 35),
        country=found.text("country", 50),
        phone=found.text("phone", 20),
        mobile=found.text("mobile", 20),
        email=found.text("email", 160),
        post_ident=found.text("postIdent", 15),
        house_key=found.text("houseKey", 50),
        label_lines=None if lines is None else lines.texts("labelLine", LABEL_LINES_MOST, 35),
    )


def _pairs(found: Fields) -> tuple[Pair, ...]:
    pairs = []
    for row in found.rows("additionalData", 20):
        low = "type" if "type" in row.found else "Type"
        value = "value" if "value" in row.found else "Value"
        pairs.append(Pair(row.text(low, 35, required=True), row.text(value, 50)))
    return tuple(pairs)


def attributes(found: Fields | None) -> Attributes:
    if found is None:
        return Attributes()
    returns, dispatch = found.below("returnInfo"), found.below("dispatchInfo")
    return Attributes(
        przl=found.texts("przl", CODES_MOST, LONGEST_CODE),
        free_text=found.text("freeText", 34),
        delivery_date=found.text("deliveryDate", 40),
        parcel_no=found.whole("parcelNo", 0, 99),
        parcel_total=found.whole("parcelTotal", 0, 99),
        delivery_place=found.text("deliveryPlace", 35),
        pro_clima=found.flag("proClima"),
        weight=found.text("weight", 40),
        return_info=None if returns is None else _return_info(returns),
        unnumbers=found.texts("unnumbers", 99, 20),
        dispatch_info=None if dispatch is None else _dispatch_info(dispatch),
    )


def _return_info(found: Fields) -> ReturnInfo:
    return ReturnInfo(
        return_note=found.flag("returnNote"),
        instruction_for_returns=found.flag("instructionForReturns"),
        return_service=found.text("returnService", 1, pattern="[0-9]"),
        customer_id_return_address=found.text("customerIDReturnAddress", 8, pattern="[0-9]{8}"),
    )


def _dispatch_info(found: Fields) -> DispatchInfo:
    day = found.text("dispatchDate", 40)
    if day and day_of(day) is None:
        found.wrong("dispatchDate", "must be a date as in 2026-03-02")
    time = found.text("dispatchTime", 40, pattern=r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?.*")
    return DispatchInfo(dispatch_date=day, dispatch_time=time)


def notification(found: Fields, *, apart: bool = False) -> Notification:
    to = found.below("communication", required=True)
    options = found.texts("deliveryInstructions", 4, 10)
    if any(option not in CONTROL_OPTIONS for option in options):
        found.wrong("deliveryInstructions", f"must be some of {', '.join(CONTROL_OPTIONS)}")
    picture = found.below("dynPic")
    return Notification(
        communication=Communication()
        if to is None
        else Communication(email=to.text("email", 160), mobile=to.text("mobile", 20)),
        type=found.choice("type", ("EMAIL", "SMS")),
        service=found.whole("service", 0, 100_000),
        language=found.choice("language", LANGUAGES, required=True),
        free_text1=found.text("freeText1", 160),
        free_text2=found.text("freeText2", 512),
        delivery_instructions=tuple(dict.fromkeys(options)),
        dyn_pic=None if picture is None else _picture(picture, apart=apart),
    )


def _picture(found: Fields, *, apart: bool) -> DynPic:
    picture = found.text("urlPic", 2_000, pattern=URL, required=not apart)
    if picture and not PICTURE.fullmatch(picture):
        found.wrong("urlPic", "must lead to a jpg, jpeg, gif or png")
    link = found.text("urlLink", 2_000, pattern=URL, required=not apart or not found.found.get("urlPic"))
    return DynPic(url_pic=picture, url_link=link)


def day_of(text: str) -> date | None:
    """Return the day at the head of a text such as 2026-03-02 or 2026-03-02T00:00:00; None for none."""
    try:
        return date.fromisoformat(text[:10]) if text[10:11] in ("", "T") else None
    except ValueError:
        return None
