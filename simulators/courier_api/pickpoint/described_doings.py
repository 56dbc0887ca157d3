"""What is done with sendings, and how it is asked for: lists, couriers, returns.

Wire contract: `courier_api` §4.
"""

from ...wire.schemas import FLAG, TEXT, WHOLE, Schema, asked, either, number, one_of, rows, shape, text, whole
from .described_shapes import BARCODE, CHANGE_DT, CREATED, FINE, INVOICE_NUMBER, LOCKER, REJECTED

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
