"""Shapes of Swiss Post's requests, and one of each that is taken as it stands.

Wire contract: `postal_api_swiss` §2, §4, §8 and §9. Of members with an error code of their own the schema tells less
than the judgement: what fits the schema can still be refused inside an answer of 200.
"""

from typing import Any

from ...wire.schemas import FLAG, Schema, asked, either, one_of, rows, shape, text, whole
from .described_shapes import LANGUAGE
from .notices import KINDS
from .reading import ADDRESSES

SERVICE_CODES = (*("ECO", "PRI", "SP", "SEM", "SKB", "VL", "GAS", "RINL", "APLUS"), *("FRA", "MAN", "SI", "ZAW3214"))
FILE_TYPES = one_of("EPS", "GIF", "JPG", "PNG", "PDF", "sPDF", "ZPL2")
RESOLUTION = one_of(200, 300, 600)
URL = text(1, 200, like=r"^https?://[a-z]+\.ch/[a-z]+\.png$")
LINE, LONG_LINE = text(0, 25), text(0, 35)
ADDRESS: dict[str, Schema] = {
    "name1?": LINE,
    "name2?": LINE,
    "street?": LINE,
    "zip?": text(0, 10),
    "city?": LINE,
    "country?": text(0, 50),
    "pobox?": LINE,
    "domicilePostOffice?": either(text(0, 35), one_of(False)),
}
CUSTOMER_ASKED = shape(  # a member that is not named is refused by the gateway
    "CustomerAsked",
    {
        **ADDRESS,
        "logo?": text(0, 4_000, like="^[A-Za-z0-9+/]*={0,2}$"),
        "logoFormat?": text(0, 10),
        "logoRotation?": one_of(0, 90, 180, 270),
        "logoAspectRatio?": one_of("EXPAND", "KEEP"),
        "logoHorizontalAlign?": one_of("WITH_CONTENT", "LEFT"),
        "logoVerticalAlign?": one_of("TOP", "MIDDLE"),
    },
)
RECIPIENT_ASKED = asked(
    "RecipientAsked",
    {
        **dict.fromkeys(("name1?", "firstName?", "name2?", "name3?", "title?", "addressSuffix?"), LONG_LINE),
        "personallyAddressed?": FLAG,
        "street?": LONG_LINE,
        "houseNo?": text(0, 10),
        "pobox?": LONG_LINE,
        "floorNo?": text(0, 5),
        "mailboxNo?": text(1, 10, like="^[0-9]{1,10}$"),
        "zip?": text(0, 10),
        "city?": LONG_LINE,
        "country?": text(0, 50),
        **dict.fromkeys(("phone?", "mobile?"), text(0, 20)),
        "email?": text(0, 160),
        "postIdent?": text(0, 15),
        "houseKey?": text(0, 50),
        "labelAddress?": asked("LabelAddressAsked", {"labelLine?": rows(LONG_LINE, 0, 6)}),
    },
)
ATTRIBUTES_ASKED = asked(
    "AttributesAsked",
    {
        "przl?": rows(one_of(*SERVICE_CODES), 0, 6),
        "freeText?": text(0, 34),
        "deliveryDate?": {"type": "string", "format": "date"},
        **dict.fromkeys(("parcelNo?", "parcelTotal?"), whole(0, 99)),
        "deliveryPlace?": LONG_LINE,
        "proClima?": FLAG,
        "weight?": whole(0, 99_999),
        "returnInfo?": asked(
            "ReturnInfoAsked",
            {
                "returnNote?": FLAG,
                "instructionForReturns?": FLAG,
                "returnService?": text(1, 1, like="^[0-9]$"),
                "customerIDReturnAddress?": text(like="^[0-9]{8}$"),
            },
        ),
        "unnumbers?": rows(text(like="^[0-9]{4}$"), 0, 3),
        "dispatchInfo?": asked(
            "DispatchInfoAsked",
            {
                "dispatchDate?": {"type": "string", "format": "date"},
                "dispatchTime?": text(like="^[01][0-9]:[0-5][0-9]$"),
            },
        ),
    },
)
NOTIFICATION_ASKED = asked(
    "NotificationAsked",
    {
        "communication": asked("CommunicationAsked", {"email?": text(0, 160), "mobile?": text(0, 20)}),
        "type?": one_of("EMAIL", "SMS"),
        "service?": one_of(*KINDS),
        "language": LANGUAGE,
        "freeText1?": text(0, 160),
        "freeText2?": text(0, 512),
        "deliveryInstructions?": rows(one_of("10", "14", "18", "20"), 0, 4),
        "dynPic?": asked("PictureAsked", {"urlPic": URL, "urlLink": URL}),
    },
)
ITEM_ASKED = asked(
    "ItemAsked",
    {
        "itemID?": text(0, 200),
        "itemNumber?": text(1, 8, like="^[0-9]{1,8}$"),
        "identCode?": text(0, 50),
        "recipient": RECIPIENT_ASKED,
        "additionalData?": rows(asked("PairAsked", {"type": text(1, 35, like=r"^\S+$"), "value?": text(0, 50)}), 0, 20),
        "attributes?": ATTRIBUTES_ASKED,
        "notification?": rows(NOTIFICATION_ASKED, 0, 15),
    },
)
HOW: dict[str, Schema] = {"imageFileType?": FILE_TYPES, "imageResolution?": RESOLUTION, "printPreview?": FLAG}
ENVELOPE: dict[str, Schema] = {
    "language": LANGUAGE,
    "frankingLicense?": text(0, 50),
    "ppFranking?": FLAG,
    "customer": CUSTOMER_ASKED,
    "customerSystem?": text(0, 255),
    "sendingID?": text(0, 50),
}
LABEL_ASKED = asked(
    "LabelAsked",
    {
        **ENVELOPE,
        "labelDefinition": asked(
            "LabelDefinitionAsked",
            {"labelLayout?": text(0, 20), "printAddresses?": one_of(*ADDRESSES), **HOW},
        ),
        "item": ITEM_ASKED,
    },
)
BARCODES_ASKED = asked(
    "BarcodesAsked",
    {
        **ENVELOPE,
        "barcodeDefinition": asked("BarcodeDefinitionAsked", HOW),
        "item": either(ITEM_ASKED, rows(ITEM_ASKED, 1, 100)),
    },
)
LEG: dict[str, Schema] = {"labelId?": text(0, 200), "recipient": RECIPIENT_ASKED, "attributes?": ATTRIBUTES_ASKED}
RETURNING = asked("ReturningLegAsked", LEG)
OUTGOING = asked(
    "OutgoingLegAsked",
    {
        **LEG,
        "notification?": asked("LegNotificationAsked", {"language": LANGUAGE, "type?": one_of("EMAIL", "SMS")}),
    },
)
REPLACEMENT_ASKED = asked(
    "ReplacementAsked",
    {
        "language": LANGUAGE,
        "customerDetails": asked(
            "CustomerDetailsAsked",
            {
                "licenseNo?": text(0, 50),
                "labelLayout?": text(0, 20),
                **HOW,
                "address?": asked("SenderAsked", ADDRESS),
                "logo?": asked("LogoAsked", {"image?": text(0, 4_000), "format?": text(0, 10)}),
            },
        ),
        "sendReplacement": OUTGOING,
        "returnToWarehouse": RETURNING,
        "sendRepaired?": OUTGOING,
        "returnReplacement?": RETURNING,
    },
)
TOKEN_ASKED = asked(
    "TokenAsked",
    {
        "grant_type?": one_of("client_credentials"),
        "client_id?": text(1, 255),
        "client_secret?": text(1, 255),
        "scope?": text(1),
    },
)
IDS_ASKED = asked("IdsAsked", {"ids": rows(text(0, 60), 1, 100)})

