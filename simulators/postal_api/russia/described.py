"""What the chapters' declarations share: who may call, what the gateway and the framework say, our own problems.

Wire contract: `postal_api_russia` §1. Shapes are written down from the contract, so that they and the code that answers
can show each other wrong. The OpenAPI documents of both REST mounts are made of the chapters' declarations.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ...wire.description import Content, Described, Description, json_of
from ...wire.schemas import TEXT, WHOLE, Schema, one_of, rows, shape, text, whole
from .part import Part, merged

ABOUT = """\
Russian Post's Otpravka API as this simulator has it; `parcelproof carriers russian_post` tells the sources and \
what is guessed. Paths below /parcelproof are our own design and no interface of the carrier.

Bodies are read leniently: numbers as text and back, flags as 0 and 1, fields that nobody knows are passed over. \
Switches of a tenant change shapes; the shapes here allow for all of them. The gateway answers 407 where it knows no \
path or method."""
ABOUT_CALCULATOR = """\
Russian Post's public calculator as this simulator has it; `parcelproof carriers russian_post_tariff` tells the \
sources and what is guessed. Nobody signs in. Every answer comes as JSON, text or HTML, as the query names one of \
`json`, `jsontext`, `text`, `html`, `htmlfull`, `easy`."""

TOKEN, USER = "token", "user"
BOTH = (TOKEN, USER)
SECURITY: dict[str, Mapping[str, Any]] = {
    TOKEN: {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AccessToken and the application's token: it names the tenant.",
    },
    USER: {
        "type": "apiKey",
        "in": "header",
        "name": "X-User-Authorization",
        "description": "Basic and the cabinet's login and password: the token's secret.",
    },
}


def words(listed: str) -> tuple[str, ...]:
    """Return the words of a list with blanks between them."""
    return tuple(listed.split())


# -- what many answers have

