"""Errors on the wire: RFC 9457 problems with the contract's own types (§3.2), and the exception that carries one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from ..core.errors import Rejected, SimulatorError
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Refusal

PROBLEM = "application/problem+json"

TITLES: dict[str, tuple[int, str]] = {
    "validation": (422, "The request has fields that are not allowed as they are."),
    "malformed": (400, "The request cannot be read."),
    "unauthenticated": (401, "No valid credential was presented."),
    "forbidden": (403, "The credential does not allow this."),
    "not-found": (404, "There is no such object."),
    "idempotency-key-missing": (400, "This call needs an Idempotency-Key of 16 to 64 characters [A-Za-z0-9_-]."),
    "idempotency-key-reused": (422, "The Idempotency-Key was used with another body."),
    "idempotency-key-in-flight": (409, "The first call with this Idempotency-Key is still running."),
    "invalid-state": (409, "The object's state forbids this."),
    "not-served": (422, "The destination is not served."),
    "limits-exceeded": (422, "A limit is exceeded."),
    "quota-exceeded": (429, "A quota is used up."),
    "label-gone": (410, "The label was purged after its retention."),
    "method-not-allowed": (405, "The path does not answer this method."),
    "not-acceptable": (406, "None of the accepted formats is on offer."),
    "payload-too-large": (413, "The body is too large."),
    "unsupported-media-type": (415, "The body's media type is not supported."),
    "unavailable": (503, "The service is not available for the moment."),
}


@dataclass(eq=False)
class Refused(SimulatorError):
    """A call is refused with a problem of the contract; nothing changed.

    `kind` is a key of TITLES, `facts` are the problem's extension members.
    """

    kind: str
    detail: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return TITLES[self.kind][0]

    def answer(self, call: Call) -> Answer:
        status, title = TITLES[self.kind]
        return problem(call, f"/problems/{self.kind}", status, title, self.detail, self.facts, self.headers)


def invalid(pointer: str, code: str, detail: str) -> Refused:
    """Return the refusal of one field."""
    return invalid_fields([{"pointer": pointer, "code": code, "detail": detail}])


def invalid_fields(errors: Sequence[Mapping[str, str]]) -> Refused:
    """Return the refusal of several fields: `pointer` (RFC 6901), `code` (§3.2), `detail` each."""
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Refused("validation", f"{first['pointer'] or '/'}: {first['detail']}{more}", {"errors": list(errors)})


def problem(
    call: Call, kind: str, status: int, title: str, detail: str, facts: Mapping[str, Any], headers: Mapping[str, str]
) -> Answer:
    """Return the answer itself; `request_id` repeats what X-Request-Id says."""
    members = {"type": kind, "title": title, "status": status, "detail": detail, "request_id": request_id(call)}
    return json_answer({**members, **facts}, status, {"Content-Type": PROBLEM, **headers})


def request_id(call: Call) -> str:
    """Return the call's id: from the tenant's counter, or, before a tenant is known, a digest of the call itself.

    Nothing here may come from chance or the wall clock, so two equal calls without a credential share an id.
    """
    found = call.notes.get("request_id")
    if found is None:
        own = call.admitted
        found = f"req_{call.world.count('mail_alliance.requests'):012x}" if own else f"req_{_digest(call)}"
        call.notes["request_id"] = found
    return str(found)


def _digest(call: Call) -> str:
    text = f"{call.method} {call.path}?{sorted(call.query.items())}".encode("utf-8", "surrogatepass")
    return "x" + blake2b(text + b"\n" + call.body, digest_size=8).hexdigest()


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Give the contract's shape to what the server refuses by itself."""
    match refusal:
        case Refusal.NO_ROUTE:
            return Refused("not-found", f"There is no path {call.path}.").answer(call)
        case Refusal.WRONG_METHOD:
            allowed = sorted(str(method) for method in _listed(call.notes.get("allowed")))
            detail = f"{call.method} is not allowed at {call.path}; allowed: {', '.join(allowed)}."
            return Refused("method-not-allowed", detail, {"allowed": allowed}, {"Allow": ", ".join(allowed)}).answer(
                call
            )
        case Refusal.TOO_LARGE:
            limit = call.notes.get("limit_bytes")
            return Refused("payload-too-large", f"The body may have {limit} bytes.", {"limit": limit}).answer(call)
        case Refusal.UNAVAILABLE:
            return Refused("unavailable", "Maintenance: try again later.", headers={"Retry-After": "30"}).answer(call)
        case _:
            # Not in §3.2's table: RFC 9457 says about:blank where the status code tells everything.
            return problem(call, "about:blank", 500, "Internal Server Error", "Something went wrong here.", {}, {})


def translate(call: Call, rejected: Rejected) -> Answer:
    """Give the contract's shape to what the world refuses."""
    return Refused("invalid-state", str(rejected), {"state": str(rejected.reason), "allowed": []}).answer(call)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()
