"""Otpravka's orders, batches, archive and settings as we declare them: every route, what it takes, every answer.

Wire contract: `postal_api_russia` §2.3 to §2.7, §2.13. What is wrong with an order stands inside HTTP 200 (E4).
"""

from collections.abc import Mapping
from typing import Any

from ....wire.call import JSON
from ....wire.description import Content, Described, Link, json_of
from ....wire.schemas import FLAG, TEXT, Schema, either, one_of, rows, shape, text, whole
from ..described import (
    CONFLICT,
    DAY_ASKED,
    FRAMEWORK,
    ID,
    INTERNAL,
    NAME,
    NOT_FOUND,
    NUMBER_OF_ITEM,
    UNREADABLE,
    own,
    told,
)
from . import described_account as account
from . import described_shapes as shapes
from .described_shapes import COUNT, ORDER_ASKED, ORDER_EXAMPLE, WORD

# -- what is wrong with which order of a request

WRONG = shape("Wrong", {"code": WORD, "description": NAME, "details?": NAME, "position": COUNT})
WRONG_ORDER = shape("WrongOrder", {"error-codes": rows(WRONG, 1), "position": COUNT})  # E4
CODE = shape("Code", {"error-code": WORD, "position": COUNT})  # E4b
CODE_AND_TEXT = shape(  # E4c
    "CodeAndText", {"error-code": WORD, "error-description?": NAME, "error-details?": NAME, "position": COUNT}
)
NO_CHARGE = shape("NoCharge", {"code": one_of("1024"), "desc": NAME})
ARRAY_IN_ARRAY: dict[int, Content] = {500: json_of(INTERNAL)}  # E1b


def outcome(name: str, error: Schema, **more: Schema) -> Content:
    """Return an answer of both halves: ids of what was done, and errors; one of them may be missing."""
    return json_of(shape(name, {"result-ids?": rows(ID), **more, "errors?": rows(error, 1)}, least=1))


MADE = outcome("Made", WRONG_ORDER)
DONE = outcome("Done", CODE)
IDS: Content = {JSON: rows(either(whole(1, 10**10), text(like="^[0-9]{1,10}$")), 1, 10)}
NAMES: Content = {JSON: rows(text(1, 20), 1, 10)}
ORDERS: Content = {JSON: rows(ORDER_ASKED, 1, 3)}
ORDER_ID = {"id": text(like="^[0-9]{1,12}$")}
NAMED = {"name": text(like="^[0-9]{1,9}$")}
GROUP = {"group": text(1, 50)}
QUERY = {"query?": text(0, 50)}
PAGE: dict[str, Schema] = {"size?": whole(0, 10_000), "page?": whole(0, 100), "sort?": one_of("asc", "desc")}
FIRST = "$response.body#/result-ids/0"
FIRST_BATCH = {"name": "$response.body#/batches/0/batch-name"}
OF_BATCH = {"name": "$request.path.name"}
ON_ORDER = (
    Link("read_order", {"id": FIRST}),
    Link("edit_order", {"id": FIRST}, body=ORDER_EXAMPLE),
    Link("create_batch", body=[FIRST]),
    Link("f7", {"key": FIRST}),
)
ON_BATCH = (
    *(Link(to, FIRST_BATCH) for to in ("read_batch", "list_batch_orders", "check_in_batch")),
    Link("read_shipment", {"id": FIRST}),
    Link("return_to_new", body=[FIRST]),
    Link("delete_from_batch", body=[FIRST]),
    Link("archive_batches", body=[FIRST_BATCH["name"]]),
    Link("forms_after_batching", {"key": FIRST}),
)
ON_CHECK_IN = (
    Link("list_documents", OF_BATCH),
    Link("f103", {"key": OF_BATCH["name"]}),
    Link("zip_all", {"key": OF_BATCH["name"]}),
)


def writing(summary: str, answers: Mapping[int, Content], **more: Any) -> Described:
    return told(summary, {**UNREADABLE, **answers}, **more)


def listing(summary: str, schema: Schema, **more: Any) -> Described:
    return told(summary, {200: json_of(rows(schema))}, **more)


SHORT_MEMBERS = {"barcode?": NUMBER_OF_ITEM, "order-num": TEXT, "result-id": ID, "group-name?": NAME}
SHORT = shape("MadeOrder", SHORT_MEMBERS)
MADE_V2 = shape("MadeWithNumbers", {"orders?": either(rows(SHORT), SHORT), "errors?": rows(WRONG_ORDER, 1)}, least=1)
EDITED = either(rows(ID, 0, 0), shape("Edited", {"result-ids": rows(ID, 1, 1)}), WRONG_ORDER)

BACKLOG: dict[str, Described] = {
    "create_orders": writing(
        "Make orders; those that are wrong are told by position, the others are made.",
        {200: MADE, **ARRAY_IN_ARRAY},
        body=ORDERS,
        example=[ORDER_EXAMPLE],
        links=ON_ORDER,
    ),
    "create_orders_v2": writing(
        "Make orders and tell their numbers.",
        {200: json_of(MADE_V2), **ARRAY_IN_ARRAY},
        body=ORDERS,
        example=[ORDER_EXAMPLE],
        links=(Link("search_orders", {"query": "$response.body#/orders/0/barcode"}),),
    ),
    "search_orders": listing('Find orders of the folder "new" by either number.', shapes.NEW_ORDER, query=QUERY),
    "orders_by_group": listing('List a multi-piece shipment in the folder "new".', shapes.NEW_ORDER, path=GROUP),
    "read_order": told(
        'Read an order of the folder "new".', {200: json_of(shapes.NEW_ORDER), **NOT_FOUND}, path=ORDER_ID
    ),
    "edit_order": writing(
        "Change an order whole.",
        {200: json_of(EDITED), **NOT_FOUND},
        path=ORDER_ID,
        body={JSON: ORDER_ASKED},
        example=ORDER_EXAMPLE,
    ),
    "delete_orders": writing('Delete orders of the folder "new".', {200: DONE}, body=IDS),
    "return_to_new": writing(
        'Take orders out of their batch, back to the folder "new".', {200: DONE}, body=IDS, links=ON_ORDER[:1]
    ),
}

