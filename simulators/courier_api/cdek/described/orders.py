"""Orders and reverse orders, declared.

Wire contract: `courier_api` §1.5.
"""

from typing import Any

from ....wire.description import Content, Described, Link, json_of
from ....wire.schemas import (
    Schema,
    asked,
    either,
    rows,
    text,
)
from .order_shapes import CHANGE_ASKED, ORDER_ASKED, SHOWN
from .shapes import (
    ACCEPTED,
    BY_UUID,
    CONTACT_MEMBERS,
    EVERYWHERE,
    PHONE_ASKED,
    PLACE_ASKED,
    TARIFF,
    UUID_PATH,
    answers,
)

PLACES_ASKED: dict[str, Schema] = {"from_location?": PLACE_ASKED, "shipment_point?": text(0, 255)}
PARTY_MEMBERS = {f"{key.removesuffix('?')}?": schema for key, schema in CONTACT_MEMBERS.items()}
PARTY_ASKED = asked("PartyAsked", {**PARTY_MEMBERS, "phones?": rows(PHONE_ASKED, 0, 10)})
PERSON: dict[str, Any] = {"name": "Иванова Анна", "phones": [{"number": "+79130000001"}]}
MOSCOW: dict[str, Any] = {"code": 44, "address": "ул. Складская, 1"}
NOVOSIBIRSK: dict[str, Any] = {"postal_code": "630099", "city": "Новосибирск", "address": "ул. Ленина, 7"}
ORDER_EXAMPLE: dict[str, Any] = {
    "type": 2,
    "tariff_code": 139,
    "sender": PERSON,
    "recipient": PERSON,
    "from_location": MOSCOW,
    "to_location": NOVOSIBIRSK,
    "packages": [
        {
            "number": "1",
            "weight": 1500,
            "length": 30,
            "width": 20,
            "height": 10,
            "items": [
                {"name": "Чайник", "ware_key": "T", "payment": {"value": 0}, "cost": 10, "weight": 700, "amount": 1}
            ],
        }
    ],
}
MADE = "$response.body#/entity/uuid"
OF_PATH = "$request.path.uuid"
LATER = "2026-03-04"
CALLED = {"intake_date": LATER, "intake_time_from": "10:00", "intake_time_to": "15:00"}
BROUGHT = {"planned_date": LATER, "shipment_point": "MSK1"}


def named_by(operation: str) -> Link:
    return Link(operation, {"uuid": MADE})


def again(operation: str) -> Link:
    return Link(operation, {"uuid": OF_PATH})


def taken_in(*statuses: int) -> dict[int, Content]:
    """Return the answers of a write on an entity, done a moment later."""
    return {**{status: json_of(ACCEPTED) for status in statuses}, **BY_UUID}


OPERATIONS: dict[str, Described] = {
    "register_order": Described(
        summary="Take an order in; what is wrong with it may show later, on GET.",
        body=json_of(ORDER_ASKED),
        example=ORDER_EXAMPLE,
        answers=answers(202, ACCEPTED, enveloped_refusal=True),
        links=(
            *map(named_by, ("get_order", "delete_order", "refuse_order", "list_intakes", "client_return")),
            Link("change_order", body={"uuid": MADE, "comment": "a new comment"}),
            Link("print_waybills", body={"orders": [{"order_uuid": MADE}]}),
            Link("print_labels", body={"orders": [{"order_uuid": MADE}]}),
            Link(
                "register_prealert",
                body={"planned_date": LATER, "shipment_point": "MSK1", "orders": [{"order_uuid": MADE}]},
            ),
            Link(
                "call_courier",
                body={"order_uuid": MADE, "intake_date": LATER, "intake_time_from": "10:00", "intake_time_to": "15:00"},
            ),
            Link("agree", body={"order_uuid": MADE, "date": LATER, "time_from": "14:00", "time_to": "18:00"}),
            Link("list_intervals", {"order_uuid": MADE}),
            Link("get_passports", {"order_uuid": MADE}),
            Link("list_receipts", {"order_uuid": MADE}),
            Link("find_photos", body={"orders": [{"order_uuid": MADE}]}),
        ),
    ),
    "get_order": Described(
        summary="Read an order by its uuid.",
        path=UUID_PATH,
        answers=answers(200, SHOWN, by_uuid=True),
        links=(
            *map(again, ("delete_order", "refuse_order", "client_return")),
            Link("find_order", {"cdek_number": "$response.body#/entity/cdek_number"}),
            Link("change_order", body={"uuid": OF_PATH, "comment": "another comment"}),
        ),
    ),
    "find_order": Described(
        summary="Read an order by the carrier's number, or the newest one with the shop's.",
        query={"cdek_number?": text(1), "im_number?": text(1)},
        answers=answers(200, SHOWN),
    ),
    "change_order": Described(
        summary="Take a change in: for an order whose goods have not moved.",
        body=json_of(CHANGE_ASKED),
        example={"cdek_number": "1107000001", "comment": "a new comment"},
        answers=taken_in(202),
        links=(named_by("get_order"),),
    ),
    "delete_order": Described(
        summary="Take a removal in: for an order whose goods have not moved.",
        path=UUID_PATH,
        answers=taken_in(200, 202),
        links=(again("get_order"),),
    ),
    "refuse_order": Described(
        summary="Refuse an order: it is not delivered, and goes back.",
        path=UUID_PATH,
        body=json_of(either(asked("", {}), {"type": "null"})),
        body_required=False,
        answers=taken_in(202),
        links=(again("get_order"),),
    ),
    "client_return": Described(
        summary="Let the buyer send a delivered order back.",
        path=UUID_PATH,
        body=json_of(asked("ClientReturnAsked", {"tariff_code": TARIFF})),
        example={"tariff_code": 140},
        answers=taken_in(202),
    ),
    "check_reverse": Described(
        summary="Tell by an empty answer that a reverse order can be attached.",
        body=json_of(
            asked(
                "ReverseAsked",
                {
                    **PLACES_ASKED,
                    "to_location?": PLACE_ASKED,
                    "delivery_point?": text(0, 255),
                    "tariff_code": TARIFF,
                    "sender?": PARTY_ASKED,
                    "recipient?": PARTY_ASKED,
                },
            )
        ),
        example={"tariff_code": 139, "from_location": MOSCOW, "to_location": NOVOSIBIRSK},
        answers={200: {}, **EVERYWHERE},
    ),
}
