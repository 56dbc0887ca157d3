"""Time slots, returns and the short tariff as we declare them: every route, what it takes, every answer.

Wire contract: `postal_api_russia` §2.8, §2.14, §2.15. What is wrong with a return stands inside HTTP 200.
"""

from typing import Any

from ....wire.call import JSON
from ....wire.description import Content, Described, Link, json_of
from ....wire.schemas import (
    FLAG,
    UUID,
    Schema,
    asked,
    either,
    one_of,
    rows,
    shape,
    text,
    whole,
)
from ..described import DATE, DAY_ASKED, FRAMEWORK, ID, INDEX, MISSING, NAME, NUMBER_OF_ITEM, UNREADABLE, told, words
from ..otpravka.described_shapes import COUNT, DAYS, MAIL_CATEGORIES, MAIL_TYPES, METHOD, members

FALSE = one_of(False)
EMPTY = json_of(shape("Empty", {}))

# -- time slots (§2.15)

FIELD = shape("WrongField", {"field": NAME, "message": NAME})
E5 = shape("SlotError", {"code": NAME, "message": NAME, "errors?": rows(FIELD, 1)})
SLOT = shape(
    "TimeSlot",
    {
        "id": ID,
        "date": DATE,
        **members(text(like="^[0-9]{2}:[0-9]{2}$"), "beginTime endTime", ""),
        "capacity": ID,
    },
)
SLOT_REFUSALS: dict[int, Content] = {400: json_of(either(E5, FRAMEWORK)), 404: json_of(E5), 409: json_of(E5)}
PLANNED = {"plannedShippingDate": DAY_ASKED}
WORK = {"workTypeCode": one_of("delivery"), "mailTypeCode": one_of("24", 24)}
BOOKING: dict[str, Schema] = {
    "uuid": UUID,
    "timeslotId": either(ID, text(like="^[0-9]{1,15}$")),
    "phone": text(1, 50),
    "postIndexFrom": INDEX,
    "postIndexTo": INDEX,
    "contractNumber": text(1, 50),
    **PLANNED,
    "address": text(1, 255),
    **WORK,
    "mailCtgCode": text(1, 10),
    "contactName?": text(0, 200),
}
REBOOKING = ("uuidOrBarcode", "timeslotId", "contractNumber", "plannedShippingDate")
BOOKED = {
    "uuid": "$response.body#/uuid",
    "timeslotId": "$response.body#/timeslots/0/id",
    "phone": "79001234567",
    "postIndexFrom": "$request.query.postIndexFrom",
    "postIndexTo": "$request.query.postIndexTo",
    "contractNumber": "1",
    "plannedShippingDate": "$request.query.plannedShippingDate",
    "address": "ул Ленина, 1",
    "workTypeCode": "delivery",
    "mailTypeCode": "24",
    "mailCtgCode": "0",
}
SLOTS = {
    "list_time_slots": told(
        "List free time slots of a way.",
        {200: json_of(shape("Slots", {"uuid": UUID, "timeslots": rows(SLOT)})), 400: json_of(E5)},
        query={
            "postIndexFrom": INDEX,
            "postIndexTo": INDEX,
            **PLANNED,
            "workTypeCode?": one_of("delivery"),
            "mailTypeCode?": one_of("24"),
            "mailCtgCode?": text(1, 10),
        },
        links=(Link("book_time_slot", body=BOOKED),),
    ),
    "list_time_slots_for_rebooking": told(
        "List free time slots for a booking.",
        {200: json_of(shape("OtherSlots", {"timeslots": rows(SLOT)})), 400: json_of(E5), 404: json_of(E5)},
        query={"uuidOrBarcode": text(1, 50), **PLANNED},
    ),
    "book_time_slot": told(
        "Book a time slot, or move a booking.",
        {200: EMPTY, **SLOT_REFUSALS},
        body={
            JSON: either(
                asked("Booking", BOOKING),
                asked("Rebooking", {"uuidOrBarcode": text(1, 50), **{name: BOOKING[name] for name in REBOOKING[1:]}}),
            )
        },
        links=(Link("cancel_booking", {"key": "$request.body#/uuid"}),),
    ),
    "name_booking": told(
        "Put the item's number in the place of a booking's uuid.",
        {200: EMPTY, **SLOT_REFUSALS},
        query={"uuid": UUID},
        body={JSON: asked("Named", {"barcode": NUMBER_OF_ITEM, "contractNumber": text(1, 50)})},
    ),
    "cancel_booking": told("Cancel a booking.", {200: EMPTY, 404: json_of(E5)}, path={"key": text(1, 50)}),
}

# -- returns (§2.14)

