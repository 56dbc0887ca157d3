"""An order as it is asked for, and as it is shown.

Wire contract: `courier_api` §1.5.1, §1.5.3.
"""

from ....wire.schemas import (
    DAY,
    FLAG,
    TEXT,
    UUID,
    WHOLE,
    Schema,
    asked,
    either,
    number,
    one_of,
    rows,
    shape,
    text,
    whole,
)
from .shapes import (
    ADDRESS_ASKED,
    CDEK_NUMBER,
    CODE,
    CONTACT,
    LOCATION,
    MOMENT,
    MONEY,
    RECIPIENT_ASKED,
    SELLER,
    SELLER_ASKED,
    SENDER_ASKED,
    SIZES_ASKED,
    TARIFF,
    enveloped,
)

VAT: dict[str, Schema] = {"vat_sum?": number(0), "vat_rate?": one_of(0, 5, 7, 10, 12, 16, 20, 22, None)}
MONEY_ASKED = asked("MoneyAsked", {"value": number(0, 10**9), **VAT})
ITEM_ASKED = asked(
    "ItemAsked",
    {
        "name": text(1, 255),
        "ware_key": text(1, 255),
        "payment": MONEY_ASKED,
        "cost": number(0, 10**9),
        "weight": whole(0, 10**9),
        "amount": whole(1, 999_999),
        "weight_gross?": whole(1, 10**9),
        "marking?": text(0, 255),
        "name_i18n?": text(0, 255),
        "brand?": text(0, 255),
        "country_code?": text(0, 255),
        "material?": whole(0, 10**6),
        "wifi_gsm?": FLAG,
        "url?": text(0, 255),
        "excise?": FLAG,
        "seller?": SELLER_ASKED,
        "jewel_uin?": text(0, 255),
        "feacn_code?": text(0, 255),
        "used_goods?": FLAG,
        "used?": FLAG,
        "return_item_detail?": asked(
            "ReturnItemAsked",
            {"direct_order_number?": TEXT, "direct_order_uuid?": UUID, "direct_package_number?": TEXT},
        ),
    },
)
PACKAGE_MEMBERS: dict[str, Schema] = {
    "number": text(1, 255),
    **SIZES_ASKED,
    "comment?": text(0, 255),
    "items?": rows(ITEM_ASKED, 1, 126),
}
PACKAGE_ASKED = asked("PackageAsked", PACKAGE_MEMBERS)
SERVICE_ASKED = asked("ServiceAsked", {"code": text(1, 255), "parameter?": text(0, 255)})
CHARGE_ASKED = asked("ThresholdAsked", {"threshold": whole(0, 10**9), "sum": number(0, 10**9), **VAT})
ORDER_MEMBERS: dict[str, Schema] = {
    "type?": one_of(1, 2),
    "additional_order_types?": rows(one_of(2, 4, 6, 7, 9, 10, 11, 14, 15), 0, 50),
    "number?": text(0, 40, like="^[ -~]*$"),
    "tariff_code": TARIFF,
    "comment?": text(0, 255),
    "developer_key?": text(0, 255),
    "shipment_point?": text(0, 255),
    "delivery_point?": text(0, 255),
    "date_invoice?": DAY,
    "shipper_name?": text(0, 255),
    "shipper_address?": text(0, 255),
    "delivery_recipient_cost?": MONEY_ASKED,
    "delivery_recipient_cost_adv?": rows(CHARGE_ASKED, 0, 100),
    "sender?": SENDER_ASKED,
    "seller?": SELLER_ASKED,
    "recipient": RECIPIENT_ASKED,
    "from_location?": ADDRESS_ASKED,
    "to_location?": ADDRESS_ASKED,
    "services?": rows(SERVICE_ASKED, 0, 100),
    "packages": rows(PACKAGE_ASKED, 1, 255),
    "print?": one_of("WAYBILL", "BARCODE", "waybill", "barcode"),
    "is_client_return?": FLAG,
    "has_reverse_order?": FLAG,
    "accompanying_number?": text(0, 255),
    "widget_token?": text(0, 255),
}
ORDER_ASKED = asked("OrderAsked", ORDER_MEMBERS)
CHANGE_ASKED = asked(
    "ChangeAsked",
    {
        "uuid?": UUID,
        "cdek_number?": CDEK_NUMBER,
        **{f"{key.removesuffix('?')}?": schema for key, schema in ORDER_MEMBERS.items() if key != "packages"},
        "packages?": rows(asked("PackageChangeAsked", {"package_id?": UUID, **PACKAGE_MEMBERS}), 1, 255),
    },
)

# -- an order as it is shown

