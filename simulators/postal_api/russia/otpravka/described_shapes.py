"""Shapes of Otpravka's requests and answers: orders, batches, settings.

Wire contract: `postal_api_russia` §2.2 to §2.5, §2.13, §2.17.
"""

from typing import Any

from ....wire.schemas import (
    FLAG,
    NUMBER,
    UUID,
    WHOLE,
    Schema,
    asked,
    either,
    one_of,
    rows,
    shape,
    text,
    whole,
)
from ..described import DATE, ID, INDEX, MOMENT, NAME, NUMBER_OF_ITEM, words

FALSE, TRUE = one_of(False), one_of(True)
WORD = text(like="^[A-Z0-9_]+$")
LINE = text(1, 4_000)
COUNT = whole(0)


def members(kind: Schema, names: str, mark: str = "?") -> dict[str, Schema]:
    """Return members by a list of their names."""
    return {f"{name}{mark}": kind for name in names.split()}


# -- an order as it is sent and told back (§2.2, §2.18)

TEXTS = (
    "order-num address-type-to str-index-to region-to place-to house-to street-to area-to location-to hotel-to "
    "building-to corpus-to slash-to letter-to room-to office-to vladenie-to num-address-type-to raw-address given-name "
    "surname recipient-name middle-name postoffice-code sender-name sender-comment comment branch-name inner-num "
    "payment-method notice-payment-method transport-type transport-mode dimension-type envelope-type group-name "
    "seller-id linked-barcode mail-rank"
)
WHOLES = (
    "mass payment compulsory-payment insr-value shelf-life-days time-slot-id prepaid-amount tariff-full-rate "
    "tariff-full-rate-vat tariff-full-rate-with-vat tariff-discount-rate tariff-discount-rate-vat "
    "tariff-discount-rate-with-vat tel-address tel-address-from"
)
FLAGS = (
    "fragile with-order-of-notice with-simple-notice with-electronic-notice with-uzeuv-notice inventory vsd courier "
    "delivery-with-cod easy-return with-packaging with-documents with-goods no-return wo-mail-rank farma tender "
    "contents-checking functionality-checking with-fitting partial-redemption"
)
FLAGS_TOLD = (  # whether they are on or off
    "manual-address-input completeness-checking delivery-to-door pre-postal-preparation add-to-mmo with-discount "
    "forbidden-esp"
)
ADDRESS_TEXTS = (
    "index place region area building corpus hotel house letter location num-address-type office room slash street "
    "vladenie"
)
ADDRESS_FROM = {**members(LINE, f"address-type {ADDRESS_TEXTS}"), "manual-address-input?": FLAG}
SIDES = members(WHOLE, "height length width")
GOODS_ITEM = {
    **members(
        LINE,
        "description goods-type item-number code good-id customs-declaration-number supplier-inn supplier-name "
        "supplier-phone",
    ),
    **members(WHOLE, "value insr-value vat-rate country-code excise lineattr payattr service-type weight"),
    "quantity?": NUMBER,
}
FISCAL = {
    **members(LINE, "customer-email customer-inn customer-name"),
    **members(WHOLE, "payment-amount customer-phone"),
}
PAYMENT_DETAILS = members(
    LINE,
    "recipient-surname recipient-firstname recipient-middlename bank-name bank-bik bank-corr-account bank-account "
    "is-cash",
)
ECOM = {"delivery-point-index?": LINE, "identity-methods?": rows(LINE), "services?": rows(LINE)}
CUSTOMS_ENTRY = {
    **members(LINE, "description tnved-code trademark"),
    **members(WHOLE, "amount country-code value weight"),
}
CUSTOMS = {
    **members(LINE, "currency entries-type certificate-number license-number invoice-number customs-code ioss-code"),
    **members(FLAG, "with-certificate with-license with-invoice"),
}
MAIL_TYPES = words(
    "LETTER LETTER_CLASS_1 BANDEROL BANDEROL_CLASS_1 POSTAL_PARCEL ONLINE_PARCEL ONLINE_COURIER EMS EMS_OPTIMAL "
    "EMS_RT EMS_TENDER BUSINESS_COURIER BUSINESS_COURIER_ES PARCEL_CLASS_1 VGPO_CLASS_1 VSD ECOM ECOM_MARKETPLACE "
    "EASY_RETURN SMALL_PACKET HYPER_CARGO"
)
MAIL_CATEGORIES = words(
    "SIMPLE ORDERED ORDINARY WITH_DECLARED_VALUE WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY "
    "WITH_DECLARED_VALUE_AND_COMPULSORY_PAYMENT WITH_COMPULSORY_PAYMENT COMBINED_ORDINARY "
    "COMBINED_WITH_DECLARED_VALUE COMBINED_WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"
)
TYPE, CATEGORY = one_of(*MAIL_TYPES), one_of(*MAIL_CATEGORIES)
TRANSPORT = one_of("SURFACE", "AVIA", "COMBINED", "EXPRESS", "STANDARD")
METHOD = one_of("CASHLESS", "STAMP", "FRANKING", "TO_FRANKING", "ONLINE_PAYMENT_MARK")

