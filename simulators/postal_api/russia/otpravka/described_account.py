"""Shapes of the account: settings, shipping points, balance, limits.

Wire contract: `postal_api_russia` §2.13.
"""

from ....wire.schemas import (
    FLAG,
    TEXT,
    UUID,
    Schema,
    number,
    one_of,
    rows,
    shape,
    text,
)
from ..described import DATE, ID, INDEX, NAME
from .described_shapes import ADDRESS_TEXTS, CATEGORY, COUNT, LINE, TYPE, WORD, members

PRODUCT = shape("Product", {"mail-category": CATEGORY, "mail-type": TYPE, "product-type": WORD})
ADDRESS = shape("Address", {"address-type": NAME, "manual-address-input": FLAG, **members(LINE, ADDRESS_TEXTS)})
RETURN_ADDRESS = shape("ReturnAddress", {"address": ADDRESS, "return-address-id": ID})
POINT_MEMBERS: dict[str, Schema] = {
    "additional-operator-postcode": INDEX,
    "additional-operator-postcodes": rows(INDEX, 1),
    "available-additional-operator-postcodes": rows(INDEX, 1),
    "available-mail-types": rows(TYPE),
    "available-products": rows(PRODUCT),
    "courier-call": FLAG,
    "enabled": FLAG,
    "is-agreement": FLAG,
    "operator-postcode": INDEX,
    "ops-address": NAME,
    "pre-postal-preparation": FLAG,
    "return-address-type": one_of("SENDER_ADDRESS"),
    "temporary": FLAG,
    "user-available-mail-types": rows(TYPE),
    "user-available-products": rows(PRODUCT),
    "user-return-address": shape("NoAddress", {"manual-address-input": FLAG}),
    "vsd-enabled": FLAG,
}
POINT = shape("ShippingPoint", POINT_MEMBERS)
CHOSEN_POINT = shape(
    "ChosenPoint",
    {
        **POINT_MEMBERS,
        "available-return-addresses": rows(RETURN_ADDRESS, 1),
        "is-default": FLAG,
        "is_favorite": FLAG,
        "return-address": RETURN_ADDRESS,
        "ops-region-code?": text(like="^RU-"),
        "ops-region-name?": NAME,
    },
)
SETTINGS_FLAGS = (
    "account-admin account-declaration-enabled account-erl-enabled account-esignature-enabled address-book-enabled "
    "address-change-enabled agreement-expired anyRegionPostalOperator api_enabled blocked cargo client-return "
    "codLending courier-template-enable declaration-enabled deliveryPlusAllowed deliveryToDoorAllowed "
    "deliveryToMarketplaceAllowed delivery_with-cod_enabled direct-addition-to-batch-enabled easy-return "
    "ems-tender-payment-enabled erl-enabled esignature-agreement-accepted esignature-enabled extension-shelf-life-ecom "
    "farma favoriteTnvedAllowed forbidden-esp-admin ftsRegistryAllowed fulfillment-enabled hyper-local-delivery "
    "is-alcoholic-beverages is-cargo is-cod-lending is-delivery-plus-allowed is-delivery-to-door-allowed "
    "is-delivery-to-marketplace-allowed is-farma is-favorite-tnved-allowed is-filled-questionnaire "
    "is-fts-registry-allowed is-judicial-cashless is-pallet-delivery-allowed is-partial-redemption-allowed "
    "is-postpayment-allowed is-range-zoo-allowed is-range-zoo-allowed is_any_region_postal_operator judicialCashless "
    "mmo-auto-enabled mmo-enabled online-balance-enabled only-signature palletDeliveryAllowed partialRedemptionAllowed "
    "postpaymentAllowed print-from-backlog rangeZooAllowed raw_tel_address_enabled show-returns "
    "tel-address-custom-cleaning use-branch-name use-person-code zoo-simple"
)
SETTINGS_WORDS = (
    "client-category earning-category first-name last-name print-type "
    "sender-category template-notification-area customs-code admin-hid agreement-kind agreement-number hid "
    "legal-address org-inn org-kpp org-name sender-name apig_access_token"
)
PAIR = shape("Option", {"key": WORD, "value": NAME})
SETTINGS = shape(
    "Settings",
    {
        **members(FLAG, SETTINGS_FLAGS, ""),
        **members(NAME, SETTINGS_WORDS, ""),
        **members(NAME, "def-envelope-type def-payment-method mail-rank"),
        **members(DATE, "agreement-date erl-agreement-date", ""),
        "erl-agreement-number": TEXT,
        "erl-order-forms": rows(WORD),
        "person-codes": rows(WORD),
        "postal-groups": rows(WORD, 1),
        "regions": rows(text(like="^RU-"), 1),
        "planned-monthly-number": COUNT,
        "report-version": COUNT,
        "debt-sum": COUNT,
        "espp-code?": text(like="^[0-9]{6}$"),
        "contact-email": NAME,
        "contact-phone": ID,
        "legal-hid": UUID,
        "address": ADDRESS,
        "accounts": rows(
            shape(
                "User",
                {
                    "blocked": FLAG,
                    "email": NAME,
                    "is-admin": FLAG,
                    "legal-hid": UUID,
                    "org-inn": text(like="^[0-9]{10}([0-9]{2})?$"),
                    "org-name": NAME,
                },
            ),
            1,
        ),
        "mailing-option": rows(shape("Options", {"key": WORD, "value": rows(PAIR, 1)}), 1),
        "shipping-points": rows(CHOSEN_POINT),
        "available-shipping-points": rows(CHOSEN_POINT),
    },
)
BALANCE = shape("Balance", {"balance": number(None), "balance-date": DATE, "work-with-balance": FLAG})
LIMIT = shape("Limit", {"allowed-count": COUNT, "current-count": ID})
RANGE = shape(
    "NumberRow",
    {
        "row": NAME,
        "left": COUNT,
        "ranges": rows(shape("NumberRange", {"prefix": NAME, "size": ID, "issued": COUNT})),
    },
)
