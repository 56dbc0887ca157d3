"""The warehouse as we declare it: every route, what it takes, every answer. Our own design."""

from typing import Any

from ....wire.call import JSON
from ....wire.description import Content, Described, Link, json_of
from ....wire.schemas import FLAG, WHOLE, asked, nullable, one_of, rows, shape, text, whole
from ..described import (
    INDEX,
    INVALID,
    MOMENT,
    NAME,
    OWN_NOT_FOUND,
    OWN_WRITE,
    UNCOVERED,
    own,
    own_id,
    own_list,
    own_made,
    own_write,
    times,
    words,
)

STATES = words("waiting reserved packing packed blocked shipped delivered returning returned lost cancelled")
SUPPLY_STATES, RETURN_STATES = ("announced", "received"), ("on_its_way", "inspecting", "restocked")
SKU = text(1, 40, like="^[A-Za-z0-9._-]{1,40}$")
PIECES, COUNT = whole(1, 9_999), whole(0)
SUPPLY_ID, ORDER_ID, RETURN_ID, MOVEMENT_ID = (own_id(name) for name in ("sup", "ful", "rtn", "mov"))
SIDE_NAMES = ("length", "width", "height")
PRODUCT_ASKED = {
    "name": text(1, 200),
    "mass_g": whole(1, 31_500),
    "sides_cm": asked("", dict.fromkeys(SIDE_NAMES, whole(1, 120))),
}
PRODUCT = shape(
    "Article",
    {
        "sku": SKU,
        "name": NAME,
        "mass_g": whole(1, 31_500),
        "sides_cm": shape("ArticleSides", dict.fromkeys(SIDE_NAMES, whole(1, 120))),
    },
)
STOCK = shape("Stock", {"sku": SKU, **dict.fromkeys(("on_hand", "reserved", "available", "quarantine"), COUNT)})
MOVEMENT = shape(
    "Movement",
    {
        "id": MOVEMENT_ID,
        "sku": SKU,
        "at": MOMENT,
        "on_hand": WHOLE,
        "quarantine": WHOLE,
        "cause": one_of("supply", "shipment", "return", "restock", "write_off"),
        "subject": NAME,
    },
)
LINE = shape("Line", {"sku": SKU, "quantity": PIECES})
SUPPLY = shape(
    "Supply",
    {
        "id": SUPPLY_ID,
        "number": NAME,
        "state": one_of(*SUPPLY_STATES),
        "lines": rows(
            shape(
                "SupplyLine",
                {"sku": SKU, "announced": PIECES, "counted": nullable(COUNT), "missing": nullable(COUNT)},
            ),
            1,
        ),
        "times": times(*SUPPLY_STATES),
    },
)
PHONE = text(like="^[+]?[1-9][0-9]{9,14}$")
DELIVERY_MEMBERS: dict[str, Any] = {
    "mail_type?": text(1, 40),
    "transport_type?": text(1, 20),
    "declared_value_minor?": whole(0, 10**9),
    "cash_on_delivery_minor?": whole(0, 10**9),
    "comment?": text(1, 300),
}
RECIPIENT = {"name": text(1, 120), "phone": PHONE}
ADDRESS = {
    "index": INDEX,
    "region": text(1, 120),
    "place": text(1, 120),
    "street?": text(1, 120),
    "house?": text(1, 20),
    "room?": text(1, 20),
}
ORDER = shape(
    "WarehouseOrder",
    {
        "id": ORDER_ID,
        "number": NAME,
        "state": one_of(*STATES),
        "lines": rows(LINE, 1),
        "delivery": shape(
            "Delivery",
            {
                **DELIVERY_MEMBERS,
                "recipient": shape("DeliveryRecipient", RECIPIENT),
                "address": shape("DeliveryAddress", ADDRESS),
            },
        ),
        "box": one_of("S", "M", "L", "XL"),
        "mass_g": whole(1),
        "refusals": rows(NAME),
        "otpravka_id": nullable(whole(1)),
        "tracking_number": nullable(text(like="^[0-9]{14}$")),
        "batch": nullable(text(like="^[0-9]+$")),
        "restocked": FLAG,
        "times": times(*STATES),
    },
)
RETURN = shape(
    "WarehouseReturn",
    {
        "id": RETURN_ID,
        "order": ORDER_ID,
        "state": one_of(*RETURN_STATES),
        "lines": rows(LINE, 1),
        "reason": NAME,
        "return_number": text(like="^[0-9]{14}$"),
        "times": times(*RETURN_STATES),
    },
)
LINES_ASKED = rows(asked("", {"sku": SKU, "quantity": PIECES}), 1, 100)
DELIVERY_ASKED = asked(
    "DeliveryAsked", {**DELIVERY_MEMBERS, "recipient": asked("", RECIPIENT), "address": asked("", ADDRESS)}
)
DELIVERY_EXAMPLE = {
    "recipient": {"name": "Иванова Анна", "phone": "+79001234567"},
    "address": {
        "index": "410012",
        "region": "обл Саратовская",
        "place": "г Саратов",
        "street": "ул Московская",
        "house": "1",
    },
}
PRODUCT_EXAMPLE = {"name": "Чашка", "mass_g": 400, "sides_cm": {"length": 12, "width": 10, "height": 7}}
LINES_EXAMPLE = [{"sku": "cup", "quantity": 1}]
NOTHING: Content = {JSON: asked("Nothing", {})}
SUPPLY_HERE, ORDER_HERE, RETURN_HERE = {"id": SUPPLY_ID}, {"id": ORDER_ID}, {"id": RETURN_ID}
MADE_ID = {"id": "$response.body#/id"}
MADE_SKU = {"sku": "$response.body#/sku"}
COVERED = {**OWN_WRITE, **UNCOVERED}

