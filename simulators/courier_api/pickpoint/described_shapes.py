"""Shapes of PickPoint's sendings as they are registered and told of; the others stand beside.

Wire contract: `courier_api` §4, "CreateShipment" to "Settlement".
"""

from ...wire.schemas import (
    FLAG,
    NUMBER,
    TEXT,
    WHOLE,
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
from .statuses import ROWS

CODES = tuple(row.code for row in ROWS)
CODE = one_of(*CODES)
INVOICE_NUMBER = text(like="^[0-9]{11}$")
BARCODE = text(like="^[0-9]{12}$")
LOCKER = text(like="^[0-9]{4}-[0-9]{3}$")
CHANGE_DT = text(like=r"^[0-9]{2}\.[0-9]{2}\.([0-9]{2}|[0-9]{4}) [0-9]{2}:[0-9]{2}$")
DAY_OR_NONE = text(like=r"^([0-9]{2}\.[0-9]{2}\.([0-9]{2}|[0-9]{4}))?$")
ERROR: dict[str, Schema] = {"ErrorCode": WHOLE, "ErrorMessage": text(1, 200), "Error": text(1, 200)}
FINE: dict[str, Schema] = {"ErrorCode": one_of(0), "ErrorMessage": one_of("", None)}
REFUSAL = shape("Refusal", {**ERROR, "ErrorCode": one_of(-2014, -1, 1, 10, 20, 21, 25, 30, 100)})
LOGIN = either(
    shape(
        "Session",
        {"SessionId": text(36, 36), "ErrorCode": one_of(0), "ErrorMessage": one_of(None), "ExpiresIn": whole(1)},
    ),
    shape(
        "NoSession",
        {"SessionId": one_of(None), "ErrorCode": one_of(10), "ErrorMessage": text(1), "ExpiresIn": one_of(0)},
    ),
)

# -- registration

ADDRESS_ASKED = asked(
    "AddressAsked",
    {
        "CityName?": text(0, 50),
        "RegionName?": text(0, 50),
        "Address?": text(0, 150),
        "FIO?": text(0, 150),
        "PostCode?": text(0, 20),
        "Organisation?": text(0, 100),
        "PhoneNumber?": text(0, 50),
        "Comment?": text(0, 255),
    },
)
GOODS_ASKED = asked(
    "GoodsAsked",
    {
        "Line?": text(0, 50),
        "ProductCode?": text(0, 100),
        "GoodsCode?": text(0, 100),
        "Name?": text(0, 250),
        "Price?": number(0, 10**6),
        "Quantity?": whole(1, 1_000),
    },
)
PLACE_ASKED = asked(
    "PlaceAsked",
    {
        "BarCode?": text(like="^([0-9]{12})?$"),
        "GCBarCode?": text(0, 255),
        "Width?": number(0, 1_000),
        "Height?": number(0, 1_000),
        "Depth?": number(0, 1_000),
        "Weight?": number(0, 1_000),
        "SubEncloses?": rows(GOODS_ASKED, 0, 100),
    },
)
INVOICE_ASKED = asked(
    "InvoiceAsked",
    {
        "SenderCode?": text(0, 50),
        "Description": text(1, 200),
        "RecipientName": text(1, 150),
        "PostamatNumber": LOCKER,
        "MobilePhone": text(1, 100),
        "Email?": text(0, 256),
        "ConsultantNumber?": text(0, 50),
        "PostageType": one_of(10001, 10003),
        "GettingType": one_of(101, 102, 103, 104),
        "PayType?": one_of(1),
        "Sum": number(0, 10**6),
        "PrepaymentSum?": number(0, 10**6),
        "InsuareValue?": number(0, 10**6),
        "DeliveryVat?": one_of(0, 5, 7, 10, 18, 20, 22),
        "DeliveryFee?": number(0, 10**6),
        "DeliveryMode?": one_of(1, 2),
        "SenderCity?": asked("SenderCityAsked", {"CityName?": text(0, 50), "RegionName?": text(0, 50)}),
        "ClientReturnAddress?": ADDRESS_ASKED,
        "UnclaimedReturnAddress?": ADDRESS_ASKED,
        "Places?": rows(PLACE_ASKED, 0, 5),
    },
)
SENDING_ASKED = asked("SendingAsked", {"EDTN?": text(0, 50), "IKN": text(like="^[0-9]{10}$"), "Invoice": INVOICE_ASKED})
CREATED: dict[str, Schema] = {
    "EDTN": text(0, 50),
    "InvoiceNumber": INVOICE_NUMBER,
    "Barcode": BARCODE,
    "Places": rows(shape("CreatedPlace", {"GCBarCode": TEXT, "Barcode": BARCODE}), 1),
    "SenderCode": text(0, 50),
}
REJECTED = rows(shape("RejectedSending", {"EDTN": text(0, 50), **ERROR}))
REGISTERED = shape(
    "Registered", {"CreatedSendings": rows(shape("CreatedSending", CREATED)), "RejectedSendings": REJECTED}
)

# -- what is told of sendings

STATE = shape("State", {"State": CODE, "ChangeDT": CHANGE_DT, "StateMessage": text(1)})
STATE_NAME = shape("StateName", {"State": CODE, "StateText": text(1)})
STATES_OF_SEVERAL = shape(
    "StatesOfSeveral",
    {
        "Invoices": rows(
            shape(
                "StatesOfOne",
                {"InvoiceNumber": INVOICE_NUMBER, "SenderInvoiceNumber": TEXT, "States": rows(STATE, 1)},
            ),
            1,
        ),
        **FINE,
    },
)
CHANGE = shape(
    "Change",
    {
        "InvoiceNumber": INVOICE_NUMBER,
        "SenderInvoiceNumber": TEXT,
        "BarCode": BARCODE,
        "State": CODE,
        "VisualStateCode": CODE,
        "VisualState": text(1),
        "StateMessage": text(1),
        "Comment": TEXT,
        "ChangeDT": CHANGE_DT,
    },
)
ADDRESS = shape(
    "Address",
    dict.fromkeys(
        ("CityName", "RegionName", "Address", "FIO", "PostCode", "Organisation", "PhoneNumber", "Comment"), TEXT
    ),
)
REFUND = shape(
    "RefundInfo",
    {
        "RefundDate": DAY_OR_NONE,
        "RefundNumber": text(1),
        "PaymentNumber": TEXT,
        "Sum": NUMBER,
        "AgencyFee": NUMBER,
    },
)
RETURN = shape(
    "ReturnInfo",
    {
        "ReturnDocumentDate": DAY_OR_NONE,
        "ReturnDocumentNumber": TEXT,
        "ReturnInvoiceNumber": text(1),
        "ReturnDeliveryDate": DAY_OR_NONE,
        "ReturnFromCity": text(1),
        "ReturnAddress": TEXT,
        "SubEncloses": rows(
            shape(
                "ReturnedGoods",
                {
                    "Line": TEXT,
                    "ProductCode": TEXT,
                    "GoodsCode": TEXT,
                    "Name": TEXT,
                    "Price": number(0),
                    "Reason": text(1),
                },
            )
        ),
    },
)
INFO = shape(
    "SendingInfo",
    {
        "InvoiceNumber": INVOICE_NUMBER,
        "SenderInvoiceNumber": TEXT,
        "Sum": number(0),
        "CreateDate": CHANGE_DT,
        "FIO": text(1),
        "PhoneNumber": text(1),
        "Email": TEXT,
        "PostamatNumber": LOCKER,
        "StorageDate": DAY_OR_NONE,
        "Prolonged": FLAG,
        "Barcodes": rows(BARCODE),
        "RefundInfo": nullable(REFUND),
        "ReturnInfo": nullable(RETURN),
        "ClientReturnAddress": nullable(ADDRESS),
        "UnclaimedReturnAddress": nullable(ADDRESS),
        "ChequeNumber": text(like="^[0-9]*$"),
        "PayType": one_of("", "card", "cash"),
    },
)
ENCLOSE = shape(
    "EncloseInfo",
    {
        "Enclose": shape(
            "Enclose",
            {
                "InvoiceNumber": INVOICE_NUMBER,
                "Barcode": BARCODE,
                "GCBarCode": TEXT,
                "Width": number(0),
                "Height": number(0),
                "Depth": number(0),
                "Weight": number(0),
                "State": CODE,
                "StateMessage": text(1),
            },
        ),
        "Error": one_of(""),
    },
)
COST = shape(
    "DeliveryCost",
    {"InvoiceNumber": INVOICE_NUMBER, "SenderInvoiceNumber": TEXT, "Tariff": number(0), "NDS": number(0)},
)
