"""The calculator, customs and restrictions, declared.

Wire contract: `courier_api` §1.9, §1.10.
"""

from typing import Any

from ....wire.description import Described, json_of
from ....wire.schemas import DAY, FLAG, WHOLE, Schema, asked, either, number, one_of, rows, shape, text, whole
from ..currencies import CURRENCIES
from .order_shapes import PRICED, SERVICE_ASKED
from .places import LANG
from .shapes import CODE, MONEY, PLACE_ASKED, SIZES_ASKED, TARIFF, answers

LOAD_ASKED = asked("LoadAsked", SIZES_ASKED)
MODES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10")
QUESTION: dict[str, Schema] = {
    "type?": one_of(1, 2),
    "date?": text(10, 255),
    "currency?": one_of(*CURRENCIES),
    "lang?": LANG,
    "from_location": PLACE_ASKED,
    "to_location": PLACE_ASKED,
    "packages": rows(LOAD_ASKED, 1, 255),
    "services?": rows(SERVICE_ASKED, 0, 100),
    "additional_order_types?": rows(WHOLE, 0, 50),
}
QUESTION_ASKED = asked("TariffsAsked", QUESTION)
TIMES: dict[str, Schema] = {
    "delivery_sum": MONEY,
    "period_min": whole(0),
    "period_max": whole(0),
    "calendar_min": whole(0),
    "calendar_max": whole(0),
    "delivery_date_range": shape("DateRange", {"min": DAY, "max": DAY}),
}
SUMS: dict[str, Schema] = {
    "weight_calc": whole(1),
    "services": rows(shape("ServicePrice", {"code": CODE, **PRICED})),
    "total_sum": MONEY,
    "currency": one_of(*(name for name, _ in CURRENCIES.values())),
}
ROW: dict[str, Schema] = {
    "tariff_code": TARIFF,
    "tariff_name": text(1),
    "tariff_description": text(1),
    "delivery_mode": whole(1, 10),
    **TIMES,
}
PRICE = shape("Price", {**TIMES, **SUMS})
WITH_SERVICES = either(
    rows(shape("TariffWithServices", {**ROW, **SUMS})),
    rows(shape("TariffResult", {"tariff_code": text(like="^[0-9]+$"), "status": one_of("true"), "result": PRICE})),
)
CONTRAGENTS = rows(one_of("LEGAL_ENTITY", "INDIVIDUAL"), 1)
MODE = shape("TariffMode", {"delivery_mode": one_of(*MODES), "delivery_mode_name": text(1), "tariff_code": TARIFF})
FAMILY = shape(
    "TariffFamily",
    {
        "tariff_name": text(1),
        "weight_min": number(0),
        "weight_max": number(0),
        "weight_calc_max": number(0),
        **{f"{side}_{end}": whole(0) for side in ("length", "width", "height") for end in ("min", "max")},
        "order_types": rows(one_of("1", "2"), 1),
        "payer_contragent_type": CONTRAGENTS,
        "sender_contragent_type": CONTRAGENTS,
        "recipient_contragent_type": CONTRAGENTS,
        "delivery_modes": rows(
            shape(
                "TariffMode", {"delivery_mode": one_of(*MODES), "delivery_mode_name": text(1), "tariff_code": TARIFF}
            ),
            1,
        ),
        "additional_order_types_param": shape(
            "TariffExtras", {"without_additional_order_type": FLAG, "additional_order_types": rows(text(1))}
        ),
    },
)
WORD = shape("RestrictionReason", {"code": one_of("FEACN_RESTRICTION", "GENERAL_RESTRICTION"), "name": text(1)})
STATE = shape(
    "RestrictionState",
    {"code": one_of("ALLOWED", "LIMITED", "FORBIDDEN"), "name": text(1), "reason?": WORD},
)
RESTRICTED_ITEM = shape(
    "RestrictedItem",
    {
        "item_id?": text(1),
        "feacn_code?": text(1),
        "status": STATE,
        "limitations": rows(text(1)),
        "documents": rows(text(1)),
    },
)
RESTRICTIONS = shape(
    "Restrictions",
    {
        "packages": rows(
            shape(
                "RestrictedPackage",
                {"package_id?": text(1), "status": STATE, "description?": text(1), "items": rows(RESTRICTED_ITEM)},
            ),
            1,
        )
    },
)
ITEM_ASKED = asked(
    "RestrictionItemAsked",
    {
        "itemId?": text(0, 255),
        "item_id?": text(0, 255),
        "feacn_code?": text(0, 20),
        "name?": text(0, 255),
        "amount?": whole(0, 10**6),
    },
)
BETWEEN: dict[str, Any] = {
    "from_location": {"code": 44},
    "to_location": {"code": 270},
    "packages": [{"weight": 1500, "length": 30, "width": 20, "height": 10}],
}

OPERATIONS: dict[str, Described] = {
    "price_tariff": Described(
        summary="Price one tariff.",
        body=json_of(asked("TariffAsked", {"tariff_code": TARIFF, **QUESTION})),
        example={"tariff_code": 139, **BETWEEN},
        answers=answers(200, PRICE),
    ),
    "list_tariffs": Described(
        summary="List every tariff that fits, with its price.",
        body=json_of(QUESTION_ASKED),
        example=BETWEEN,
        answers=answers(200, shape("Tariffs", {"tariff_codes": rows(shape("Tariff", ROW))})),
    ),
    "list_tariffs_with_services": Described(
        summary="List every tariff that fits, with services priced.",
        body=json_of(QUESTION_ASKED),
        example={**BETWEEN, "services": [{"code": "INSURANCE", "parameter": "4000"}]},
        answers=answers(200, shape("TariffsWithServices", {"tariff_codes": WITH_SERVICES})),
    ),
    "list_all_tariffs": Described(
        summary="List the tariffs of the contract, whatever is sent.",
        query={"lang?": LANG},
        answers=answers(200, shape("AllTariffs", {"tariff_codes": rows(FAMILY, 1)})),
    ),
    "price_customs": Described(
        summary="Price the customs of a purchase.",
        body=json_of(asked("CustomsAsked", {"weight": whole(1, 10**9), "cost": number(0, 10**10)})),
        example={"weight": 1500, "cost": 40_000},
        answers=answers(
            200,
            shape(
                "Customs",
                {
                    "cost": MONEY,
                    "weight": whole(1),
                    "customs_duty": MONEY,
                    "customs_tariff": MONEY,
                    "commission": MONEY,
                    "total_amount": MONEY,
                },
            ),
        ),
    ),
    "check_restrictions": Described(
        summary="Tell what may not cross a border, and what only with papers.",
        body=json_of(
            asked(
                "RestrictionsAsked",
                {
                    "tariff_code?": TARIFF,
                    "from_location": PLACE_ASKED,
                    "to_location": PLACE_ASKED,
                    "packages": rows(
                        asked(
                            "RestrictionPackageAsked",
                            {
                                "package_id?": text(0, 255),
                                **{f"{key.removesuffix('?')}?": schema for key, schema in SIZES_ASKED.items()},
                                "items?": rows(ITEM_ASKED, 0, 1_000),
                            },
                        ),
                        1,
                        255,
                    ),
                },
            )
        ),
        example={
            "tariff_code": 8,
            "from_location": {"code": 44},
            "to_location": {"country_code": "DE", "city": "Берлин"},
            "packages": [{"weight": 500, "items": [{"itemId": "1", "feacn_code": "8517130000"}]}],
        },
        answers=answers(200, RESTRICTIONS),
    ),
}
