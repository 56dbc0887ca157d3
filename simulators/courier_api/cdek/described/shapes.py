"""Shapes that several of CDEK's chapters share: the envelope, errors, contacts, locations.

Wire contract: `courier_api` §1.3, §1.5.1.
"""

from ....wire.description import Content, json_of, plain_of
from ....wire.schemas import (
    DAY,
    FLAG,
    NUMBER,
    TEXT,
    UUID,
    WHOLE,
    Schema,
    asked,
    either,
    number,
    one_of,
    rows,
    shape,
    text,
    whole,
)

MOMENT = text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:?00$")  # the colon is a switch
PLAIN_MOMENT = text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+0000$")  # an offset without a colon
CDEK_NUMBER = text(like=r"^[0-9]{10}$")
CLOCK = text(like=r"^[0-9]{2}:[0-9]{2}$")
MONEY = NUMBER
CODE = text(1, like=r"^[A-Za-z0-9_]+$")
TARIFF = whole(1)

ERROR = shape("Error", {"code": CODE, "message": text(1), "additional_code?": text(like="^0x[0-9A-F]+$")})
ERRORS = rows(ERROR, 1)
PLAINLY = shape("Refusal", {"errors": ERRORS, "warnings?": rows(ERROR)})
SPRING = shape("NoSuchPage", {"timestamp?": MOMENT, "status": WHOLE, "error": text(1), "path": TEXT})
KINDS = one_of("CREATE", "UPDATE", "DELETE", "AUTH", "GET", "CREATE_CLIENT_RETURN", "CREATE_REFUSAL")
REQUEST = shape(
    "Request",
    {
        "request_uuid?": UUID,
        "type": KINDS,
        "date_time": MOMENT,
        "state": one_of("ACCEPTED", "WAITING", "SUCCESSFUL", "INVALID"),
        "errors?": rows(ERROR),
        "warnings?": rows(ERROR),
    },
)
RELATED = shape(
    "RelatedEntity",
    {
        "uuid": UUID,
        "type": one_of(
            "return_order",
            "direct_order",
            "client_return_order",
            "client_direct_order",
            "reverse_order",
            "waybill",
            "barcode",
            "delivery",
        ),
        "url?": text(1),
        "create_time?": MOMENT,
        "cdek_number?": CDEK_NUMBER,
        "date?": DAY,
        "time_from?": CLOCK,
        "time_to?": CLOCK,
    },
)
NAMED = shape("EntityName", {"uuid": UUID})


def enveloped(name: str, entity: Schema) -> Schema:
    """Return the envelope around an entity."""
    members = {"entity": entity, "requests": rows(REQUEST), "related_entities": rows(RELATED)}
    return shape(name, members)


ACCEPTED = enveloped("Accepted", NAMED)
AT_ONCE = shape("RefusedAtOnce", {"requests": rows(REQUEST, 1, 1), "related_entities": rows(RELATED, 0, 0)})

EVERYWHERE: dict[int, Content] = {
    400: json_of(PLAINLY),
    401: json_of(PLAINLY),
    404: json_of(SPRING),
    413: json_of(SPRING),
    503: plain_of(),
}
BY_UUID: dict[int, Content] = {**EVERYWHERE, 404: json_of(either(SPRING, PLAINLY))}


def answers(
    status: int, schema: Schema, *, by_uuid: bool = False, enveloped_refusal: bool = False
) -> dict[int, Content]:
    """Return an operation's answers: the good one, and what every operation refuses with.

    Args:
        by_uuid: it looks an entity up, and 404 may be the switch `not_found_status`.
        enveloped_refusal: its refusals at once come in the envelope.
    """
    found = dict(BY_UUID if by_uuid else EVERYWHERE)
    if enveloped_refusal:
        found[400] = json_of(AT_ONCE)
        if by_uuid:
            found[404] = json_of(either(SPRING, AT_ONCE))
    return {status: json_of(schema), **found}


# -- statuses of other entities than orders


