"""Otpravka's look-ups as we declare them: addresses, names, phones, offices, delivery points.

Wire contract: `postal_api_russia` §2.9 to §2.12.
"""

from ....wire.call import JSON
from ....wire.description import BYTES, Content, Described, json_of
from ....wire.schemas import (
    FLAG,
    NUMBER,
    TEXT,
    UUID,
    Schema,
    asked,
    either,
    nullable,
    number,
    one_of,
    rows,
    shape,
    text,
    whole,
)
from ..described import DATE, FRAMEWORK, ID, INDEX, NAME, UNREADABLE, told, words
from ..otpravka.described_shapes import COUNT, members
from . import described_bookings

FALSE = one_of(False)

# -- normalisation (§2.9), recipients (§2.10)

TOLD_BACK = either(TEXT, NUMBER, FLAG, nullable(TEXT))  # as it was sent
ADDRESS_QUALITY = one_of("GOOD", "ON_DEMAND", "POSTAL_BOX", *(f"UNDEF_0{n}" for n in range(1, 8)))
VALIDATION = text(like="^(VALIDATED|OVERRIDDEN|CONFIRMED_MANUALLY|NOT_VALIDATED_[A-Z_]+)$")
PARTS = (
    "region area place location street house letter slash corpus building hotel room office vladenie num-address-type"
)
CLEAN_ADDRESS = shape(
    "CleanAddress",
    {
        "id?": TOLD_BACK,
        "original-address": TEXT,
        "address-type": one_of("DEFAULT", "PO_BOX", "DEMAND", "UNIT"),
        "index?": INDEX,
        **members(NAME, PARTS),
        **members(UUID, "region-guid area-guid place-guid street-guid address-guid"),
        "quality-code": ADDRESS_QUALITY,
        "validation-code": VALIDATION,
    },
)
CLEAN_NAME = shape(
    "CleanName",
    {
        "id?": TOLD_BACK,
        "original-fio": TEXT,
        **members(NAME, "surname name middle-name"),
        "quality-code": one_of("EDITED", "NOT_SURE", "CONFIRMED_MANUALLY"),
    },
)
DIGITS_OR_NOTHING = text(like="^[0-9]*$")
PHONE_QUALITY = words(
    "CONFIRMED_MANUALLY GOOD GOOD_REPLACED_CODE GOOD_REPLACED_NUMBER GOOD_REPLACED_CODE_NUMBER GOOD_CITY_CONFLICT "
    "GOOD_REGION_CONFLICT FOREIGN CODE_AMBI EMPTY GARBAGE GOOD_CITY GOOD_EXTRA_PHONE UNDEF INCORRECT_DATA"
)
CLEAN_PHONE = shape(
    "CleanPhone",
    {
        "id?": TOLD_BACK,
        "original-phone": TEXT,
        **members(DIGITS_OR_NOTHING, "phone-country-code phone-city-code phone-number phone-extension", ""),
        "quality-code": one_of(*PHONE_QUALITY),
    },
)
RAW = "raw-address raw-full-name raw-telephone"
RECIPIENT = shape("Recipient", {**members(TOLD_BACK, RAW), "unreliability": one_of("RELIABLE", "FRAUD")})


def cleaning(summary: str, name: str, asks: str, good: Schema, example: dict[str, str]) -> Described:
    item = asked(name, members(text(0, 300), asks))
    return told(
        summary,
        {200: json_of(rows(good)), **UNREADABLE},
        body={JSON: either(rows(item, 0, 5), item)},
        example=[example],
    )


CLEANING = {
    "clean_addresses": cleaning(
        "Normalise addresses.",
        "AddressAsked",
        "id original-address",
        CLEAN_ADDRESS,
        {"id": "1", "original-address": "г Саратов, ул Московская, д 1"},
    ),
    "clean_names": cleaning(
        "Take names apart.",
        "NameAsked",
        "id original-fio",
        CLEAN_NAME,
        {"id": "1", "original-fio": "Иванов Иван Иванович"},
    ),
    "clean_phones": cleaning(
        "Take phone numbers apart.",
        "PhoneAsked",
        "id original-phone region place area",
        CLEAN_PHONE,
        {"id": "1", "original-phone": "8 (495) 123-45-67"},
    ),
    "judge_recipients": cleaning(
        "Tell whether recipients are reliable.",
        "RecipientAsked",
        RAW,
        RECIPIENT,
        {"raw-telephone": "79001234567", "raw-full-name": "Иванов Иван", "raw-address": "Саратов"},
    ),
}

# -- post offices (§2.11), delivery points (§2.12)

