"""Shapes of IML's requests and answers.

Wire contract: `courier_api` §3.
"""

from ...wire.schemas import (
    FLAG,
    NULL,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    asked,
    nullable,
    number,
    one_of,
    rows,
    shape,
    text,
    whole,
)
from .jobs import JOBS
from .statuses import OUTCOMES, STATES

MESSAGE = shape("Message", {"Message": text(1)})
REFUSAL = shape(
    "Refusal",
    {"Result": one_of("Error"), "Errors": rows(shape("Wrong", {"Code": text(1), "Message": text(1)}), 1)},
)
JOB = one_of(*JOBS)
STATE, OUTCOME = one_of(*STATES), one_of(*OUTCOMES)
BARCODE = text(like="^[0-9]{13}$")
INDEX = text(like="^[0-9]{6}$")
MOMENT = text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?$")
MIDNIGHT = text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00$")
CLOCK = text(like="^[0-9]{2}:[0-9]{2}:[0-9]{2}$")
WORDS = nullable(text(1))
SUM = number(0)

ITEM_ASKED = asked(
    "ItemAsked",
    {
        "productNo?": text(0, 500),
        "productName?": text(0, 500),
        "productVariant?": text(0, 500),
        "productBarCode?": text(0, 500),
        "couponCode?": text(0, 500),
        "discount?": number(0, 10**6),
        "weightLine?": number(0, 1_000),
        "amountLine?": number(0, 10**6),
        "statisticalValueLine?": number(0, 10**6),
        "itemQuantity?": whole(0, 1),
        "deliveryService?": one_of(0, 1, True, False),
        "itemType?": one_of(0, 3, 7, 10, 14),
        "itemNote?": text(0, 500),
        "allowed?": one_of("True", "False", "0", "1"),
        "VATRate?": whole(0, 20),
        "Length?": whole(0, 500),
        "Height?": whole(0, 500),
        "Width?": whole(0, 500),
        "GoodsClass?": text(0, 500),
        "PaymentItemUnit?": text(0, 500),
        "PaymentItemSign?": text(0, 500),
        "VendorName?": text(0, 500),
        "VendorINN?": text(0, 500),
        "VendorPhone?": text(0, 500),
        "ItemCountryOrigin?": text(0, 500),
        "CustomsDeclaration?": text(0, 500),
    },
)
WAY_ASKED: dict[str, Schema] = {
    "Job": JOB,
    "RegionCodeFrom?": text(0, 500),
    "RegionCodeTo?": text(0, 500),
    "IndexFrom?": text(0, 500),
    "IndexTo?": text(0, 500),
    "Address?": text(0, 500),
    "DeliveryPoint?": text(0, 500),
    "DeliveryPointID?": whole(0, 10**9),
    "DeliveryDate?": text(like=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$"),
    "Volume?": whole(1, 9),
    "Weight?": number(0, 1_000),
    "BarCode?": text(like="^([0-9]{13})?$"),
    "Amount?": number(0, 10**6),
    "ValuatedAmount?": number(0, 10**6),
    "City?": text(0, 500),
    "PostCode?": text(0, 500),
    "PostRegion?": text(0, 500),
    "PostArea?": text(0, 500),
    "PostContentType?": text(0, 500),
    "TimeFrom?": text(like="^[0-9]{2}:[0-9]{2}$"),
    "TimeTo?": text(like="^[0-9]{2}:[0-9]{2}$"),
    "GoodItems?": rows(ITEM_ASKED, 0, 1_000),
}
ORDER_ASKED: dict[str, Schema] = {
    "Test?": TEXT,
    "CustomerOrder": text(1, 50),
    "Contact": text(1, 500),
    "Phone": text(1, 50),
    "Email?": text(0, 500),
    "Comment?": text(0, 500),
    "Draft?": one_of("0", "1", 0, 1),
    **WAY_ASKED,
}

# -- orders as they are told

ITEM = shape(
    "Item",
    {
        "productNo": WORDS,
        "productName": WORDS,
        "productVariant": WORDS,
        "productNote": WORDS,
        "productBarCode": WORDS,
        "couponCode": WORDS,
        "discount": SUM,
        "weightLine": nullable(SUM),
        "amountLine": SUM,
        "statisticalValueLine": SUM,
        "deliveryService": one_of(0, 1),
        "itemQuantity": whole(1),
        "itemType": one_of(0, 3, 7, 10, 14),
        "itemNote": WORDS,
        "allowed": WORDS,
        "VATRate": nullable(NUMBER),
        "VATAmount": nullable(NUMBER),
        "Length": whole(0),
        "Height": whole(0),
        "Width": whole(0),
        "GoodsClass": WORDS,
        "PaymentItemUnit": WORDS,
        "VendorName": WORDS,
        "VendorINN": WORDS,
        "VendorPhone": WORDS,
        "PaymentItemSign": text(1),
        "ExciseAmount": nullable(NUMBER),
        "ItemCountryOrigin": WORDS,
        "CustomsDeclaration": WORDS,
    },
)
ORDER = shape(
    "Order",
    {
        "Job": JOB,
        "CustomerOrder": text(1, 50),
        "DeliveryDate": text(like=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4} 0:00:00$"),
        "Volume": whole(1, 9),
        "Weight": SUM,
        "BarCode": BARCODE,
        "DeliveryPoint": WORDS,
        "Phone": text(1),
        "Email": WORDS,
        "Contact": text(1),
        "IndexTo": WORDS,
        "IndexFrom": WORDS,
        "RegionCodeTo": text(1),
        "RegionCodeFrom": text(1),
        "Address": WORDS,
        "TimeTo": nullable(CLOCK),
        "TimeFrom": nullable(CLOCK),
        "ValuatedAmount": SUM,
        "Amount": SUM,
        "State": STATE,
        "OrderStatus": OUTCOME,
        "Comment": WORDS,
        "GoodItems": rows(ITEM),
        "ForLocation": text(1),
        "Draft": WORDS,
        "DeliveryAmount": nullable(SUM),
        "Commission": nullable(SUM),
        "PostIdentifier": nullable(text(like="^[0-9]{14}$")),
        "PaymentType": one_of(0, 1, None),
        "FullDeliveryAmount": nullable(SUM),
    },
)
DETAIL = shape(
    "Detail",
    {
        "change": MOMENT,
        "productNo": WORDS,
        "productName": WORDS,
        "service": FLAG,
        "isAllowed": WORDS,
        "amount": SUM,
        "cashRecieptAmount": SUM,
        "cancel": FLAG,
        "returnCode": nullable(WHOLE),
        "productVariant": WORDS,
        "statisticalValueLine": SUM,
        "externalBarcode": WORDS,
        "couponCode": WORDS,
        "productType": one_of(0, 3, 14),
        "productTypeId": NULL,
        "status": NULL,
        "side1": nullable(WHOLE),
        "side2": nullable(WHOLE),
        "side3": nullable(WHOLE),
        "weight": nullable(SUM),
        "vatRate": nullable(NUMBER),
        "vatAmount": nullable(NUMBER),
        "discount": SUM,
        "consignorPhone": WORDS,
        "note": WORDS,
        "quantity": whole(1),
    },
)
STATUS = shape(
    "Status",
    {
        "Number": text(1, 50),
        "State": STATE,
        "OrderStatus": OUTCOME,
        "StateDescription": text(1),
        "OrderStatusDescription": text(1),
        "StatusDate": MOMENT,
        "ReturnPayment": nullable(SUM),
        "BarCode": BARCODE,
        "ReturnStatus": one_of(0, 1, 2),
        "CashReceiptAmount": SUM,
        "LocationCode": WORDS,
        "TransferredToDate": nullable(MIDNIGHT),
        "Details": rows(DETAIL),
        "DeliveryDate": MIDNIGHT,
        "PostIdentifier": nullable(text(like="^[0-9]{14}$")),
        "PaymentType": one_of(0, 1),
    },
)
PRICE = shape("Price", {"Price": SUM, "PriceMin": SUM, "PriceMax": SUM, "DeliveryDate": MIDNIGHT, "Job": JOB})
NO_PRICE = shape("NoPrice", {"Code": text(1), "Mess": text(1)})
ACCOUNT = shape("AccountItem", {"AccountNo": text(1), "Description": text(1), "Cost": SUM})
PLANT_COST = shape(
    "PlantCost",
    {
        "PriceTypes": rows(shape("PriceType", {"DeliveryCost": SUM, "AccountNoItems": rows(ACCOUNT, 1)}), 1),
        "DeliveryDate": text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00\+03:00$"),
    },
)
NO_PLANT_COST = shape(
    "NoPlantCost", {"Errors": rows(shape("WrongPart", {"Code": text(1), "ErrorMessage": text(1)}), 1)}
)

# -- dictionaries

REGION = shape("Region", {"Code": text(1), "Description": text(1)})
WORD = shape(
    "Word",
    {
        "Code": whole(0),
        "Name": text(1),
        "StatusType": one_of(1, 2, 39, 40, 52, 53),
        "StatusTypeDescription": text(1),
        "Description": text(1),
    },
)
SERVICE = shape(
    "Service",
    {
        "Code": JOB,
        "Description": text(1),
        "Type": WHOLE,
        "CommissionType": WHOLE,
        "ReceiptFromCustomer": NULL,
        "AmountMAX": SUM,
        "AmountMIN": SUM,
        "ValuatedAmountMIN": SUM,
        "ValuatedAmountMAX": SUM,
        "WeightMIN": SUM,
        "WeightMAX": SUM,
        "VolumeMIN": SUM,
        "VolumeMAX": SUM,
        "Scope": WHOLE,
    },
)
PLACE: dict[str, Schema] = {
    "Code": text(1),
    "Name": text(1),
    "RequestCode": TEXT,
    "RegionCode": text(1),
    "Index": INDEX,
    "Address": text(1),
    "Phone": text(1),
    "EMail": text(1),
    "WorkMode": text(1),
    "ReceiptOrder": WHOLE,
    "Latitude": number(-90, 90),
    "Longitude": number(-180, 180),
    "HomePage": TEXT,
    "ClosingDate": nullable(MOMENT),
    "OpeningDate": nullable(MOMENT),
    "DaysFreeStorage": WHOLE,
    "SubAgent": WHOLE,
    "DeliveryTimeFrom": CLOCK,
    "DeliveryTimeTo": CLOCK,
    "Submission": TEXT,
    "TimeZone": WHOLE,
}
WAREHOUSE = shape("Warehouse", PLACE)
POINT = shape(
    "Point",
    {
        "ID": whole(1),
        "CalendarWorkCode": text(1),
        **PLACE,
        **dict.fromkeys(("FittingRoom", "PaymentCard", "PaymentPossible"), one_of(0, 1)),
        "CouponReceipt": WHOLE,
        **dict.fromkeys(("Carrier", "ReplicationPath", "Special_Code", "HowToGet"), TEXT),
        **dict.fromkeys(("FormPostCode", "FormRegion", "FormCity", "FormStreet", "FormHouse", "FormBuilding"), TEXT),
        **dict.fromkeys(("FormOffice", "FormKLADRCode", "FormFIASCode", "FormalizedArea"), TEXT),
        **dict.fromkeys(("FormalizedLocality", "ReplacementLocation"), TEXT),
        "Scale": WHOLE,
        "Type": one_of(1, 12),
    },
)
ZONE = shape(
    "Zone",
    {
        "FromRegion": text(1),
        "ToRegion": text(1),
        "ZoneCode": text(1),
        "DayLimit": whole(0),
        "NeedVolumetric": WHOLE,
    },
)
POSTAL = shape(
    "PostalCode",
    {
        "INDEX": whole(100_000, 999_999),
        "RATEZONE": WHOLE,
        "ActDate": MOMENT,
        **dict.fromkeys(("CITY", "REGION", "AUTONOM", "AREA", "RegionIML", "AddZone", "KLADR", "Name", "Type"), TEXT),
        **dict.fromkeys(("Submission", "PrevIndex", "LocationCode"), TEXT),
    },
)
POSTAL_ZONE = shape("PostalZone", {"INDEX": whole(100_000, 999_999), "RATEZONE": text(1)})
POSTAL_LIMIT = shape(
    "PostalLimit",
    {
        "INDEX": INDEX,
        "PRBEGDATE": MOMENT,
        "PRENDDATE": MOMENT,
        "DELIVTYPE": WHOLE,
        "DELIVINDEX": INDEX,
        "BASECOEFF": NUMBER,
        "TRANSFCNT": NUMBER,
    },
)
CALENDAR = shape(
    "CalendarDay",
    {
        "Code": text(1),
        "RecurringSystem": WHOLE,
        "Date": nullable(MOMENT),
        "DayOfWeek": whole(1, 7),
        "Description": TEXT,
        "Nonworking": one_of(0, 1),
        "TimeFrom": text(1),
        "TimeTo": text(1),
        "RecurringSystemDescription": TEXT,
    },
)
CITY = shape(
    "City",
    {
        "City": text(1),
        "Region": text(1),
        "Area": TEXT,
        "RegionIML": text(1),
        "RateZoneMoscow": text(1),
        "RateZoneSpb": text(1),
    },
)
BLOCKED = shape("Blocked", {"RegionCode": TEXT, "JobNo": TEXT, "Open": MOMENT, "End": MOMENT})
NUMBERS = (
    "InquiryLimitShiftDay",
    "DeliveryPeriod",
    "AmountMIN",
    "AmountMAX",
    "ValuatedAmountMIN",
    "ValuatedAmountMAX",
    "WeightMIN",
    "WeightMAX",
    "PackagesMin",
    "PackagesMAX",
    "SidesAmountMIN",
    "SidesAmountMAX",
    *(f"Side{n}{end}" for n in (1, 2, 3) for end in ("Min", "Max")),
)
LIMIT = shape(
    "Limit",
    {
        "JobNo": JOB,
        **dict.fromkeys(("RegionCode", "LocationCode", "CalendarCodeLocation", "CalendarCodeOffice"), TEXT),
        **dict.fromkeys(("BeginLimit", "EndLimit", "Blocked"), NULL),
        **dict.fromkeys(("InquiryLimitTime", "DeliveryTimeMIN", "DeliveryTimeMAX"), CLOCK),
        **dict.fromkeys(NUMBERS, SUM),
    },
)
OPTION: dict[str, Schema] = {
    "Type": text(1),
    "Option": whole(0),
    "PublicNameUnified": text(1),
    "NameUnified": text(1),
}
UNIT = shape("Unit", OPTION)
CURRENCY = shape("Currency", {**OPTION, "CurrencyCode": text(like="^[A-Z]{3}$")})