def status_rows(name: str, *codes: str, more: dict[str, Schema] | None = None) -> Schema:
    members = {"code": one_of(*codes), "name": text(1), "date_time": MOMENT, **(more or {})}
    return rows(shape(name, members), 1)


# -- what requests hold

PHONE_ASKED = asked("PhoneAsked", {"number": text(1, 24), "additional?": text(0, 255)})
PAPERS: dict[str, Schema] = {
    "passport_series?": text(0, 255),
    "passport_number?": text(0, 255),
    "passport_date_of_issue?": text(0, 255),
    "passport_organization?": text(0, 255),
    "passport_date_of_birth?": text(0, 255),
    "tin?": text(0, 255),
}
CONTACT_MEMBERS: dict[str, Schema] = {
    "name": text(1, 255),
    "company?": text(0, 255),
    "contragent_type?": one_of("LEGAL_ENTITY", "INDIVIDUAL"),
    "email?": text(0, 255),
    **PAPERS,
}
SENDER_ASKED = asked("SenderAsked", {**CONTACT_MEMBERS, "phones?": rows(PHONE_ASKED, 0, 10)})
RECIPIENT_ASKED = asked("RecipientAsked", {**CONTACT_MEMBERS, "phones": rows(PHONE_ASKED, 1, 10)})
SELLER_ASKED = asked(
    "SellerAsked",
    {
        "name?": text(0, 255),
        "inn?": text(0, 20),
        "phone?": text(0, 255),
        "ownership_form?": one_of(9, 61, 63, 119, 137, 147, 179),
        "address?": text(0, 255),
        "giis_subdivision_id?": text(0, 255),
    },
)
PLACE_MEMBERS: dict[str, Schema] = {
    "code?": whole(1, 10**9),
    "city_uuid?": UUID,
    "fias_guid?": UUID,
    "postal_code?": text(0, 255),
    "longitude?": number(-180, 180),
    "latitude?": number(-90, 90),
    "country_code?": text(like="^[A-Z]{2}$"),
    "region?": text(0, 255),
    "region_code?": whole(0, 10**9),
    "sub_region?": text(0, 255),
    "city?": text(0, 255),
    "kladr_code?": text(0, 255),
}
PLACE_ASKED = asked("PlaceAsked", {**PLACE_MEMBERS, "address?": text(0, 255)})
ADDRESS_ASKED = asked("AddressAsked", {**PLACE_MEMBERS, "address": text(1, 255)})
SIZES_ASKED: dict[str, Schema] = {
    "weight": whole(1, 10**9),
    "length?": whole(0, 1_500),
    "width?": whole(0, 1_500),
    "height?": whole(0, 1_500),
}

# -- what is told back of them

PHONE = shape("Phone", {"number": text(0, 24), "additional?": TEXT})
CONTACT = shape(
    "Contact",
    {
        "name": text(1),
        "company?": TEXT,
        "contragent_type?": one_of("LEGAL_ENTITY", "INDIVIDUAL"),
        "email?": text(1),
        **PAPERS,
        "phones?": rows(PHONE, 1, 10),
        "passport_requirements_satisfied?": FLAG,
    },
)
SELLER = shape(
    "Seller",
    {
        "name?": text(1),
        "inn?": text(1, 20),
        "phone?": text(1),
        "ownership_form?": WHOLE,
        "address?": text(1),
        "giis_subdivision_id?": text(1),
    },
)
LOCATION = shape(
    "Location",
    {
        "code?": whole(1),
        "city_uuid?": text(1),
        "fias_guid?": text(1),
        "postal_code?": text(1),
        "longitude?": NUMBER,
        "latitude?": NUMBER,
        "country_code?": text(1, 2),
        "country?": text(1),
        "region?": text(1),
        "region_code?": WHOLE,
        "sub_region?": text(1),
        "city?": text(1),
        "kladr_code?": text(1),
        "address?": text(1),
    },
)
UUID_PATH: dict[str, Schema] = {"uuid": UUID}
