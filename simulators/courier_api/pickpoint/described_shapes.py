"""Shapes of PickPoint's requests and answers.

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

# -- what is done with them

DONE = either(
    shape("Done", {"Result": one_of(True), "Error": one_of(None), "ErrorCode": one_of(0)}),
    shape("NotDone", {"Result": one_of(False), "Error": text(1), "ErrorCode": one_of(-1)}),
)
CHANGES_ASKED: dict[str, Schema] = {
    "PostamatNumber?": LOCKER,
    "Phone?": text(1, 100),
    "RecipientName?": text(1, 150),
    "Email?": text(1, 256),
    "Sum?": number(0, 10**6),
}
CHANGED = shape(
    "Changed",
    {
        "InvoiceNumber": INVOICE_NUMBER,
        "GCInvoiceNumber": TEXT,
        "Results": rows(
            shape(
                "ChangedField",
                {
                    "FieldName": one_of("PostamatNumber", "Phone", "RecipientName", "Email", "Sum"),
                    "Updated": FLAG,
                    "Comment": TEXT,
                },
            )
        ),
    },
)
LIST_ASKED: dict[str, Schema] = {
    "CityName?": text(0, 50),
    "RegionName?": text(0, 50),
    "DeliveryPoint?": text(0, 50),
}
LIST = text(like="^[0-9]+$")
LISTS = either(
    shape("Lists", {"Numbers": rows(LIST, 1), **FINE}),
    shape("NoLists", {"Numbers": rows(LIST, 0, 0), "ErrorMessage": text(1), "ErrorCode": WHOLE}),
)
LIST_NUMBER = shape("ListNumber", {"Number": LIST, **FINE})
OFF_THE_LIST = shape("OffTheList", FINE)
COURIER_ASKED: dict[str, Schema] = {
    "IKN": text(like="^[0-9]{10}$"),
    "City": text(1, 50),
    "City_id?": whole(0, 10**9),
    "Address?": text(0, 255),
    "FIO": text(1, 150),
    "Phone": text(1, 100),
    "Date": text(like=r"^[0-9]{4}\.[0-9]{2}\.[0-9]{2}$"),
    "TimeStart?": whole(540, 1_080),
    "TimeEnd?": whole(540, 1_080),
    "Number?": whole(0, 10**6),
    "Weight?": number(0, 10_000),
    "Comment?": text(0, 255),
}
CALLED = either(
    shape("Called", {"CourierRequestRegistred": one_of(True), "OrderNumber": LIST, "ErrorMessage": one_of(None)}),
    shape(
        "NotCalled", {"CourierRequestRegistred": one_of(False), "OrderNumber": one_of(None), "ErrorMessage": text(1)}
    ),
)
CALL_CANCELLED = shape("CallCancelled", {"OrderNumber": text(1), "Canceled": FLAG})
RETURN_CODE = shape(
    "ReturnCode",
    {"ReturnCode": text(like="^[0-9]{6}$"), "InvoiceNumber": INVOICE_NUMBER, "Error": one_of("")},
)
RETURN_ASKED = asked(
    "ReturnAsked",
    {
        "EDTN?": text(0, 50),
        "IKN": text(like="^[0-9]{10}$"),
        "Invoice": asked(
            "ReturnInvoiceAsked",
            {
                "InvoiceNumber": text(1, 50),
                "Description": text(1, 200),
                "MobilePhone": text(1, 100),
                "Email?": text(0, 256),
            },
        ),
    },
)
RETURNS_MADE = shape(
    "ReturnsMade",
    {
        "CreatedSendings": rows(shape("CreatedReturn", {**CREATED, "ReturnCode": text(like="^[0-9]{6}$")})),
        "RejectedSendings": REJECTED,
    },
)
RETURNS = shape(
    "Returns",
    {
        "SendingsInfo": rows(
            shape(
                "ReturnRow",
                {
                    "InvoiceNumber": INVOICE_NUMBER,
                    "SenderInvoiceNumber": TEXT,
                    "Barcode": TEXT,
                    "ConsultantNumber": TEXT,
                    "DateOfCreate": CHANGE_DT,
                    "PhoneNumber": text(1),
                    "ReturnReason": TEXT,
                },
            )
        ),
        "Error": TEXT,
        "ErrorCode?": WHOLE,
    },
)
RETURN_NUMBERS = shape(
    "ReturnNumbers",
    {
        "SessionId": text(1),
        "ReturnInvoices": rows(
            shape(
                "ReturnNumber",
                {
                    "InvoiceNumber": INVOICE_NUMBER,
                    "ReturnInvoiceNumber": text(1),
                    "ReturnDocumentNumber": TEXT,
                    "ReturnBarcodes": rows(BARCODE),
                },
            )
        ),
        **FINE,
    },
)

# -- prices, places, acts

PRICE = shape(
    "Price",
    {
        "SessionId": text(1),
        "InvoiceNumber": text(0, 20),
        "Services": rows(
            shape(
                "ServicePrice",
                {
                    "Name": text(1),
                    "Tariff": number(0),
                    "NDS": number(0),
                    "DeliveryMode": one_of("Standard", "Priority"),
                },
            ),
            2,
            2,
        ),
        "DPMin": whole(0),
        "DPMax": whole(0),
        "DPMinPriority": whole(0),
        "DPMaxPriority": whole(0),
        "Zone": whole(0),
        **FINE,
    },
)
ZONE = shape(
    "Zone",
    {
        "FromCity": text(1),
        "ToCity": text(1),
        "ToPT": LOCKER,
        "Zone": text(like="^[0-9]+$"),
        "DeliveryMin": whole(0),
        "DeliveryMax": whole(0),
        "Koeff": NUMBER,
        "DeliveryMode": one_of("Standard", "Priority"),
    },
)
ZONES = shape("Zones", {"Zones": rows(ZONE, 1), "Error": one_of(None), **FINE})
CITY = shape("City", {"Id": whole(1), "Name": text(1), "Owner_Id": whole(0), "RegionName": text(1)})
POSTAMAT = shape(
    "Postamat",
    {
        "Id": whole(1),
        "OwnerId": whole(0),
        "CitiId": whole(1),
        "CitiOwnerId": whole(0),
        "CitiName": text(1),
        "Region": text(1),
        "CountryName": text(1),
        "Number": LOCKER,
        "Metro": TEXT,
        "MetroArray": rows(text(1)),
        "IndoorPlace": text(1),
        "Address": text(1),
        "House": text(1),
        "PostCode": text(like="^[0-9]{6}$"),
        "Name": text(1),
        "WorkTime": text(like="^([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2},?){7}$"),
        "Latitude": number(-90, 90),
        "Longitude": number(-180, 180),
        "Status": whole(0),
        "TypeTitle": one_of("АПТ", "ПВЗ"),
        "Cash": one_of(0, 1),
        "Card": one_of(0, 1),
        "AmountTo": text(1),
        "InDescription": text(1),
        "OutDescription": text(1),
        "MaxSize": text(1),
        "MaxWeight": text(1),
        "WorkHourly": FLAG,
        "Opening": FLAG,
        "Returning": FLAG,
        "Fitting": FLAG,
        "LocationType": WHOLE,
        "OwnerName": text(1),
    },
)
PLACES = rows(shape("ActPlace", {"Barcode": BARCODE, "GCBarcode": TEXT}))
MONEY_ACT = shape(
    "MoneyAct",
    {
        "DocumentNumber": text(1),
        "Date": DAY_OR_NONE,
        "PayOrderNumber": TEXT,
        "Invoices": rows(
            shape(
                "MoneyActLine",
                {
                    "InvoiceNumber": text(1),
                    "GCInvoiceNumber": TEXT,
                    "NPSum": NUMBER,
                    "RetSum": NUMBER,
                    "AgencyFee": NUMBER,
                    "Encloses": PLACES,
                },
            ),
            1,
        ),
        "TotalNPSum": NUMBER,
        "TotalRetSum": NUMBER,
        "Error": one_of(""),
    },
)
GOODS_ACT = shape(
    "GoodsAct",
    {
        "DocumentNumber": text(1),
        "Date": DAY_OR_NONE,
        "Invoices": rows(
            shape(
                "GoodsActLine",
                {
                    "InvoiceNumber": INVOICE_NUMBER,
                    "GCInvoiceNumber": TEXT,
                    "ReturnInvoiceNumber": text(1),
                    "ReturnDeliveryDate": DAY_OR_NONE,
                    "Encloses": PLACES,
                },
            ),
            1,
        ),
        "Error": one_of(""),
    },
)
