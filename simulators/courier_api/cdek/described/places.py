"""Offices, cities and subscriptions, declared; and the token.

Wire contract: `courier_api` §1.2, §1.11, §1.12.
"""

from ....wire.call import JSON
from ....wire.description import Described, Link, json_of, plain_of
from ....wire.schemas import (
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
from ..notices import TYPES
from ..offices import FLAGS, TOLD_WHERE_TRUE
from .shapes import NAMED, SPRING, UUID_PATH, answers, enveloped

LANG: Schema = one_of("rus", "eng", "zho")
PAGE: dict[str, Schema] = {"size?": whole(1, 10_000), "page?": whole(0, 10_000)}
COUNTRY = text(like="^[A-Z]{2}$")
PLACE: dict[str, Schema] = {"longitude": number(-180, 180), "latitude": number(-90, 90)}
SHOWN_FLAGS = [flag for flag in FLAGS if flag not in TOLD_WHERE_TRUE]

OFFICE = shape(
    "Office",
    {
        "code": text(like="^[A-Z]+[0-9]+$"),
        "name": text(1),
        "uuid": UUID,
        "work_time": text(1),
        "phones": rows(shape("OfficePhone", {"number": text(1), "additional?": TEXT}), 1),
        "email": text(1),
        "type": one_of("PVZ", "POSTAMAT"),
        "owner_code": text(1),
        **dict.fromkeys(SHOWN_FLAGS, FLAG),
        "work_time_list": rows(
            shape("WorkDay", {"day": whole(1, 7), "time": text(like="^[0-9]{2}:[0-9]{2}/[0-9]{2}:[0-9]{2}$")}), 1, 7
        ),
        "work_time_exception_list": rows(
            shape(
                "WorkException",
                {
                    "date_start": text(10, 10),
                    "date_end": text(10, 10),
                    "time_start?": text(1),
                    "time_end?": text(1),
                    "is_working": FLAG,
                },
            )
        ),
        "weight_min": number(0),
        "weight_max": number(0),
        "length_max?": whole(1),
        "width_max?": whole(1),
        "height_max?": whole(1),
        "status": one_of("ACTIVE"),
        **{f"{flag}?": one_of(True) for flag in TOLD_WHERE_TRUE},
        "location": shape(
            "OfficeLocation",
            {
                "country_code": COUNTRY,
                "region_code": WHOLE,
                "region": text(1),
                "city_code": WHOLE,
                "city": text(1),
                "fias_guid": TEXT,
                "postal_code": text(1),
                **PLACE,
                "address": text(1),
                "address_full": text(1),
                "city_uuid": UUID,
            },
        ),
        "address_comment?": text(1),
        "nearest_metro_station?": text(1),
        "nearest_station?": text(1),
        "note?": text(1),
        "dimensions?": rows(shape("Cell", {"width": NUMBER, "height": NUMBER, "depth": NUMBER}), 1),
    },
)
CITY = shape(
    "City",
    {
        "code": WHOLE,
        "city_uuid": UUID,
        "city": text(1),
        "fias_guid": TEXT,
        "kladr_code?": text(1),
        "country_code": COUNTRY,
        "country": text(1),
        "region": text(1),
        "region_code": WHOLE,
        "sub_region?": text(1),
        **PLACE,
        "time_zone": text(1, like="^[A-Za-z]+/[A-Za-z_]+$"),
        "payment_limit": number(-1),
    },
)
REGION = shape("Region", {"country_code": COUNTRY, "country": text(1), "region": text(1), "region_code": WHOLE})
POSTAL = either(
    shape("PostalCodes", {"code": WHOLE, "postal_codes": rows(text(1))}),
    rows(shape("PostalCodesRow", {"code": WHOLE, "postal_code": rows(text(1))}), 1, 1),
)
NEAREST = shape("NearestCity", {"code": WHOLE, "city_uuid": UUID, "city": text(1), "fias_guid": TEXT})
SUGGESTED = shape("SuggestedCity", {"city_uuid": UUID, "code": WHOLE, "full_name": text(1), "country_code": COUNTRY})

HOOK = {"type": one_of(*TYPES), "url": text(1)}
TOKEN = shape(
    "Token",
    {
        "access_token": text(like=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"),
        "token_type": one_of("bearer"),
        "expires_in": whole(1, 86_400),
        "scope": text(1),
        "jti": UUID,
    },
)
TOKEN_ASKED = asked(
    "TokenAsked",
    {
        "grant_type": one_of("client_credentials"),
        "client_id": text(1, 255),
        "client_secret": text(1, 255),
    },
)
NO_TOKEN = shape("NoToken", {"error": text(1), "error_description": text(1)})
OAUTH = json_of(NO_TOKEN)
NOT_ALL_FILTERS: dict[str, Schema] = {
    "code?": text(1),
    "type?": one_of("PVZ", "POSTAMAT", "ALL"),
    "postal_code?": text(1),
    "city_code?": whole(1),
    "country_code?": COUNTRY,
    "region_code?": whole(1),
    "fias_guid?": UUID,
    "weight_min?": whole(0, 1_000),
    "weight_max?": whole(0, 1_000),
    "length?": whole(0, 1_000),
    "width?": whole(0, 1_000),
    "height?": whole(0, 1_000),
    "lang?": LANG,
    **{f"{flag}?": FLAG for flag in FLAGS},
    **PAGE,
}
PAGED = {
    "X-Current-Page": "The number of the page, from 0.",
    "X-Page-Size": "How many rows a page has.",
    "X-Total-Elements": "How many rows there are.",
    "X-Total-Pages": "How many pages there are.",
}
HOOK_SHOWN = enveloped("SubscriptionAnswer", shape("Subscription", {"uuid": UUID, **HOOK}))
HOOK_MADE = "$response.body#/entity/uuid"

OPERATIONS: dict[str, Described] = {
    "token": Described(
        summary="Give a token for an hour; query, form and multipart bodies are taken.",
        body={"application/x-www-form-urlencoded": TOKEN_ASKED},
        example={"grant_type": "client_credentials", "client_id": "shop", "client_secret": "secret"},
        answers={
            200: {JSON: TOKEN},
            400: OAUTH,
            401: OAUTH,
            404: json_of(SPRING),
            413: json_of(SPRING),
            503: plain_of(),
        },
        open=True,
    ),
    "list_offices": Described(
        summary="List offices and lockers that are in service.",
        query=NOT_ALL_FILTERS,
        answers=answers(200, rows(OFFICE)),
        headers=PAGED,
    ),
    "list_cities": Described(
        summary="List cities.",
        query={
            "code?": whole(1),
            "city?": text(1),
            "postal_code?": text(1),
            "country_codes?": text(1),
            "region_code?": whole(1),
            "fias_guid?": UUID,
            "kladr_code?": text(1),
            "kladr_region_code?": text(1),
            "payment_limit?": NUMBER,
            "lang?": LANG,
            **PAGE,
        },
        answers=answers(200, rows(CITY)),
    ),
    "list_regions": Described(
        summary="List regions.",
        query={"country_codes?": text(1), "lang?": LANG, **PAGE},
        answers=answers(200, rows(REGION)),
    ),
    "suggest_cities": Described(
        summary="Suggest cities whose name begins so.",
        query={"name": text(1), "country_code?": COUNTRY},
        answers=answers(200, rows(SUGGESTED, 0, 10)),
    ),
    "list_postal_codes": Described(
        summary="Give the postal codes of a city.",
        query={"code?": whole(1), "city_code?": whole(1)},
        answers=answers(200, POSTAL),
    ),
    "city_at": Described(
        summary="Give the city nearest to a point.",
        query={"latitude": number(-90, 90), "longitude": number(-180, 180)},
        answers=answers(200, either(NEAREST, rows(NEAREST, 1, 1))),
    ),
    "subscribe": Described(
        summary="Be told of events of one type.",
        body=json_of(asked("SubscriptionAsked", {"url": text(1, 255, like="^https?://"), "type": one_of(*TYPES)})),
        example={"url": "http://127.0.0.1:9/hook", "type": "ORDER_STATUS"},
        answers=answers(200, enveloped("Subscribed", NAMED), enveloped_refusal=True),
        links=(Link("get_subscription", {"uuid": HOOK_MADE}), Link("unsubscribe", {"uuid": HOOK_MADE})),
    ),
    "list_subscriptions": Described(
        summary="List the subscriptions, as a bare array.",
        answers=answers(200, rows(shape("SubscriptionRow", {"uuid": UUID, **HOOK, "retryable": one_of(False)}))),
    ),
    "get_subscription": Described(
        summary="Read a subscription.",
        path=UUID_PATH,
        answers=answers(
            200,
            enveloped("SubscriptionAnswer", shape("Subscription", {"uuid": UUID, **HOOK})),
            by_uuid=True,
            enveloped_refusal=True,
        ),
        links=(Link("unsubscribe", {"uuid": "$request.path.uuid"}),),
    ),
    "unsubscribe": Described(
        summary="End a subscription.",
        path=UUID_PATH,
        answers=answers(200, enveloped("Unsubscribed", NAMED), by_uuid=True, enveloped_refusal=True),
        links=(Link("get_subscription", {"uuid": "$request.path.uuid"}),),
    ),
}