# -- bodies that are taken

SENDER: dict[str, Any] = {
    "name1": "Versandhaus Rhein",
    "street": "Marktgasse 3",
    "zip": "4051",
    "city": "Basel",
    "country": "CH",
    "domicilePostOffice": "4051 Basel",
}
RECIPIENT: dict[str, Any] = {
    "name1": "Lea Müller",
    "street": "Bahnhofstrasse",
    "houseNo": "12",
    "zip": "8001",
    "city": "Zürich",
    "country": "CH",
    "email": "lea@example.org",
}
DEFINITION: dict[str, Any] = {
    "labelLayout": "A6",
    "printAddresses": "RECIPIENT_AND_CUSTOMER",
    "imageFileType": "ZPL2",
    "imageResolution": 200,
    "printPreview": False,
}
LABEL_EXAMPLE: dict[str, Any] = {
    "language": "DE",
    "frankingLicense": "60013217",
    "customer": SENDER,
    "labelDefinition": DEFINITION,
    "sendingID": "S-1",
    "item": {
        "itemID": "I-1",
        "recipient": RECIPIENT,
        "attributes": {"przl": ["PRI"], "weight": 1_200},
        "notification": [
            {
                "communication": {"email": "lea@example.org"},
                "type": "EMAIL",
                "service": 2,
                "language": "DE",
                "freeText1": "Danke",
                "deliveryInstructions": ["10", "20"],
            }
        ],
    },
}
BARCODES_EXAMPLE: dict[str, Any] = {
    **{key: LABEL_EXAMPLE[key] for key in ("language", "frankingLicense", "customer")},
    "barcodeDefinition": {"imageFileType": "GIF", "imageResolution": 200},
    "item": [{"itemID": "L-1", "recipient": RECIPIENT, "attributes": {"przl": ["RINL"]}}],
}
REPLACEMENT_EXAMPLE: dict[str, Any] = {
    "language": "DE",
    "customerDetails": {
        "licenseNo": "60013217",
        "labelLayout": "A6",
        "imageFileType": "ZPL2",
        "imageResolution": 200,
        "address": SENDER,
    },
    "sendReplacement": {
        "recipient": RECIPIENT,
        "attributes": {"przl": ["PRI"]},
        "notification": {"language": "DE", "type": "EMAIL"},
    },
    "returnToWarehouse": {"recipient": {**SENDER, "street": "Marktgasse"}, "attributes": {"przl": ["GAS", "PRI"]}},
}
REPLACEMENT_EXAMPLE["returnToWarehouse"]["recipient"].pop("domicilePostOffice")
