"""Courier's calls and delivery agreements, declared.

Wire contract: `courier_api` §1.6, §1.8.
"""

from ....wire.description import Described, Link, json_of
from ....wire.schemas import (
    DAY,
    FLAG,
    UUID,
    WHOLE,
    Schema,
    asked,
    one_of,
    rows,
    shape,
    text,
    whole,
)
from .. import agreement_life, intake_life
from .orders import CALLED, MADE, MOSCOW, NOVOSIBIRSK, OF_PATH, PERSON, PLACES_ASKED, again, named_by, taken_in
from .shapes import (
    ADDRESS_ASKED,
    CDEK_NUMBER,
    CLOCK,
    CODE,
    CONTACT,
    LOCATION,
    PLACE_ASKED,
    RECIPIENT_ASKED,
    TARIFF,
    UUID_PATH,
    answers,
    enveloped,
    status_rows,
)

INTAKE_ASKED = asked(
    "IntakeAsked",
    {
        "cdek_number?": CDEK_NUMBER,
        "order_uuid?": UUID,
        "intake_date": DAY,
        "intake_time_from": CLOCK,
        "intake_time_to": CLOCK,
        "lunch_time_from?": CLOCK,
        "lunch_time_to?": CLOCK,
        "name?": text(0, 255),
        "weight?": whole(1, 10**9),
        "length?": whole(0, 1_500),
        "width?": whole(0, 1_500),
        "height?": whole(0, 1_500),
        "comment?": text(0, 255),
        "sender?": RECIPIENT_ASKED,
        "from_location?": ADDRESS_ASKED,
        "need_call?": FLAG,
        "courier_power_of_attorney?": FLAG,
        "courier_identity_card?": FLAG,
    },
)
INTAKE = shape(
    "Intake",
    {
        "uuid": UUID,
        "intake_number?": text(like="^[0-9]{8}$"),
        "order_uuid?": UUID,
        "cdek_number?": CDEK_NUMBER,
        "intake_date": DAY,
        "intake_time_from": CLOCK,
        "intake_time_to": CLOCK,
        "lunch_time_from?": CLOCK,
        "lunch_time_to?": CLOCK,
        "name": text(1),
        "weight": whole(1),
        "length": whole(1),
        "width": whole(1),
        "height": whole(1),
        "comment?": text(1),
        "sender?": CONTACT,
        "from_location": LOCATION,
        "to_location": LOCATION,
        "need_call": FLAG,
        "courier_power_of_attorney": FLAG,
        "courier_identity_card": FLAG,
        "packages": rows(
            shape(
                "IntakePackage",
                {"package_id": UUID, "weight": whole(0), "length": whole(1), "width": whole(1), "height": whole(1)},
            ),
            1,
        ),
        "contragent_uuid": UUID,
        "statuses": status_rows("IntakeStatus", *intake_life.NAMES, more={"add_status?": text(1)}),
    },
)
AGREEMENT_ASKED = asked(
    "AgreementAsked",
    {
        "cdek_number?": CDEK_NUMBER,
        "order_uuid?": UUID,
        "date": DAY,
        "time_from?": CLOCK,
        "time_to?": CLOCK,
        "comment?": text(0, 255),
        "delivery_point?": text(0, 255),
        "to_location?": ADDRESS_ASKED,
    },
)
AGREEMENT = shape(
    "Agreement",
    {
        "uuid": UUID,
        "cdek_number": CDEK_NUMBER,
        "order_uuid": UUID,
        "date": DAY,
        "time_from?": CLOCK,
        "time_to?": CLOCK,
        "comment?": text(1),
        "delivery_point?": text(1),
        "to_location?": LOCATION,
        "source": CODE,
        "statuses": status_rows("AgreementStatus", *agreement_life.NAMES),
    },
)
SECONDS = text(like="^[0-9]{2}:[0-9]{2}:00$")
SLOT: dict[str, Schema] = {"start_time": SECONDS, "end_time": SECONDS}
COUNTED: dict[str, Schema] = {"total_count": whole(1), "agreed_count": whole(0)}


