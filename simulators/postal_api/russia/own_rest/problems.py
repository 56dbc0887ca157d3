"""Errors of the wires of our own design: RFC 9457 problems with types of their own, and the exception that carries one.

In the style of `mail_alliance` §3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....core.errors import SimulatorError
from ....wire.call import Answer, json_answer
from ....wire.problems import PROBLEM

TITLES: dict[str, tuple[int, str]] = {
    "validation": (422, "The request has members that are not allowed as they are."),
    "malformed": (400, "The request cannot be read."),
    "unauthenticated": (401, "No valid credentials were presented."),
    "not-covered": (403, "The account is not covered for this service."),
    "not-found": (404, "There is no such object."),
    "idempotency-key-missing": (400, "This call needs an Idempotency-Key of 16 to 64 characters [A-Za-z0-9_-]."),
    "idempotency-key-reused": (422, "The Idempotency-Key was used with another body."),
    "invalid-state": (409, "The object's state forbids this."),
    "taken": (409, "There is one already."),
    "insufficient-stock": (409, "There is not enough in stock."),
    "unsupported-media-type": (415, "The body's media type is not supported."),
}


@dataclass(eq=False)
class Refused(SimulatorError):
    """A call is refused and nothing changed. `kind` is a key of TITLES, `facts` are the problem's extension members."""

    kind: str
    detail: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def answer(self) -> Answer:
        status, title = TITLES[self.kind]
        body = {"type": f"/problems/{self.kind}", "title": title, "status": status, "detail": self.detail, **self.facts}
        return json_answer(body, status, {"Content-Type": PROBLEM})


def invalid(pointer: str, code: str, detail: str) -> Refused:
    """Return the refusal of one member."""
    return invalid_members([{"pointer": pointer, "code": code, "detail": detail}])


def invalid_members(errors: Sequence[Mapping[str, Any]]) -> Refused:
    """Return the refusal of several members: `pointer` (RFC 6901), `code`, `detail` each."""
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Refused("validation", f"{first['pointer'] or '/'}: {first['detail']}{more}", {"errors": list(errors)})


def wrong_state(what: str, state: str, allowed: Sequence[str]) -> Refused:
    """Return the refusal of what another state would allow; `what` is a sentence's beginning: "The letter"."""
    detail = f"{what} is {state}; allowed: {', '.join(allowed)}."
    return Refused("invalid-state", detail, {"state": state, "allowed": list(allowed)})


def unknown(kind: str, found: str) -> Refused:
    return Refused("not-found", f"There is no {kind} {found[:60]!r}.")