# -- batches

MOVED = outcome("Moved", CODE_AND_TEXT)
CHECK_IN_CODES = ("BATCH_NOT_CHANGED", "UNDEFINED", "OFFLINE_BALANCE_FORBIDDEN")
SENT = shape("Sent", {"f103-sent": FLAG, "error-code?": one_of(*CHECK_IN_CODES)})
DATED = shape("Dated", {"f103-sent?": FLAG, "error-code?": one_of("READONLY_STATE", "PAST_DUE_DATE")})
DAY_PATH = {**NAMED, "year": text(like="^2[0-9]{3}$"), "month": text(like="^[0-9]{1,2}$")}

BATCHES: dict[str, Described] = {
    "create_batch": writing(
        "Put orders into new batches.",
        {200: outcome("Batched", CODE_AND_TEXT, **{"batches?": rows(shapes.NEW_BATCH, 1)})},
        body=IDS,
        query={"sending-date?": DAY_ASKED, "timezone-offset?": whole(-43_200, 50_400), "use-online-balance?": FLAG},
        links=ON_BATCH,
    ),
    "list_batches": writing(
        "List batches that are not archived.",
        {200: json_of(rows(shapes.BATCH))},
        query={"mailType?": shapes.BATCH_TYPE, "mailCategory?": shapes.BATCH_CATEGORY, **PAGE},
    ),
    "read_batch": told("Read a batch.", {200: json_of(shapes.BATCH), **NOT_FOUND}, path=NAMED),
    "list_batch_orders": writing(
        "List a batch's orders.",
        {200: json_of(rows(shapes.BATCH_ORDER)), **NOT_FOUND},
        path=NAMED,
        query=PAGE,
    ),
    "move_into_batch": writing(
        'Put orders of the folder "new" into a batch.',
        {200: MOVED, **NOT_FOUND},
        path=NAMED,
        query={"group-name?": text(0, 50)},
        body=IDS,
    ),
    "create_in_batch": writing(
        "Make orders inside a batch.",
        {200: outcome("MadeInBatch", either(WRONG_ORDER, CODE)), **NOT_FOUND, **ARRAY_IN_ARRAY},
        path=NAMED,
        body=ORDERS,
        example=[ORDER_EXAMPLE],
        links=(Link("read_shipment", {"id": FIRST}),),
    ),
    "change_sending_date": writing(
        "Change the day on which a batch is handed in.",
        {200: json_of(DATED), **NOT_FOUND},
        path={**DAY_PATH, "day": text(like="^[0-9]{1,2}$")},
    ),
    "check_in_batch": told(
        "Close a batch and send its list to the office.",
        {200: json_of(SENT), 400: json_of(NO_CHARGE), **NOT_FOUND},
        path=NAMED,
        query={"useOnlineBalance?": FLAG, "sendEmail?": FLAG},
        links=ON_CHECK_IN,
    ),
    "delete_from_batch": writing("Delete orders out of their batches.", {200: DONE}, body=IDS),
    "search_shipments": listing("Find orders of batches by either number.", shapes.BATCH_ORDER, query=QUERY),
    "shipments_by_group": listing("List a multi-piece shipment in batches.", shapes.BATCH_ORDER, path=GROUP),
    "read_shipment": told("Read an order of a batch.", {200: json_of(shapes.BATCH_ORDER), **NOT_FOUND}, path=ORDER_ID),
}

# -- archive, account

FILED = shape("Filed", {"batch-name": TEXT, "error-code?": one_of("NOT_FOUND")})
ACCOUNT: dict[str, Described] = {
    "list_archive": listing("List archived batches.", shapes.BATCH),
    "archive_batches": writing(
        "Put batches into the archive.",
        {200: json_of(rows(FILED))},
        body=NAMES,
        links=(Link("revert_archive", body=["$response.body#/0/batch-name"]),),
    ),
    "revert_archive": writing(
        "Take batches out of the archive.", {200: json_of(either(rows(FILED), rows(TEXT)))}, body=NAMES
    ),
    "search_long_archive": listing("Find orders of the long-term archive.", shapes.BATCH_ORDER, query=QUERY),
    "read_limit": told("Tell the day's limit of calls.", {200: json_of(account.LIMIT)}),
    "read_balance": told(
        "Tell the online balance, or what stands in its place since 2019.",
        {200: json_of(either(account.BALANCE, FRAMEWORK)), 404: json_of(FRAMEWORK)},
    ),
    "read_settings": told("Read the account's settings.", {200: json_of(account.SETTINGS)}),
    "list_shipping_points": listing("List the offices where the account hands in.", account.POINT),
    "list_ranges": own("List the ranges of numbers. Our own design.", {200: json_of(rows(account.RANGE, 1))}),
    "order_range": own(
        "Ask for another range of numbers. Our own design.",
        {201: json_of(account.RANGE), **CONFLICT},
        links=(Link("list_ranges"),),
    ),
}

DESCRIBED = {**BACKLOG, **BATCHES, **ACCOUNT}
