"""The notification service as we declare it."""

from ....wire.description import BYTES, Content, Described, Link, json_of
from ....wire.schemas import FLAG, TEXT, asked, either, one_of, rows, shape, text, whole
from ..described import BEARER, EMPTY, FORM, HTML, KEY, OUTSIDE, REFUSED
from ..described_requests import NOTIFICATION_ASKED
from ..described_shapes import ERRORS, IDENT_CODE, LANGUAGE, UNKNOWN, WARNINGS
from .control_rules import FIELDS, OPTIONS
from .rules import OF_RECIPIENTS

KINDS = rows(one_of(*OF_RECIPIENTS), 0, len(OF_RECIPIENTS))
EMAIL = text(6, 160, like=r"^[A-Za-z0-9]+@[a-z0-9]+\.[a-z]{2,}$")
OWN = {"email": text(1, 160), "kinds": KINDS, "language": LANGUAGE, "mobile": text(0, 20), "active": FLAG}
MINE = shape("MyConsignment", {"identCode": IDENT_CODE, "controlLink": text(1)})
OWN_RECIPIENT = shape("OwnRecipient", {**OWN, "consignments": rows(MINE)})
ADDED = either(
    shape("AddedNotifications", {"identCode": IDENT_CODE, "notifications": whole(1, 15), "warnings?": WARNINGS}),
    shape("RefusedNotifications", {"identCode": IDENT_CODE, "errors": ERRORS}),
)
NOTE = {"communication": {"email": "lea@example.org"}, "type": "EMAIL", "service": 2, "language": "DE"}
LINK = text(1, 500, like=r"^[0-9A-Za-z_.-]+$")
CHOSEN = asked(
    "OptionChosen",
    {"option": one_of(*OPTIONS), **{f"{name}?": TEXT for fields in FIELDS.values() for name in fields}},
)
PAGE: Content = {HTML: BYTES}

OPERATIONS: dict[str, Described] = {
    "add_notifications": Described(
        summary="Take notification data of a consignment that has its label already. Ours.",
        path={"identCode": KEY},
        body=json_of(asked("LateNotifications", {"notification": rows(NOTIFICATION_ASKED, 1, 15)})),
        example={"notification": [NOTE]},
        answers={**REFUSED, 200: json_of(ADDED), 404: json_of(UNKNOWN)},
        links=(Link("read_consignment", {"identCode": "$response.body#/identCode"}),),
        security=(BEARER,),
        bare=(400, 404),
    ),
    "set_my_consignments": Described(
        summary="Activate «My consignments» for a recipient, or change his settings. Ours.",
        body=json_of(
            asked(
                "OwnSettingsAsked",
                {
                    "email": EMAIL,
                    "kinds?": KINDS,
                    "language?": LANGUAGE,
                    "mobile?": one_of("0791234567"),
                    "active?": FLAG,
                },
            )
        ),
        example={"email": "lea@example.org", "kinds": [2], "language": "DE"},
        answers={200: json_of(OWN_RECIPIENT), **REFUSED},
        links=(Link("list_my_consignments"),),
        security=(BEARER,),
        bare=(400,),
    ),
    "list_my_consignments": Described(
        summary="List the recipients with settings of their own, and what goes to them. Ours.",
        answers={
            **REFUSED,
            200: json_of(shape("Recipients", {"recipients": rows(OWN_RECIPIENT)})),
            400: EMPTY,
        },
        security=(BEARER,),
    ),
    "control_options": Described(
        summary="Show the control options of a consignment. The page is ours.",
        path={"token": LINK},
        answers={200: PAGE, **OUTSIDE, 404: PAGE},
        open=True,
        bare=(404,),
    ),
    "use_control_option": Described(
        summary="Use a control option. The form is ours.",
        path={"token": LINK},
        body={FORM: CHOSEN},
        example={"option": "10", "place": "Garage"},
        answers={200: PAGE, **OUTSIDE, 404: PAGE, 409: PAGE, 422: PAGE},
        open=True,
        bare=(404,),
    ),
}