VAT_SHOWN: dict[str, Schema] = {"vat_sum?": MONEY, "vat_rate?": WHOLE}
PRICED: dict[str, Schema] = {
    "sum": MONEY,
    "total_sum": MONEY,
    "discount_percent": WHOLE,
    "discount_sum": MONEY,
    "vat_rate": WHOLE,
    "vat_sum": MONEY,
}
ITEM = shape(
    "Item",
    {
        "name": text(1),
        "ware_key": text(1),
        "payment": shape("Payment", {"value": MONEY, **VAT_SHOWN}),
        "cost": MONEY,
        "weight": whole(0),
        "weight_gross": whole(0),
        "amount": whole(1),
        "delivery_amount?": whole(0),
        "marking?": TEXT,
        "name_i18n?": TEXT,
        "brand?": TEXT,
        "country_code?": TEXT,
        "material?": WHOLE,
        "wifi_gsm?": FLAG,
        "url?": TEXT,
        "excise": FLAG,
        "seller?": SELLER,
        "jewel_uin?": TEXT,
        "feacn_code?": TEXT,
        "used_goods?": FLAG,
        "used?": FLAG,
        "return_item_detail": shape(
            "ReturnItem", {"direct_order_number?": TEXT, "direct_order_uuid?": TEXT, "direct_package_number?": TEXT}
        ),
    },
)
PACKAGE = shape(
    "Package",
    {
        "number": text(1),
        "package_id?": UUID,
        "barcode?": text(like="^[0-9]{12}$"),
        "weight": whole(0),
        "length?": whole(1),
        "width?": whole(1),
        "height?": whole(1),
        "weight_volume?": whole(0),
        "weight_calc?": whole(0),
        "comment?": TEXT,
        "items": rows(ITEM),
    },
)
SERVICE = shape(
    "Service", {"code": CODE, "parameter?": text(1), **{f"{key}?": schema for key, schema in PRICED.items()}}
)
DETAIL = shape(
    "DeliveryDetail",
    {
        "total_sum": MONEY,
        "payment_info": rows(shape("Paid", {"type": one_of("CARD", "CASH"), "sum": MONEY})),
        "date?": DAY,
        "recipient_name?": TEXT,
        "payment_sum?": MONEY,
        "delivery_sum?": MONEY,
        "delivery_vat_rate?": WHOLE,
        "delivery_vat_sum?": MONEY,
        "delivery_discount_percent?": WHOLE,
        "delivery_discount_sum?": MONEY,
    },
)
STATUS = shape(
    "OrderStatus",
    {
        "code": CODE,
        "name": text(1),
        "date_time": MOMENT,
        "reason_code?": TEXT,
        "city": TEXT,
        "city_uuid?": UUID,
        "city_code?": text(1),
        "deleted": FLAG,
    },
)
PROBLEM = shape("DeliveryProblem", {"code": text(1), "create_date": MOMENT})
CALLS = shape(
    "Calls",
    {
        "failed_calls?": rows(shape("FailedCall", {"date_time": MOMENT, "reason_code": whole(1)}), 1),
        "rescheduled_calls?": rows(
            shape("RescheduledCall", {"date_time": MOMENT, "date_next": DAY, "time_next": text(1), "comment?": TEXT}), 1
        ),
    },
)
HAUL = shape(
    "AccompanyingWaybill",
    {
        "client_name": text(1),
        "flight_number?": text(1),
        "air_waybill_numbers?": rows(text(1), 1),
        "vehicle_numbers?": rows(text(1), 1),
        "vehicle_driver?": text(1),
        "planned_departure_date_time": MOMENT,
    },
)
ORDER = shape(
    "Order",
    {
        "uuid": UUID,
        "type": one_of(1, 2),
        "is_return": FLAG,
        "is_reverse": FLAG,
        "is_client_return": FLAG,
        "has_reverse_order?": FLAG,
        "cdek_number?": CDEK_NUMBER,
        "number": text(1),
        "tariff_code": whole(0),
        "delivery_mode?": one_of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
        "comment?": text(1),
        "developer_key?": text(1),
        "shipper_name?": text(1),
        "shipper_address?": text(1),
        "accompanying_number?": text(1),
        "date_invoice?": DAY,
        "items_cost_currency?": one_of("RUB"),
        "recipient_currency?": one_of("RUB"),
        "sender?": CONTACT,
        "recipient": CONTACT,
        "seller": SELLER,
        "from_location?": LOCATION,
        "to_location?": LOCATION,
        "shipment_point?": text(1),
        "delivery_point?": text(1),
        "additional_order_types?": rows(WHOLE, 1),
        "delivery_recipient_cost?": shape("DeliveryCost", {"value": MONEY, **VAT_SHOWN}),
        "delivery_recipient_cost_adv?": rows(shape("Threshold", {"threshold": whole(0), "sum": MONEY, **VAT_SHOWN}), 1),
        "services": rows(SERVICE),
        "packages": rows(PACKAGE),  # a call for a courier without goods is billed as an order of its own
        "delivery_detail": DETAIL,
        "transacted_payment?": FLAG,
        "planned_delivery_date?": DAY,
        "delivery_date?": DAY,
        "keep_free_until?": MOMENT,
        "delivery_problem?": either(PROBLEM, rows(PROBLEM, 1)),
        "delay_reasons?": rows(shape("DelayReason", {"create_date": MOMENT, "description": text(1)}), 1),
        "calls": CALLS,
        "accompanying_waybill?": HAUL,
        "statuses": rows(STATUS, 1),
    },
)
SHOWN = enveloped("OrderAnswer", ORDER)
