"""IML's wire as we declare it: every route, what it takes, every answer. The OpenAPI document is made of this.

Wire contract: `courier_api` §3. Shapes are written down from the contract, so that they and the code that answers can
show each other wrong. A business refusal is 200 with a shape of its own beside the good answer.
"""

from typing import Any

from ...wire.call import JSON
from ...wire.description import BYTES, PDF, Content, Described, Description, Link, json_of, plain_of
from ...wire.schemas import TEXT, Schema, asked, either, number, one_of, rows, shape, text, whole
from . import described_shapes as shapes
from .described_shapes import MESSAGE, REFUSAL
from .jobs import JOBS

ABOUT = """\
The IML JSON API as this simulator has it; `parcelproof carriers iml` tells the sources and what is guessed.

Paths answer in any letter case and without /json or /list too; bodies are forms with PHP's brackets \
(`GoodItems[0][productNo]=…`) or JSON, their names in any letter case. Bodies are read leniently: numbers as text and \
back. Switches of a tenant change shapes; the shapes here allow for all of them."""

FORM, XML = "application/x-www-form-urlencoded", "text/xml"
REFUSED_OUTSIDE: dict[int, Content] = {
    401: json_of(MESSAGE),
    404: json_of(MESSAGE),
    405: json_of(MESSAGE),
    413: json_of(MESSAGE),
    503: plain_of(),
}
BARCODE_MADE = "$response.body#/Order/BarCode"
JOB = one_of(*JOBS)
DATE = text(like=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$")
FILTERS: dict[str, Schema] = {
    "CustomerOrder?": text(0, 50),
    "BarCode?": text(0, 20_000),
    "Job?": JOB,
    "State?": whole(0, 999),
    "OrderStatus?": whole(0, 9),
    "RegionFrom?": TEXT,
    "RegionTo?": TEXT,
    **{f"{what}Date{end}?": DATE for what in ("Delivery", "Creation") for end in ("Start", "End")},
}
ORDER_EXAMPLE: dict[str, Any] = {
    "Job": "24",
    "CustomerOrder": "A-1",
    "Contact": "Иванова Анна",
    "Phone": "89992223344",
    "RegionCodeFrom": "МОСКВА",
    "RegionCodeTo": "НОВОСИБИРСК",
    "Address": "ул. Ленина, 7",
    "Volume": 1,
    "Weight": 1.5,
    "Amount": 0,
    "ValuatedAmount": 2000,
}
MESSAGE_EXAMPLE = """\
<DeliveryRequest xmlns="http://www.imlogistic.ru/schema/request/v1"><Message><reference>1</reference></Message>\
<Order><number>A-1</number><action>STATUS</action></Order></DeliveryRequest>"""


def told(
    summary: str,
    name: str,
    members: dict[str, Schema],
    good: Schema,
    *,
    refusal: Schema = REFUSAL,
    example: dict[str, Any] | None = None,
    links: tuple[Link, ...] = (),
) -> Described:
    schema = asked(name, members)
    return Described(
        summary=summary,
        body={JSON: schema, FORM: schema},
        example=example,
        answers={200: json_of(either(good, refusal)), **REFUSED_OUTSIDE},
        links=links,
    )


def dictionary(summary: str, row: Schema, **query: Schema) -> Described:
    """Describe a dictionary: open, but wrong credentials are refused."""
    asks = {f"{name}?": schema for name, schema in query.items()}
    return Described(summary=summary, query=asks, answers={200: json_of(rows(row)), **REFUSED_OUTSIDE}, open=True)


WITH_BARCODE = {"BarCode": BARCODE_MADE}
OPERATIONS: dict[str, Described] = {
    "create_order": told(
        "Make an order, at once and whole.",
        "OrderAsked",
        shapes.ORDER_ASKED,
        shape("Made", {"Result": one_of("OK"), "Order": shapes.ORDER}),
        example=ORDER_EXAMPLE,
        links=(
            Link("get_orders", body=WITH_BARCODE),
            Link("get_statuses", body=WITH_BARCODE),
            Link("link_label", body=WITH_BARCODE),
            Link("print_label", {"BarCode": BARCODE_MADE}),
        ),
    ),
    "get_orders": told("List orders with their money.", "OrdersAsked", FILTERS, rows(shapes.ORDER), example={}),
    "get_statuses": told(
        "List orders as both axes and each line stand.", "StatusesAsked", FILTERS, rows(shapes.STATUS), example={}
    ),
    "link_label": told(
        "Give the address of labels.",
        "LabelAsked",
        {"BarCode": text(1, 20_000)},
        shape("LabelLink", {"Url": text(like="^https?://.+/PrintBar")}),
    ),
    "print_label": Described(
        summary="Give the labels themselves, a page for each place.",
        query={"BarCode": text(1)},
        answers={200: {PDF: BYTES, JSON: REFUSAL}, **REFUSED_OUTSIDE},
    ),
    "get_price": told(
        "Price a parcel of a mass between two regions.",
        "PriceAsked",
        {
            "Job": JOB,
            "RegionFrom": text(1, 500),
            "RegionTo": text(1, 500),
            "Weigth?": number(0, 1_000),
            "Volume?": whole(1, 9),
            "ReceiptAmount?": number(0, 10**6),
            "DeclaredValue?": number(0, 10**6),
            "SpecialCode?": text(0, 500),
            "DeliveryAddress?": text(0, 500),
            "ReceiveDate?": DATE,
        },
        shapes.PRICE,
        refusal=shapes.NO_PRICE,
        example={"Job": "24", "RegionFrom": "МОСКВА", "RegionTo": "НОВОСИБИРСК", "Weigth": 1.5, "Volume": 1},
    ),
    "get_plant_cost_order": Described(
        summary="Price an order as it would be made, with the parts of the sum.",
        body={JSON: asked("PlantCostAsked", shapes.WAY_ASKED), FORM: asked("PlantCostAsked", shapes.WAY_ASKED)},
        example={key: ORDER_EXAMPLE[key] for key in ("Job", "RegionCodeFrom", "RegionCodeTo", "Address", "Weight")},
        answers={200: json_of(shapes.PLANT_COST), 400: json_of(shapes.NO_PLANT_COST), **REFUSED_OUTSIDE},
    ),
    "exchange": Described(
        summary="Do what each order of an XML message asks: CREATE, STATUS or DELETE.",
        body={XML: TEXT},
        example=MESSAGE_EXAMPLE,
        answers={200: {XML: BYTES}, **REFUSED_OUTSIDE},
    ),
    "list_points": dictionary(
        "Pickup points.", shapes.POINT, RegionCode=text(1), KLADR=text(1), SDType=one_of("1", "12")
    ),
    "list_regions": dictionary("Regions.", shapes.REGION),
    "list_point_regions": dictionary("Regions that have a pickup point.", shapes.REGION),
    "list_services": dictionary("Services.", shapes.SERVICE),
    "list_statuses": dictionary("Both axes, kinds of lines, conditions, rates of VAT.", shapes.WORD),
    "list_states": dictionary("The axis of places.", shapes.WORD),
    "list_outcomes": dictionary("The axis of outcomes.", shapes.WORD),
    "list_warehouses": dictionary("Warehouses.", shapes.WAREHOUSE),
    "list_zones": dictionary("Days between any two regions.", shapes.ZONE),
    "list_postal_codes": dictionary("An index a region, or the region of an index.", shapes.POSTAL, Index=text(1)),
    "list_postal_zones": dictionary("Postal tariff zones.", shapes.POSTAL_ZONE),
    "list_postal_limits": dictionary("Limits of the postal service.", shapes.POSTAL_LIMIT),
    "list_calendar": dictionary("Working days.", shapes.CALENDAR),
    "list_cities": dictionary("Towns to which couriers go.", shapes.CITY),
    "list_blocked": dictionary("Services that a region does not have.", shapes.BLOCKED),
    "list_limits": dictionary("Limits of each service.", shapes.LIMIT),
    "list_units": dictionary("Units of measure.", shapes.UNIT),
    "list_currencies": dictionary("Currencies.", shapes.CURRENCY),
    "list_all": dictionary(
        "Statuses, regions, services and points in one list.",
        either(rows(shapes.WORD, 1), rows(shapes.REGION, 1), rows(shapes.SERVICE, 1), rows(shapes.POINT, 1)),
    ),
}

DESCRIPTION = Description(
    title="IML JSON API, simulated",
    text=ABOUT,
    security={"login": {"type": "http", "scheme": "basic", "description": "Login and password of the client."}},
    operations=OPERATIONS,
)