ORDER_ASKED = asked(
    "OrderAsked",
    {
        **members(text(0, 200), TEXTS),
        **members(whole(0, 10**6), WHOLES),
        **members(whole(10**10, 10**11), "tel-address tel-address-from"),
        **members(FLAG, f"{FLAGS} {FLAGS_TOLD}"),
        "mail-type": TYPE,
        "mail-category": CATEGORY,
        "mail-direct?": either(whole(1, 999), text(like="^[0-9]{1,3}$")),
        "index-to?": either(whole(100_000, 999_999), INDEX),
        "tariff-count?": whole(0, 100),
        "sms-notice-recipient?": one_of(0, 1, True, False),
        "address-from?": asked("", ADDRESS_FROM),
        "dimension?": asked("", SIDES),
        "ecom-data?": asked("", ECOM),
        "fiscal-data?": asked("", FISCAL),
        "payment-details?": asked("", PAYMENT_DETAILS),
        "goods?": asked("", {"items?": rows(asked("", GOODS_ITEM), 0, 500)}),
        "customs-declaration?": asked("", {**CUSTOMS, "customs-entries?": rows(asked("", CUSTOMS_ENTRY), 0, 500)}),
    },
)
ORDER_EXAMPLE: dict[str, Any] = {
    "address-type-to": "DEFAULT",
    "given-name": "Иван",
    "house-to": "37",
    "index-to": 685000,
    "mail-category": "ORDINARY",
    "mail-direct": 643,
    "mail-type": "POSTAL_PARCEL",
    "mass": 1000,
    "middle-name": "Иванович",
    "order-num": "A-1",
    "place-to": "г. Магадан",
    "postoffice-code": "109012",
    "region-to": "обл. Магаданская",
    "street-to": "ул Ленина",
    "surname": "Иванов",
    "tel-address": 79871234567,
}

# -- an order as it is shown (§2.3)

RATED = words(
    "ground mass avia insr fragile notice inventory vsd sms-notice-recipient completeness-checking contents- "
    "checking functionality-checking with-fitting partial-redemption easy-return pre-postal-preparation oversize"
)
RATES: dict[str, Schema] = {
    **{f"{name}-rate-{vat}?": ID for name in RATED for vat in ("wo-vat", "with-vat")},
    **{f"{name}-rate?": ID for name in ("ground", "mass", "avia", "insr")},
}
DAYS = shape("DeliveryTime", {"min-days": COUNT, "max-days": COUNT})
DECLARATION = shape(
    "CustomsDeclaration",
    {
        **CUSTOMS,
        "customs-entries": rows(shape("CustomsEntry", CUSTOMS_ENTRY)),
        **members(
            NAME,
            "entry-number customs-decision decision-description fts-error customs-comments comments",
        ),
        "status?": one_of("NEW", "IN_PROGRESS", "DONE", "REJECTED", "ILLEGAL_DATA", "CANCELED"),
        **members(MOMENT, "registration-date decision-date"),
    },
)
SHOWN: dict[str, Schema] = {
    **members(LINE, TEXTS),
    **members(WHOLE, WHOLES),
    **members(TRUE, FLAGS),
    **members(FLAG, FLAGS_TOLD, ""),
    **members(FALSE, "easy-return-recipient-payment prepayment-return unloading with-client-return", ""),
    **RATES,
    "total-rate-wo-vat": ID,
    "total-vat": COUNT,
    "id": ID,
    "version": ID,
    "barcode?": NUMBER_OF_ITEM,
    "linked-barcode?": LINE,
    "mail-type": TYPE,
    "mail-category": CATEGORY,
    "mail-direct": ID,
    "mail-rank": NAME,
    "transport-type": TRANSPORT,
    "payment-method?": METHOD,
    "notice-payment-method?": METHOD,
    "address-type-from": NAME,
    "address-from?": shape("AddressFrom", ADDRESS_FROM),
    "delivery-time": DAYS,
    "in-mmo": FLAG,
    "index-to?": COUNT,
    "mass": ID,
    "postmarks": rows(WORD, 1),
    "tariff-count": WHOLE,
    "tariff-type": one_of("MASS"),
    "weight-pay": ID,
    "sms-notice-recipient?": one_of(0, 1),
    "dimension?": shape("Sides", SIDES),
    "ecom-data?": shape("Ecom", ECOM),
    "fiscal-data?": shape("Fiscal", FISCAL),
    "payment-details?": shape("PaymentDetails", PAYMENT_DETAILS),
    "customs-declaration?": DECLARATION,
    "declaration-status?": DECLARATION["properties"]["status"],
    "mpo-declaration?": text(like="^[A-Za-z0-9+/]+=*$"),
}
NEW_ORDER = shape(
    "NewOrder",
    {**SHOWN, "address-changed": FALSE, "goods?": shape("Goods", {"items": rows(shape("Item", GOODS_ITEM))})},
)
NOTICE = shape(
    "NoticeEvent",
    {
        "oper-type": NAME,
        "oper-date": MOMENT,
        "oper-attr?": NAME,
        "is-download": FLAG,
        "has-external-resource": FALSE,
    },
)
BATCH_NAME = text(like="^[0-9]+$")
BATCH_TYPE = one_of("COMBINED", *MAIL_TYPES)
BATCH_CATEGORY = one_of("COMBINED", *MAIL_CATEGORIES)
BATCH_STATUS = one_of("CREATED", "FROZEN", "ACCEPTED", "SENT", "ARCHIVED")
BATCH_ORDER = shape(
    "BatchOrder",
    {
        **SHOWN,
        "barcode": NUMBER_OF_ITEM,
        "goods?": shape("BatchGoods", {"items": rows(shape("BatchItem", {**GOODS_ITEM, "id": ID, "returned": FLAG}))}),
        **members(LINE, " ".join(f"{name}-from" for name in ADDRESS_TEXTS.split())),
        "tel-address-from": WHOLE,
        "legal-hid": UUID,
        "pochtaid-hid": text(like="^[0-9]{7}$"),
        "is-dogovor": one_of(0, 1),
        "renewal-shelf-life": FALSE,
        "returned-partial": FALSE,
        "track-by-group": one_of(0, 1),
        "human-operation-name?": NAME,
        "last-oper-type?": NAME,
        "last-oper-date?": MOMENT,
        "last-oper-attr?": NAME,
        "arrival-date?": DATE,
        "batch-name?": BATCH_NAME,
        "batch-category?": BATCH_CATEGORY,
        "batch-status?": BATCH_STATUS,
        "electronic-notification-history?": shape("NoticeHistory", {"items": rows(NOTICE)}),
    },
)

