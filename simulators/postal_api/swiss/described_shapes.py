"""Shapes of Swiss Post's answers.

Wire contract: `postal_api_swiss` §1, §2.3, §5, §8 and §9.
"""

from ...wire.schemas import FLAG, NULL, NUMBER, TEXT, Schema, either, one_of, rows, shape, text, whole
from .reading import ADDRESSES
from .statuses import STATUS_OF as EVENTS
from .statuses import business

LANGUAGE = one_of("DE", "FR", "IT", "EN")
IDENT_CODE = text(like="^([0-9]{18}|[A-Z]{2}[0-9]{9}CH)$")
PICTURE = text(1, like="^[A-Za-z0-9+/]+={0,2}$")
MOMENT = text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+0[12]:00$")
EVENT_CODE = text(like=rf"^(PARCEL|LETTER)\.\*\.1\.({'|'.join(map(str, EVENTS))})$")
STATUS = one_of(*dict.fromkeys(business(status) for status in EVENTS.values()), "RETURNED", "NOT_DELIVERED", "UNKNOWN")

# -- what is refused

FAULT = shape("Fault", {"field": TEXT, "error": text(1), "rejectedValue": either(TEXT, NUMBER, FLAG, NULL)})
FAULTS = rows(FAULT, 1, 100)
OAUTH_ERROR = shape(
    "OAuthError",
    {
        "error": one_of("unsupported_grant_type", "invalid_scope", "invalid_client"),
        "error_description": text(1),
    },
)
UNKNOWN = shape("Unknown", {"status": one_of(404), "code": text(1), "message": text(1)})
ERROR = shape("Error", {"code": text(like="^E[0-9]{4}$"), "message": text(1, 500)})
WARNING = shape("Warning", {"code": text(like="^W[0-9]{4}$"), "message": text(1, 500)})
ERRORS, WARNINGS = rows(ERROR, 1), rows(WARNING, 1)
NO_LABEL = rows(TEXT, 0, 0)

# -- labels

TOKEN = shape("Token", {"access_token": text(1), "token_type": one_of("Bearer"), "expires_in": whole(1)})
DEFINITION = shape(
    "LabelDefinition",
    {
        "labelLayout": TEXT,
        "printAddresses?": one_of(*ADDRESSES),
        "imageFileType": text(1, like="^[^A-Z]+$"),
        "imageResolution": whole(1),
        "printPreview": FLAG,
        "colorPrintRequired": FLAG,
    },
)
ITEM_ID: dict[str, Schema] = {"itemID?": text(1, 200)}
MADE_ITEM = shape("MadeItem", {**ITEM_ID, "identCode": IDENT_CODE, "label": rows(PICTURE, 1, 1), "warnings?": WARNINGS})
REFUSED_ITEM = shape("RefusedItem", {**ITEM_ID, "label": NO_LABEL, "errors": ERRORS, "warnings?": WARNINGS})
HEAD: dict[str, Schema] = {"labelDefinition": DEFINITION, "sendingID?": text(1, 50)}
LABEL = either(
    shape("Label", {**HEAD, "item": either(MADE_ITEM, REFUSED_ITEM)}),
    shape("LicenseRefused", {**HEAD, "errors": ERRORS}),
)
COMBINATION = shape(
    "Combination",
    {
        "labelDefinition": shape("Layout", {"labelLayout": TEXT}),
        "item": shape("CombinationItem", {**ITEM_ID, "errors?": ERRORS, "warnings?": WARNINGS}),
    },
)
BARCODES = shape(
    "Barcodes",
    {
        "barcodeDefinition": shape(
            "BarcodeDefinition",
            {"imageFileType": text(1), "imageResolution": whole(1), "colorPrintRequired": one_of(False)},
        ),
        "sendingID?": text(1, 50),
        "item": rows(
            either(
                shape(
                    "MadeLetter",
                    {**ITEM_ID, "identCode": IDENT_CODE, "barcodes": rows(PICTURE, 1), "warnings?": WARNINGS},
                ),
                shape("RefusedLetter", {**ITEM_ID, "barcodes": NO_LABEL, "errors": ERRORS}),
            ),
            1,
            100,
        ),
    },
)
LEG = either(
    shape(
        "MadeLeg",
        {
            "identcode": IDENT_CODE,
            "imageFileType": text(1, like="^[^A-Z]+$"),
            "label": rows(PICTURE, 1, 1),
            "warnings?": WARNINGS,
        },
    ),
    shape("RefusedLeg", {"label": NO_LABEL, "errors?": ERRORS}),
)
REPLACEMENT = shape(
    "Replacement",
    {"sendReplacement": LEG, "returnToWarehouse": LEG, "sendRepaired?": LEG, "returnReplacement?": LEG},
)

# -- tracking

INSTRUCTION = shape(
    "DeliveryInstruction",
    {
        "option": one_of("10", "14", "18", "20"),
        "text": text(1),
        "givenAt": MOMENT,
        "details": shape(
            "InstructionDetails",
            dict.fromkeys(("place?", "neighbour?", "day?", "name?", "street?", "zip?", "city?"), text(1, 70)),
        ),
    },
)
STANDING: dict[str, Schema] = {
    "identCode": IDENT_CODE,
    "status": shape("Standing", {"status": STATUS, "title": text(1), "subtitle": TEXT}),
    "product": rows(text(1)),
    "recipientZip": TEXT,
    "deliveryInstruction?": INSTRUCTION,
}
DETAIL = shape("Detail", STANDING)
EVENT = shape(
    "Event",
    {
        "code": EVENT_CODE,
        "subEventId?": one_of("CAN"),
        "title": text(1),
        "subtitle": TEXT,
        "timestamp": MOMENT,
        "location": TEXT,
    },
)
EVENT_LIST = shape("Events", {"identCode": IDENT_CODE, "events": rows(EVENT)})
MANY = shape(
    "Mailpieces", {"mailpieces": rows(shape("Mailpiece", {"id": TEXT, **STANDING})), "notFound": rows(TEXT, 0, 100)}
)

