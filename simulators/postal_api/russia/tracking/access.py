"""Whose call of tracking it is: login and password stand in the SOAP body.

Wire contract: `postal_api_russia` §4.2, §4.5, §4.6. The descriptions are open to everybody; below `/~NAME` they are
those of the tenant NAME, whose faults and journal then have them too.
"""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from ....core.errors import Rejected
from ....wire.call import Answer, Call, Handler
from ....wire.carrier import Refusal
from ....wire.problems import plain
from ....wire.routes import Route, Routes
from ....wire.soap.envelopes import Version
from ....wire.soap.faults import fault
from ....wire.tenants import Tenants
from ..names import TRACKING
from . import words
from .envelope import ENG, ESPP, MONEY, SPACES, Message, message_of, read, reason, refused

LONGEST = 200
OWN = re.compile(r"/+(~[^/]+)(/.*)?", re.DOTALL)
STATUS = {
    Refusal.NO_ROUTE: 404,
    Refusal.WRONG_METHOD: 405,
    Refusal.TOO_LARGE: 413,
    Refusal.BROKEN: 500,
    Refusal.UNAVAILABLE: 503,
}
Refuse = Callable[[Message, str], Answer]


class Operations(Routes):
    """Routes that answer below `/~NAME` too, and one address whose operations the body names.

    `notes["service"]` of such an address is a `Service`.
    """

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        own = OWN.fullmatch(path)
        return super().find((own[2] or "/") if own else path)

    def spoken(self, template: str, service: "Service") -> None:
        """Route an address of SOAP; each operation of it has its own name in faults and journal."""
        self.add(Route("POST", template, service.name, service.unknown, {"service": service}))
        for name, (operation, handler) in service.operations.items():
            service.routes[name] = Route("POST", template, operation, handler)
            self._all.append(service.routes[name])


class Service:
    """One address of SOAP: its version, where login and password stand, and its operations by their element."""

    def __init__(self, name: str, version: Version, header: tuple[str, ...], deny: Refuse) -> None:
        self.name = name
        self.version = version
        self.header = header
        self.deny = deny
        self.operations: dict[str, tuple[str, Handler]] = {}
        self.routes: dict[str, Route] = {}

    def operation(self, element: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.operations[element] = (getattr(handler, "__name__", element), handler)
            return handler

        return register

    def unknown(self, call: Call) -> Answer:
        """Refuse an element that is no operation's."""
        tag = str(message_of(call).content.tag)[:200]
        return fault(self.version, "Sender", f"Cannot find dispatch method for {tag}")

    def admit(self, tenants: Tenants, call: Call) -> Answer | None:
        message = read(call, self.version, *self.header)
        if isinstance(message, Answer):
            return message
        if not (0 < len(message.login) <= LONGEST and 0 < len(message.password) <= LONGEST):
            return self.deny(message, words.AUTHORIZATION)
        try:
            call.world = tenants.open(TRACKING, message.login, message.password)
        except Rejected:
            return self.deny(message, words.AUTHORIZATION)
        call.credential = message.login
        call.route = self.routes.get(message.name, call.route)
        return None


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call; whoever reads a description is a stranger, or the tenant that the path names."""
    route = call.route
    service = None if route is None else route.notes.get("service")
    if isinstance(service, Service):
        return service.admit(tenants, call)
    own = OWN.fullmatch(call.path)
    if own and len(own[1]) <= LONGEST:
        call.world = tenants.world(own[1][1:])
        call.credential = own[1][1:]
    return None


def own_origin(call: Call) -> str:
    """Return the address below which a caller found us."""
    own = OWN.fullmatch(call.path)
    return f"{call.origin}/{own[1]}" if own else call.origin


def denied(message: Message, told: str) -> Answer:
    """Return how single access says that somebody may not; the money orders have a shape of their own for it."""
    if message.name == MONEY:
        return refused(espp_fault("InvalidLoginOrPassword"))
    return refused(reason("Authorization", words.said(told, words.language(message) or ENG)))


def espp_fault(error: str) -> Any:
    root = etree.Element(f"{{{ESPP}}}PostalOrderEventsForMailFault", nsmap=SPACES)
    etree.SubElement(root, "PostalOrderEventsForMailError").set("ErrorID", error)
    return root


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the server in front says where no handler ran."""
    return plain(STATUS[refusal])