# -- a batch (§2.4)

SUMMED = words(
    "avia completeness-checking contents-checking functionality-checking ground insure inventory mass notice "
    "partial-redemption pre-postal-preparation sms-notice unloading with-fitting"
)
BATCH_MEMBERS: dict[str, Schema] = {
    "batch-name": BATCH_NAME,
    "batch-status": BATCH_STATUS,
    "batch-status-date": MOMENT,
    "can-be-unarchived": TRUE,
    "delivery-notice-payment-method": one_of("PAID_RECIPIENT"),
    "electronic-f103": FLAG,
    "form-document-id": text(like="^[0-9a-f]+$"),
    "international": FLAG,
    "list-number-date": DATE,
    "list-number?": ID,
    "document-download-status?": one_of("F103"),
    "accepted-count?": COUNT,
    "mail-category": BATCH_CATEGORY,
    "mail-category-text": NAME,
    "mail-rank": one_of("WO_RANK"),
    "mail-type": BATCH_TYPE,
    "mail-type-text": NAME,
    "payment-method": METHOD,
    "postoffice-code": INDEX,
    "postoffice-name": NAME,
    "shipment-count": ID,
    "transport-type": TRANSPORT,
    "use-online-balance": FLAG,
    "group-name?": LINE,
    "combined-batch-mail-types": rows(TYPE, 1),
    "courier-order-statuses": rows(one_of("NOT_REQUIRED"), 1),
    "delivery-to-door": FLAG,
    "postmarks": rows(WORD, 1),
    "pre-postal-preparation": FLAG,
    "shipment-mass": ID,
    "shipment-volume": COUNT,
    "shipping-notice-type": one_of("SIMPLE", "ORDERED", "ELECTRONIC"),
    **members(FALSE, "has-timeslots is-hyper-local is-postoffice-ukd ukd wo-mass", ""),
    **{f"shipment-{name}-{sum}": COUNT for name in SUMMED for sum in ("rate-sum", "rate-vat-sum")},
    **members(COUNT, "delivery-to-door-rate-sum delivery-to-door-rate-vat-sum fragile-rate fragile-rate-vat", ""),
}
BATCH = shape("Batch", {**BATCH_MEMBERS, "postoffice-address": NAME})
NEW_BATCH = shape("NewBatch", {**BATCH_MEMBERS, **members(one_of(0), "ppk-total-rate ppk-total-rate-vat", "")})