# -- read back: an extension of ours

PAIR = shape("Pair", {"type": text(1, 35), "value": text(0, 50)})
KEPT_CUSTOMER = shape(
    "KeptCustomer",
    {
        **dict.fromkeys(("name1?", "name2?", "street?", "city?", "pobox?"), text(1, 25)),
        "zip?": text(1, 10),
        "country?": text(1, 50),
        "domicilePostOffice?": text(1, 35),
        "logo?": text(1),
        "logoFormat?": text(1, 10),
        "logoRotation?": one_of(0, 90, 180, 270),
        "logoAspectRatio?": one_of("EXPAND", "KEEP"),
        "logoHorizontalAlign?": one_of("WITH_CONTENT", "LEFT"),
        "logoVerticalAlign?": one_of("TOP", "MIDDLE"),
    },
)
KEPT_RECIPIENT = shape(
    "KeptRecipient",
    {
        **dict.fromkeys(
            ("name1?", "firstName?", "name2?", "name3?", "title?", "addressSuffix?", "street?", "pobox?", "city?"),
            text(1, 35),
        ),
        "personallyAddressed?": one_of(False),
        **dict.fromkeys(("houseNo?", "mailboxNo?", "zip?"), text(1, 10)),
        "floorNo?": text(1, 5),
        **dict.fromkeys(("country?", "houseKey?"), text(1, 50)),
        **dict.fromkeys(("phone?", "mobile?"), text(1, 20)),
        "email?": text(1, 160),
        "postIdent?": text(1, 15),
        "labelLines?": rows(text(0, 35)),
    },
)
KEPT_NOTIFICATION = shape(
    "KeptNotification",
    {
        "communication?": shape("KeptCommunication", {"email?": text(1, 160), "mobile?": text(1, 20)}),
        "type?": one_of("EMAIL", "SMS"),
        "service?": whole(0),
        "language": LANGUAGE,
        "freeText1?": text(1, 160),
        "freeText2?": text(1, 512),
        "deliveryInstructions?": rows(one_of("10", "14", "18", "20"), 1, 4),
        "dynPic?": shape("KeptPicture", {"urlPic?": text(1), "urlLink?": text(1)}),
    },
)
KEPT_ATTRIBUTES = shape(
    "KeptAttributes",
    {
        "przl?": rows(text(0, 40), 1),
        "freeText?": text(1, 34),
        "deliveryDate?": text(1),
        **dict.fromkeys(("parcelNo?", "parcelTotal?"), whole(0, 99)),
        "deliveryPlace?": text(1, 35),
        "proClima?": one_of(True),
        "weight?": text(1),
        "returnInfo?": shape(
            "KeptReturnInfo",
            {
                **dict.fromkeys(("returnNote?", "instructionForReturns?"), one_of(True)),
                "returnService?": text(1, 1),
                "customerIDReturnAddress?": text(8, 8),
            },
        ),
        "unnumbers?": rows(text(0, 20), 1),
        "dispatchInfo?": shape("KeptDispatchInfo", {"dispatchDate?": text(1), "dispatchTime?": text(1)}),
    },
)
KEPT_SHIPMENT = shape(
    "KeptShipment",
    {
        "language": LANGUAGE,
        "frankingLicense?": text(1, 50),
        "ppFranking?": one_of(True),
        "customer?": KEPT_CUSTOMER,
        "customerSystem?": text(1, 255),
        "labelDefinition?": shape(
            "KeptLabelDefinition",
            {
                "labelLayout?": text(1),
                "printAddresses?": one_of(*ADDRESSES),
                "imageFileType?": text(1),
                "imageResolution?": whole(1),
            },
        ),
        "sendingID?": text(1, 50),
        "item": shape(
            "KeptItem",
            {
                "itemID?": text(1, 200),
                "itemNumber?": text(1, 8, like="^[0-9]+$"),
                "identCode?": text(1, 50),
                "recipient": KEPT_RECIPIENT,
                "additionalData?": rows(PAIR, 1, 20),
                "attributes": KEPT_ATTRIBUTES,
                "notification?": rows(KEPT_NOTIFICATION, 1, 15),
            },
        ),
    },
)
CONSIGNMENT = shape(
    "Consignment",
    {
        "identCode": IDENT_CODE,
        "way": one_of("REST", "REST single", "REST replacement", "SOAP", "DataTransfer", "online"),
        "madeAt": MOMENT,
        "leg": one_of("", "sendReplacement", "returnToWarehouse", "sendRepaired", "returnReplacement"),
        "isReturn": FLAG,
        "notificationSenderName": text(0, 51),
        "warnings": rows(text(like="^W[0-9]{4}$")),
        "addressLines": rows(TEXT),
        "shipment": KEPT_SHIPMENT,
        "notices": rows(
            shape(
                "SentNotice",
                {
                    "service": one_of(1, 2, 4, 32, 64, 128, 256),
                    "occurrence": text(like="^(data|sorted|ready|waited|attempted-[1-9][0-9]*|delivered)$"),
                    "sentAt": MOMENT,
                    "own": FLAG,
                    "to?": text(1, 160),
                },
            )
        ),
        "deliveryInstruction?": INSTRUCTION,
    },
)
CONSIGNMENTS = shape("Consignments", {"total": whole(0), "consignments": rows(CONSIGNMENT, 0, 100)})
