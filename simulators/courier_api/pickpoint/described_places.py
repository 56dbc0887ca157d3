"""Shapes of prices, places and acts.

Wire contract: `courier_api` §4.
"""

from ...wire.schemas import FLAG, NUMBER, TEXT, WHOLE, number, one_of, rows, shape, text, whole
from .described_shapes import BARCODE, DAY_OR_NONE, FINE, INVOICE_NUMBER, LOCKER

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