MOMENT = text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$")
DATE = text(like="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
DAY_ASKED = text(like="^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")
INDEX = text(like="^[0-9]{6}$")
NUMBER_OF_ITEM = text(like="^([0-9]{14}|[A-Z]{2}[0-9]{9}RU)$")
ID = whole(1)
NAME = text(1)

# -- what is said in front of the service, and by its framework (§1.3)

DENIED = shape("Denied", {"code": one_of("401", "403"), "desc": NAME, "message": NAME})
GATEWAY = shape("Gateway", {"status": one_of("ERROR"), "message": NAME})
FRAMEWORK = shape(
    "Framework",
    {
        "timestamp": text(like=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+0[0-9]00$"),
        "status": whole(400, 599),
        "error": NAME,
        "exception?": NAME,
        "message": NAME,
        "path": text(like="^/"),
    },
)
MISSING = shape("Missing", {"code": one_of("1001"), "desc": NAME, "sub-code": one_of("RESOURCE_NOT_FOUND")})
INTERNAL = shape("Internal", {"code": one_of("1002"), "desc": NAME, "sub-code": one_of("INTERNAL_ERROR")})
OUTSIDE: dict[int, Content] = {
    401: json_of(DENIED),
    403: json_of(DENIED),
    407: json_of(GATEWAY),
    413: json_of(FRAMEWORK),
    429: json_of(GATEWAY),
    503: json_of(GATEWAY),
}
QUOTA_MET: dict[int, Content] = {406: json_of(GATEWAY)}  # where a tenant wants it in the place of 429; strict Accept
UNREADABLE: dict[int, Content] = {400: json_of(FRAMEWORK)}
NOT_FOUND: dict[int, Content] = {404: json_of(MISSING)}


def told(summary: str, answers: Mapping[int, Content], **more: Any) -> Described:
    """Declare a call of Otpravka's: two headers, and what may be said before it is looked at."""
    return Described(summary=summary, answers={**OUTSIDE, **QUOTA_MET, **answers}, **{"security": BOTH, **more})


# -- problems of our own wires (RFC 9457)

PROBLEM = "application/problem+json"
FAULT = shape("Fault", {"pointer": TEXT, "code": NAME, "detail": NAME})
FACTS: dict[str, Schema] = {
    "errors?": rows(FAULT, 1),
    "allowed?": rows(NAME, 1),
    "idempotency_key?": NAME,
    "state?": NAME,
    "service?": NAME,
    "covered?": rows(NAME),
    "lines?": rows(shape("Lacking", {"sku": NAME, "wanted": WHOLE, "available": WHOLE}), 1),
    "code?": NAME,
    "reason?": NAME,
    "limit_bytes?": WHOLE,
    **dict.fromkeys(("sign_up?", "request?", "contract?", "recipient?", "order?"), NAME),
}
TYPED = text(like="^(about:blank|/problems/[a-z-]+)$")


def problem(status: int, *facts: str) -> Content:
    """Return a problem's content: these facts of `FACTS`, each where it is known."""
    members = {name: FACTS[name] for name in (f"{fact}?" for fact in facts)}
    head = {"type": TYPED, "title": NAME, "status": one_of(status), "detail": NAME}
    return {PROBLEM: shape(f"Problem{status}", {**head, **members})}


OWN_OUTSIDE: dict[int, Content] = {
    401: problem(401),
    405: problem(405, "allowed"),
    413: problem(413, "limit_bytes"),
    503: problem(503),
}
OWN_NOT_FOUND: dict[int, Content] = {404: problem(404)}
IN_THE_WAY = ("state", "allowed", "service", "sign_up", "request", "contract", "recipient", "order", "lines", "code")
CONFLICT: dict[int, Content] = {409: problem(409, *IN_THE_WAY, "reason")}
INVALID: dict[int, Content] = {422: problem(422, "errors", "idempotency_key")}
OWN_WRITE: dict[int, Content] = {400: problem(400), 415: problem(415, "allowed"), **CONFLICT, **INVALID}
UNCOVERED: dict[int, Content] = {403: problem(403, "service", "covered")}
KEY = {"Idempotency-Key": text(like="^[A-Za-z0-9_-]{16,64}$")}


def own(summary: str, answers: Mapping[int, Content], **more: Any) -> Described:
    """Declare a reading call of our own design."""
    return Described(summary=summary, answers={**OWN_OUTSIDE, **answers}, **{"security": BOTH, **more})


def own_write(summary: str, answers: Mapping[int, Content], **more: Any) -> Described:
    """Declare a writing call of our own design, done once for its key."""
    return own(summary, {**OWN_WRITE, **answers}, **{"asks": KEY, **more})


def own_made(summary: str, schema: Schema, **more: Any) -> Described:
    """Declare what makes a thing: 201, and 200 where the call is repeated with its key."""
    answers = {200: json_of(schema), 201: json_of(schema), **more.pop("answers", {})}
    return own_write(summary, answers, headers={"Location": "Where it can be read."}, **more)


def own_list(summary: str, schema: Schema, key: Schema, **more: Any) -> Described:
    """Declare a list in pages; `key` is what `next` names."""
    name = f"{schema['title']}s"
    page = shape(name, {"data": rows(schema), "next": {"anyOf": [key, {"type": "null"}]}})
    query = {"limit?": whole(1, 200), "after?": key, **more.pop("query", {})}
    return own(summary, {200: json_of(page), **INVALID}, query=query, **more)


def own_id(prefix: str) -> Schema:
    """Return an id of our own wires: `ltr_0000002a` and sixteen hex digits."""
    return text(like=f"^{prefix}_[0-9a-f]{{24}}$")


def times(*states: str) -> Schema:
    """Return the moments of states that were reached."""
    return shape("", {f"{state}?": MOMENT for state in states}, least=1)


def described(parts: Iterable[Part]) -> Description:
    """Return Otpravka's description of its chapters'."""
    found = merged(part.described for part in parts)
    return Description(title="Russian Post Otpravka API, simulated", text=ABOUT, security=SECURITY, operations=found)


def calculator_described(part: Part) -> Description:
    return Description(
        title="Russian Post's public calculator, simulated", text=ABOUT_CALCULATOR, operations=part.described
    )
