"""The other ways in as we declare them.

Wire contract: `notifications` NTF-170 to NTF-175. The web service's messages stand in its own description (WSDL): here
are its addresses alone.
"""

from ....wire.description import BYTES, Content, Described, Link, json_of
from ....wire.problems import PROBLEM
from ....wire.schemas import Schema, asked, either, one_of, rows, shape, text, whole
from ..described import BASIC, EMPTY, FORM, HTML, OUTSIDE
from ..notices import LANGUAGES
from .drop_folder import FILES_MOST, NDJSON
from .online import SERVICES

XML = "text/xml"
FILE_NAME = text(like=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.ndjson$")
SIZE = whole(1)
PROBLEM_SHAPE = shape(
    "Problem",
    {"type": one_of("about:blank"), "title": text(1), "status": one_of(400, 404, 409, 422), "detail": text(1)},
)
ANSWER_NAME = text(like=r"^[A-Za-z0-9_-]{1,64}\.answer\.ndjson$")
FILE = shape(
    "DroppedFile",
    {
        "name": FILE_NAME,
        "bytes": SIZE,
        "sha256": text(like="^[0-9a-f]{64}$"),
        "state": one_of("waiting", "answered"),
        "answer": either(ANSWER_NAME, {"type": "null"}),
    },
)
ANSWER_FILE = shape("AnswerFile", {"name": ANSWER_NAME, "bytes": SIZE, "state": one_of("answer")})
FOLDER = shape("Folder", {"files": rows(either(FILE, ANSWER_FILE), 0, 2 * FILES_MOST)})
WRONG: Content = {PROBLEM: PROBLEM_SHAPE}
LINE_EXAMPLE = '{"language":"DE","frankingLicense":"60013217","customer":{"name1":"A"},"item":{"recipient":{}}}\n'
FORM_ASKED = asked(
    "FormAsked",
    {
        **dict.fromkeys(("senderName?", "senderStreet?", "senderZip?", "senderCity?"), text(0, 25)),
        **dict.fromkeys(("name?", "company?", "street?", "houseNo?", "zip?", "city?"), text(0, 35)),
        "service": one_of(*SERVICES),
        "weight?": text(like="^[0-9]{1,5}$"),
        "email?": text(0, 160),
        "language?": one_of(*LANGUAGES),
        "terms": one_of("accepted"),
    },
)
FORM_EXAMPLE = {
    "senderName": "Ugo Bianchi",
    "senderStreet": "Via Nassa 1",
    "senderZip": "6900",
    "senderCity": "Lugano",
    "name": "Lea Müller",
    "street": "Bahnhofstrasse",
    "houseNo": "12",
    "zip": "8001",
    "city": "Zürich",
    "service": "PRI",
    "terms": "accepted",
}


def dropped(summary: str, answers: dict[int, Content], *, body: Content | None = None, named: bool = True) -> Described:
    """Describe an operation of the drop folder; a path that nothing stands at has no body."""
    statuses = {**OUTSIDE, 401: EMPTY, **answers}
    return Described(
        summary=summary,
        path={"name": FILE_NAME} if named else {},
        body=body or {},
        example=LINE_EXAMPLE if body else None,
        links=(Link("read_file", {"name": "$response.body#/name"}), Link("list_folder")) if body else (),
        answers={**statuses, 404: WRONG if named else EMPTY},
        security=(BASIC,),
        bare=(404,) if named else (),
    )


def page(summary: str, *, path: dict[str, Schema], posted: bool) -> Described:
    """Describe the page for everybody."""
    found: dict[int, Content] = {200: {HTML: BYTES}, **OUTSIDE}
    if not posted:
        return Described(summary=summary, path=path, answers=found, open=True)
    return Described(
        summary=summary,
        path=path,
        body={FORM: FORM_ASKED},
        example=FORM_EXAMPLE,
        answers={**found, 422: {HTML: BYTES}},
        open=True,
    )


TENANT = {"tenant": text(1, 60, like="^[a-z0-9-]+$")}
OPERATIONS: dict[str, Described] = {
    "describe_web_service": Described(
        summary="Describe the web service: ?wsdl, and ?xsd=1 for its schema.",
        query={"wsdl?": text(0, 9), "xsd?": text(0, 9)},
        answers={200: {XML: BYTES}, **OUTSIDE},
        open=True,
    ),
    "web_service": Described(
        summary="Answer a SOAP message as the web service's own description tells; faults are 500.",
        body={XML: {"type": "string"}},
        answers={200: {XML: BYTES}, 500: {XML: BYTES}, 401: EMPTY, **OUTSIDE},
        security=(BASIC,),
    ),
    "drop_file": dropped(
        "Take a file of announced items; a line is one.",
        {200: json_of(FILE), 201: json_of(FILE), 400: WRONG, 409: WRONG, 422: WRONG},
        body={NDJSON: {"type": "string"}},
    ),
    "list_folder": dropped("List the files, answers beside them.", {200: json_of(FOLDER)}, named=False),
    "read_file": dropped("Give a file, or the answer to one.", {200: {NDJSON: BYTES}}),
    "delete_file": dropped("Take a file and its answer away.", {204: EMPTY, 409: WRONG}),
    "online_form": page("Show the form.", path={}, posted=False),
    "own_online_form": page("Show the form of a tenant of one's own.", path=TENANT, posted=False),
    "online_label": page("Make a label of the form.", path={}, posted=True),
    "own_online_label": page("Make a label of the form in a tenant of one's own.", path=TENANT, posted=True),
}