CLOCK = text(like="^[0-9]{2}:[0-9]{2}:[0-9]{2}\\.000$")
LUNCH = shape("Lunch", {"begin-lunchtime": CLOCK, "end-lunchtime": CLOCK})
DAY = shape(
    "WorkingDay",
    {"weekday-id": whole(1, 7), **members(CLOCK, "begin-worktime end-worktime"), "lunches?": rows(LUNCH, 1)},
)
LATITUDE, LONGITUDE = number(-90, 90), number(-180, 180)
OFFICE_MEMBERS: dict[str, Schema] = {
    "address-source": NAME,
    "distance?": number(0),
    **members(FLAG, "is-closed is-private-category is-temporary-closed works-on-saturdays works-on-sundays", ""),
    "latitude": LATITUDE,
    "longitude": LONGITUDE,
    "postal-code": INDEX,
    "region": NAME,
    "settlement": NAME,
    "district?": NAME,
    "type-code": NAME,
    "type-id": COUNT,
    "working-hours": rows(DAY, 7, 7),
    "temporary-closed-reason?": NAME,
}
NEAR_OFFICE = shape("NearOffice", {**OFFICE_MEMBERS, "distance": number(0)})
PHONE = shape(
    "OfficePhone",
    {"is-fax": FLAG, "phone-number": NAME, "phone-town-code": text(like="^[0-9]{3,5}$"), "phone-type-name": NAME},
)
OFFICE = shape(
    "Office",
    {
        **OFFICE_MEMBERS,
        "phones": rows(PHONE),
        "service-groups": rows(shape("ServiceGroup", {"group-id": ID, "group-name": NAME})),
        "holidays": rows(DATE),
        "current-day-working-hours": DAY,
        "next-day-working-hours": DAY,
        "ufps-code?": INDEX,
    },
)
SERVICE = shape("OfficeService", {"code": NAME, "group-id": ID, "name": NAME})
NO_OFFICE: dict[int, Content] = {
    404: json_of(shape("NoOffice", {"code": one_of("1004"), "desc": NAME})),
}
HERE = {"index": text(like="^[0-9]{6}$")}
CLOCKED: dict[str, Schema] = {
    "current-date-time?": text(like="^20[0-9]{2}-0[1-9]-[12][0-8]T1[0-9]:00:00$"),
}
POINT_ADDRESS = shape(
    "PointAddress",
    {
        "addressType": one_of("DEFAULT"),
        "index": INDEX,
        **members(NAME, "region place street house", ""),
        "manualInput": FALSE,
    },
)
POINT = shape(
    "DeliveryPoint",
    {
        "id": ID,
        "address": POINT_ADDRESS,
        "brand-id": ID,
        "brand-name": NAME,
        **members(FLAG, "closed temporary-closed card-payment cash-payment", ""),
        **members(FLAG, "contents-checking functionality-checking with-fitting partial-redemption", ""),
        "delivery-point-index": INDEX,
        "delivery-point-type": one_of("PICKUP_POINT", "DELIVERY_POINT"),
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "legal-name": NAME,
        "legal-short-name": NAME,
        "work-time": rows(NAME, 7, 7),
        "dimension-limit": text(like="^[0-9]+x[0-9]+x[0-9]+$"),
        "weight-limit": number(0),
        "getto": NAME,
    },
)
GONE: dict[int, Content] = {404: json_of(FRAMEWORK)}
OFFICES = {
    "read_office": told(
        "Read an office.",
        {200: json_of(OFFICE), **UNREADABLE, **NO_OFFICE},
        path=HERE,
        query={"latitude?": LATITUDE, "longitude?": LONGITUDE, **CLOCKED, "ufps-postal-code?": FLAG},
    ),
    "list_office_services": told("List what an office does.", {200: json_of(rows(SERVICE)), **NO_OFFICE}, path=HERE),
    "list_office_services_of_group": told(
        "List what an office does, of one group.",
        {200: json_of(rows(SERVICE)), **UNREADABLE, **NO_OFFICE},
        path={**HERE, "group": text(like="^[0-9]{1,9}$")},
    ),
    "find_by_address": told(
        "Find the office that serves an address, and those near it.",
        {200: json_of(shape("OfficesFound", {"is-matched": FLAG, "postoffices": rows(INDEX)})), **UNREADABLE},
        query={"address": text(1, 200), "top?": whole(0, 200)},
    ),
    "list_nearby": told(
        "List the offices around a point.",
        {200: json_of(rows(NEAR_OFFICE)), **UNREADABLE},
        query={
            "latitude": LATITUDE,
            "longitude": LONGITUDE,
            **CLOCKED,
            "top?": whole(0, 200),
            "search-radius?": number(0, 40_000),
            "filter?": one_of("ALL", "ROUND_THE_CLOCK", "CURRENTLY_WORKING", "WORK_ON_WEEKENDS"),
            "filter-by-office-type?": FLAG,
            "hide-private?": FLAG,
        },
    ),
    "list_codes": told(
        "List a settlement's offices.",
        {200: json_of(rows(INDEX)), **UNREADABLE},
        query={"settlement": text(1, 100), "region?": text(0, 100), "district?": text(0, 100)},
    ),
    "list_points": told("List lockers and pickup points.", {200: json_of(rows(POINT)), **GONE}, security=("token",)),
    "dump_offices": told(
        "Give all offices, zipped.",
        {200: {"application/zip": BYTES, "application/octet-stream": BYTES}, **UNREADABLE, **GONE},
        query={"type?": one_of("ALL", "OPS", "PVZ", "APS")},
        headers={"Content-Disposition": "The file's name."},
    ),
}

DESCRIBED: dict[str, Described] = {**CLEANING, **OFFICES, **described_bookings.DESCRIBED}