STORE: dict[str, Described] = {
    "put_product": own(
        "Register an article, or change one.",
        {200: json_of(PRODUCT), 201: json_of(PRODUCT), **COVERED},
        path={"sku": SKU},
        body={JSON: asked("ArticleAsked", PRODUCT_ASKED)},
        example=PRODUCT_EXAMPLE,
        headers={"Location": "Where it can be read."},
        links=(
            Link("read_product", MADE_SKU),
            Link("read_stock", MADE_SKU),
            Link("announce_supply", body={"number": "S-1", "lines": [{"sku": MADE_SKU["sku"], "quantity": 5}]}),
        ),
    ),
    "list_products": own_list("Articles, oldest first.", PRODUCT, SKU),
    "read_product": own("One article.", {200: json_of(PRODUCT), **OWN_NOT_FOUND}, path={"sku": SKU}),
    "announce_supply": own_made(
        "Announce goods to the warehouse.",
        SUPPLY,
        answers=UNCOVERED,
        body={JSON: asked("SupplyAsked", {"number": text(1, 60), "lines": LINES_ASKED})},
        example={"number": "S-1", "lines": LINES_EXAMPLE},
        links=(Link("read_supply", MADE_ID),),
    ),
    "list_supplies": own_list("Supplies, oldest first.", SUPPLY, SUPPLY_ID, query={"state?": one_of(*SUPPLY_STATES)}),
    "read_supply": own("One supply.", {200: json_of(SUPPLY), **OWN_NOT_FOUND}, path=SUPPLY_HERE),
    "list_stock": own(
        "What lies there of every article.",
        {200: json_of(shape("Stocks", {"data": rows(STOCK), "next": nullable(SKU)})), **INVALID},
        query={"limit?": whole(1, 200), "after?": SKU},
    ),
    "read_stock": own("What lies there of one article.", {200: json_of(STOCK), **OWN_NOT_FOUND}, path={"sku": SKU}),
    "list_stock_movements": own_list(
        "Every change of stock, oldest first.",
        MOVEMENT,
        MOVEMENT_ID,
        query={"sku?": SKU, "subject?": text(0, 40)},
    ),
    "decide_quarantine": own_write(
        "Put goods out of quarantine back into stock, or write them off.",
        {200: json_of(STOCK), **UNCOVERED},
        body={
            JSON: asked(
                "QuarantineDecision",
                {"sku": SKU, "quantity": PIECES, "decision": one_of("restock", "write_off")},
            )
        },
        example={"sku": "cup", "quantity": 1, "decision": "restock"},
    ),
}
ORDERS: dict[str, Described] = {
    "create_warehouse_order": own_made(
        "Have goods packed and sent.",
        ORDER,
        answers=UNCOVERED,
        body={
            JSON: asked(
                "WarehouseOrderAsked",
                {
                    "number": text(1, 60),
                    "lines": LINES_ASKED,
                    "delivery": DELIVERY_ASKED,
                    "when_short?": one_of("refuse", "wait"),
                },
            )
        },
        example={"number": "W-1", "lines": LINES_EXAMPLE, "delivery": DELIVERY_EXAMPLE, "when_short": "wait"},
        links=(
            Link("read_warehouse_order", MADE_ID),
            Link("change_delivery", MADE_ID, body=DELIVERY_EXAMPLE),
            Link("cancel_warehouse_order", MADE_ID, body={}),
            Link("create_warehouse_return", MADE_ID, body={"lines": LINES_EXAMPLE, "reason": "мала"}),
        ),
    ),
    "list_warehouse_orders": own_list(
        "Orders, oldest first.",
        ORDER,
        ORDER_ID,
        query={"state?": one_of(*STATES), "number?": text(0, 60), "tracking_number?": text(0, 20)},
    ),
    "read_warehouse_order": own("One order.", {200: json_of(ORDER), **OWN_NOT_FOUND}, path=ORDER_HERE),
    "change_delivery": own(
        "Change where an order goes.",
        {200: json_of(ORDER), **COVERED, **OWN_NOT_FOUND},
        path=ORDER_HERE,
        body={JSON: DELIVERY_ASKED},
        example=DELIVERY_EXAMPLE,
    ),
    "cancel_warehouse_order": own_write(
        "Call an order off that is still here.",
        {200: json_of(ORDER), **OWN_NOT_FOUND},
        path=ORDER_HERE,
        body=NOTHING,
        example={},
    ),
    "create_warehouse_return": own_made(
        "Let the buyer send lines back.",
        RETURN,
        answers={**UNCOVERED, **OWN_NOT_FOUND},
        path=ORDER_HERE,
        body={JSON: asked("WarehouseReturnAsked", {"lines": LINES_ASKED, "reason": text(1, 200)})},
        example={"lines": LINES_EXAMPLE, "reason": "мала"},
        links=(Link("read_warehouse_return", MADE_ID),),
    ),
    "list_warehouse_returns": own_list(
        "What buyers send back.",
        RETURN,
        RETURN_ID,
        query={"state?": one_of(*RETURN_STATES), "order?": ORDER_ID},
    ),
    "read_warehouse_return": own("One return.", {200: json_of(RETURN), **OWN_NOT_FOUND}, path=RETURN_HERE),
}
DESCRIBED = {**STORE, **ORDERS}
