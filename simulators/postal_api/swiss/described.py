"""Swiss Post's REST service as we declare it: every route, what it takes, every answer. The document is made of this.

Wire contract: `postal_api_swiss` §1, §5, §8 and §9. The shapes are written down from the contract, so that they and
the code that answers can show each other wrong. A business refusal is 200 with errors in the place of an ident code.
"""

from collections.abc import Mapping
from typing import Any

from ...wire.description import BYTES, Content, Described, Description, Link, json_of
from ...wire.schemas import Schema, text
from . import described_requests as requests
from . import described_shapes as shapes

ABOUT = """\
Swiss Post's Digital Commerce API «Barcode» and tracking as this simulator has them; `parcelproof carriers swiss_post` \
tells the sources and what is guessed.

Bodies are read leniently: numbers as text and back, null as missing; members that nobody knows are passed over, \
except in `customer`, for which the gateway says 400 without a body. Business errors come with 200. The web service \
«Barcode» describes itself at /wsbc/barcode/v2_4?wsdl; it is named here and no more, as are the drop folder and the \
page for everybody. What stands under /parcelproof is an extension of ours."""

FORM, HTML = "application/x-www-form-urlencoded", "text/html"
BEARER, BASIC = "token", "password"
EMPTY: Content = {}
OUTSIDE: dict[int, Content] = {404: EMPTY, 405: EMPTY, 413: EMPTY, 503: {HTML: BYTES}}
REFUSED: dict[int, Content] = {400: json_of(shapes.FAULTS), 401: EMPTY, 403: EMPTY, **OUTSIDE}
KEY = text(1, 60, like=r"^[0-9A-Za-z.]+$")
MADE_CODE = "$response.body#/item/identCode"
AFTER_MADE = (
    Link("read_detail", {"key": MADE_CODE}),
    Link("read_events", {"key": MADE_CODE}),
    Link("read_many", body={"ids": [MADE_CODE]}),
    Link("read_consignment", {"identCode": MADE_CODE}),
    Link("list_consignments"),
)


def told(
    summary: str, body: Schema, example: Mapping[str, Any], good: Schema, *, links: tuple[Link, ...] = ()
) -> Described:
    """Describe a call that takes JSON; the gateway's 400 has no body."""
    return Described(
        summary=summary,
        body=json_of(body),
        example=dict(example),
        answers={200: json_of(good), **REFUSED},
        links=links,
        security=(BEARER,),
        bare=(400,),
    )


def looked_up(summary: str, segment: str, good: Schema) -> Described:
    """Describe reading one consignment; an unknown one is told with a body, an unknown path without."""
    answers = {**REFUSED, 200: json_of(good), 404: json_of(shapes.UNKNOWN)}
    return Described(
        summary=summary,
        path={segment: KEY},
        answers={**answers, 400: EMPTY},
        security=(BEARER,),
        bare=(404,),
    )


def token(summary: str, scopes: str) -> Described:
    """Describe a token call; its fields stand in a form or in the query."""
    error = json_of(shapes.OAUTH_ERROR)
    example = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "secret", "scope": scopes}
    fields = {name: text(0, 255) for name in ("grant_type?", "client_id?", "client_secret?", "scope?")}
    return Described(
        summary=summary,
        query=fields,
        body={FORM: requests.TOKEN_ASKED},
        body_required=False,
        example=example,
        answers={200: json_of(shapes.TOKEN), 400: error, 401: error, **OUTSIDE},
        headers={"Cache-Control": "no-store"},
        open=True,
    )


OPERATIONS: dict[str, Described] = {
    "token": token("Give a token.", "DCAPI_BARCODE_READ MYSB_MAILPIECE_TRACKING_B2B_READ"),
    "old_token": token("Give a token by the older address.", "WEDEC_BARCODE_READ"),
    "generate_address_label": told(
        "Make a label, and a consignment with it.",
        requests.LABEL_ASKED,
        requests.LABEL_EXAMPLE,
        shapes.LABEL,
        links=AFTER_MADE,
    ),
    "validate_combination": told(
        "Judge services, instructions and layout alone. Ours: the REST service has no such call.",
        requests.LABEL_ASKED,
        requests.LABEL_EXAMPLE,
        shapes.COMBINATION,
    ),
    "generate_single_barcodes": told(
        "Make the barcodes of letters, each item on its own.",
        requests.BARCODES_ASKED,
        requests.BARCODES_EXAMPLE,
        shapes.BARCODES,
        links=(Link("read_detail", {"key": "$response.body#/item/0/identCode"}),),
    ),
    "generate_replacement_label": told(
        "Make the labels of an exchange.",
        requests.REPLACEMENT_ASKED,
        requests.REPLACEMENT_EXAMPLE,
        shapes.REPLACEMENT,
        links=(
            Link("read_events", {"key": "$response.body#/sendReplacement/identcode"}),
            Link("read_consignment", {"identCode": "$response.body#/returnToWarehouse/identcode"}),
        ),
    ),
    "read_detail": looked_up("Tell how a consignment stands.", "key", shapes.DETAIL),
    "read_events": looked_up("Tell a consignment's events, oldest first.", "key", shapes.EVENT_LIST),
    "read_many": told(
        "Tell how several consignments stand.", requests.IDS_ASKED, {"ids": ["990000000000000001"]}, shapes.MANY
    ),
    "read_consignment": looked_up("Tell a consignment as it was accepted. Ours.", "identCode", shapes.CONSIGNMENT),
    "list_consignments": Described(
        summary="List the newest consignments. Ours.",
        answers={**REFUSED, 200: json_of(shapes.CONSIGNMENTS), 400: EMPTY},
        security=(BEARER,),
    ),
}


def description(others: Mapping[str, Described]) -> Description:
    """Return the whole description; `others` are the operations of the other ways in."""
    return Description(
        title="Swiss Post, Digital Commerce API, simulated",
        text=ABOUT,
        security={
            BEARER: {"type": "http", "scheme": "bearer", "description": "What /OAuth/token gave."},
            BASIC: {"type": "http", "scheme": "basic", "description": "Id and secret of the client."},
        },
        operations={**OPERATIONS, **others},
    )