RETURN_CODES = words(
    "DIRECT_SHIPMENT_NOT_FOUND RETURN_SHIPMENT_NOT_FOUND FREE_ER_ADDRESS_NOT_ENABLED INVALID_MAIL_TYPE "
    "INVALID_BARCODE ALREADY_EXISTS RETURN_NOT_ALLOWED INTERNAL_ERROR UNDEFINED"
)
REFUSAL = shape("ReturnRefusal", {"code": one_of(*RETURN_CODES), "description": NAME})
REFUSED = shape("ReturnRefused", {"errors": rows(REFUSAL, 1)})
RETURNED = shape("Return", {"return-barcode": NUMBER_OF_ITEM})
SEPARATE = shape(
    "SeparateReturn", {"position": COUNT, "return-barcode?": NUMBER_OF_ITEM, "errors?": rows(REFUSAL, 1)}, least=2
)
RETURN_ADDRESS = asked(
    "ReturnAddressAsked",
    {
        "address-type": one_of("DEFAULT"),
        "index": INDEX,
        "place": text(1, 100),
        "region": text(1, 100),
        **members(text(0, 100), "area location street house letter slash corpus building hotel room office vladenie"),
    },
)
SEPARATE_ASKED = asked(
    "SeparateReturnAsked",
    {
        "address-from": RETURN_ADDRESS,
        "address-to?": RETURN_ADDRESS,
        "mail-type": one_of("EASY_RETURN", "UNDEFINED"),
        "recipient-name": text(1, 100),
        "sender-name": text(1, 100),
        "order-num?": text(0, 100),
        "insr-value?": whole(0, 10**6),
        "postoffice-code?": INDEX,
    },
)
SEPARATE_EXAMPLE: dict[str, Any] = {
    "address-from": {
        "address-type": "DEFAULT",
        "index": "410012",
        "place": "г Саратов",
        "region": "обл Саратовская",
        "street": "ул Московская",
        "house": "1",
    },
    "mail-type": "UNDEFINED",
    "recipient-name": "ООО Ромашка",
    "sender-name": "Иванов Иван",
    "order-num": "R-1",
}
EDITED = json_of(either(shape("Empty", {}), REFUSED))
RETURNS = {
    "create_return": told(
        "Make the return of a direct item.",
        {200: json_of(either(RETURNED, REFUSED)), **UNREADABLE},
        body={
            JSON: asked(
                "ReturnAsked",
                {"direct-barcode": NUMBER_OF_ITEM, "mail-type?": one_of("UNDEFINED", *MAIL_TYPES)},
            )
        },
        links=(Link("easy_return", {"key": "$response.body#/return-barcode"}),),
    ),
    "create_separate_returns": told(
        "Make returns without direct items.",
        {200: json_of(rows(SEPARATE)), **UNREADABLE},
        body={JSON: rows(SEPARATE_ASKED, 1, 3)},
        example=[SEPARATE_EXAMPLE],
        links=(Link("easy_return", {"key": "$response.body#/0/return-barcode"}),),
    ),
    "delete_separate_return": told(
        "Delete a return without a direct item.",
        {200: json_of(either(shape("Empty", {}), REFUSAL))},
        query={"barcode": NUMBER_OF_ITEM},
    ),
    "edit_return": told(
        "Change a return without a direct item.",
        {200: EDITED, **UNREADABLE},
        query={"barcode": NUMBER_OF_ITEM},
        body={JSON: SEPARATE_ASKED},
        example=SEPARATE_EXAMPLE,
    ),
    "edit_return_by_path": told(
        "Change a return without a direct item.",
        {200: EDITED, **UNREADABLE},
        path={"barcode": NUMBER_OF_ITEM},
        body={JSON: SEPARATE_ASKED},
        example=SEPARATE_EXAMPLE,
    ),
}

# -- the short tariff (§2.8)

TARIFF_FLAGS = (
    "completeness-checking contents-checking courier fragile functionality-checking inventory partial-redemption vsd "
    "with-electronic-notice with-fitting with-order-of-notice with-simple-notice"
)
RATE = shape("Rate", {"rate": ID, "vat": COUNT})
RATES = words(
    "ground avia insurance fragile notice inventory vsd sms-notice-recipient completeness-checking contents- "
    "checking functionality-checking with-fitting partial-redemption easy-return pre-postal-preparation oversize"
)
TARIFF = shape(
    "ShortTariff",
    {
        "delivery-time": DAYS,
        **{f"{name}-rate?": RATE for name in RATES},
        "no-counters-coupon": FALSE,
        "tariff-count": ID,
        "tariffAdditionalFieldsJson": shape("TariffFields", {"is-size": one_of(0, 1), "weight-pay": ID}),
        "total-rate": ID,
        "total-vat": COUNT,
        "with-discount": FALSE,
        "notice-payment-method": NAME,
        "payment-method": NAME,
    },
)
NO_TARIFF = shape("NoTariff", {"code": one_of("1001"), "desc": NAME, "sub-code": one_of("CODE_1372", "UNDEFINED")})
TARIFF_ASKED = asked(
    "TariffAsked",
    {
        "index-from?": INDEX,
        "index-to?": INDEX,
        "mail-type": one_of(*MAIL_TYPES),
        "mail-category": one_of(*MAIL_CATEGORIES),
        "mail-direct?": whole(1, 999),
        "mass": whole(1, 20_000),
        "declared-value?": whole(0, 10**7),
        "delivery-point-index?": text(0, 20),
        "dimension?": asked("", members(whole(0, 200), "height length width")),
        "dimension-type?": one_of("S", "M", "L", "XL", "OVERSIZED"),
        "transport-type?": one_of("SURFACE", "AVIA", "COMBINED", "EXPRESS", "STANDARD"),
        **members(METHOD, "payment-method notice-payment-method"),
        **members(FLAG, TARIFF_FLAGS),
        "sms-notice-recipient?": one_of(0, 1),
    },
)
PRICED = {
    "calculate_tariff": told(
        "Price one item from one of the account's offices.",
        {200: json_of(TARIFF), 400: json_of(either(NO_TARIFF, FRAMEWORK)), 404: json_of(MISSING)},
        body={JSON: TARIFF_ASKED},
        example={
            "index-from": "109012",
            "index-to": "644099",
            "mail-category": "ORDINARY",
            "mail-type": "POSTAL_PARCEL",
            "mass": 1000,
            "fragile": False,
        },
    )
}

DESCRIBED: dict[str, Described] = {**SLOTS, **RETURNS, **PRICED}
