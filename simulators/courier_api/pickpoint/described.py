"""PickPoint's wire as we declare it: every method, what it takes, every answer. The OpenAPI document is made of this.

Wire contract: `courier_api` §4. Shapes are written down from the contract, so that they and the code that answers can
show each other wrong. Whatever happens is 200: a refusal is a shape of its own beside the good answer.
"""

from typing import Any

from ...wire.call import JSON
from ...wire.description import BYTES, PDF, PLAIN, Content, Described, Description, Link, json_of, plain_of
from ...wire.schemas import TEXT, Schema, asked, either, number, one_of, rows, shape, text, whole
from . import described_doings as doings
from . import described_places as places
from . import described_shapes as shapes
from .described_shapes import REFUSAL

ABOUT = """\
The PickPoint API as this simulator has it, a historical service; `parcelproof carriers pickpoint` tells the sources \
and what is guessed.

Methods answer below /api, /apitest or the root, in any letter case; keys of bodies too are read in any letter case. \
Bodies are read leniently: numbers as text and back, one value for a list. Switches of a tenant change shapes; the \
shapes here allow for all of them."""

SESSION: dict[str, Schema] = {"SessionId": text(1, 255)}
ONE: dict[str, Schema] = {"InvoiceNumber?": text(0, 50), "SenderInvoiceNumber?": text(0, 50)}
SEVERAL: dict[str, Schema] = {"Invoices": rows(text(1, 50), 1, 1_000)}
IKN: dict[str, Schema] = {"IKN": text(like="^[0-9]{10}$")}
DATE = text(like=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$")
SPAN: dict[str, Schema] = {"DateFrom?": DATE, "DateTo?": DATE}
ACTS: dict[str, Schema] = {**IKN, "DocumentNumber?": text(0, 50), "DateFrom?": DATE, "DateEnd?": DATE}
TEST_IKN, LOCKER = "9990003041", "7701-001"
NOT_HANDLED: dict[int, Content] = {404: plain_of(), 405: plain_of(), 413: plain_of(), 503: plain_of()}
CREATED = "$response.body#/CreatedSendings/0/InvoiceNumber"
SESSION_SENT = "$request.body#/SessionId"


def told(
    summary: str,
    members: dict[str, Schema],
    good: Schema | None,
    *,
    name: str = "",
    example: dict[str, Any] | None = None,
    links: tuple[Link, ...] = (),
) -> Described:
    """Describe a method that takes a session; `good` None: it answers a PDF, or a sentence where there is none."""
    content: Content = {PDF: BYTES, PLAIN: text(like="^Error: ")} if good is None else json_of(either(good, REFUSAL))
    return Described(
        summary=summary,
        body=json_of(asked(name, {**SESSION, **members})),
        example=None if example is None else {"SessionId": "00000000-0000-4000-8000-000000000000", **example},
        answers={200: content, **NOT_HANDLED},
        links=links,
    )


def dictionary(summary: str, row: Schema) -> Described:
    return Described(summary=summary, answers={200: {JSON: rows(row)}, **NOT_HANDLED}, open=True)


def to(operation: str, **members: Any) -> Link:
    """Return what can be done next in the same session."""
    return Link(operation, body={"SessionId": SESSION_SENT, **members})


INVOICE: dict[str, Any] = {
    "SenderCode": "A-1",
    "Description": "Посуда",
    "RecipientName": "Иванова Анна",
    "PostamatNumber": LOCKER,
    "MobilePhone": "+79130000001",
    "PostageType": 10001,
    "GettingType": 101,
    "PayType": 1,
    "Sum": 0,
    "Places": [{"BarCode": "", "Width": 20, "Height": 10, "Depth": 30, "Weight": 1.5}],
}
SENDINGS: dict[str, Any] = {"Sendings": [{"EDTN": "1", "IKN": TEST_IKN, "Invoice": INVOICE}]}
AFTER = (
    to("tracksending", InvoiceNumber=CREATED),
    to("tracksendings", Invoices=[CREATED]),
    to("sendinginfo", InvoiceNumber=CREATED),
    to("getdeliverycost", Sendings=[{"InvoiceNumber": CREATED}]),
    to("makelabel", Invoices=[CREATED]),
    to("makezlabel", Invoices=[CREATED]),
    to("makereestrnumber", Invoices=[CREATED], CityName="Москва", RegionName="Московская обл."),
    to("makereestr", Invoices=[CREATED]),
    to("getreestr", InvoiceNumber=CREATED),
    to("getreestrnumber", InvoiceNumber=CREATED),
    to("removeinvoicefromreestr", IKN=TEST_IKN, InvoiceNumber=CREATED),
    to("update_invoice", InvoiceNumber=CREATED, Phone="89130000002", Email="new@example.org"),
    to("encloseinfo", BarCode="$response.body#/CreatedSendings/0/Places/0/Barcode"),
    to("cancel_invoice", IKN=TEST_IKN, InvoiceNumber=CREATED),
    to("reject_invoice", IKN=TEST_IKN, InvoiceNumber=CREATED),
    to("getreturn", Invoices=[CREATED]),
    to("makereturn", InvoiceNumber=CREATED),
)

OPERATIONS: dict[str, Described] = {
    "login": Described(
        summary="Open a session.",
        body=json_of(asked("LoginAsked", {"Login": text(1, 255), "Password": text(1, 255)})),
        example={"Login": "apitest", "Password": "apitest"},
        answers={200: json_of(either(shapes.LOGIN, REFUSAL)), **NOT_HANDLED},
        links=(Link("logout", body={"SessionId": "$response.body#/SessionId"}),),
        open=True,
    ),
    "logout": told("Close a session.", {}, shape("Closed", {"Success": one_of(True)})),
    "create_shipment": told(
        "Register sendings; the answer has two lists.",
        {"Source?": text(0, 255), "Sendings": rows(shapes.SENDING_ASKED, 1, 1_000)},
        shapes.REGISTERED,
        example=SENDINGS,
        links=AFTER,
    ),
    "createsending": told(
        "Register sendings of one place, in the older form.",
        {"Sendings": rows(shapes.SENDING_ASKED, 1, 1_000)},
        shapes.REGISTERED,
        example=SENDINGS,
        links=AFTER[:3],
    ),
    "tracksending": told("Tell a sending's states.", ONE, rows(shapes.STATE, 1), example={"InvoiceNumber": "1"}),
    "tracksendings": told("Tell the states of several sendings.", SEVERAL, shapes.STATES_OF_SEVERAL),
    "get_invoices_change_state": told(
        "Tell every change of state in a span of time.",
        {**SPAN, "State?": one_of(0, *shapes.CODES), "PostageType?": one_of(0, 10001, 10003)},
        rows(shapes.CHANGE),
        example={"DateFrom": "01.01.20", "DateTo": "31.12.30"},
    ),
    "getstates": dictionary("List the states.", shapes.STATE_NAME),
    "sendinginfo": told("Tell all about a sending.", ONE, rows(shapes.INFO, 1)),
    "encloseinfo": told("Tell about one place.", {"BarCode": text(1, 50)}, shapes.ENCLOSE),
    "getdeliverycost": told(
        "Tell what deliveries cost.", {"Sendings": rows(asked("", ONE), 1, 1_000)}, rows(shapes.COST, 1)
    ),
    "cancel_invoice": told("Delete a sending that was only registered.", {**IKN, **ONE}, doings.DONE),
    "reject_invoice": told("Bring a sending back.", {**IKN, **ONE}, doings.DONE),
    "update_invoice": told("Change fields of a sending.", {**ONE, **doings.CHANGES_ASKED}, doings.CHANGED),
    "makelabel": told("Print labels on A4 sheets.", SEVERAL, None),
    "makezlabel": told("Print labels in the size of a label printer.", SEVERAL, None),
    "makereestr": told("Make hand-over lists and print them.", {**SEVERAL, **doings.LIST_ASKED}, None),
    "makereestrnumber": told(
        "Make hand-over lists and tell their numbers.", {**SEVERAL, **doings.LIST_ASKED}, doings.LISTS
    ),
    "getreestr": told("Print a list again.", {"ReestrNumber?": text(0, 50), **ONE}, None),
    "getreestrnumber": told("Tell the list that a sending is on.", ONE, doings.LIST_NUMBER),
    "removeinvoicefromreestr": told("Take a sending off its list.", {**IKN, **ONE}, doings.OFF_THE_LIST),
    "courier": told(
        "Call a courier.",
        doings.COURIER_ASKED,
        doings.CALLED,
        example={
            "IKN": TEST_IKN,
            "City": "Москва",
            "Address": "ул. Мира, 1",
            "FIO": "Склад",
            "Phone": "1",
            "Date": "2026.03.04",
            "TimeStart": 540,
            "TimeEnd": 1080,
            "Number": 1,
            "Weight": 1,
        },
        links=(to("couriercancel", OrderNumber="$response.body#/OrderNumber"),),
    ),
    "couriercancel": told("Cancel a call that is still to come.", {"OrderNumber": text(1, 50)}, doings.CALL_CANCELLED),
    "calctariff": told(
        "Price a delivery; not on the test base.",
        {
            **IKN,
            "InvoiceNumber?": text(0, 20),
            "FromCity": text(1, 50),
            "FromRegion?": text(0, 50),
            "PTNumber?": text(0, 8),
            "ToCity?": text(0, 50),
            "ToRegion?": text(0, 50),
            "EncloseCount?": whole(1, 5),
            "Length?": number(0, 1_000),
            "Depth?": number(0, 1_000),
            "Width?": number(0, 1_000),
            "Weight?": number(0, 1_000),
        },
        places.PRICE,
        example={"IKN": TEST_IKN, "FromCity": "Москва", "PTNumber": LOCKER, "Weight": 1.5},
    ),
    "getzone": told(
        "Tell zone and days from a city to a locker, or to all of them.",
        {"FromCity": text(1, 50), "ToPT?": text(0, 8)},
        places.ZONES,
        example={"FromCity": "Москва", "ToPT": LOCKER},
    ),
    "makereturn": told(
        "Announce that the buyer brings a sending back.",
        {**ONE, "GCInvoiceNumber?": text(0, 50), "ReturnReason?": TEXT},
        rows(doings.RETURN_CODE, 1, 1),
    ),
    "createreturn": told(
        "Announce client returns of received sendings, in the newer form.",
        {"Sendings": rows(doings.RETURN_ASKED, 1, 1_000)},
        doings.RETURNS_MADE,
    ),
    "getreturninvoiceslist": told(
        "List client returns announced in a span of days.",
        SPAN,
        doings.RETURNS,
        example={"DateFrom": "01.01.20", "DateTo": "31.12.30"},
    ),
    "getreturn": told("Tell the numbers of sendings that go back.", SEVERAL, doings.RETURN_NUMBERS),
    "citylist": dictionary("List the cities.", places.CITY),
    "postamatlist": dictionary("List lockers and offices that work.", places.POSTAMAT),
    "clientpostamatlist": told(
        "List what a client's contract allows.", IKN, rows(places.POSTAMAT), example={"IKN": TEST_IKN}
    ),
    "getmoneyreturnorder": told(
        "Tell the acts by which money was returned.",
        ACTS,
        either(rows(places.MONEY_ACT, 1), shape("MoneyActs", {"Documents": rows(places.MONEY_ACT, 1), "Error": TEXT})),
        example={"IKN": TEST_IKN},
    ),
    "getproductreturnorder": told(
        "Tell the acts by which goods were returned.",
        ACTS,
        either(rows(places.GOODS_ACT, 1), shape("GoodsActs", {"Documents": rows(places.GOODS_ACT, 1), "Error": TEXT})),
        example={"IKN": TEST_IKN},
    ),
}

DESCRIPTION = Description(title="PickPoint API, simulated", text=ABOUT, operations=OPERATIONS)