def _intervals(name: str, slot: dict[str, Schema]) -> Schema:
    day = shape(f"{name}Day", {"date": DAY, "time_intervals": rows(shape(f"{name}Slot", slot))})
    return shape(name, {"date_intervals": rows(day)})


OPERATIONS: dict[str, Described] = {
    "call_courier": Described(
        summary="Call a courier, for an order or for goods without one.",
        body=json_of(INTAKE_ASKED),
        example={
            **CALLED,
            "name": "Посуда",
            "sender": PERSON,
            "from_location": MOSCOW,
        },
        answers=taken_in(202),
        links=(
            named_by("get_intake"),
            named_by("call_off_courier"),
            Link("change_intake", body={"uuid": MADE, "status": {"code": "PROCESSING_REQUIRED"}}),
        ),
    ),
    "get_intake": Described(
        summary="Read a courier's call.",
        path=UUID_PATH,
        answers=answers(200, enveloped("IntakeAnswer", INTAKE), by_uuid=True),
        links=(
            again("call_off_courier"),
            Link("change_intake", body={"uuid": OF_PATH, "status": {"code": "PROCESSING_REQUIRED"}}),
        ),
    ),
    "list_intakes": Described(
        summary="List the calls for an order, oldest first.",
        path=UUID_PATH,
        answers=answers(200, rows(INTAKE), by_uuid=True),
    ),
    "change_intake": Described(
        summary="Wish a call another state.",
        body=json_of(
            asked(
                "IntakeChangeAsked",
                {
                    "uuid": UUID,
                    "status": asked(
                        "IntakeWishAsked",
                        {
                            "code": one_of("PROCESSING_REQUIRED"),
                            "add_status?": text(0, 40, like="^[^ ]*$"),
                        },
                    ),
                },
            )
        ),
        answers=taken_in(200),
        links=(named_by("get_intake"),),
    ),
    "call_off_courier": Described(
        summary="Call a courier off.", path=UUID_PATH, answers=taken_in(200, 202), links=(again("get_intake"),)
    ),
    "list_intake_days": Described(
        summary="List the days on which a courier can come to an address.",
        body=json_of(asked("IntakeDaysAsked", {"from_location": PLACE_ASKED, "date?": DAY})),
        example={"from_location": MOSCOW, "date": "2026-03-20"},
        answers=answers(200, shape("IntakeDays", {"date": rows(DAY), "all_days": FLAG})),
    ),
    "agree": Described(
        summary="Agree on the day, hours or place of a delivery.",
        body=json_of(AGREEMENT_ASKED),
        example={"cdek_number": "1107000001", "date": "2026-03-12", "time_from": "14:00", "time_to": "18:00"},
        answers=taken_in(202),
        links=(named_by("get_agreement"),),
    ),
    "get_agreement": Described(
        summary="Read an agreement.",
        path=UUID_PATH,
        answers=answers(200, enveloped("AgreementAnswer", AGREEMENT), by_uuid=True),
    ),
    "list_intervals": Described(
        summary="List the hours in which an order can be delivered.",
        query={"order_uuid?": text(1), "cdek_number?": text(1)},
        answers=answers(200, _intervals("Intervals", SLOT), by_uuid=True),
    ),
    "estimate_intervals": Described(
        summary="List the hours in which something not ordered yet could be delivered.",
        body=json_of(
            asked(
                "EstimateAsked",
                {
                    "date_time": text(1, 255),
                    "tariff_code": TARIFF,
                    **PLACES_ASKED,
                    "to_location": ADDRESS_ASKED,
                    "additional_order_types?": rows(WHOLE, 0, 50),
                },
            )
        ),
        example={
            "date_time": "2026-03-03T10:00:00+0700",
            "tariff_code": 139,
            "from_location": MOSCOW,
            "to_location": NOVOSIBIRSK,
        },
        answers=answers(200, _intervals("EstimatedIntervals", {**SLOT, **COUNTED})),
    ),
}
